"""The house rules that import-linter cannot say: who imports what, how long things may be, what nobody may call."""

from __future__ import annotations

import ast
import importlib.util
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CODE = ("app.py", "dashboard", "pages", "risk", "scripts", "benchmarks")

# library: the only places that may import it
OWNERS = {
    "streamlit": ("app.py", "dashboard/", "pages/", "benchmarks/"),  # the load script speaks its protocol
    "plotly": ("risk/figures/",),
    "duckdb": ("risk/orders/", "benchmarks/"),
    "narwhals": ("risk/orders/",),
    "yfinance": ("risk/currency/rates/",),
    "currency_converter": ("risk/currency/rates/",),
}
BANNED = {
    "unsafe_allow_html": "text from a file would become a page's markup",
    "read_pickle": "unpickling runs what it reads",
    'persist="disk"': "a cache on disk is unpickled at the next start",
    "np.random.seed": "randomness is an argument",
    "allow_pickle=True": "unpickling runs what it reads",
}
CLOCKS = re.compile(r"\b(datetime\.now|date\.today|Timestamp\.now|Timestamp\.today|time\.time)\b")


def modules() -> list[Path]:
    """Every module of the product."""
    places = [ROOT / place for place in CODE]
    return sorted(file for place in places for file in ([place] if place.is_file() else place.rglob("*.py")))


def name(module: Path) -> str:
    return module.relative_to(ROOT).as_posix()


def imported(tree: ast.AST) -> Iterator[str]:
    """Top-level names of the packages that a module imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    yield from (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


@pytest.mark.parametrize("module", modules(), ids=name)
def test_only_the_owner_imports_a_library(module: Path) -> None:
    found = set(imported(ast.parse(module.read_text(encoding="utf-8"))))
    wrong = [library for library, owners in OWNERS.items() if library in found and not name(module).startswith(owners)]
    assert not wrong, f"{name(module)} imports {wrong}"


@pytest.mark.parametrize("module", modules(), ids=name)
def test_nobody_calls_what_is_banned(module: Path) -> None:
    text = module.read_text(encoding="utf-8")
    assert not [f"{word}: {why}" for word, why in BANNED.items() if word in text]
    if name(module).startswith("risk/"):
        assert not CLOCKS.findall(text), "the day is an argument"


@pytest.mark.parametrize("module", modules(), ids=name)
def test_a_module_is_one_idea(module: Path) -> None:
    text = module.read_text(encoding="utf-8")
    assert text.count("\n") <= 400, "past 400 lines a module becomes a package of the same name"
    long = [node.name for node in functions(ast.parse(text)) if (node.end_lineno or 0) - node.lineno + 1 > 45]
    assert not long, f"these do not read in one breath: {long}"


@pytest.mark.parametrize("module", [module for module in modules() if name(module).startswith("risk/")], ids=name)
def test_public_names_of_the_package_are_documented(module: Path) -> None:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    if module.stat().st_size:
        assert ast.get_docstring(tree), f"{name(module)} does not say what it is"
    public = [
        node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
    ]
    assert not [node.name for node in public if not ast.get_docstring(node)]


def test_the_middle_function_is_short() -> None:
    lengths = sorted(
        (node.end_lineno or 0) - node.lineno + 1
        for module in modules()
        if name(module).startswith("risk/")
        for node in functions(ast.parse(module.read_text(encoding="utf-8")))
    )
    assert lengths[len(lengths) // 2] <= 9


def tracked() -> list[Path]:
    """Files that git keeps, when this is a checkout."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / file for file in listed.stdout.split("\0") if file and (ROOT / file).is_file()]


def test_no_kept_file_is_large() -> None:
    assert not [name(file) for file in tracked() if file.stat().st_size > 1_000_000]


def test_no_kept_file_names_a_package_registry() -> None:
    hosts = re.compile(r"(pypi\.org|pythonhosted|registry\.npm" + r"js|deb\.debian" + r"\.org)")
    texts = [file for file in tracked() if file.suffix not in {".gz", ".png", ".xlsx"} and file != Path(__file__)]
    assert not [name(file) for file in texts if hosts.search(file.read_text(encoding="utf-8"))]


def test_the_tree_on_the_map_is_the_real_one() -> None:
    """docs/architecture.md lists each module with its first sentence; scripts/architecture.py renews it."""
    spec = importlib.util.spec_from_file_location("architecture", ROOT / "scripts" / "architecture.py")
    assert spec
    assert spec.loader
    writer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(writer)
    tracked()
    assert f"```text\n{writer.tree()}```" in writer.PAGE.read_text(encoding="utf-8"), "run scripts/architecture.py"
