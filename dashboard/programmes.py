"""The hedge programmes that the page Hedging compares, out of what the reader has chosen."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
import streamlit as st

from dashboard import cached, currency, ledger
from dashboard.currency import SEED, Position
from dashboard.escape import markdown
from dashboard.i18n import N_, _, spoken
from dashboard.workspace import Workspace
from risk.checks import InputError
from risk.currency.comparison import Futures, option_deals, ratios_now, simulate_futures, try_programme
from risk.currency.model import CurrencyRisk
from risk.currency.options import garman_kohlhagen, zero_cost_strike
from risk.currency.programmes import (
    Averaging,
    Layered,
    Micro,
    NoHedge,
    OptionHedge,
    Programme,
    ProgrammeResult,
    Rolling,
    RuleBased,
    Static,
)

NAMES = {
    "shares": N_("Your shares"),
    "none": N_("No hedge"),
    "static": N_("Once a year"),
    "rolling": N_("Rolling"),
    "layered": N_("Layered"),
    "averaging": N_("Averaging"),
    "micro": N_("Each order"),
    "rules": N_("By rules"),
    "puts": N_("Options"),
    "collars": N_("Collars"),
}
HELP = {
    "shares": N_("the shares of the sliders, all months sold today"),
    "none": N_("everything at spot"),
    "static": N_("one share of all months, sold when the year begins"),
    "rolling": N_("each month sold once, a fixed number of months ahead"),
    "layered": N_("more of a month the nearer it comes, by the table of layers"),
    "averaging": N_("equal tranches in each of the months before"),
    "micro": N_("each order sold when it is booked, until it is paid out"),
    "rules": N_("averaging, and more once the forward is far from the budget rate"),
    "puts": N_("the worst rate of the year is bought for a premium, a better one is kept"),
    "collars": N_("the worst rate of the year is set, paid by giving up what is better than a cap"),
}
OPTIONS = ("puts", "collars")
LAYERS = "hedging_layers"  # under which the table of layers is kept
EDITOR = "hedging_layers_editor"
USUAL_LAYERS = (90.0,) * 3 + (75.0,) * 3 + (50.0,) * 3 + (25.0,) * 3  # percent by months of lead
DAYS = 365.25 / 12  # of a month
_REFUSED = "hedging_layers_refused"  # session key: why the last edit of the layers was not taken


class Choice(NamedTuple):
    """Programmes by key, which of them is chosen, and what the bank wants as a deposit (a share, and its cost)."""

    programmes: dict[str, Programme]
    chosen: str
    deposit: float
    deposit_rate: float

    @property
    def programme(self) -> Programme:
        """The chosen one."""
        return self.programmes[self.chosen]


def choose(position: Position, shares: dict[str, float]) -> Choice:
    """The programme, and what the others that it is compared with do."""
    chosen = st.selectbox(
        _("Programme"),
        list(NAMES),
        format_func=lambda key: _(NAMES[key]),
        key="hedging_programme",
        bind="query-params",
        help="\n".join(f"- {_(name)}: {_(HELP[key])}" for key, name in NAMES.items()),
    )
    st.caption(f"{_(NAMES[chosen])}: {_(HELP[chosen])}")
    with st.expander(_("What the programmes do")):
        share, lead, profit, stop = _numbers()
        width, extra = _options()
        deposit, rate = _deposit()
        layered = _layers(position)
    lag = ledger.terms(position.space, position.as_of, currency.spot_with_own(position))
    days = float(np.mean(list(lag.lags.values()) or [lag.usual]))
    programmes: dict[str, Programme] = {
        "shares": Static(shares),
        "none": NoHedge(),
        "static": Static(share),
        "rolling": Rolling(share, lead),
        "layered": layered,
        "averaging": Averaging(share, currency.YEAR),
        "micro": Micro(max(days, 1.0) / DAYS, share),
        "rules": RuleBased(Averaging(share / 2, currency.YEAR), profit, stop, share, share),
        "puts": OptionHedge(Static(share), width, garman_kohlhagen, extra_volatility=extra),
        "collars": OptionHedge(Static(share), width, garman_kohlhagen, zero_cost_strike, extra),
    }
    return Choice(programmes, chosen, deposit, rate)


def _numbers() -> tuple[float, int, float, float]:
    above = _("Forward above the budget rate by this much: the whole share is sold.")
    below = _("Forward below the budget rate by this much: the whole share is sold.")
    whose = _("Of what is expected, by every programme but your shares and the layers; by rules, half of it.")
    with st.container(horizontal=True):
        share = _entry("share", _("Share hedged, %"), (0.0, 150.0), 80.0, 5.0, whose)
        lead = _entry("lead", _("Rolling: months ahead"), (1.0, currency.YEAR), 6.0, 1.0)
        profit = _entry("profit", _("Take profit at, %"), (0.5, 50.0), 3.0, 0.5, above)
        stop = _entry("stop", _("Stop loss at, %"), (0.5, 50.0), 5.0, 0.5, below)
    return share / 100, round(lead), profit / 100, stop / 100


def _options() -> tuple[float, float]:
    near = _("For payments above it. At 0 the forward rate itself is insured.")
    more = _(
        "Options are priced with the volatility that the past lets expect. Banks ask more: an assumption, until you "
        "enter what yours does."
    )
    with st.container(horizontal=True):
        width = _entry("width", _("Options: worst rate below the forward, %"), (0.0, 30.0), 3.0, 0.5, near, wide=True)
        extra = _entry("extra", _("Added to the volatility, %"), (0.0, 20.0), 1.0, 0.5, more, wide=True)
    return width / 100, extra / 100


def _deposit() -> tuple[float, float]:
    lodged = _("What the bank or broker wants lodged for what is open. Brokers of small companies ask for 3 to 10%.")
    lent = _("Of your credit line, less what the bank pays on the deposit. An assumption until you enter yours.")
    with st.container(horizontal=True):
        share = _entry("deposit", _("Deposit, % of open forwards"), (0.0, 100.0), 0.0, 1.0, lodged, wide=True)
        rate = _entry("cash", _("What your cash costs a year, %"), (0.0, 50.0), 5.0, 0.5, lent, wide=True)
    return share / 100, rate / 100


def _entry(
    name: str,
    label: str,
    span: tuple[float, float],
    usual: float,
    step: float,
    explained: str | None = None,
    *,
    wide: bool = False,
) -> float:
    """A number in the address."""
    return st.number_input(
        label,
        float(span[0]),
        float(span[1]),
        usual,
        step=step,
        format="%g",
        key=f"hedging_{name}",
        bind="query-params",
        width=280 if wide else 180,
        help=explained,
    )


def _layers(position: Position) -> Layered:
    """The table of layers, by currency and months of lead."""
    codes = list(position.model.currencies)
    table = layers(position.space, codes)
    st.markdown(
        _(
            "Layers: share sold in % when the receipts are so many months ahead, cumulative. It may not fall towards "
            "them."
        )
    )
    st.data_editor(
        table.rename_axis("months").reset_index(),
        hide_index=True,
        num_rows="fixed",
        key=EDITOR,
        on_change=_keep,
        args=(position.space, tuple(codes)),
        disabled=["months"],
        height="content",
        column_config={
            "months": _("Months ahead"),
            **{code: st.column_config.NumberColumn(code, min_value=0.0, max_value=200.0, step=1.0) for code in codes},
        },
        alt=_("Layers"),
    )
    if reason := st.session_state.get(_REFUSED):
        st.error(markdown(spoken(reason)), icon=":material/error:")
    with st.container(horizontal=True):
        if position.space.can_undo(LAYERS):
            st.button(
                _("Undo the last change"),
                key="hedging_layers_undo",
                on_click=_undo,
                args=(position.space,),
                icon=":material/undo:",
            )
    return Layered(table / 100)


def layers(space: Workspace, codes: list[str]) -> pd.DataFrame:
    """Percent sold: index months of lead from 1 on, a column a currency; the usual ones where none are kept."""
    kept = space.kept(LAYERS) or {}
    leads = pd.RangeIndex(1, len(USUAL_LAYERS) + 1)
    return pd.DataFrame({code: kept.get(code, USUAL_LAYERS) for code in codes}, leads, dtype="float64")


def _keep(space: Workspace, codes: tuple[str, ...]) -> None:
    """Keep the table as edited, unless it cannot be: then it stays as it was, and the page says why."""
    table = layers(space, list(codes))
    for row, cells in st.session_state[EDITOR]["edited_rows"].items():
        for code, value in cells.items():
            table.loc[int(row) + 1, code] = USUAL_LAYERS[int(row)] if value is None else float(value)
    try:
        Layered(table / 100)
    except InputError as reason:
        st.session_state[_REFUSED] = reason.sentence
        return
    st.session_state.pop(_REFUSED, None)
    space.keep(LAYERS, {**(space.kept(LAYERS) or {}), **{code: table[code].tolist() for code in codes}})


def _undo(space: Workspace) -> None:
    space.undo(LAYERS)
    for key in (EDITOR, _REFUSED):
        st.session_state.pop(key, None)


def targets(position: Position, choice: Choice) -> pd.DataFrame:
    """What the chosen programme wants sold by now: ratios by month and currency."""
    return ratios_now(choice.programme, position.model)


def options(position: Position, choice: Choice) -> pd.DataFrame | None:
    """The options that the chosen programme wants by now; None where it deals in forwards."""
    chosen = choice.programme
    return option_deals(chosen, position.model) if isinstance(chosen, OptionHedge) else None


def results(position: Position, choice: Choice) -> dict[str, ProgrammeResult]:
    """Each programme on the same futures; those computed before are not computed again."""
    model, years = position.model, position.assumptions.years
    with st.spinner(_("Trying each programme on the same futures…"), show_time=True):
        return {
            key: cached.shared(_tried, programme, model, years, choice.deposit, choice.deposit_rate)
            for key, programme in choice.programmes.items()
        }


def _tried(
    programme: Programme, model: CurrencyRisk, years: int, deposit: float, deposit_rate: float
) -> ProgrammeResult:
    return try_programme(programme, model, futures(model, years), deposit=deposit, deposit_rate=deposit_rate)


def futures(model: CurrencyRisk, years: int) -> Futures:
    """The simulated months ahead, the same for every programme."""
    return cached.shared(_futures, model, years)


def _futures(model: CurrencyRisk, years: int) -> Futures:
    return simulate_futures(model, years, np.random.default_rng(SEED))
