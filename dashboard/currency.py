"""The currency model that Overview, Currency and Hedging share, out of the reader's orders and assumptions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import streamlit as st

from dashboard import cached, ledger, rates
from dashboard.i18n import N_, _
from dashboard.links import or_reason
from dashboard.rates import Source
from dashboard.workspace import Workspace, current
from risk.calibration import currency_risk
from risk.checks import InputError, Sentence
from risk.currency.exposure import ReceiptForecast, forecast_receipts, monthly_receipts
from risk.currency.model import CurrencyRisk, Legs, frontier
from risk.currency.var import WINDOW, VarEstimate, value_at_risk
from risk.loss.table import YearLossTable
from risk.orders import OrderHistory, questions
from risk.reference import policy_rate_history, policy_rates

SEED = 2026  # one for all pages: the same years before and after a hedge, and the same numbers at each visit
OLD = pd.Timedelta(days=92)  # orders that ended longer ago than this are looked at from their own end
BEHIND = 31  # days that rates may end before the last order without a word
YEAR = 12  # months ahead
USUAL_RATIO = 50  # percent, until the reader moves a slider
USUAL_SPREAD = 20  # basis points
USUAL_YEARS = 20_000
LOWEST, HIGHEST = -0.5, 5.0  # interest a year; beyond them a percent was taken for a fraction
RATIOS = np.round(np.linspace(0.0, 1.5, 31), 2)  # of the frontier
EDITS = "hedging_edits"  # session key: interest and budget rates that the reader has changed


@dataclass(frozen=True)
class Assumptions:
    """What the reader has said about the market; rates that are not named are those of the sources."""

    spread: float = USUAL_SPREAD / 10_000
    years: int = USUAL_YEARS
    interest: Mapping[str, float] = field(default_factory=dict)
    budget: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not all(LOWEST < rate < HIGHEST for rate in self.interest.values()):
            raise InputError(N_("An interest rate must lie between -50% and 500% a year."))
        if not all(0 < rate < float("inf") for rate in self.budget.values()):
            raise InputError(N_("A budget rate must be above zero."))


@dataclass(frozen=True, eq=False)
class Position:
    """What the pages know before any hedge: exposures, rates and interest as of a day, and the model out of them.

    `exposure` is the answer of `risk.orders.questions.exposure`, `rates` are those of `source` and end at `as_of`
    although there are some until `newest`, `unknown` counts the lines without a known currency.
    """

    reporting: str
    is_sample: bool
    as_of: dt.date
    exposure: pd.DataFrame
    rates: pd.DataFrame
    interest: pd.DataFrame
    unknown: int
    model: CurrencyRisk
    assumptions: Assumptions
    newest: dt.date
    space: Workspace
    source: Source

    @property
    def history(self) -> OrderHistory:
        """The orders that are looked at."""
        return self.space.history

    @property
    def past(self) -> pd.DataFrame:
        """Net receipts of each complete month, in units of each currency of the model."""
        return monthly_receipts(self.exposure, self.as_of)[list(self.model.currencies)]

    @property
    def last_fixing(self) -> dt.date:
        """Day of the newest rate used."""
        return self.rates.index[-1].date()


def position_or_reason(*pages: str) -> Position | None:
    """The reader's position; None after saying in a sentence why there is nothing at risk to show, with links."""
    return or_reason(lambda: position(current()), _("Forecasting receipts by currency…"), *pages)


def position(workspace: Workspace) -> Position:
    """The position of a workspace; InputError when no amount of it is at risk."""
    exposure = cached.answer(questions.exposure, workspace.history)
    unknown = cached.answer(questions.unknown_currency, workspace.history)
    if exposure.empty:
        raise _nothing(unknown)
    source = rates.chosen(workspace)
    table = source.against(workspace.reporting)
    as_of = day_of_analysis(table.index, cached.answer(questions.span, workspace.history).last)
    known = table[table.index <= pd.Timestamp(as_of)]
    said = assumptions(workspace.reporting)
    interest = cached.result(interest_on, as_of)
    yearly = {**interest["rate"].to_dict(), **said.interest}
    model = cached.derived(
        _model, workspace.history, source, workspace.reporting, as_of, yearly, dict(said.budget), said.spread, YEAR
    )
    return Position(
        workspace.reporting,
        workspace.is_sample,
        as_of,
        exposure,
        known,
        interest,
        unknown,
        model,
        said,
        table.index[-1].date(),
        workspace,
        source,
    )


def _nothing(unknown: int) -> InputError:
    if unknown:
        return InputError(
            N_("None of the {count} order lines has a known currency, so nothing can be said about exchange rates."),
            count=unknown,
        )
    return InputError(N_("There is no amount with a date and a currency in the orders."))


def day_of_analysis(fixings: pd.DatetimeIndex, last_order: pd.Timestamp) -> dt.date:
    """The day that the pages look from: that of the newest rate, or of the last order when that is long ago.

    When no other business day of the month follows, its last day, so that the month counts as complete.
    """
    newest = fixings[-1]
    day = last_order.normalize() if last_order < newest - OLD else newest
    if day < fixings[0]:
        raise InputError(
            N_("The last order is of {day}, and there are no exchange rates before {first}."),
            day=f"{day:%Y-%m-%d}",
            first=f"{fixings[0]:%Y-%m-%d}",
        )
    month_ends = day.month != (day + pd.offsets.BDay(1)).month
    return (day + pd.offsets.MonthEnd(0) if month_ends else day).date()


def behind(fixings: pd.DatetimeIndex, last_order: pd.Timestamp) -> tuple[Sentence, ...]:
    """What to say when orders go on after the newest rate."""
    days = (last_order.normalize() - fixings[-1]).days
    if days <= BEHIND:
        return ()
    return (
        Sentence(
            N_(
                "The exchange rates end on {day}, {days} days before your last orders: everything is seen from "
                "that day."
            ),
            day=f"{fixings[-1]:%Y-%m-%d}",
            days=days,
        ),
    )


def interest_on(as_of: dt.date) -> pd.DataFrame:
    """Interest rates of the day: index currency; columns rate, as_of, source.

    Long ago, the average of its quarter; the newest rate for a currency without one then, which its date shows.
    """
    newest = policy_rates()[["rate", "as_of", "source"]]
    history = policy_rate_history()
    begun = history.index[history.index <= pd.Timestamp(as_of)]
    if len(begun) in (0, len(history)):
        return newest
    quarter = begun[-1]
    then = history.loc[quarter].dropna().rename("rate").to_frame()
    then["as_of"], then["source"] = quarter, "policy_rates_by_quarter.csv"
    return then.combine_first(newest)[["rate", "as_of", "source"]]


def _model(
    history: OrderHistory,
    source: Source,
    reporting: str,
    as_of: dt.date,
    interest: dict[str, float],
    budget: dict[str, float],
    spread: float,
    months: int,
) -> CurrencyRisk:
    exposure = cached.answer(questions.exposure, history)
    table = source.against(reporting)
    return currency_risk(exposure, table, interest, reporting, as_of, months=months, budget=budget, spread=spread)


def model_ahead(position: Position, months: int) -> CurrencyRisk:
    """The model of the position for another number of months ahead."""
    said = position.assumptions
    yearly = {**position.interest["rate"].to_dict(), **said.interest}
    return cached.derived(
        _model,
        position.history,
        position.source,
        position.reporting,
        position.as_of,
        yearly,
        dict(said.budget),
        said.spread,
        months,
    )


def legs(position: Position) -> Legs:
    """The simulated years of the position, to be hedged in any proportion; simulated once."""
    with st.spinner(_("Simulating years of exchange rates and receipts…"), show_time=True):
        return legs_of(position.model, position.assumptions.years)


def legs_of(model: CurrencyRisk, years: int) -> Legs:
    """The simulated years of a model, simulated once."""
    return cached.shared(_legs, model, years)


def _legs(model: CurrencyRisk, years: int) -> Legs:
    return model.legs(years, np.random.default_rng(SEED))


def unhedged(position: Position) -> YearLossTable:
    """The simulated years without any hedge: one table, whoever asks."""
    return cached.shared(_unhedged, position.model, position.assumptions.years)


def _unhedged(model: CurrencyRisk, years: int) -> YearLossTable:
    return legs_of(model, years).table(0.0)


def curve(position: Position, level: float) -> pd.DataFrame:
    """What each hedge ratio does, the same for all currencies: index ratio, columns expected_loss, var, es."""
    return cached.result(_curve, position.model, position.assumptions.years, level)


def _curve(model: CurrencyRisk, years: int, level: float) -> pd.DataFrame:
    return frontier(legs_of(model, years), level, list(RATIOS))


def forecast(position: Position, code: str) -> ReceiptForecast:
    """How the receipts of one currency are expected to go on."""
    return cached.result(forecast_receipts, position.past[code], len(position.model.value_dates))


def expected(position: Position, months: int) -> pd.Series[float]:
    """Net receipts expected in the months ahead, by currency, in its units; for 0, what is sold and not paid out."""
    if months == 0:
        firm = ledger.unpaid(position.space, position.as_of, spot_with_own(position))
        return firm.reindex(list(position.model.currencies), fill_value=0.0).rename("expected")
    return pd.Series(position.model.receipts[:months].sum(axis=0), list(position.model.currencies), name="expected")


def by_value(position: Position) -> list[str]:
    """Currencies of the model, the one with the most to be received (or paid) in twelve months first."""
    worth = value_at_spot(position, expected(position, 12))
    return list(worth.sort_values(ascending=False, key=abs).index)


def value_at_spot(position: Position, units: pd.Series[float]) -> pd.Series[float]:
    """Amounts by currency in the reporting currency at the newest rates."""
    return units * pd.Series(position.model.spot, list(position.model.currencies))


def spot_of(position: Position, codes: pd.Index[str]) -> pd.Series[float]:
    """Newest rate of each of the currencies; NaN for one without a rate of the last days."""
    newest = position.rates.tail(5).ffill().iloc[-1]
    return newest.reindex(codes)


def spot_with_own(position: Position) -> dict[str, float]:
    """Newest rate of each currency of the orders that has one, 1 for the reporting currency."""
    codes = pd.Index([code for code in position.exposure["currency"].unique() if code in position.rates.columns])
    return {**spot_of(position, codes).dropna().to_dict(), position.reporting: 1.0}


def ledger_of(position: Position) -> pd.DataFrame:
    """What is open, as `risk.currency.ledger.exposure_ledger` gives it; not to be changed."""
    return ledger.rows(position.space, position.as_of, spot_with_own(position))


def converted(position: Position, column: str) -> pd.DataFrame:
    """A column of the exposure at the newest rates: index month, one column a currency, those without a rate left out.

    What is in the reporting currency is not exposed, and left out as well.
    """
    foreign = position.exposure[position.exposure["currency"] != position.reporting]
    table = foreign.pivot_table(index="month", columns="currency", values=column, aggfunc="sum", fill_value=0.0)
    return (table * spot_of(position, table.columns)).dropna(axis=1, how="all")


def estimate(position: Position, months: int, level: float, horizon: int, method: str) -> VarEstimate | Sentence:
    """Value at risk of the receipts of so many months over a horizon; or why this method cannot say."""
    held = expected(position, months)
    return cached.result(_estimate, position.source, position.reporting, position.as_of, held, level, horizon, method)


def _estimate(
    source: Source, reporting: str, as_of: dt.date, held: pd.Series[float], level: float, horizon: int, method: str
) -> VarEstimate | Sentence:
    known = source.against(reporting).loc[: pd.Timestamp(as_of)]
    # Periods that do not overlap use up a history: the historical method may look as many times further back.
    window = WINDOW * horizon if method == "historical" else WINDOW
    rng = np.random.default_rng(SEED)
    try:
        return value_at_risk(known, held, level, horizon, method, window=window, rng=rng)
    except InputError as reason:
        return reason.sentence


def assumptions(reporting: str) -> Assumptions:
    """The assumptions as edited on the page Hedging, whichever page asks."""
    edits = edited(reporting)
    return Assumptions(
        st.session_state.get("hedging_spread", USUAL_SPREAD) / 10_000,
        int(st.session_state.get("hedging_years", USUAL_YEARS)),
        edits.get("interest", {}),
        edits.get("budget", {}),
    )


def edited(reporting: str) -> dict[str, dict[str, float]]:
    """Rates against this reporting currency that the reader has changed: {"interest": {code: rate}, "budget": …}."""
    everything: dict[str, dict[str, dict[str, float]]] = st.session_state.get(EDITS, {})
    return everything.get(reporting, {})


def ratio_key(code: str) -> str:
    """Key of a currency's slider on the page Hedging, and its name in the address."""
    return f"hedging_{code}"


def ratios(position: Position) -> dict[str, float]:
    """Hedge ratios as set on the page Hedging, whichever page asks."""
    return {code: st.session_state.get(ratio_key(code), USUAL_RATIO) / 100 for code in position.model.currencies}
