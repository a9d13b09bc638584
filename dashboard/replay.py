"""Hedge programmes on the rates of the past, month by month, for the receipts that the reader expects now."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from dashboard import cached
from dashboard.currency import SEED, Position
from dashboard.programmes import Choice
from dashboard.rates import Source
from risk.checks import InputError, Sentence
from risk.currency.programmes import (
    Programme,
    ProgrammeBootstrap,
    ProgrammeResult,
    backtest_programme,
    bootstrap_programmes,
)
from risk.reference import policy_rate_history

HISTORIES = 200  # drawn out of the one there was


@dataclass(frozen=True)
class Case:
    """What a replay depends on: receipts of an average month ahead, by currency, and the terms of the deals."""

    source: Source
    reporting: str
    as_of: dt.date
    monthly: dict[str, float]
    filled: bool  # years in which an interest rate is not known
    spread: float
    deposit: float
    deposit_rate: float

    @property
    def arguments(self) -> dict[str, Any]:
        """What `backtest_programme` and `bootstrap_programmes` take alike."""
        return {
            "receipts": self.monthly,
            "rates": self.source.against(self.reporting).loc[: pd.Timestamp(self.as_of)],
            "interest": interest(filled=self.filled),
            "spread": self.spread,
            "reporting": self.reporting,
            "deposit": self.deposit,
            "deposit_rate": self.deposit_rate,
        }


def case(position: Position, choice: Choice, *, filled: bool) -> Case:
    """The case of a position with the terms of the choice."""
    return Case(
        position.source,
        position.reporting,
        position.as_of,
        dict(zip(position.model.currencies, position.model.receipts.mean(axis=0).tolist(), strict=True)),
        filled,
        position.assumptions.spread,
        choice.deposit,
        choice.deposit_rate,
    )


def replayed(programme: Programme, case: Case) -> ProgrammeResult | Sentence:
    """The programme on history; or why it cannot be replayed."""
    found: ProgrammeResult | Sentence = cached.small(_replayed, programme, case)
    return found


def bootstrapped(programmes: dict[str, Programme], case: Case, level: float) -> ProgrammeBootstrap:
    """How sure the figures of the programmes are, out of histories drawn from the one there was."""
    return cached.small(_bootstrapped, programmes, level, case)


def unknown_interest(codes: list[str]) -> dict[str, tuple[str, str]]:
    """Currencies whose interest is missing in quarters since 2005: the first and last of these quarters, as text."""
    known = policy_rate_history().reindex(columns=codes)
    gaps = {code: known.index[known[code].isna()] for code in codes}
    return {code: (_quarter(days[0]), _quarter(days[-1])) for code, days in gaps.items() if len(days)}


def interest(*, filled: bool) -> pd.DataFrame:
    """Interest by quarter; `filled`: where none is known, that of the quarter before, else of the first one known."""
    history = policy_rate_history()
    return history.ffill().bfill() if filled else history.ffill(limit=1)  # the newest quarter is not over


def _quarter(day: pd.Timestamp) -> str:
    return str(pd.Period(day, freq="Q"))


def _replayed(programme: Programme, case: Case) -> ProgrammeResult | Sentence:
    try:
        return backtest_programme(programme, **case.arguments)
    except InputError as reason:
        return reason.sentence


def _bootstrapped(programmes: dict[str, Programme], level: float, case: Case) -> ProgrammeBootstrap:
    rng = np.random.default_rng(SEED)
    return bootstrap_programmes(programmes, rng=rng, histories=HISTORIES, level=level, **case.arguments)
