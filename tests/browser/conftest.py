"""A server as the user starts it, and Chromium to look at it. Tests that need Chromium are marked `browser`."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
STREAMLIT = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py")]
PATIENCE = 60.0  # seconds


@dataclass(frozen=True)
class Server:
    """A running dashboard."""

    url: str
    log: Path
    workspaces: Path


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if CHROMIUM is None:
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason="Chromium is not installed"))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def serving(folder: Path, command: list[str] = STREAMLIT, *, inside: Path | None = None) -> Iterator[Server]:
    """A fresh server process, started inside the folder that holds its log and its workspaces, or inside another."""
    port = free_port()
    log = folder / "server.log"
    settings = folder / ".streamlit" / "config.toml"
    settings.parent.mkdir()
    settings.write_text(f"[server]\nport = {port}\n")
    environment = os.environ | {"RISK_WORKSPACES": str(folder / "workspaces")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # starts would take three times as long as a user's
    started = [word.format(port=port) for word in command]
    with log.open("wb") as output:
        process = subprocess.Popen(
            started, cwd=inside or folder, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        server = Server(f"http://127.0.0.1:{port}", log, folder / "workspaces")
        wait_until_healthy(server, process)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:  # it waits for browsers that are still connected
            process.kill()
            process.wait()


def wait_until_healthy(server: Server, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{server.url}/_stcore/health", timeout=5) as answer:
            if answer.status == 200:
                return
        time.sleep(0.1)
    raise AssertionError(f"the server did not start:\n{server.log.read_text()}")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """`streamlit run app.py`, shared by the tests."""
    with serving(tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture
def fresh_server(tmp_path: Path) -> Callable[..., Any]:
    """Starts a server of its own: `with fresh_server(command) as server`."""
    return partial(serving, tmp_path)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@dataclass
class Visit:
    """A browser page and what it did: addresses that it asked for, complaints that it logged."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def open(self, address: str) -> None:
        """Go to the address and wait until the script has run and the page is drawn."""
        self.page.goto(address)
        self.settle()

    def settle(self) -> None:
        """Wait until the script has run."""
        self.page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]", timeout=PATIENCE * 1000)
        self.page.wait_for_selector("[data-testid=stMain] h1", timeout=PATIENCE * 1000)

    def show_all(self) -> None:
        """Make the window as high as the page, whose content scrolls inside it, and wait until all parts are drawn."""
        size = self.page.viewport_size
        assert size is not None
        self.drawn()
        height = self.page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
        self.page.set_viewport_size({"width": size["width"], "height": max(height, 600)})
        self.drawn()

    def drawn(self) -> None:
        """Wait for parts whose code the browser loads when they are first needed, such as charts."""
        main, patience = self.page.get_by_test_id("stMain"), PATIENCE * 1000
        expect(main.get_by_test_id("stSkeleton")).to_have_count(0, timeout=patience)
        charts = main.get_by_test_id("stPlotlyChart")
        expect(charts.filter(has=self.page.locator(".xy"))).to_have_count(charts.count(), timeout=patience)


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Callable[..., Visit]]:
    """Opens a browser without history: `visit(width=1280, dark=False)`; closed after the test."""
    begun = []

    def opened(**options: Any) -> Visit:
        begun.append(begin(chromium, **options))
        return begun[-1]

    yield opened
    for each in begun:
        each.page.context.close()


def begin(chromium: Browser, *, width: int = 1280, height: int = 900, dark: bool = False, **options: Any) -> Visit:
    """A browser without history, as of a reader who has just come."""
    context = chromium.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
        locale="en-US",
        timezone_id="Europe/Berlin",
        **options,
    )
    context.set_default_timeout(PATIENCE * 1000)
    visit = Visit(context.new_page())
    watch(visit)
    return visit


def watch(visit: Visit) -> None:
    """Note every request, error and violation of the content policy."""

    def asked(request: Request) -> None:
        visit.requests.append(request.url)

    def note(kind: str, text: str, place: str) -> None:
        # Streamlit's own search for its root: from an address of a page it asks below that address first.
        if kind == "error" and "/_stcore/" not in place:
            visit.complaints.append(f"{text} {place}")

    visit.page.on("request", asked)
    visit.page.on("websocket", lambda socket: visit.requests.append(socket.url))
    visit.page.on("console", lambda said: note(said.type, said.text, said.location.get("url", "")))
    visit.page.on("pageerror", lambda error: visit.complaints.append(str(error)))
