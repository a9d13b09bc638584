"""The README's commands say in one sentence what is missing."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with a space in its name that holds the environment script and pins, and tools without uv."""
    folder = tmp_path / "a shop"
    (folder / "scripts").mkdir(parents=True)
    shutil.copy(ROOT / "scripts" / "environment.sh", folder / "scripts")
    for lock in ("requirements.lock", "requirements-test.lock"):
        shutil.copy(ROOT / lock, folder)
    return folder


def set_up(checkout: Path, python: str) -> subprocess.CompletedProcess[str]:
    """Run the script with this as its Python, on a PATH that has the basic tools only."""
    return subprocess.run(
        ["sh", "scripts/environment.sh", "requirements.lock"],
        cwd=checkout,
        env={"PATH": "/usr/bin:/bin", "PYTHON": python},
        capture_output=True,
        text=True,
        check=False,
    )


def fake(checkout: Path, script: str) -> str:
    """A program that stands for a Python with something amiss."""
    program = checkout / "python"
    program.write_text("#!/bin/sh\n" + script)
    program.chmod(0o755)
    return str(program)


def test_a_missing_python_is_said(checkout: Path) -> None:
    done = set_up(checkout, "no-such-python")
    assert done.returncode == 1
    assert done.stderr.startswith("Python is missing: install it first")
    assert done.stderr.count("\n") == 1


def test_an_old_python_is_said(checkout: Path) -> None:
    done = set_up(checkout, fake(checkout, 'case "$1" in --version) echo Python 3.9.2;; *) exit 1;; esac\n'))
    assert done.returncode == 1
    assert done.stderr.startswith("Python 3.9.2 is too old: Python 3.11 or newer is needed")
    assert done.stderr.count("\n") == 1


def test_a_missing_venv_module_is_said(checkout: Path) -> None:
    done = set_up(checkout, fake(checkout, 'case "$2" in *venv*) exit 1;; *) exit 0;; esac\n'))
    assert done.returncode == 1
    assert done.stderr.startswith("Python's venv module is missing")
    assert done.stderr.count("\n") == 1


def test_an_environment_that_fits_is_left_alone(checkout: Path) -> None:
    # Twice through the script's own stamp: what it wrote is what it wants.
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(checkout / ".venv")], check=True)
    print_python = "import sys; print(sys.version, sys.platform)"
    stamp = f"{{ \"$0\" -c '{print_python}'; cat requirements.lock; }} | cksum > .venv/made-from"
    subprocess.run(["sh", "-c", stamp, sys.executable], cwd=checkout, check=True)
    done = set_up(checkout, sys.executable)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_taken_port_is_said() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "scripts/start.py", "--port", port], cwd=ROOT, capture_output=True, text=True, check=False
        )
    assert done.returncode == 1
    assert done.stderr.strip() == (
        f"Port {port} is taken: stop what runs there, or choose another with 'make run PORT=8502'."
    )
