"""What the programmes would have done on the exchange rates there have been, and how sure that comparison is."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import currency, formatting, panels, replay
from dashboard.currency import Position
from dashboard.escape import markdown
from dashboard.formatting import money, number, percent
from dashboard.i18n import _, ngettext, spoken
from dashboard.programmes import NAMES, Choice
from dashboard.programmes_panel import columns
from dashboard.replay import Case
from risk.checks import Sentence
from risk.currency.comparison import compare
from risk.currency.programmes import Programme, ProgrammeBootstrap, ProgrammeResult
from risk.figures import currency as charts

BESIDE = ("none", "static", "layered", "rolling")  # of which each year is drawn next to the chosen one
FIGURES = ("expected_loss", "cash_flow_at_risk", "expected_shortfall", "hedge_cost", "regret")


def show(position: Position, choice: Choice, level: float) -> None:
    """How far back, the table, yearly losses, the rate reached, and the intervals on request."""
    case = replay.case(position, choice, filled=_filled(position))
    with st.spinner(_("Replaying each programme on past rates…"), show_time=True):
        found = {key: replay.replayed(programme, case) for key, programme in choice.programmes.items()}
    results = {key: one for key, one in found.items() if not isinstance(one, Sentence)}
    _left_out({key: one for key, one in found.items() if isinstance(one, Sentence)}, everything=not results)
    if choice.chosen not in results or not len(results[choice.chosen].losses):
        return
    st.markdown(_sentence(results, choice, position))
    table = compare(results, level)
    shown = table.rename_axis("key").reset_index()
    shown.insert(0, "programme", [_(NAMES[key]) for key in shown["key"]])
    panels.table(shown.drop(columns="key"), key="hedging_replay", columns=columns(position.reporting, level))
    st.caption(_rules(len(results[choice.chosen].losses), level))
    _years(results, choice, position.reporting)
    _rates(position, results, choice)
    _intervals(position, choice, {key: choice.programmes[key] for key in results}, case, level)
    for note in results[choice.chosen].notes:
        st.caption(markdown(spoken(note)))


def _left_out(reasons: dict[str, Sentence], *, everything: bool) -> None:
    """Why programmes cannot be replayed: a line a reason."""
    for reason in dict.fromkeys(reasons.values()):
        said = markdown(spoken(reason))
        if not everything:
            names = ", ".join(_(NAMES[key]) for key, one in reasons.items() if one == reason)
            said = _("Left out: {names}. {reason}").format(names=names, reason=said)
        st.info(said, icon=":material/info:")


def _filled(position: Position) -> bool:
    """Whether to go back to years in which the interest of a currency is not known."""
    missing = replay.unknown_interest([position.reporting, *position.model.currencies])
    if not missing:
        return False
    spans = ", ".join(f"{code} {first} – {last}" for code, (first, last) in missing.items())
    return st.toggle(
        _("Also years in which an interest rate is not known"),
        key="hedging_replay_filled",
        bind="query-params",
        help=_(
            "No comparable interest rate is known of {spans}. Switched on, the rate of the quarter before stands in, "
            "and before the first known one that one does: forward rates of those years are then estimates, and at "
            "their beginning out of a rate that was not known yet."
        ).format(spans=spans),
    )


def _sentence(results: dict[str, ProgrammeResult], choice: Choice, position: Position) -> str:
    mine = results[choice.chosen]
    years, worst = len(mine.losses), float(mine.losses.max())
    first, last = mine.rates.index[0][0], mine.rates.index[-1][0]
    none = results["none"]
    said = _(
        "From {first} to {last}, **{name}** would have lost at most **{worst}** against the budget in one of {years}, "
        "no hedge {unhedged}."
    ).format(
        first=str(first),
        last=str(last),
        name=_(NAMES[choice.chosen]),
        worst=money(worst, position.reporting),
        years=ngettext("one year", "{count} years", years).format(count=number(years)),
        unhedged=money(float(none.losses.max()), position.reporting),
    )
    if choice.chosen == "none" or len(none.losses) != years:
        return said
    better = int((mine.losses < none.losses).sum())
    return said + " " + _("It was better than no hedge in {better} of them.").format(better=number(better))


def _rules(years: int, level: float) -> str:
    said = _(
        "In every month you receive what is expected of an average month ahead. Each is decided on the rates of the "
        "business day before the last fixing of a month and dealt at that fixing: the forward by covered interest "
        "parity with the interest then known, less the spread. The budget is the spot rate before each of the {years} "
        "budget years. Nothing later is known to any decision."
    ).format(years=number(years))
    if years * (1 - level) > 1:
        return said
    return said + " " + _("In so few years, both the cash flow at risk and the expected shortfall are the worst one.")


def _years(results: dict[str, ProgrammeResult], choice: Choice, code: str) -> None:
    shown = [key for key in dict.fromkeys((choice.chosen, *BESIDE)) if key in results]
    first = results[shown[0]].rates.index[0][0]
    table = pd.DataFrame(
        {key: results[key].losses for key in results if len(results[key].losses) == len(results[shown[0]].losses)}
    )
    starts = [first + currency.YEAR * place for place in table.index]
    table.index = pd.Index([f"{start.year}/{(start + currency.YEAR - 1).year % 100:02d}" for start in starts])
    panels.chart(
        charts.measures_by_method(
            table[[key for key in shown if key in table]],
            names={key: _(NAMES[key]) for key in shown if key in table},
            x_title=_("Budget year"),
            y_title=_("Loss against the budget, {currency}").format(currency=code),
        ),
        title=_("Year by year"),
        how_to_read=_(
            "Each group is a budget year of twelve months. Below zero the receipts brought more than budgeted. A hedge "
            "takes from both ends. The data hold all programmes."
        ),
        data=table.rename_axis("year").reset_index(),
        key="hedging_replay_years",
        height=320,
    )


def _rates(position: Position, results: dict[str, ProgrammeResult], choice: Choice) -> None:
    code = st.selectbox(_("Currency"), currency.by_value(position), key="hedging_replay_of", bind="query-params")
    mine = results[choice.chosen].rates.xs(code, level="currency")
    table = mine[["budget", "spot", "achieved"]].copy()
    table.index = table.index.to_timestamp()
    names = {"budget": _("Budget"), "spot": _("Spot"), "achieved": _("Achieved")}
    panels.chart(
        charts.lines(
            table.rename(columns=names),
            y_title=_("{reporting} for 1 {currency}").format(reporting=position.reporting, currency=code),
        ),
        title=_("The rate that {name} would have reached").format(name=_(NAMES[choice.chosen])),
        how_to_read=_(
            "Spot is the fixing at which the receipts of a month would have been converted, achieved what a unit "
            "brought with the programme, after points and spread. A layered programme follows spot more slowly and "
            "smoothly; a yearly one jumps with the budget."
        ),
        data=table.rename_axis("month").reset_index(),
        key="hedging_replay_rates",
        height=320,
    )


def _intervals(position: Position, choice: Choice, programmes: dict[str, Programme], case: Case, level: float) -> None:
    """One history is one draw: intervals out of histories put together from its blocks, when somebody asks."""
    st.subheader(_("How sure is that?"), anchor=False)
    if not st.toggle(
        _("Draw the history again in blocks"),
        key="hedging_replay_sure",
        bind="query-params",
        help=_("Takes half a minute at first: every programme is replayed on {count} other histories.").format(
            count=number(replay.HISTORIES)
        ),
    ):
        return
    with st.spinner(_("Replaying each programme on other histories…"), show_time=True):
        found = replay.bootstrapped(programmes, case, level)
    _interval_table(found, position.reporting)
    if choice.chosen != "none":
        apart = found.differences(choice.chosen, "none").loc["expected_shortfall"]
        st.markdown(
            _(
                "Expected shortfall of **{name}** less that of no hedge: {observed} ({low} to {high} with 90%); it is "
                "lower in {share} of the histories."
            ).format(
                name=_(NAMES[choice.chosen]),
                observed=money(apart["observed"], position.reporting),
                low=money(apart["low"], position.reporting),
                high=money(apart["high"], position.reporting),
                share=percent(apart["probability_lower"]),
            )
        )
    st.caption(
        _(
            "{count} histories of blocks of about two years, whole months with all currencies together (stationary "
            "bootstrap of Politis and Romano); the same histories for all programmes. Central intervals of 90%."
        ).format(count=number(replay.HISTORIES))
    )


def _interval_table(found: ProgrammeBootstrap, code: str) -> None:
    intervals = found.intervals().reset_index()
    shown = intervals[intervals["figure"].isin(FIGURES)]
    titles = {
        "expected_loss": _("Expected loss"),
        "cash_flow_at_risk": _("Cash flow at risk"),
        "expected_shortfall": _("Expected shortfall"),
        "hedge_cost": _("Cost of the hedge"),
        "regret": _("Regret"),
    }
    said = [f"{_brief(row.observed)} ({_brief(row.low)} – {_brief(row.high)})" for row in shown.itertuples()]
    table = shown.assign(said=said).pivot(index="programme", columns="figure", values="said")  # noqa: PD010
    table = table.loc[list(found.drawn), list(FIGURES)]
    table.insert(0, "programme", [_(NAMES[key]) for key in table.index])
    st.dataframe(
        table,
        hide_index=True,
        column_config={
            "programme": st.column_config.TextColumn(_("Programme"), pinned=True),
            **{name: f"{title}, {code}" for name, title in titles.items()},
        },
        alt=_("How sure is that?"),
    )
    panels.download(shown, "intervals.csv", key="hedging_replay_intervals_csv")


def _brief(value: float) -> str:
    """To three significant digits, which is more than such intervals know."""
    return formatting.number(float(f"{value:.3g}"))
