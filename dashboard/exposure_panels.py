"""What is exposed: past months by currency, and the receipts expected next."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import cached, currency, formatting, panels
from dashboard.currency import Position
from dashboard.i18n import N_, _, spoken
from risk.checks import InputError
from risk.currency.evidence import Correlation, hit_rate, past_forecasts, volume_rate_correlation
from risk.figures import currency as charts

YEAR = 12  # months
MEASURES = ("sales", "refunds", "fees", "gross", "costs", "net")
METHODS = (
    N_("mean"),
    N_("mean of the last twelve months"),
    N_("damped trend"),
    N_("exponential smoothing"),
    N_("seasonal exponential smoothing"),
)


def by_month(position: Position) -> None:
    """Net receipts of each month by currency, and what netting took off them."""
    code = position.reporting
    net = currency.converted(position, "net")
    panels.chart(
        charts.exposure_by_month(net, x_title=_("Month"), y_title=_("Net receipts, {currency}").format(currency=code)),
        title=_("What came in each month, by currency"),
        how_to_read=_(
            "A bar is what was left of a month's sales after refunds, fees and costs in the same currency, all months "
            "at the exchange rates now, so that a change is one of the business and not of the rate. Below zero more "
            "was paid than received."
        ),
        data=position.exposure,
        key="currency_exposure",
    )
    summary = netting(position)
    panels.table(
        summary,
        key="currency_netting",
        title=_("The last 12 months: natural netting"),
        columns=_netting_columns(code),
    )
    st.caption(
        _(
            "Gross is sales less refunds and fees; costs in the same currency net against it and need no exchange. "
            "The first columns are in units of each currency, the last in {currency} at the rates now. What is in "
            "{currency} already is not at risk and not shown."
        ).format(currency=code)
    )


def netting(position: Position) -> pd.DataFrame:
    """Sums of the last twelve months of the history by currency, largest first."""
    exposure = position.exposure[position.exposure["currency"] != position.reporting]
    recent = exposure[exposure["month"] > exposure["month"].max() - pd.DateOffset(months=YEAR)]
    sums = recent.groupby("currency")[list(MEASURES)].sum()
    sums["value"] = sums["net"] * currency.spot_of(position, sums.index)
    return sums.sort_values("value", ascending=False, key=abs).reset_index()


def _netting_columns(code: str) -> dict[str, object]:
    titles = {
        "sales": _("Sales"),
        "refunds": _("Refunds"),
        "fees": _("Fees"),
        "gross": _("Gross"),
        "costs": _("Costs"),
        "net": _("Net"),
        "value": _("Net in {currency}").format(currency=code),
    }
    columns = {name: st.column_config.NumberColumn(title, format="localized", step=1) for name, title in titles.items()}
    return {"currency": _("Currency"), **columns}


def forecast(position: Position) -> None:
    """What one currency is expected to bring in the coming months, with its error."""
    code = st.selectbox(_("Currency"), currency.by_value(position), key="currency_forecast", bind="query-params")
    place = position.model.currencies.index(code)
    made = currency.forecast(position, code)
    months = position.model.month_starts
    mean = pd.Series(position.model.receipts[:, place], months)
    sd = pd.Series(position.model.sd[:, place], months)
    past = position.past[code].dropna()
    names = charts.ReceiptNames(_("Net receipts so far"), _("Forecast"), _("90% of outcomes"))
    panels.chart(
        charts.receipts(
            past, mean, sd, names=names, y_title=_("Net receipts a month, {currency}").format(currency=code)
        ),
        title=_("Receipts expected in {currency}").format(currency=code),
        how_to_read=_(
            "The dashed line is what is expected in each month to come; nine of ten months should end within the band, "
            "if the business goes on as it has."
        ),
        data=pd.concat({"past": past.to_frame("mean"), "forecast": pd.DataFrame({"mean": mean, "sd": sd})})
        .rename_axis(["part", "month"])
        .reset_index(),
        key="currency_receipts",
        height=320,
    )
    st.caption(
        _("Method: {method}, from {months} complete months. Expected in twelve months: {amount}.").format(
            method=spoken(made.method),
            months=formatting.number(made.observations),
            amount=formatting.money(mean.sum(), code),
        )
    )
    if made.note is not None:
        st.caption(spoken(made.note))
    _evidence(position, code)


def _evidence(position: Position, code: str) -> None:
    """How right such forecasts have been, and whether receipts move with the rate: what a hedge rests on."""
    with st.spinner(_("Forecasting past months out of what was known then…")):
        past = cached.result(past_forecasts, position.past[code])
    if past.empty:
        st.caption(_("The history is too short to see how right such forecasts have been."))
    else:
        hits = hit_rate(past)
        st.caption(
            _(
                "Past forecasts, a month ahead: {inside} of the last {months} months ended in the band that nine of "
                "ten should. By what so few can tell, it holds {low} to {high} of months."
            ).format(
                inside=formatting.number(int(past["inside"].sum())),
                months=formatting.number(hits.trials),
                low=formatting.percent(hits.low, 2),
                high=formatting.percent(hits.high, 2),
            )
        )
    try:
        together = volume_rate_correlation(position.past[code], position.rates[code])
    except InputError as reason:
        st.caption(spoken(reason.sentence))
        return
    st.caption(
        _(
            "Receipts in {currency} and its rate: correlation {value} ({low} to {high}) over {pairs} monthly changes."
        ).format(
            currency=code,
            value=formatting.significant(together.correlation, 2),
            low=formatting.significant(together.low, 2),
            high=formatting.significant(together.high, 2),
            pairs=formatting.number(together.pairs),
        )
        + " "
        + _meaning(together)
    )


def _meaning(together: Correlation) -> str:
    if together.high < 0:
        return _("Receipts fall when the currency rises: selling all that is expected forward would hedge too much.")
    if together.low > 0:
        return _("Receipts rise with the currency: selling what is expected forward would hedge too little.")
    return _("It may as well be zero, so it is no reason to hedge more or less than is expected.")
