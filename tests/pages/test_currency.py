"""Currency: value at risk as the library estimates it, exposures as the orders say, and what is left out said."""

from __future__ import annotations

import base64
from collections.abc import Callable

import numpy as np
import pandas as pd
import plotly.io
import pytest
from streamlit.testing.v1 import AppTest

from dashboard import currency
from dashboard.formatting import money
from risk.currency.model import CurrencyRisk
from risk.currency.rates import ecb_rates
from risk.currency.var import METHODS, WINDOW, VarEstimate, value_at_risk
from risk.orders import OrderHistory

Show = Callable[..., AppTest]
Make = Callable[..., OrderHistory]
Read = Callable[[AppTest, str], str]
Said = Callable[[AppTest], str]

EXPOSURE = {"currency_tab": "Exposure"}


def estimate(model: CurrencyRisk, months: int, level: float, horizon: int, method: str = "filtered") -> VarEstimate:
    held = pd.Series(model.receipts[:months].sum(axis=0), list(model.currencies))
    window = WINDOW * horizon if method == "historical" else WINDOW
    rng = np.random.default_rng(currency.SEED)
    return value_at_risk(ecb_rates("CNY"), held, level, horizon, method, window=window, rng=rng)


def methods_of(at: AppTest) -> pd.DataFrame:
    (found,) = [frame.value for frame in at.dataframe if "es_error" in frame.value]
    return found


def numbers(sent: dict[str, str]) -> list[float]:
    """An array as Plotly sends it to the browser: its type and its bytes."""
    return np.frombuffer(base64.b64decode(sent["bdata"]), sent["dtype"]).tolist()


def test_the_figures_are_the_filtered_estimate_of_twelve_months_over_a_month(
    shown: Show, figure: Read, headline: Said, model: CurrencyRisk
) -> None:
    at, wanted = shown("currency"), estimate(model, 12, 0.99, 21)
    assert figure(at, "Value at risk, 99%") == money(wanted.var, "CNY")
    assert figure(at, "Expected shortfall, 99%") == money(wanted.es, "CNY")
    assert figure(at, "Each alone, added up") == money(wanted.stand_alone.sum(), "CNY")
    assert money(wanted.var, "CNY") in headline(at)
    assert f"{wanted.components.idxmax()}." in headline(at)
    assert any(money(wanted.es_error, "CNY", digits=2) in caption.value for caption in at.caption)


def test_the_methods_stand_side_by_side_with_their_errors(shown: Show, model: CurrencyRisk) -> None:
    table = methods_of(shown("currency", address={"currency_horizon": "1"}))
    wanted = [estimate(model, 12, 0.99, 1, method) for method in METHODS]
    for column in ("var", "var_error", "es", "es_error"):
        assert table[column].tolist() == pytest.approx([getattr(one, column) for one in wanted])
    assert table["days"].tolist() == [one.observations for one in wanted]


def test_level_horizon_and_months_live_in_the_address(shown: Show, figure: Read, model: CurrencyRisk) -> None:
    address = {"currency_level": "95%", "currency_horizon": "5", "currency_months": "1"}
    at = shown("currency", address=address)
    assert figure(at, "Value at risk, 95%") == money(estimate(model, 1, 0.95, 5).var, "CNY")


def test_a_longer_horizon_moves_the_number(shown: Show, figure: Read, model: CurrencyRisk) -> None:
    at = shown("currency")
    at.button_group("currency_horizon").set_value("63").run()
    assert figure(at, "Value at risk, 99%") == money(estimate(model, 12, 0.99, 63).var, "CNY")


def test_a_history_too_short_for_its_periods_draws_days_and_says_so(shown: Show, history: Make) -> None:
    # Rates of the real begin in 2008: too few quarters since for one in a hundred.
    at = shown("currency", history({"BRL": 5000.0}), address={"currency_horizon": "63"})
    table = methods_of(at).set_index("method")
    assert table.loc["Historical", "var"] > 0
    assert any("days are drawn at random instead" in caption.value for caption in at.caption)


def test_what_holds_for_all_methods_is_said_once(shown: Show, history: Make) -> None:
    at = shown("currency", history({"HKD": 50_000.0}), "USD")
    pegged = [caption.value for caption in at.caption if "the day a peg breaks" in caption.value]
    assert len(pegged) == 1
    assert pegged[0].startswith("HKD")


def test_months_are_shown_at_the_rates_now(shown: Show, exposure: pd.DataFrame, model: CurrencyRisk) -> None:
    at = shown("currency", address=EXPOSURE)
    charts = [plotly.io.from_json(chart.proto.spec) for chart in at.get("plotly_chart")]
    chart = next(chart for chart in charts if chart.layout.barmode == "relative")
    bars = {trace.name: trace for trace in chart.data}
    eur = exposure[exposure["currency"] == "EUR"].set_index("month")["net"]
    spot = dict(zip(model.currencies, model.spot, strict=True))
    assert numbers(bars["EUR"].y) == pytest.approx((eur * spot["EUR"]).tolist())
    assert "CNY" not in bars, "what is in the reporting currency is not exposed"


def test_netting_adds_up_over_the_last_twelve_months(shown: Show, exposure: pd.DataFrame) -> None:
    at = shown("currency", address=EXPOSURE)
    (table,) = [frame.value.set_index("currency") for frame in at.dataframe if "costs" in frame.value]
    recent = exposure[exposure["month"] >= "2025-11-01"].groupby("currency").sum(numeric_only=True)
    assert table["net"].to_dict() == pytest.approx(recent["net"].drop("CNY", errors="ignore").to_dict())
    assert (table["gross"] - table["costs"]).tolist() == pytest.approx(table["net"].tolist())
    assert table["value"].abs().is_monotonic_decreasing


def test_the_forecast_is_the_models_for_the_chosen_currency(shown: Show, model: CurrencyRisk) -> None:
    at = shown("currency", address={**EXPOSURE, "currency_forecast": "GBP"})
    place = model.currencies.index("GBP")
    said = [caption.value for caption in at.caption if caption.value.startswith("Method:")]
    assert money(model.receipts[:, place].sum(), "GBP") in said[0]
    assert "from 24 complete months" in said[0]


def test_the_range_of_the_rates_lives_in_the_address(shown: Show) -> None:
    def days(years: str) -> int:
        at = shown("currency", address={"currency_tab": "Rates", "currency_range": years})
        return len(plotly.io.from_json(at.get("plotly_chart")[-1].proto.spec).data[0].x)

    assert 240 < days("1y") < 265
    assert 2 * days("1y") < days("5y")


def test_currencies_without_rates_are_left_out_and_listed(shown: Show, history: Make, figure: Read) -> None:
    at = shown("currency", history({"TWD": 100_000.0, "EUR": 5000.0, "RUB": 9000.0}), address=EXPOSURE)
    said = at.info[0].value
    assert "TWD is left out" in said
    assert "RUB is left out\\: its rates ended on 2022" in said
    assert at.selectbox(key="currency_forecast").options == ["EUR"]


def test_a_short_history_says_how_it_was_forecast(shown: Show, history: Make) -> None:
    at = shown("currency", history({"EUR": 5000.0}, months=3), address=EXPOSURE)
    said = " ".join(caption.value for caption in at.caption)
    assert "Method: mean, from 3 complete months." in said
    assert "Only 3 months of receipts" in said


def test_old_orders_are_seen_from_their_own_end(shown: Show, figure: Read, history: Make) -> None:
    at = shown("currency", history({"GBP": 5000.0}, last="2011-11"), "EUR")
    assert any("Exchange rates of Nov 15, 2011" in caption.value for caption in at.caption)
    assert "Your last orders are of Nov 15, 2011" in at.info[0].value
    held = pd.Series({"GBP": 1.0})
    then = value_at_risk(ecb_rates("EUR", ["GBP"], end="2011-11-15"), held, 0.99, 1)
    at = shown("currency", history({"GBP": 5000.0}, last="2011-11"), "EUR", {"currency_horizon": "1"})
    assert methods_of(at)["days"].tolist()[METHODS.index("filtered")] == then.observations
