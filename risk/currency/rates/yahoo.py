"""Exchange rates from Yahoo Finance: currencies that the ECB does not publish, and newer days; needs the network."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

import pandas as pd

from risk.checks import InputError, currency_code
from risk.currency.rates.ecb import Date, day
from risk.currency.rates.table import checked_direction

Download = Callable[..., pd.DataFrame | None]


def yahoo_rates(
    reporting: str,
    currencies: Sequence[str],
    start: Date,
    end: Date,
    *,
    download: Download | None = None,
) -> pd.DataFrame:
    """Reporting-currency units for 1 unit of each currency at Yahoo's daily close, `start` to `end` included.

    Crossed over the dollar from the quotes "units for 1 USD". A close is the last price of a day that ends at midnight
    in London, and of an unfinished day the price so far: do not mix it with ECB fixings in one covariance.
    `download` stands in for `yfinance.download`. Raises InputError without network, or when Yahoo sends nothing for a
    currency.
    """
    asked = [currency_code("currency", code) for code in currencies if code != reporting]
    legs = sorted({currency_code("reporting", reporting), *asked} - {"USD"})
    per_dollar = _closes(_fetch(legs, day("start", start), day("end", end), download), legs)
    per_dollar.insert(0, "USD", 1.0)
    rates = per_dollar[asked].rdiv(per_dollar[reporting], axis=0)
    return checked_direction(rates.rename_axis(index="date", columns=None), reporting)


def _fetch(
    legs: Sequence[str],
    start: pd.Timestamp | None,
    end: pd.Timestamp | None,
    download: Download | None,
) -> pd.DataFrame:
    # yfinance leaves out the end day, and reports failures in its log and as an empty frame.
    until = None if end is None else end + pd.Timedelta(days=1)
    symbols = [f"{leg}=X" for leg in legs]
    try:
        answer = (download or _yfinance())(
            symbols,
            start=start,
            end=until,
            auto_adjust=False,
            progress=False,
            threads=False,
            multi_level_index=True,
        )
    except Exception as error:  # whatever the network or an unofficial interface raises means the same to the user
        raise _unreachable(f"{type(error).__name__}: {error}") from error
    if answer is None or answer.empty:
        raise _unreachable("it sent nothing")
    return answer


def _yfinance() -> Download:
    import yfinance

    logging.getLogger("yfinance").setLevel(logging.CRITICAL)  # the InputError says it once, in words
    fetch: Download = yfinance.download
    return fetch


def _unreachable(reason: str) -> InputError:
    return InputError(
        "Yahoo gave no rates ({reason}). Without network use the ECB reference rates, which are built in, "
        "or a CSV file with one column a currency.",
        reason=reason,
    )


def _closes(answer: pd.DataFrame, legs: Sequence[str]) -> pd.DataFrame:
    try:
        closes = pd.DataFrame(answer["Close"])
        closes.columns = pd.Index([str(symbol).removesuffix("=X") for symbol in closes.columns])
        closes.index = pd.DatetimeIndex(closes.index).tz_localize(None).normalize()
    except (KeyError, TypeError, ValueError) as error:
        raise _unreachable("the format of its answer has changed") from error
    missing = [leg for leg in legs if leg not in closes or closes[leg].isna().all()]
    if missing:
        raise InputError(
            "Yahoo gave no rates for {missing}. Is the code right, and was there trading in that time?",
            missing=", ".join(missing),
        )
    weekdays = closes.loc[closes.index.day_of_week < 5, list(legs)]
    return weekdays[~weekdays.index.duplicated(keep="last")].sort_index().astype("float64")
