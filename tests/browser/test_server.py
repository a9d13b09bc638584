"""What a running server answers to whom; no browser needed."""

from __future__ import annotations

import http.client
import json
import re
import socket
from typing import Any
from urllib.parse import urlsplit

import pytest

from dashboard.server import HEADERS
from dashboard.workspace import COOKIE

pytestmark = pytest.mark.slow

HANDSHAKE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Protocol": "streamlit",
}


def ask(
    server: Any, path: str, method: str = "GET", body: bytes | None = None, **headers: str
) -> tuple[int, dict[str, str], str]:
    """Status, headers (lower case) and text of the answer."""
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=30)
    try:
        connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        text = "" if answer.status == 101 else answer.read().decode(errors="replace")
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, text
    finally:
        connection.close()


@pytest.mark.parametrize("path", ["/", "/_stcore/health", "/_stcore/host-config", "/favicon.png", "/no/such/page"])
def test_every_answer_carries_the_headers(server: Any, path: str) -> None:
    _status, headers, _text = ask(server, path)
    assert {name: headers[name.lower()] for name in HEADERS} == HEADERS


def test_a_visitor_gets_a_workspace_of_their_own(server: Any) -> None:
    first, second = (ask(server, "/")[1]["set-cookie"] for _ in range(2))
    assert re.match(rf"{COOKIE}=[0-9a-f]{{32}}; .*HttpOnly; SameSite=Strict", first)
    assert first != second


def test_only_this_machine_is_served(server: Any) -> None:
    port = urlsplit(server.url).port
    others = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), port)} - {"127.0.0.1", "127.0.1.1", "::1"}
    if not others:
        pytest.skip("this machine has no other address")
    for address in others:
        with pytest.raises(OSError, match=r"refused|unreachable"):
            socket.create_connection((address, port), timeout=5).close()


def websocket(server: Any, **headers: str) -> int:
    return ask(server, "/_stcore/stream", **HANDSHAKE, **headers)[0]


def test_a_name_that_points_here_from_elsewhere_is_refused(server: Any) -> None:
    port = urlsplit(server.url).port
    assert websocket(server, Origin=server.url) == 101
    assert websocket(server, Host=f"rebound.example:{port}", Origin=f"http://rebound.example:{port}") == 403


def test_another_site_cannot_open_a_session(server: Any) -> None:
    assert websocket(server, Origin="https://evil.example") == 403


def test_an_upload_without_the_token_is_refused(server: Any) -> None:
    status, _headers, _text = ask(server, "/_stcore/upload_file/some-session/some-file", "PUT", b"x")
    assert status == 403


@pytest.mark.parametrize(
    "path", ["/../pyproject.toml", "/..%2fpyproject.toml", "/static/..%2f..%2fapp.py", "//etc/passwd"]
)
def test_no_path_leads_out_of_the_served_files(server: Any, path: str) -> None:
    status, _headers, text = ask(server, path)
    assert status in (400, 403, 404)
    assert not any(word in text for word in ("[project]", "import streamlit", "root:"))


def test_no_usage_statistics_are_sent(server: Any) -> None:
    assert json.loads(ask(server, "/_stcore/host-config")[2])["metricsUrl"] == ""


def test_a_server_starts_without_a_word_of_warning(server: Any) -> None:
    said = server.log.read_text()
    assert "Traceback" not in said
    assert not re.findall(r"(?i)\bwarning\b.*", said)
