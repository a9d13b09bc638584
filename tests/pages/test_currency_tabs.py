"""Tabs of the page Currency: backtests, cash flow and stress are the library's, and only the open tab is worked out."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard import backtest_panel, currency, far_tail_panel, stress_panel
from dashboard.formatting import money
from risk import compiled
from risk.currency import ledger, stress
from risk.currency.backtest import judge, most_trusted, rolling_backtest
from risk.currency.cash_flow import cash_flow_at_risk, probability_below, simulate_cash_flows
from risk.currency.far_tail import far_tail, monthly_moves
from risk.currency.model import CurrencyRisk
from risk.currency.rates import ecb_rates
from risk.currency.scenarios import KERNEL
from risk.currency.var import METHODS, value_at_risk
from risk.orders import OrderHistory, questions
from risk.orders.sample import open_sample
from risk.reference import currency_episodes

Show = Callable[..., AppTest]
Read = Callable[[AppTest, str], str]


def expected(model: CurrencyRisk) -> pd.Series:
    return pd.Series(model.receipts.sum(axis=0), list(model.currencies))


def table_with(at: AppTest, column: str) -> pd.DataFrame:
    (found,) = [frame.value for frame in at.dataframe if column in frame.value]
    return found


def test_each_method_is_judged_on_the_readers_own_exposures(shown: Show, model: CurrencyRisk) -> None:
    address = {"currency_tab": "Backtests", "currency_window": "250", "currency_years": "5"}
    at = shown("currency", address=address)
    rates = ecb_rates("CNY", list(model.currencies), end="2026-10-31").dropna()
    begin = rates.index.searchsorted(pd.Timestamp("2026-10-31") - pd.DateOffset(years=5))
    verdicts = {}
    for method in METHODS:
        rng = np.random.default_rng(currency.SEED)
        found = rolling_backtest(rates.iloc[begin - 251 :], expected(model), 0.99, 250, method, hold="value", rng=rng)
        verdicts[method] = judge(found, 0.99, np.random.default_rng(currency.SEED))
    table = table_with(at, "clusters")
    wanted = backtest_panel.table_of(verdicts)
    for column in ("exceptions", "number", "clusters", "durations", "foresight", "shortfall", "behind"):
        # Before the loops are compiled their numpy twins answer, whose GARCH fits end as near the top, not on the bit.
        assert table[column].tolist() == pytest.approx(wanted[column].tolist(), rel=1e-3, abs=1e-6)
    trusted = verdicts[most_trusted(verdicts)]
    said = " ".join(text.value for text in at.markdown)
    assert f"on {trusted.exceptions} of" in said
    assert "would be found on so many days with a chance of" in said
    at.selectbox(key="currency_judged").set_value("normal").run()
    assert any("What was said and what came: Normal" in title.value for title in at.subheader)


def test_a_history_that_is_too_short_is_not_backtested(shown: Show, history: Callable[..., object]) -> None:
    at = shown("currency", history({"ILS": 5000.0}, last="2012-06"), address={"currency_tab": "Backtests"})
    assert "more than as many days with a rate" in at.info[0].value


def test_the_months_ahead_are_the_simulations(shown: Show, figure: Read, model: CurrencyRisk) -> None:
    at = shown("currency", address={"currency_tab": "Cash flow"})
    flows = simulate_cash_flows(model, 20_000, np.random.default_rng(currency.SEED), 0.0)
    total = cash_flow_at_risk(flows, 0.99).loc["total"]
    assert figure(at, "Cash flow at risk, 99%") == money(total["at_risk"], "CNY")
    assert figure(at, "Expected receipts") == money(total["expected"], "CNY")
    floor = float(total["budget"] - total["at_risk"])
    at.number_input(key="currency_floor_CNY").set_value(round(floor)).run()
    assert figure(at, "Chance of falling short").startswith("1")
    assert probability_below(flows, round(floor))[0] == pytest.approx(0.01, abs=0.001)


def test_forwards_of_the_page_hedging_narrow_the_months_ahead(shown: Show) -> None:
    def at_risk(**address: str) -> float:
        at = shown("currency", address={"currency_tab": "Cash flow", "currency_ahead": "3", **address})
        table = table_with(at, "at_risk")
        assert len(table) == 4
        return float(table["at_risk"].iloc[-1])

    assert at_risk(currency_with_forwards="true") != at_risk()


@pytest.mark.parametrize(("compiled_yet", "scenarios"), [(True, 100_000), (False, 20_000)])
def test_the_far_tail_is_the_librarys_also_while_loops_are_compiled(
    shown: Show, model: CurrencyRisk, monkeypatch: pytest.MonkeyPatch, compiled_yet: bool, scenarios: int
) -> None:
    assert compiled.warm([KERNEL], wait=True)
    if not compiled_yet:
        for module in (far_tail_panel, sys.modules["risk.currency.scenarios"]):
            monkeypatch.setattr(module, "compiled", lambda _name: None)
    at = shown("currency", address={"currency_tab": "Cash flow"})
    amounts = model.receipts * model.spot
    moves = monthly_moves(ecb_rates("CNY", list(model.currencies), end="2026-10-31"), amounts.sum(axis=0))
    rng = np.random.default_rng(currency.SEED)
    found = far_tail(amounts, moves.covariance, moves.degrees, scenarios, rng)
    table = table_with(at, "effective")
    assert table["level"].tolist() == ["99%", "99.5%", "99.9%"]
    for column in found:
        # Forecasts end on the same digits only to about eight places, and then so do the weights.
        assert table[column].tolist() == pytest.approx(found[column].tolist(), rel=1e-3)
    assert money(found["var"].iloc[-1], "CNY") in " ".join(text.value for text in at.markdown)
    assert f"From {scenarios:,} simulated futures" in " ".join(caption.value for caption in at.caption)


def test_what_is_sold_forward_has_no_far_tail(shown: Show, history: Callable[..., object]) -> None:
    sold = {"currency_tab": "Cash flow", "currency_with_forwards": "true"}
    at = shown("currency", history({"EUR": 5000.0}), address=sold, session={"hedging_EUR": 100})
    assert "there is no far tail" in " ".join(info.value for info in at.info)


def test_episodes_cost_what_the_library_says(shown: Show, model: CurrencyRisk) -> None:
    at = shown("currency", address={"currency_tab": "Stress", "currency_parallel": "-20"})
    values = expected(model) * pd.Series(model.spot, list(model.currencies))
    found = stress.losses(stress.episodes(currency_episodes(), ecb_rates("USD"), "CNY", list(values.index)), values)
    table = table_with(at, "estimated")
    # Fits of the forecasts end on the same digits only to about eight places.
    assert sorted(table["loss"]) == pytest.approx(sorted(found["loss"]), rel=1e-5, abs=1.0)
    worst = found.loc[found["loss"].idxmax()]
    assert money(worst["loss"], "CNY") in " ".join(text.value for text in at.markdown)
    shocks = next(frame.value for frame in at.dataframe if len(frame.value) and frame.value.iloc[0, 0] == "All by -20%")
    assert shocks["loss"].iloc[0] == pytest.approx(0.2 * values.sum())


def test_the_smallest_move_costs_what_was_entered(shown: Show) -> None:
    at = shown("currency", address={"currency_tab": "Stress"})
    at.number_input(key="currency_hurts_CNY").set_value(50_000.0).run()
    table = table_with(at, "move")
    assert table["loss"].sum() == pytest.approx(50_000.0)
    assert "standard deviations" in " ".join(text.value for text in at.markdown)


def test_a_peg_can_break(shown: Show, history: Callable[..., object]) -> None:
    at = shown("currency", history({"HKD": 50_000.0, "EUR": 5000.0}), "USD", address={"currency_tab": "Stress"})
    at.slider(key="currency_peg").set_value(-30).run()
    shocks = next(frame.value for frame in at.dataframe if "Pegs break: HKD" in frame.value.iloc[:, 0].tolist())
    row = shocks.set_index("scenario").loc["Pegs break: HKD"]
    assert row["HKD"] == pytest.approx(row["loss"])
    assert row["EUR"] == 0.0


def test_only_the_open_tab_is_worked_out(shown: Show, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_args: object) -> None:
        raise AssertionError("a closed tab was worked out")

    monkeypatch.setattr(stress_panel, "show", never)
    monkeypatch.setattr(backtest_panel, "show", never)
    assert not shown("currency").exception


def test_the_exposure_tells_how_right_forecasts_were_and_whether_volume_moves_with_the_rate(shown: Show) -> None:
    at = shown("currency", address={"currency_tab": "Exposure", "currency_forecast": "EUR"})
    said = " ".join(caption.value for caption in at.caption)
    assert "of the last 12 months ended in the band that nine of ten should" in said
    assert "Receipts in EUR and its rate: correlation" in said


def test_a_short_history_tells_that_nothing_can_be_told_yet(shown: Show, history: Callable[..., object]) -> None:
    at = shown("currency", history({"EUR": 5000.0}, months=4), address={"currency_tab": "Exposure"})
    said = " ".join(caption.value for caption in at.caption)
    assert "too short to see how right" in said
    assert "too few to see whether volume moves" in said


def workspace_of(at: AppTest) -> OrderHistory:
    """The file of this session, begun as the first entry would."""
    if "workspace" not in at.session_state:
        at.session_state["workspace"] = OrderHistory.open()
    history: OrderHistory = at.session_state["workspace"]
    return history


EXPOSURE = {"currency_tab": "Exposure"}


@pytest.fixture(scope="module")
def open_rows() -> pd.DataFrame:
    """The sample shop's ledger, made without the dashboard."""
    with open_sample() as sample:
        flows, paid, delays = questions.flows(sample), questions.payouts(sample), questions.refund_delays(sample)
    spot = ecb_rates("CNY").loc[:"2026-10-31"].iloc[-1].to_dict()
    lags = ledger.channel_lags(flows, ledger.payout_lags(flows, paid, "2026-10-31"), spot)
    return ledger.exposure_ledger(flows, delays, "2026-10-31", ledger.Terms(lags.to_dict()))


def test_what_is_open_is_the_ledger_of_the_library(shown: Show, open_rows: pd.DataFrame) -> None:
    table = table_with(shown("currency", address=EXPOSURE), "committed").set_index("currency")
    wanted = open_rows.pivot_table(index="currency", columns="exposure_class", values="amount", aggfunc="sum")
    for name in ledger.CLASSES:
        assert table[name].to_dict() == pytest.approx(wanted[name].drop("CNY").to_dict())


def test_what_is_sold_and_not_paid_out_can_be_put_at_risk_alone(
    shown: Show, figure: Read, open_rows: pd.DataFrame
) -> None:
    at = shown("currency", address={"currency_months": "0"})
    firm = open_rows[open_rows["exposure_class"].isin(["booked", "committed"])]
    held = firm.groupby("currency")["amount"].sum().drop("CNY", errors="ignore")
    found = value_at_risk(ecb_rates("CNY"), held, 0.99, 21, rng=np.random.default_rng(currency.SEED))
    assert figure(at, "Value at risk, 99%") == money(found.var, "CNY")
    assert "off what has been sold and not yet paid out." in at.main.header[0].value
    for tab in ("Backtests", "Stress"):
        shown("currency", address={"currency_months": "0", "currency_tab": tab})


def test_conversions_of_the_sample_shop_took_forty_basis_points(shown: Show) -> None:
    at = shown("currency", address=EXPOSURE)
    assert any("40 basis points" in text.value for text in at.markdown)
    assert table_with(at, "basis_points")["basis_points"].tolist() == pytest.approx([40.0] * 5, abs=0.01)


def test_a_channels_terms_are_kept_counted_and_undone(shown: Show) -> None:
    at = shown("currency", address=EXPOSURE)
    before = table_with(at, "committed").set_index("currency")["booked"]
    assert not any("Conversion by channels costs" in text.value for text in at.markdown)
    space = workspace_of(at)
    space.keep({"sample/exposure_terms": json.dumps({"lags": {"trade": 60}, "markups": {"trade": 0.02}})})
    at.run()
    assert (table_with(at, "committed").set_index("currency")["booked"] > before).all()
    said = [text.value for text in at.markdown if "Conversion by channels" in text.value]
    assert said == [f"Conversion by channels costs **{money(715_000, 'CNY')}** a year."]
    at.button(key="currency_terms_undo").click().run()
    assert table_with(at, "committed").set_index("currency")["booked"].tolist() == pytest.approx(before.tolist())


def test_the_krone_counts_as_the_euro_only_when_asked_for(shown: Show, history: Callable[..., object]) -> None:
    at = shown("currency", history({"DKK": 5000.0, "EUR": 100.0}), address=EXPOSURE)
    apart = table_with(at, "committed").set_index("currency")["value"]
    assert set(apart.index) == {"DKK", "EUR"}
    at.toggle(key="currency_anchors").set_value(True).run()
    together = table_with(at, "committed").set_index("currency")["value"]
    assert together.to_dict() == pytest.approx({"EUR": apart.sum()})


def test_orders_without_conversions_say_what_would_show_them(shown: Show, history: Callable[..., object]) -> None:
    at = shown("currency", history({"USD": 5000.0}), address=EXPOSURE)
    assert any("The orders hold no conversions." in text.value for text in at.caption)
