"""Hedging: what the sliders say is what the library computes, and the address holds it."""

from __future__ import annotations

import json
from collections.abc import Callable
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard import currency, hedging
from dashboard.formatting import money, percent
from risk.calibration import currency_risk
from risk.currency.hedging import hedge_cost
from risk.currency.model import CurrencyRisk, forward_deals
from risk.currency.rates import ecb_rates
from risk.loss import measures
from risk.reference import policy_rates

Show = Callable[..., AppTest]
Read = Callable[[AppTest, str], str]
Said = Callable[[AppTest], str]


def losses(model: CurrencyRisk, ratios: float | dict[str, float], years: int = currency.USUAL_YEARS) -> np.ndarray:
    return model.legs(years, np.random.default_rng(currency.SEED)).table(ratios).total


def halves(model: CurrencyRisk, **ratios: float) -> dict[str, float]:
    return {**dict.fromkeys(model.currencies, 0.5), **ratios}


def test_the_figures_are_those_of_the_library(shown: Show, figure: Read, model: CurrencyRisk) -> None:
    at, hedged = shown("hedging"), losses(model, 0.5)
    assert figure(at, "Expected loss a year") == money(measures.expected_loss(hedged), "CNY")
    assert figure(at, "Value at risk, 95%") == money(measures.value_at_risk(hedged, 0.95), "CNY")
    assert figure(at, "Expected shortfall, 95%") == money(measures.expected_shortfall(hedged, 0.95), "CNY")
    assert figure(at, "Cost of the hedge") == money(hedge_cost(model, 0.5).to_numpy().sum(), "CNY")
    assert figure(at, "Hedged") == percent(0.5)
    error = money(measures.standard_error(hedged, "es", 0.95), "CNY", digits=2)
    assert any(f"expected shortfall ± {error}" in caption.value for caption in at.caption)


def test_moving_a_slider_moves_the_numbers_to_what_the_library_says(
    shown: Show, figure: Read, headline: Said, model: CurrencyRisk
) -> None:
    at = shown("hedging")
    before = figure(at, "Value at risk, 95%")
    at.slider(key="hedging_EUR").set_value(100).run()
    moved = losses(model, halves(model, EUR=1.0))
    assert figure(at, "Value at risk, 95%") == money(measures.value_at_risk(moved, 0.95), "CNY") != before
    assert money(measures.value_at_risk(losses(model, 0.0), 0.95), "CNY") in headline(at)


def test_the_address_sets_the_sliders_the_spread_and_the_level(shown: Show, figure: Read, model: CurrencyRisk) -> None:
    at = shown("hedging", address={"hedging_EUR": "80", "hedging_spread": "0", "hedging_level": "99%"})
    assert at.slider(key="hedging_EUR").value == 80
    free = CurrencyRisk(**{**vars(model), "spread": 0.0})
    hedged = losses(free, halves(model, EUR=0.8))
    assert figure(at, "Value at risk, 99%") == money(measures.value_at_risk(hedged, 0.99), "CNY")


def test_a_share_out_of_range_in_the_address_is_the_usual_one(shown: Show) -> None:
    assert shown("hedging", address={"hedging_EUR": "1000"}).slider(key="hedging_EUR").value == currency.USUAL_RATIO


@pytest.mark.parametrize("share", [0, 50, 100])
def test_one_click_moves_every_slider(shown: Show, figure: Read, model: CurrencyRisk, share: int) -> None:
    at = shown("hedging", address={"hedging_EUR": "15"})
    at.button(key=f"hedging_set_{share}").click().run()
    assert {slider.value for slider in at.slider} == {share}
    assert figure(at, "Hedged") == percent(share / 100)


def test_the_deals_are_the_librarys(shown: Show, model: CurrencyRisk) -> None:
    at = shown("hedging", address={"hedging_JPY": "0"})
    wanted = forward_deals(model, halves(model, JPY=0.0))
    (found,) = [frame.value for frame in at.dataframe if "forward_rate" in frame.value]
    pd.testing.assert_frame_equal(found, wanted, check_dtype=False)


def test_without_a_hedge_there_is_nothing_to_deal(shown: Show, headline: Said) -> None:
    at = shown("hedging")
    at.button(key="hedging_set_0").click().run()
    assert "Nothing is hedged." in headline(at)
    assert not [frame for frame in at.dataframe if "forward_rate" in frame.value]
    assert "Nothing is hedged, so there is nothing to deal." in [caption.value for caption in at.caption]


def test_more_years_are_simulated_when_asked_for(shown: Show, figure: Read, model: CurrencyRisk) -> None:
    at = shown("hedging", address={"hedging_years": "5000"})
    assert figure(at, "Value at risk, 95%") == money(measures.value_at_risk(losses(model, 0.5, 5000), 0.95), "CNY")
    assert any(caption.value.startswith("From 5,000 simulated years") for caption in at.caption)


def test_rates_of_the_readers_own_count_instead_of_the_sources(
    shown: Show, figure: Read, exposure: pd.DataFrame
) -> None:
    edits = {"CNY": {"interest": {"EUR": 0.09}, "budget": {"EUR": 7.0}}}
    at = shown("hedging", session={currency.EDITS: edits})
    interest = {**policy_rates()["rate"].to_dict(), "EUR": 0.09}
    spread = currency.USUAL_SPREAD / 10_000
    model = currency_risk(exposure, ecb_rates("CNY"), interest, "CNY", "2026-10-31", spread=spread, budget={"EUR": 7.0})
    assert figure(at, "Cost of the hedge") == money(hedge_cost(model, 0.5).to_numpy().sum(), "CNY")
    assert figure(at, "Value at risk, 95%") == money(measures.value_at_risk(losses(model, 0.5), 0.95), "CNY")
    at.button(key="hedging_rates_reset").click().run()
    assert currency.EDITS not in at.session_state


def test_an_impossible_rate_is_refused_in_a_sentence(shown: Show) -> None:
    at = shown("hedging", session={currency.EDITS: {"CNY": {"budget": {"EUR": -1.0}}}})
    assert "A budget rate must be above zero" in at.info[0].value
    assert not at.metric


def test_typed_rates_are_kept_and_emptied_ones_are_the_sources_again(monkeypatch: pytest.MonkeyPatch) -> None:
    state = {currency.EDITS: {"CNY": {"interest": {"EUR": 0.02}}, "USD": {"budget": {"EUR": 1.1}}}}
    monkeypatch.setattr(hedging.st, "session_state", state)
    position = SimpleNamespace(model=SimpleNamespace(currencies=("EUR", "USD")), reporting="CNY")
    typed = {0: {"interest": None, "budget": 7.5}, 2: {"interest": 1.5, "budget": 3.0}}
    state[hedging.EDITOR] = {"edited_rows": typed}
    hedging._keep(position)
    assert state[currency.EDITS]["CNY"]["interest"] == pytest.approx({"CNY": 0.015})
    assert state[currency.EDITS]["CNY"]["budget"] == {"EUR": 7.5}, "the reporting currency has no budget rate"
    assert state[currency.EDITS]["USD"] == {"budget": {"EUR": 1.1}}


def test_the_frontier_passes_through_no_hedge_and_shows_the_choice(shown: Show, model: CurrencyRisk) -> None:
    at = shown("hedging", address={"hedging_EUR": "100"})
    spec = json.loads(at.get("plotly_chart")[1].proto.spec)
    line, choice = spec["data"]
    hedged = losses(model, halves(model, EUR=1.0))
    assert choice["y"] == pytest.approx([measures.expected_shortfall(hedged, 0.95)])
    assert line["text"][0] == "0%"
