"""What the web server adds around Streamlit: warm start, security headers, the cookie that names a workspace."""

from __future__ import annotations

import gc
import importlib
import secrets
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http.cookies import CookieError, SimpleCookie
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard import workspace
from risk import compiled

# Imported before the first visitor comes; statsmodels alone takes seconds. Not at the top of this module, since
# Streamlit wants caches to be declared after its runtime has been made.
WARM = ("statsmodels.api", "scipy.stats", "plotly.graph_objects", "duckdb", "narwhals", "dashboard.shell")

# Compiled while the first visitors are served already.
KERNELS = (
    "risk.loss.kernels.events",
    "risk.currency.kernels.garch",
    "risk.currency.kernels.rolling",
    "risk.currency.kernels.scenarios",
)

# Of the one inline script in Streamlit's own index.html; a test computes it again.
INLINE_SCRIPT = "sha256-THxz9J9+wf7rhwR2YkXJoSZ13UCmYyC+3lNDv2+8ugA="
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        f"script-src 'self' '{INLINE_SCRIPT}'",
        "style-src 'self' 'unsafe-inline'",  # Streamlit's styles are written by its scripts
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@asynccontextmanager
async def lifespan(_app: Any) -> AsyncIterator[None]:
    """Import what pages need; the simulation's kernels are compiled meanwhile and delay nothing: numpy stands in."""
    for name in WARM:
        importlib.import_module(name)
    freeze()
    threading.Thread(target=compile_kernels, name="warm-kernels", daemon=True).start()
    yield


def freeze() -> None:
    """Take what is imported out of the garbage collector's rounds.

    Streamlit collects after every run with the interpreter lock held: 200 ms with all of `WARM` imported and 30 ms more
    with the kernels, next to nothing once they are frozen.
    """
    gc.collect()
    gc.freeze()


def compile_kernels() -> None:
    """Compile the loops of simulations and estimates, or find that this machine cannot."""
    compiled.warm(KERNELS, wait=True)
    freeze()


def on_script_error(error: Exception) -> bool:
    """Errors outside a page's own run, such as in a callback: a sentence for the reader, the rest for the log."""
    from dashboard.shell import report

    report(error)
    return True


class SafeHeaders:
    """Security headers on every answer, and the workspace cookie on those that a page's visit begins with.

    Plain ASGI: Starlette's BaseHTTPMiddleware would buffer downloads.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with a `send` that completes the headers."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                _name_workspace(scope, headers)
            await send(message)

        await self.app(scope, receive, send_safely)


def _name_workspace(scope: Scope, answer: MutableHeaders) -> None:
    """Give a visitor without a workspace one: 128 random bits that only this site sends back.

    A visit that starts on another site carries no SameSite=Strict cookie even when there is one: the cookie must not
    be replaced then. The page's own request for its configuration follows at once, and does carry it.
    """
    begins = answer.get("content-type", "").startswith("text/html") or scope["path"].endswith("/_stcore/host-config")
    request = Headers(scope=scope)
    if not begins or request.get("sec-fetch-site") == "cross-site":
        return
    token = _cookie(request) or secrets.token_hex(16)
    secure = "; Secure" if scope["scheme"] == "https" else ""
    answer.append(
        "Set-Cookie",
        f"{workspace.COOKIE}={token}; Path=/; Max-Age={workspace.KEPT}; HttpOnly; SameSite=Strict{secure}",
    )


def _cookie(request: Headers) -> str | None:
    try:
        sent = SimpleCookie(request.get("cookie", "")).get(workspace.COOKIE)
    except CookieError:
        return None
    return sent.value if sent is not None and workspace.is_token(sent.value) else None


middleware = [Middleware(SafeHeaders)]
