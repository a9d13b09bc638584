"""Every method judged on the reader's own exposures: which value at risk kept its promise."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict

import numpy as np
import pandas as pd
import streamlit as st

from dashboard import cached, currency, formatting, panels
from dashboard.currency import Position
from dashboard.escape import markdown
from dashboard.formatting import percent, significant
from dashboard.i18n import N_, _, spoken
from dashboard.rates import Source
from dashboard.var_panel import METHOD_NAMES
from risk.checks import InputError, Sentence
from risk.currency.backtest import Verdict, judge, most_trusted, power, rolling_backtest
from risk.figures import currency as charts

WINDOWS = {"250": 250, "500": 500, "1000": 1000}  # as the address writes them
YEARS = {"5": 5, "10": 10, "25": 25}
ZONES = {"green": N_("green"), "yellow": N_("yellow"), "red": N_("red")}
MISTAKEN = 0.01  # how much lower in truth the level is, whose detection is told


def show(position: Position, months: int, level: float) -> None:
    """Choices, the verdict in a sentence, the table of tests, and one method day by day."""
    says = st.container()
    window, years = _choices()
    held = currency.expected(position, months)
    backtests = _backtests(position, held, level, window, years)
    verdicts = {name: _verdict(found, level) for name, found in backtests.items() if isinstance(found, pd.DataFrame)}
    reasons = {name: found for name, found in backtests.items() if isinstance(found, Sentence)}
    if not verdicts:
        says.info(markdown(spoken(next(iter(reasons.values())))), icon=":material/info:")
        return
    trusted = most_trusted(verdicts)
    says.markdown(_sentence(trusted, verdicts, level))
    _tests(verdicts, reasons)
    _days(backtests, verdicts, trusted, position)


def _choices() -> tuple[int, int]:
    with st.container(horizontal=True):
        window = st.segmented_control(
            _("Days behind each forecast"),
            WINDOWS,
            default="500",
            required=True,
            key="currency_window",
            bind="query-params",
            help=_("A forecast knows the days before it alone: so many, and for volatility all before them."),
        )
        years = st.segmented_control(
            _("Years judged, at most"),
            YEARS,
            default="10",
            required=True,
            key="currency_years",
            bind="query-params",
            help=_("More days find more faults. Only days on which every currency has a rate count."),
        )
    return WINDOWS[window], YEARS[years]


def _backtests(
    position: Position, held: pd.Series[float], level: float, window: int, years: int
) -> dict[str, pd.DataFrame | Sentence]:
    """The rolling forecasts of each method, or why there are none; worked out once, with progress."""
    bar = st.progress(0.0)
    found: dict[str, pd.DataFrame | Sentence] = {}
    for place, (method, name) in enumerate(METHOD_NAMES.items()):
        bar.progress(place / len(METHOD_NAMES), _("Backtesting: {method}…").format(method=spoken(name)))
        found[method] = cached.result(
            _backtest, position.source, position.reporting, position.as_of, held, level, window, years, method
        )
    bar.empty()
    return found


def _backtest(
    source: Source,
    reporting: str,
    as_of: dt.date,
    held: pd.Series[float],
    level: float,
    window: int,
    years: int,
    method: str,
) -> pd.DataFrame | Sentence:
    day = pd.Timestamp(as_of)
    known = source.against(reporting).loc[:day, list(held.index)].dropna()
    begin = known.index.searchsorted(day - pd.DateOffset(years=years))
    rates = known.iloc[max(0, int(begin) - window - 1) :]
    rng = np.random.default_rng(currency.SEED)
    try:
        return rolling_backtest(rates, held, level, window, method, hold="value", rng=rng)
    except InputError as reason:
        return reason.sentence


def _verdict(backtest: pd.DataFrame, level: float) -> Verdict:
    return cached.result(_judged, backtest, level)


def _judged(backtest: pd.DataFrame, level: float) -> Verdict:
    return judge(backtest, level, np.random.default_rng(currency.SEED))


def _sentence(trusted: str, verdicts: dict[str, Verdict], level: float) -> str:
    """Which method to trust, and how sure that is."""
    best = verdicts[trusted]
    said = (
        _(
            "For these exposures trust **{method}**: on {exceptions} of {days} days the loss was above it, {expected} "
            "were to be expected, and neither their number, nor their clustering, nor their size speaks against it."
        )
        if best.holds
        else _(
            "No method passes all tests on these exposures; **{method}** comes closest: on {exceptions} of {days} days "
            "the loss was above it, {expected} were to be expected. Take its numbers with a margin."
        )
    )
    wrong = max(0.5, level - MISTAKEN)
    found = power(best.days, level, wrong)
    sure = _(
        "A value at risk that says {level} and is in truth one of {wrong} would be found on so many days with a chance "
        "of {power}."
    ).format(level=percent(level), wrong=percent(wrong), power=percent(found, 2))
    return " ".join(
        [
            said.format(
                method=spoken(METHOD_NAMES[trusted]),
                exceptions=formatting.number(best.exceptions),
                days=formatting.number(best.days),
                expected=significant(best.expected),
            ),
            sure,
        ]
    )


def _tests(verdicts: dict[str, Verdict], reasons: dict[str, Sentence]) -> None:
    table = table_of(verdicts)
    shown = table.assign(
        method=[spoken(METHOD_NAMES[name]) for name in table["method"]],
        zone=[spoken(ZONES[zone]) for zone in table["zone"]],
        expected=table["expected"].round(1),
    )
    panels.table(
        shown[list(_columns())],
        key="currency_backtests",
        title=_("Which method kept its promise"),
        columns=_columns(),
    )
    st.caption(
        _(
            "Today's mix of currencies, held at today's value through {days} days; each forecast is for one day and "
            "knows the days before it alone. Numbers under the tests are p-values: below 5% the test speaks against "
            "the method, as it would once in twenty cases against a right one. The page Methods has each test."
        ).format(days=formatting.number(next(iter(verdicts.values())).days))
    )
    for method, reason in reasons.items():
        st.caption(f"{spoken(METHOD_NAMES[method])}: {markdown(spoken(reason))}")


def table_of(verdicts: dict[str, Verdict]) -> pd.DataFrame:
    """One row a method, the most trusted first; `behind` is its loss in the quantile score over the best, less one."""
    table = pd.DataFrame([{"method": name, **asdict(verdict)} for name, verdict in verdicts.items()])
    table["behind"] = table["quantile_loss"] / table["quantile_loss"].min() - 1.0
    holds = [verdict.holds for verdict in verdicts.values()]
    ordered = table.assign(holds=holds).sort_values(["holds", "shortfall_loss"], ascending=[False, True])
    return ordered.drop(columns="holds").reset_index(drop=True)


def _columns() -> dict[str, object]:
    p_value = {
        "number": (_("Number"), _("Kupiec: does the number of exceptions fit the level?")),
        "clusters": (_("Clusters"), _("Christoffersen: number and independence of exceptions together.")),
        "durations": (_("Durations"), _("Christoffersen and Pelletier: are the days between exceptions random?")),
        "foresight": (_("Foresight"), _("Engle and Manganelli: could exceptions have been foreseen the day before?")),
        "shortfall": (_("Size"), _("Acerbi and Székely, Z2: were losses beyond value at risk as large as said?")),
    }
    return {
        "method": st.column_config.TextColumn(_("Method"), pinned=True),
        "exceptions": st.column_config.NumberColumn(_("Exceptions"), format="localized"),
        "expected": st.column_config.NumberColumn(_("Expected"), format="localized"),
        "zone": st.column_config.TextColumn(
            _("Zone"), help=_("Basel's traffic light: yellow where so many are less likely than 5%, red than 0.01%.")
        ),
        **{
            name: st.column_config.NumberColumn(title, help=said, format="percent")
            for name, (title, said) in p_value.items()
        },
        "behind": st.column_config.NumberColumn(
            _("Behind the best"),
            format="percent",
            help=_("How much higher its quantile score is than the lowest: a score that the right forecast minimises."),
        ),
    }


def _days(
    backtests: dict[str, pd.DataFrame | Sentence], verdicts: dict[str, Verdict], trusted: str, position: Position
) -> None:
    """One method day by day: what it said, what came, and the exceptions."""
    names = {name: spoken(METHOD_NAMES[name]) for name in verdicts}
    method = st.selectbox(
        _("Method shown"), list(names), index=list(names).index(trusted), format_func=names.get, key="currency_judged"
    )
    found = backtests[method]
    if not isinstance(found, pd.DataFrame):
        return
    panels.chart(
        charts.backtest(
            found,
            names={"loss": _("Loss of the day"), "var": _("Value at risk said before"), "exception": _("Exception")},
            x_title=_("Day"),
            y_title=_("Loss of a day, {currency}; gains are below zero").format(currency=position.reporting),
        ),
        title=_("What was said and what came: {method}").format(method=names[method]),
        how_to_read=_(
            "Each dot is what today's mix of currencies lost on a day, the line is the value at risk that was said the "
            "day before. Dots above the line are exceptions. A good line rises before wild times, so that exceptions "
            "do not come in rows."
        ),
        data=found.reset_index(),
        key="currency_backtest_days",
    )
