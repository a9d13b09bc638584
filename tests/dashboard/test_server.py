"""Headers and cookie as the middleware writes them; tests/browser asks a running server."""

from __future__ import annotations

import asyncio
import base64
import gc
import hashlib
import re
import sys
import threading
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest
import streamlit
from streamlit.testing.v1 import AppTest

from dashboard import server, workspace

TOKEN = "0123456789abcdef" * 2


def answer(
    path: str = "/", kind: str = "text/html; charset=utf-8", scheme: str = "http", **request: str
) -> dict[str, str]:
    """Headers of the answer to a request with the given headers."""
    sent: list[Any] = []

    async def page(scope: Any, receive: Any, send: Any) -> None:
        headers = [(b"content-type", kind.encode()), (b"referrer-policy", b"unsafe-url")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(name.replace("_", "-").encode(), value.encode()) for name, value in request.items()]
    scope = {"type": "http", "path": path, "scheme": scheme, "headers": headers}
    asyncio.run(server.SafeHeaders(page)(scope, None, send))  # type: ignore[arg-type]
    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    return {name.decode(): value.decode() for name, value in sent[0]["headers"]}


def test_the_policy_allows_streamlits_own_inline_script_and_no_other() -> None:
    index = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    inline = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", index, flags=re.DOTALL)
    hashes = {"sha256-" + base64.b64encode(hashlib.sha256(code.encode()).digest()).decode() for code in inline}
    assert hashes == {server.INLINE_SCRIPT}


def test_the_policy_lets_nothing_in_from_elsewhere() -> None:
    policy = dict(part.split(" ", 1) for part in server.CONTENT_SECURITY_POLICY.split("; "))
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == policy["form-action"] == "'none'"
    assert policy["connect-src"] == "'self'"
    assert "http" not in server.CONTENT_SECURITY_POLICY
    assert not {"'unsafe-inline'", "'unsafe-eval'", "*"} & set(policy["script-src"].split())


@pytest.mark.parametrize("path", ["/", "/static/js/index.js", "/_stcore/health"])
def test_every_answer_has_the_headers_once_and_ours_win(path: str) -> None:
    headers = answer(path)
    assert {name: headers[name.lower()] for name in server.HEADERS} == server.HEADERS


def test_a_first_visit_gets_a_workspace_that_scripts_and_other_sites_cannot_read() -> None:
    cookie = SimpleCookie(answer()["set-cookie"])[workspace.COOKIE]
    assert workspace.is_token(cookie.value)
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Strict", "/")
    assert not cookie["secure"]
    assert answer()["set-cookie"] != answer()["set-cookie"]


def test_over_https_the_cookie_is_for_https_alone() -> None:
    assert SimpleCookie(answer(scheme="https")["set-cookie"])[workspace.COOKIE]["secure"]


def test_a_known_visitor_keeps_the_workspace_for_longer() -> None:
    cookie = SimpleCookie(answer(cookie=f"other=1; {workspace.COOKIE}={TOKEN}")["set-cookie"])[workspace.COOKIE]
    assert cookie.value == TOKEN
    assert int(cookie["max-age"]) == workspace.KEPT


@pytest.mark.parametrize("value", ["", "short", "../../etc/passwd", "A" * 32, f"{TOKEN}0"])
def test_a_token_that_is_not_ours_is_replaced(value: str) -> None:
    cookie = SimpleCookie(answer(cookie=f"{workspace.COOKIE}={value}")["set-cookie"])[workspace.COOKIE]
    assert cookie.value != value
    assert workspace.is_token(cookie.value)


def test_a_visit_from_another_site_does_not_replace_the_workspace() -> None:
    assert "set-cookie" not in answer(sec_fetch_site="cross-site")
    assert "set-cookie" in answer("/_stcore/host-config", "application/json", sec_fetch_site="same-origin")


def test_nothing_else_gets_the_cookie() -> None:
    assert "set-cookie" not in answer("/static/js/index.js", "text/javascript")
    assert "set-cookie" not in answer("/_stcore/health", "text/plain")


def test_what_is_no_request_passes_through() -> None:
    seen: list[Any] = []

    async def inner(scope: Any, receive: Any, send: Any) -> None:
        seen.append((scope, receive, send))

    asyncio.run(server.SafeHeaders(inner)({"type": "lifespan"}, "receive", "send"))  # type: ignore[arg-type]
    assert seen == [({"type": "lifespan"}, "receive", "send")]


def test_a_warm_start_leaves_the_collector_nothing_to_walk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server.compiled, "warm", lambda _names, *, wait: wait)

    async def begin() -> int:
        async with server.lifespan(None):
            return gc.get_freeze_count()

    try:
        assert asyncio.run(begin()) > 100_000
    finally:
        gc.unfreeze()
    assert set(server.WARM) <= set(sys.modules)


def test_the_server_starts_while_the_kernels_are_still_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Numpy answers in the meantime: tests/loss/test_kernels.py."""
    started, compiled = threading.Event(), threading.Event()

    def slow(_names: object, *, wait: bool = False) -> bool:
        started.set()
        return compiled.wait(60) and wait

    async def begin() -> list[threading.Thread]:
        async with server.lifespan(None):
            assert started.wait(60)
            return [thread for thread in threading.enumerate() if thread.name == "warm-kernels"]

    monkeypatch.setattr(server.compiled, "warm", slow)
    try:
        (compiling,) = asyncio.run(begin())
        assert compiling.daemon
        frozen = gc.get_freeze_count()
        kept = [[] for _ in range(10_000)]
        compiled.set()
        compiling.join(60)
        assert gc.get_freeze_count() >= frozen + len(kept)
    finally:
        compiled.set()
        gc.unfreeze()


def failing() -> None:
    import streamlit as st

    from dashboard.server import on_script_error

    st.text(on_script_error(RuntimeError("/srv/secret")))


def test_an_error_outside_a_page_is_a_sentence_too() -> None:
    at = AppTest.from_function(failing).run()
    assert at.text[0].value == "True"
    assert "secret" not in at.error[0].value
