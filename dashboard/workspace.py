"""The reader's own data: one order history a browser, named by a random cookie, seen by nobody else."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import streamlit as st

from dashboard.i18n import N_
from dashboard.registry import ROOT
from risk.checks import InputError
from risk.orders.history import OrderHistory

COOKIE = "workspace"
FILES = "workspace_files"  # session key: files of who has no cookie
KEPT = 400 * 24 * 3600  # seconds; the longest that browsers keep a cookie
FOLDER = "RISK_WORKSPACES"  # environment variable: where histories are kept
OPEN_AT_ONCE = 128

CURRENCY = "currency"  # keys of the two switches in the sidebar, and their names in the address
SAMPLE_CURRENCY = "sample_currency"
SAMPLE_BOOKS = "CNY"  # in which the invented shop, of Shenzhen, keeps its books
# Those that the ECB publishes a reference rate for, and those whose interest and day count are known: TWD.
CURRENCIES = (
    *("AUD", "BRL", "CAD", "CHF", "CNY", "CZK", "DKK", "EUR", "GBP", "HKD", "HUF", "IDR", "ILS", "INR", "ISK"),
    *("JPY", "KRW", "MXN", "MYR", "NOK", "NZD", "PHP", "PLN", "RON", "SEK", "SGD", "THB", "TRY", "TWD", "USD"),
    "ZAR",
)
_TOKEN = re.compile(r"[0-9a-f]{32}")
_CODE = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True)
class Workspace:
    """The history that pages read, and how its owner counts.

    `history` is the owner's, or the invented sample while that is empty; `digest` changes with every row of it and is
    what caches are keyed by.
    """

    history: OrderHistory
    is_sample: bool
    digest: str
    chosen: str | None

    @property
    def reporting(self) -> str:
        """The reporting currency; InputError, which the frame shows as a sentence, until the owner has chosen it."""
        if self.chosen is None:
            raise InputError(N_("Choose your reporting currency in the sidebar: every loss is shown in it."))
        return self.chosen

    def history_to_write(self) -> OrderHistory:
        """The owner's history, also while the sample is shown: what is added here replaces the sample."""
        return _own()

    def kept(self, name: str) -> Any:
        """What was kept under the name for these orders, None when nothing was; looking begins no workspace."""
        return self._kept(name).get(self._named(name))

    def kept_rows(self, table: str) -> dict[str, Any]:
        """What was kept under the names `table/row`, by row."""
        prefix = self._named(f"{table}/")
        return {name.removeprefix(prefix): value for name, value in self._kept(f"{table}/").items()}

    def keep(self, name: str, value: Any) -> None:
        """Keep a small JSON value in the owner's file, as its newest version."""
        self.keep_all({name: value})

    def keep_all(self, values: Mapping[str, Any]) -> None:
        """Keep several values at once: they are undone together."""
        _own().keep({self._named(name): json.dumps(value, sort_keys=True) for name, value in values.items()})

    def undo(self, *names: str) -> bool:
        """Take back the newest change among these names; whether there was one."""
        return begun() and _own().undo([self._named(name) for name in names])

    def can_undo(self, *names: str) -> bool:
        """Whether there is a change to take back."""
        return begun() and _own().can_undo([self._named(name) for name in names])

    def _kept(self, start: str) -> dict[str, Any]:
        held = _own().kept(self._named(start)) if begun() else {}
        return {name: json.loads(text) for name, text in held.items()}

    def _named(self, name: str) -> str:
        """The name in the owner's file, where what was said about the sample is apart from what holds for the own."""
        return f"{'sample' if self.is_sample else 'own'}/{name}"


def current() -> Workspace:
    """The workspace of this browser; of this session alone where there is no cookie."""
    own = _own() if begun() else None
    if own is None or own.files().empty:
        sample = _sample()
        return Workspace(sample, True, sample.digest, _chosen(SAMPLE_CURRENCY) or SAMPLE_BOOKS)
    space = Workspace(own, False, own.digest, _chosen(CURRENCY))
    return space if space.chosen else replace(space, chosen=space.kept(CURRENCY))


def begun() -> bool:
    """Whether this browser has a file of its own: the first upload or entry begins it, not the first visit."""
    key = _key()
    return COOKIE in st.session_state if key is None else _file(key).exists()


def keep_file(name: str, content: bytes) -> None:
    """Keep a file beside the owner's history, whole or not at all; `forget` deletes it too."""
    _own()  # begins it
    key = _key()
    if key is None:
        st.session_state.setdefault(FILES, {})[name] = content
        return
    with tempfile.NamedTemporaryFile(dir=_folder(), prefix=f"{key}.", delete=False) as file:
        try:
            file.write(content)
            file.flush()
            os.replace(file.name, _folder() / f"{key}.{name}")
        except OSError:
            Path(file.name).unlink(missing_ok=True)
            raise


def kept_file(name: str) -> bytes | None:
    """What was kept as a file of this name, None when nothing was."""
    key = _key()
    if key is None:
        content: bytes | None = st.session_state.get(FILES, {}).get(name)
        return content
    path = _folder() / f"{key}.{name}"
    return path.read_bytes() if path.exists() else None


def forget() -> None:
    """Delete this browser's history and what was kept with it for good; the sample is shown again."""
    if not begun():
        return
    _own().close()
    key = _key()
    if key is None:
        del st.session_state[COOKIE]
        st.session_state.pop(FILES, None)
        return
    _opened.clear(key)
    for path in _folder().glob(f"{key}.*"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def is_token(text: str) -> bool:
    """Whether the text is a token of ours: 128 bits in hexadecimal digits."""
    return _TOKEN.fullmatch(text) is not None


def _token() -> str:
    sent = st.context.cookies.get(COOKIE)
    return sent if isinstance(sent, str) and is_token(sent) else ""  # AppTest sends a mock


def _own() -> OrderHistory:
    key = _key()
    if key is not None:
        return _opened(key)
    if COOKIE not in st.session_state:
        st.session_state[COOKIE] = OrderHistory.open()
    history: OrderHistory = st.session_state[COOKIE]
    return history


def _key() -> str | None:
    """Name of the owner's files. A digest: whoever can list the folder cannot make the cookie from it."""
    token = _token()
    return hashlib.sha256(token.encode()).hexdigest() if token else None


@st.cache_resource(max_entries=OPEN_AT_ONCE, show_spinner=False, on_release=lambda history: history.close())
def _opened(key: str) -> OrderHistory:
    _folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    return OrderHistory.open(_file(key))


@st.cache_resource(show_spinner=False)
def _sample() -> OrderHistory:
    from risk.orders.sample import open_sample

    return open_sample()


def _chosen(key: str) -> str | None:
    """The code in the switch, whose options may have become fewer since: the pages then say what is missing."""
    code = st.session_state.get(key)
    return code if isinstance(code, str) and _CODE.fullmatch(code) else None


def _file(key: str) -> Path:
    return _folder() / f"{key}.duckdb"


def _folder() -> Path:
    return Path(os.environ.get(FOLDER) or ROOT / ".workspaces")
