"""Whose exchange rates the pages use: the ECB's, or those that the reader fetched from Yahoo or brought in a file.

source = rates.chosen(space)          one provider for all: sources are never mixed
table = source.against(reporting)     InputError, which says where to choose others
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
from dataclasses import asdict, dataclass

import pandas as pd

from dashboard import cached, workspace
from dashboard.i18n import N_
from dashboard.workspace import Workspace
from risk.checks import InputError
from risk.currency.rates import crossed, ecb_rates

KEPT = "rates"
PROVIDERS = {"ecb": N_("ECB"), "yahoo": N_("Yahoo Finance"), "csv": N_("Own CSV file")}


@dataclass(frozen=True)
class Source:
    """Where rates come from: a small record that caches are keyed by, since `file` is named by its content.

    `base` is the currency that the file's values are in, `day` when it was read; both are empty for the ECB.
    """

    provider: str = "ecb"
    base: str = ""
    file: str = ""
    day: str = ""

    def against(self, reporting: str) -> pd.DataFrame:
        """All rates of this provider in the reporting currency, worked out once; not to be changed."""
        try:
            if self.provider == "ecb":
                return cached.shared(ecb_rates, reporting)
            return cached.shared(_crossed, self, reporting)
        except InputError as reason:
            raise InputError(
                N_("{reason} You can choose other exchange rates on the page Currency."), reason=reason.sentence
            ) from reason


ECB = Source()


def chosen(space: Workspace) -> Source:
    """What the owner of the workspace chose last, the ECB until then."""
    kept = space.kept(KEPT)
    return ECB if kept is None else Source(**kept)


def choose(space: Workspace, provider: str, base: str, table: pd.DataFrame, day: dt.date) -> None:
    """Keep the rates, units of `base` for 1 unit of each currency, and use them from now on."""
    content = table.to_csv().encode()
    file = f"rates-{hashlib.sha256(content).hexdigest()}.csv"
    workspace.keep_file(file, content)
    space.keep(KEPT, asdict(Source(provider, base, file, day.isoformat())))


def back_to_ecb(space: Workspace) -> None:
    """Use the ECB's rates; `space.undo(KEPT)` takes that back."""
    space.keep(KEPT, asdict(ECB))


def currencies(space: Workspace) -> list[str]:
    """What the losses can be shown in: the usual currencies, those that the chosen rates hold, and the one in use."""
    source = chosen(space)
    try:
        held = [] if source == ECB else [source.base, *cached.shared(_table, source).columns]
    except InputError:  # a page that needs these rates says why there are none
        held = []
    return sorted({*workspace.CURRENCIES, *held, *([space.chosen] if space.chosen else [])})


def _crossed(source: Source, reporting: str) -> pd.DataFrame:
    return crossed(cached.shared(_table, source), source.base, reporting)


def _table(source: Source) -> pd.DataFrame:
    """The kept rates: those of the reader's own file, which the name tells by its content."""
    content = workspace.kept_file(source.file)
    if content is None:
        raise InputError(N_("The exchange rates that you had chosen are no longer kept."))
    table = pd.read_csv(io.BytesIO(content), index_col=0, dtype=str)
    table.index = pd.DatetimeIndex(table.index, name="date")
    return table.astype("float64")  # out of text: to the last digit with every pandas
