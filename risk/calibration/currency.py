"""Models from an order history and the facts: what is estimated, and what is left out with the reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from risk.checks import InputError, Sentence, currency_code
from risk.currency.exposure import ReceiptForecast, forecast_receipts, monthly_receipts
from risk.currency.forwards import DAY_COUNT, forward_curve
from risk.currency.model import CurrencyRisk
from risk.currency.paths import MIN_ROWS, calibrate
from risk.currency.programmes import Ratios, hedge_ratios
from risk.currency.rates import last_fixing, log_returns
from risk.currency.rates.returns import MAX_GAP_DAYS

HISTORY = 2520  # newest days that the paths draw from: ten years


def currency_risk(
    exposure: pd.DataFrame,
    rates: pd.DataFrame,
    interest: pd.DataFrame | Mapping[str, float] | pd.Series,
    reporting: str,
    as_of: str | dt.date,
    *,
    months: int = 12,
    ratios: Ratios = 0.0,
    spread: float = 0.0,
    budget: Mapping[str, float] | None = None,
    history: int = HISTORY,
) -> CurrencyRisk:
    """Currency risk of the months after `as_of`, out of nothing that was known later.

    `exposure`: answer of `risk.orders.questions.exposure`; `rates`: units of `reporting` for 1 unit of each currency;
    `interest`: yearly rates, a frame as `risk.reference.policy_rates` gives or by currency. A month's receipts are
    converted on its last day. The budget rate of a currency without one in `budget` is its spot rate. Currencies that
    cannot be simulated are left out, each with a note; InputError when none is left.
    """
    currency_code("reporting", reporting)
    day = pd.Timestamp(as_of).normalize()
    receipts = monthly_receipts(exposure, day).drop(columns=reporting, errors="ignore")
    if receipts.empty:
        raise InputError("All receipts are in {reporting}, so no exchange rate can hurt.", reporting=reporting)
    known, yearly = rates[rates.index <= day], _yearly(interest)
    kept, notes = _usable(receipts, known, yearly, reporting, day)
    ahead = _months_ahead(pd.Timestamp(receipts.index[-1]), day, months)
    forecasts = [_forecast(receipts[code], ahead.skip, months) for code in kept]
    spot = last_fixing(known[kept], day)
    return CurrencyRisk(
        reporting=reporting,
        currencies=tuple(kept),
        receipts=np.column_stack([forecast.mean for forecast in forecasts]),
        covariance=np.stack([forecast.covariance for forecast in forecasts]),
        budget=np.array([(budget or {}).get(code, spot[code]) for code in kept]),
        spot=np.asarray(spot),
        forwards=forward_curve(spot, yearly, reporting, ahead.days).to_numpy(),
        dynamics=calibrate(log_returns(known[kept].dropna()).dropna().tail(history)),
        value_dates=ahead.dates,
        fixing_days=ahead.fixings,
        ratios=hedge_ratios(ratios, kept),
        spread=spread,
        notes=(*notes, *_forecast_notes(kept, forecasts), *ahead.notes),
    )


class _Ahead(NamedTuple):
    """The months to simulate; `skip` months lie between the last of the history and the first of them."""

    skip: int
    dates: tuple[dt.date, ...]
    days: list[int]  # from the settlement of spot, two business days after as_of
    fixings: tuple[int, ...]
    notes: tuple[Sentence, ...]


def _months_ahead(last: pd.Timestamp, day: pd.Timestamp, months: int) -> _Ahead:
    first = (day + pd.Timedelta(days=1)).to_period("M")
    skip = (first - last.to_period("M")).n - 1
    ends = [
        max((first + ahead).to_timestamp() + pd.offsets.BMonthEnd(), day + pd.offsets.BDay()) for ahead in range(months)
    ]
    settled = day + pd.offsets.BDay(2)
    note = Sentence("The last month of orders is {month}: the forecast bridges the time since.", month=f"{last:%Y-%m}")
    return _Ahead(
        skip,
        tuple(end.date() for end in ends),
        [max(0, (end - settled).days) for end in ends],
        tuple(int(np.busday_count(day.date(), end.date())) for end in ends),
        (note,) if skip > 0 else (),
    )


def _forecast(history: pd.Series[float], skip: int, months: int) -> ReceiptForecast:
    forecast = forecast_receipts(history, skip + months)
    mean, covariance = forecast.mean.iloc[skip:], forecast.covariance.iloc[skip:, skip:]
    return ReceiptForecast(mean, covariance, forecast.method, forecast.observations, forecast.note)


def _forecast_notes(codes: list[str], forecasts: list[ReceiptForecast]) -> list[Sentence]:
    shortest = min(range(len(codes)), key=lambda place: forecasts[place].observations)
    note = forecasts[shortest].note
    return [note] if note is not None else []


def _yearly(interest: pd.DataFrame | Mapping[str, float] | pd.Series) -> dict[str, float]:
    return {
        str(code): float(rate)
        for code, rate in (interest["rate"] if isinstance(interest, pd.DataFrame) else interest).items()
    }


def _usable(
    receipts: pd.DataFrame, rates: pd.DataFrame, interest: dict[str, float], reporting: str, day: pd.Timestamp
) -> tuple[list[str], list[Sentence]]:
    held = [str(code) for code in receipts.columns if (receipts[code].fillna(0.0) != 0).any()]
    reasons = {code: _reason_against(code, receipts[code], rates, interest, day) for code in held}
    kept = [code for code, reason in reasons.items() if reason is None]
    notes = [reason for reason in reasons.values() if reason is not None]
    if not kept:
        raise InputError(
            "No currency of the orders can be simulated against {reporting}. {first}",
            reporting=reporting,
            first=notes[0] if notes else "",
        )
    return kept, notes


def _reason_against(
    code: str, receipts: pd.Series[float], rates: pd.DataFrame, interest: dict[str, float], day: pd.Timestamp
) -> Sentence | None:
    fixings = rates[code].dropna() if code in rates.columns else pd.Series(dtype="float64")
    if fixings.empty:
        return Sentence("{currency} is left out: there are no exchange rates for it.", currency=code)
    last = fixings.index[-1]
    if (day - last).days > MAX_GAP_DAYS:
        return Sentence("{currency} is left out: its rates ended on {last}.", currency=code, last=f"{last:%Y-%m-%d}")
    if len(fixings) <= MIN_ROWS:
        return Sentence("{currency} is left out: {days} days of rates are too few.", currency=code, days=len(fixings))
    if code not in interest or code not in DAY_COUNT:
        return Sentence("{currency} is left out: no interest rate is known for it.", currency=code)
    if receipts.count() < 2:
        return Sentence("{currency} is left out: one month of receipts is no history.", currency=code)
    return None
