"""What real episodes and shocks of one's own would cost today, and the smallest move that would hurt."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import streamlit as st

from dashboard import cached, currency, formatting, panels
from dashboard.currency import Position
from dashboard.escape import markdown
from dashboard.formatting import money, number, percent, significant
from dashboard.i18n import _, spoken
from dashboard.rates import ECB, Source
from risk.checks import InputError, Sentence
from risk.currency import stress
from risk.currency.rates import log_returns, rate_notes
from risk.currency.stress import DOLLAR, ReverseStress
from risk.currency.volatility import ewma_covariance
from risk.figures import loss as loss_charts
from risk.reference import currency_episodes

DEVIATIONS = 2.33  # one in a hundred, each currency by itself
SHARE = 0.10  # of the receipts, until the reader says what may be lost
LEAST = 1.0  # of the reporting currency: nobody asks about less


def show(position: Position, months: int, horizon: int) -> None:
    """Episodes, shocks, and the reverse."""
    values = currency.value_at_spot(position, currency.expected(position, months))
    _episodes(position, values)
    _shocks(position, values, horizon)
    _reverse(position, values, horizon)


def _episodes(position: Position, values: pd.Series[float]) -> None:
    found, left_out = cached.result(_costs, position.source, position.reporting, values)
    if position.source != ECB:
        st.caption(_whose(position.source))
    for name, reason in left_out.items():
        st.caption(_("Left out: {episode}. {reason}").format(episode=spoken(name), reason=markdown(spoken(reason))))
    if found.empty:
        return
    worst = found.loc[found["loss"].idxmax()]
    st.markdown(
        _("Of {count} real episodes, **{name}** ({start} to {end}) would cost most today: **{amount}**.").format(
            count=number(len(found)),
            name=markdown(spoken(worst["scenario"])),
            start=formatting.date(worst["start"]),
            end=formatting.date(worst["end"]),
            amount=money(worst["loss"], position.reporting),
        )
    )
    names = [_named(row) for row in found.to_dict("records")]
    panels.chart(
        loss_charts.drivers(
            pd.Series(found["loss"].to_numpy(), names),
            x_title=_("Loss, {currency}").format(currency=position.reporting),
        ),
        title=_("What real episodes would cost today"),
        how_to_read=_(
            "Each bar takes all currencies as they moved against {currency} between two days of the past, together, "
            "and applies that to what you expect to receive. A bar to the left is a gain: recoveries hurt who has sold "
            "too much forward. Where a currency had no rate then, it moves as its newest ten years say it goes with "
            "the others; the table names it."
        ).format(currency=position.reporting),
        data=found,
        key="currency_episodes",
        height=90 + 36 * len(found),
    )
    with st.expander(_("By currency, and what is estimated")):
        panels.table(
            found.sort_values("loss", ascending=False),
            key="currency_episode_table",
            alt=_("What real episodes would cost today"),
            columns=_columns(values, _("Episode")),
        )


def _named(row: dict[str, object]) -> str:
    return f"{spoken(str(row['scenario']))}, {row['start']:%Y-%m-%d} – {row['end']:%m-%d}"


def _columns(values: pd.Series[float], title: str) -> dict[str, object]:
    amounts = {str(code): st.column_config.NumberColumn(str(code), format="localized", step=1) for code in values.index}
    return {
        "scenario": st.column_config.TextColumn(title, pinned=True),
        "start": st.column_config.DateColumn(_("From")),
        "end": st.column_config.DateColumn(_("To")),
        "loss": st.column_config.NumberColumn(_("Loss"), format="localized", step=1),
        "largest": _("Mostly from"),
        **amounts,
        "estimated": st.column_config.TextColumn(
            _("Estimated"), help=_("Currencies without a rate then: their move is what their newest ten years suggest.")
        ),
    }


def _costs(source: Source, reporting: str, values: pd.Series[float]) -> tuple[pd.DataFrame, dict[str, Sentence]]:
    """What each episode costs, and the episodes that cannot be said, with the reason."""
    chosen = _in_dollars(source)
    moves = chosen if chosen is not None and _reach_back(chosen) else ECB.against(DOLLAR)
    found, left_out = [], {}
    for _id, rows in currency_episodes().groupby("id", sort=False):
        try:
            found += stress.episodes(rows, moves, reporting, list(values.index), chosen)
        except InputError as reason:
            left_out[str(rows["event"].iloc[0])] = reason.sentence
    return stress.losses(found, values), left_out


def _in_dollars(source: Source) -> pd.DataFrame | None:
    """The chosen rates against the dollar; None where they hold no dollar."""
    try:
        return source.against(DOLLAR)
    except InputError:
        return None  # the ECB's moves are taken, and the page says so


def _reach_back(rates: pd.DataFrame) -> bool:
    """Whether there are rates on both days of each episode since the ECB's begin."""
    recorded = currency_episodes()
    days = pd.DatetimeIndex([*recorded["start"], *recorded["end"]])
    return bool(days[days >= ECB.against(DOLLAR).index[0]].isin(rates.index).all())


def _whose(source: Source) -> str:
    """Whose rates moved in the episodes, when the page uses others than the ECB's."""
    chosen = _in_dollars(source)
    if chosen is not None and _reach_back(chosen):
        return _("Moves of the episodes: out of the exchange rates that you chose.")
    return _(
        "Moves of the episodes: reference rates of the European Central Bank, since the exchange rates that you chose "
        "do not reach back to all of them. A currency that the bank does not publish moves as your rates say it goes "
        "with the others."
    )


def _shocks(position: Position, values: pd.Series[float], horizon: int) -> None:
    """Moves of the reader's own: all alike, each by itself, all against you at once, pegs that break."""
    st.subheader(_("Shocks of your own"), anchor=False)
    move = st.slider(
        _("All currencies move against {currency} by, %").format(currency=position.reporting),
        -50,
        50,
        -10,
        key="currency_parallel",
        bind="query-params",
        help=_("Negative: they lose value, which costs you what you expect to receive."),
    )
    pegged = _pegged(position, list(values.index))
    scenarios = [stress.parallel(values.index, move / 100)]
    if pegged:
        broken = st.slider(
            _("Pegs break by, %"),
            -50,
            50,
            -25,
            key="currency_peg",
            help=_(
                "Hardly moving against {currency} until now: {currencies}. The past says nothing about the day that "
                "ends."
            ).format(currencies=", ".join(pegged), currency=position.reporting),
        )
        scenarios.append(stress.shock("peg", dict.fromkeys(pegged, broken / 100), values.index))
    deviation = _deviation(position, values, horizon)
    scenarios.append(stress.all_at_once(values, deviation, DEVIATIONS))
    names = [
        _("All by {move}").format(move=percent(move / 100)),
        *([_("Pegs break: {currencies}").format(currencies=", ".join(pegged))] if pegged else []),
        _("Each currency's worst of a hundred, all at once"),
    ]
    table = stress.losses(scenarios, values).assign(scenario=names).drop(columns=["start", "end", "estimated"])
    panels.table(table, key="currency_shocks", alt=_("Shocks of your own"), columns=_columns(values, _("Shock")))


def _pegged(position: Position, codes: list[str]) -> list[str]:
    notes = cached.result(rate_notes, position.rates[codes])
    return [str(code) for code, flags in notes["flags"].items() if "pegged" in str(flags).split(", ")]


def _deviation(position: Position, values: pd.Series[float], horizon: int) -> pd.Series[float]:
    covariance = _covariance(position, values, horizon)
    return pd.Series(np.sqrt(np.diag(covariance)), values.index)


def _covariance(position: Position, values: pd.Series[float], horizon: int) -> np.ndarray:
    """Of simple returns over the horizon, as the normal method has it."""
    found: np.ndarray = (
        cached.result(_of_returns, position.source, position.reporting, position.as_of, tuple(values.index)) * horizon
    )
    return found


def _of_returns(source: Source, reporting: str, as_of: dt.date, codes: tuple[str, ...]) -> np.ndarray:
    rates = source.against(reporting).loc[: pd.Timestamp(as_of), list(codes)].dropna()
    return ewma_covariance(np.expm1(log_returns(rates).dropna().to_numpy()))


def _reverse(position: Position, values: pd.Series[float], horizon: int) -> None:
    """The smallest move that costs what the reader can bear."""
    st.subheader(_("The smallest move that would hurt"), anchor=False)
    usual = max(LEAST, float(significant_amount(abs(values).sum() * SHARE)))
    amount = st.number_input(
        _("A loss of, {currency}").format(currency=position.reporting),
        min_value=LEAST,
        value=usual,
        step=usual / 10,
        key=f"currency_hurts_{position.reporting}",
        help=_("For instance the margin of these receipts: what can be lost before they earn nothing."),
    )
    try:
        found = stress.reverse_stress(values, _covariance(position, values, horizon), amount)
    except InputError as reason:
        st.info(markdown(spoken(reason.sentence)), icon=":material/info:")
        return
    st.markdown(_said(found, position, horizon))
    table = pd.DataFrame(
        {
            "currency": found.moves.index,
            "move": found.moves.to_numpy(),
            "loss": (-values * found.moves).to_numpy(),
        }
    ).sort_values("loss", ascending=False)
    panels.table(
        table,
        key="currency_reverse",
        alt=_("The smallest move that would hurt"),
        columns={
            "currency": _("Currency"),
            "move": st.column_config.NumberColumn(_("Move"), format="percent"),
            "loss": st.column_config.NumberColumn(_("Loss"), format="localized", step=1),
        },
    )


def significant_amount(value: float) -> float:
    """Rounded to two digits, so that a field does not show pennies."""
    return float(f"{value:.2g}") if value > 0 else 0.0


def _said(found: ReverseStress, position: Position, horizon: int) -> str:
    return _(
        "A loss of **{amount}** is **{distance}** standard deviations of what {days} trading days bring at today's "
        "volatility. The most likely way there is the table below: currencies that swing together move together."
    ).format(amount=money(found.loss, position.reporting), distance=significant(found.distance), days=number(horizon))
