"""Shares, cash and quotes on the page Hedging: what stands there is what the library says."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from dashboard import currency
from dashboard.formatting import money, percent, significant
from risk.currency.forwards import forward_rate
from risk.currency.hedging import least_shortfall, optimal_ratios, tolerance_ratio
from risk.currency.margin import MarginTerms, simulate_margin
from risk.currency.model import CurrencyRisk, Legs
from risk.loss import measures
from risk.reference import policy_rates

Show = Callable[..., AppTest]
Read = Callable[[AppTest, str], str]

CASH = {"hedging_cash_needed": "true"}  # closed sections are worked out when they are opened
WAYS = {"hedging_ways": "true"}
BOOK = {"hedging_tab": "Book and tickets"}


def said(at: AppTest) -> str:
    return " ".join(text.value for text in at.markdown)


def test_the_best_shares_are_the_librarys_and_a_click_sets_the_sliders(shown: Show, years: Legs) -> None:
    at, best = shown("hedging"), optimal_ratios(years, 0.95)
    assert f"is least, **{money(best.risk, 'CNY')}**" in said(at)
    at.button(key="hedging_best").click().run()
    wanted = {code: 5 * round(20 * best.ratios[code]) for code in years.currencies}
    assert {code: at.slider(key=currency.ratio_key(code)).value for code in years.currencies} == wanted


def test_a_limit_of_cost_takes_from_the_shares_and_says_what_more_would_save(shown: Show, years: Legs) -> None:
    best = optimal_ratios(years, 0.95, budget=100_000.0)
    at = shown("hedging", address={"hedging_limit": "100000"})
    assert f"is least, **{money(best.risk, 'CNY')}**" in said(at)
    assert best.risk > optimal_ratios(years, 0.95).risk
    assert f"more of cost would take {money(best.shadow_price, 'CNY', 2)} off it." in said(at)


def test_a_limit_that_nothing_keeps_to_is_a_sentence(shown: Show) -> None:
    at = shown("hedging", address={"hedging_limit": "-100000000"})
    assert len(at.info) == 1
    assert not at.exception


def test_a_correlation_that_cannot_be_told_counts_as_none(shown: Show, model: CurrencyRisk) -> None:
    at = shown("hedging", address={"hedging_quantity_of": "USD"})
    place = model.currencies.index("USD")
    assert money(float(model.receipts[:, place].sum()), "USD") in said(at)
    assert "cannot be told from 23 months" in said(at)
    assert "selling **100%** of it leaves least variance" in said(at)


def test_the_cash_that_a_bank_may_ask_for_is_the_librarys(shown: Show, model: CurrencyRisk) -> None:
    address = {**CASH, "hedging_deposit": "5.0", "hedging_threshold": "50000.0", "hedging_transfer": "1000.0"}
    at = shown("hedging", address=address)
    terms = MarginTerms(0.05, 50_000.0, 1_000.0, 0.05)
    discount = float(policy_rates()["rate"]["CNY"])
    rng = np.random.default_rng(currency.SEED)
    found = simulate_margin(model, currency.USUAL_YEARS, rng, terms, discount, 0.5)
    assert f"With **{money(found.peak_quantile(0.95), 'CNY')}** at hand" in said(at)
    assert f"costs {money(float(found.interest.mean()), 'CNY')} a year" in said(at)


def test_without_a_hedge_no_bank_asks_for_anything(shown: Show, model: CurrencyRisk) -> None:
    at = shown("hedging", address={**CASH, **{currency.ratio_key(code): "0" for code in model.currencies}})
    assert any("no bank asks for anything" in text.value for text in at.caption)


def test_a_quote_is_held_against_the_fair_forward(shown: Show, figure: Read, model: CurrencyRisk) -> None:
    at = shown("hedging", address=BOOK)
    day, interest = model.value_dates[2], policy_rates()["rate"]
    spot = float(model.spot[model.currencies.index("USD")])
    days = (day - np.datetime64("2026-11-03").item()).days  # spot of Saturday 31 October settles on Tuesday
    fair = forward_rate(spot, interest["CNY"], interest["USD"], days)
    assert figure(at, "Fair forward rate") == significant(fair, 6)
    at.number_input(key="hedging_quote_rate").set_value(fair * 0.996).run()
    assert float(figure(at, "The bank takes, basis points")) == pytest.approx(40.0, abs=0.05)
    assert figure(at, "That costs") == money(100_000 * (fair - round(fair * 0.996, 12)), "CNY")
    at.number_input(key="hedging_quote_rate").set_value(1 / fair).run()
    assert percent(abs(1 / fair / fair - 1), 2) in at.warning[-1].value
    at.number_input(key="hedging_quote_strike").set_value(6.9).run()
    assert f"brings **{money(100_000 * (6.9 - spot), 'CNY')}** now" in said(at)


def test_a_value_date_before_spot_settles_is_no_forward(shown: Show) -> None:
    at = shown("hedging", address=BOOK)
    at.date_input(key="hedging_quote_day").set_value(np.datetime64("2026-11-01").item()).run()
    assert "spot itself settles later" in at.info[-1].value


def test_ways_to_a_ratio_of_one_currency_are_the_librarys(shown: Show, years: Legs) -> None:
    at = shown("hedging", address=WAYS)
    place = years.currencies.index("USD")
    unhedged, hedge = years.unhedged[:, place], years.hedge[:, place] + years.cost[place]
    tail = least_shortfall(unhedged, hedge, 0.95)
    variance = -np.cov(unhedged, hedge)[0, 1] / np.var(hedge, ddof=1)
    assert f"least variance with **{percent(variance, 3)}** sold" in said(at)
    assert f"{money(tail.es, 'CNY')}, with **{percent(tail.ratio, 3)}**." in said(at)
    borne = (tail.es + measures.expected_shortfall(unhedged, 0.95)) / 2
    at.number_input(key="hedging_tolerance_USD").set_value(borne).run()
    (share,) = [text.value for text in at.markdown if "within what you can bear" in text.value]
    smallest = tolerance_ratio(unhedged, hedge, borne, 0.95)
    assert share.endswith(f"**{percent(smallest, 3)}**.")
    assert measures.expected_shortfall(unhedged + smallest * hedge, 0.95) == pytest.approx(borne)
    at.number_input(key="hedging_tolerance_USD").set_value(1.0).run()
    assert any("No hedge ratio keeps expected shortfall within" in text.value for text in at.caption)


def test_the_dollar_of_hong_kong_is_hedged_one_for_one_with_that_of_america(
    shown: Show, history: Callable[..., object]
) -> None:
    at = shown("hedging", history({"HKD": 50_000.0, "GBP": 100.0}), address=WAYS)
    at.selectbox(key="hedging_proxy_for").set_value("HKD").run()
    at.selectbox(key="hedging_proxy").set_value("USD").run()
    (table,) = [frame.value for frame in at.dataframe if "taken" in frame.value]
    assert len(table) == 4
    assert table["ratio"].to_numpy() == pytest.approx(1.0, abs=0.05)
    assert (table["taken"] > 0.9).all()


def test_closed_sections_are_not_worked_out(shown: Show) -> None:
    at = shown("hedging")
    assert not [field for field in at.number_input if field.key in {"hedging_threshold", "hedging_tolerance_USD"}]
    assert not [frame for frame in at.dataframe if "shadow_price" in frame.value]
    opened = shown("hedging", address={"hedging_best_curve": "true"})
    assert len([frame for frame in opened.dataframe if "shadow_price" in frame.value]) == 1
