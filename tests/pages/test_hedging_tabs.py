"""Tabs of the page Hedging: programmes, replay, effectiveness, book and tickets say what the library says."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard import currency, hedge_book, programmes, replay
from dashboard.formatting import money, significant
from risk.checks import Sentence
from risk.currency.book import Deal, HedgeBook, Market, tickets
from risk.currency.comparison import compare, option_deals, simulate_futures, try_programme
from risk.currency.effectiveness import HedgedItem, effectiveness_regression, lower_of, prospective_changes
from risk.currency.model import CurrencyRisk
from risk.currency.options import garman_kohlhagen, zero_cost_strike
from risk.currency.programmes import (
    Averaging,
    Layered,
    NoHedge,
    OptionHedge,
    Programme,
    ProgrammeResult,
    Rolling,
    RuleBased,
    Static,
    backtest_programme,
)
from risk.currency.rates import ecb_rates
from risk.orders import OrderHistory
from risk.reference import policy_rate_history, policy_rates

Show = Callable[..., AppTest]
Made = Callable[..., OrderHistory]
LADDER = [0.9] * 3 + [0.75] * 3 + [0.5] * 3 + [0.25] * 3
YEARS = 5_000
FEW = {"hedging_years": str(YEARS)}
AHEAD = {"hedging_tab": "Programmes", **FEW}
PAST = {"hedging_tab": "On past rates", "hedging_programme": "Layered", **FEW}
JUDGED = {"hedging_tab": "Effectiveness", "hedging_programme": "Layered", **FEW}
BOOK = {"hedging_tab": "Book and tickets", "hedging_programme": "Layered", **FEW}


@pytest.fixture(scope="module")
def every() -> dict[str, Programme]:
    """What the page compares by its name there, but for each order, whose days to payout the ledger tells."""
    share = 0.8
    return {
        "Your shares": Static(0.5),
        "No hedge": NoHedge(),
        "Once a year": Static(share),
        "Rolling": Rolling(share, 6),
        "Layered": Layered(LADDER),
        "Averaging": Averaging(share, 12),
        "By rules": RuleBased(Averaging(share / 2, 12), take_profit=0.03, stop_loss=0.05, profit_ratio=share,
                              stop_ratio=share),
        "Options": OptionHedge(Static(share), 0.03, garman_kohlhagen, extra_volatility=0.01),
        "Collars": OptionHedge(Static(share), 0.03, garman_kohlhagen, zero_cost_strike, 0.01),
    }  # fmt: skip


@pytest.fixture
def market(model: CurrencyRisk) -> Market:
    return Market("CNY", model_day(model), dict(zip(model.currencies, model.spot, strict=True)), policy_rates()["rate"])


def model_day(model: CurrencyRisk) -> Any:
    return (pd.Timestamp(model.value_dates[0]).replace(day=1) - pd.Timedelta(days=1)).date()


def receipts(model: CurrencyRisk) -> pd.DataFrame:
    months = pd.DatetimeIndex([pd.Timestamp(day).replace(day=1) for day in model.value_dates], name="month")
    return pd.DataFrame(model.receipts, months, list(model.currencies))


def ladder(model: CurrencyRisk) -> pd.DataFrame:
    return pd.DataFrame(dict.fromkeys(model.currencies, LADDER), receipts(model).index)


def table_with(at: AppTest, column: str) -> pd.DataFrame:
    (found,) = [frame.value for frame in at.dataframe if column in frame.value]
    return found


def words(at: AppTest) -> str:
    return " ".join(str(part.value) for kind in ("markdown", "caption", "info", "warning") for part in at.get(kind))


def workspace_of(at: AppTest) -> OrderHistory:
    """The file of this session, begun as the first entry would."""
    if "workspace" not in at.session_state:
        at.session_state["workspace"] = OrderHistory.open()
    found: OrderHistory = at.session_state["workspace"]
    return found


def kept_layers(at: AppTest, layers: dict[str, list[float]]) -> AppTest:
    workspace_of(at).keep({f"sample/{programmes.LAYERS}": json.dumps(layers)})
    return at.run()


def holding(at: AppTest, *deals: Deal, who: str = "sample") -> AppTest:
    """The page of somebody who has entered these deals."""
    rows = [hedge_book._row(deal) for deal in deals]
    workspace_of(at).keep({f"{who}/{hedge_book.NAME}": json.dumps(rows)})
    at.run()
    assert not at.exception, [error.message for error in at.exception]
    return at


def sold(code: str = "USD", amount: float = 100_000.0, rate: float = 7.0, **more: Any) -> Deal:
    days = {"trade_date": pd.Timestamp("2026-08-14").date(), "value_date": pd.Timestamp("2027-01-29").date()}
    return Deal(**{"kind": "forward", "side": "sell", "currency": code, "amount": amount, "rate": rate,
                   "against": "CNY", **days, **more})  # fmt: skip


def same(table: pd.DataFrame, wanted: pd.DataFrame, names: Sequence[str]) -> None:
    found = table.set_index("programme")
    for name in names:
        # Forecasts end on the same digits only to about eight places.
        assert found.loc[name].to_dict() == pytest.approx(wanted.loc[name].to_dict(), rel=1e-5, abs=1e-3), name


class TestProgrammes:
    def test_all_are_compared_on_the_same_futures_as_the_library(
        self, shown: Show, model: CurrencyRisk, every: dict[str, Programme]
    ) -> None:
        at = shown("hedging", address={**AHEAD, "hedging_programme": "Layered"})
        futures = simulate_futures(model, YEARS, np.random.default_rng(currency.SEED))
        wanted = compare({name: try_programme(one, model, futures) for name, one in every.items()}, 0.95)
        table = table_with(at, "relief")
        assert sorted(table["programme"]) == sorted([*every, "Each order"])
        same(table, wanted, list(every))
        said = words(at)
        assert f"**Layered** leaves a loss of **{money(wanted.loc['Layered', 'cash_flow_at_risk'], 'CNY')}**" in said
        assert f"no hedge leaves {money(wanted.loc['No hedge', 'cash_flow_at_risk'], 'CNY')}" in said

    def test_a_deposit_costs_forwards_and_nothing_else(
        self, shown: Show, model: CurrencyRisk, every: dict[str, Programme]
    ) -> None:
        at = shown("hedging", address={**AHEAD, "hedging_deposit": "10", "hedging_cash": "6"})
        table = table_with(at, "relief").set_index("programme")
        futures = simulate_futures(model, YEARS, np.random.default_rng(currency.SEED))
        found = try_programme(every["Once a year"], model, futures, deposit=0.1, deposit_rate=0.06)
        assert table.loc["Once a year", "interest"] == pytest.approx(found.costs["interest"].sum()) != 0
        assert table.loc["No hedge", "interest"] == 0

    def test_the_closed_tabs_are_not_worked_out(self, shown: Show, monkeypatch: pytest.MonkeyPatch) -> None:
        def never(*_args: object, **_named: object) -> None:
            raise AssertionError("a closed tab was worked out")

        for module, name in ((programmes, "results"), (replay, "replayed"), (hedge_book, "market")):
            monkeypatch.setattr(module, name, never)
        assert not shown("hedging", address=FEW).exception


class TestLayers:
    def test_kept_layers_change_what_is_wanted_and_can_be_undone(self, shown: Show, model: CurrencyRisk) -> None:
        at = shown("hedging", address=BOOK)
        before = table_with(at, "action")
        kept_layers(at, {"USD": [40.0] * 12})
        after = table_with(at, "action")
        expected = receipts(model)["USD"]
        lots = (np.rint(0.4 * expected / 1000) * 1000).tolist()
        assert after.loc[after["currency"] == "USD", "amount"].tolist() == lots
        pd.testing.assert_frame_equal(*(table[table["currency"] == "EUR"].reset_index() for table in (before, after)))
        at.button(key="hedging_layers_undo").click().run()
        pd.testing.assert_frame_equal(table_with(at, "action"), before)

    def test_why_an_edit_was_not_taken_is_said_until_the_next(self, shown: Show) -> None:
        reason = Sentence("Months {near} and {far}.", near=2, far=3)
        at = shown("hedging", session={"hedging_layers_refused": reason})
        assert [error.value for error in at.error] == ["Months 2 and 3\\."]


class TestReplay:
    @pytest.fixture
    def library(self, model: CurrencyRisk) -> Callable[..., ProgrammeResult]:
        def run(programme: Programme, interest: pd.DataFrame, **more: float) -> ProgrammeResult:
            monthly = dict(zip(model.currencies, model.receipts.mean(axis=0), strict=True))
            rates = ecb_rates("CNY", end="2026-10-31")
            return backtest_programme(programme, monthly, rates, interest, model.spread, reporting="CNY", **more)

        return run

    def test_the_table_is_the_summary_of_the_library(
        self, shown: Show, library: Callable[..., ProgrammeResult], every: dict[str, Programme]
    ) -> None:
        at = shown("hedging", address=PAST)
        results = {name: library(one, policy_rate_history().ffill(limit=1)) for name, one in every.items()}
        table = table_with(at, "relief")
        same(table, compare(results, 0.95), list(every))
        mine, none = results["Layered"].losses, results["No hedge"].losses
        said = words(at)
        assert f"would have lost at most **{money(mine.max(), 'CNY')}**" in said
        assert f"It was better than no hedge in {(mine < none).sum()} of them." in said

    def test_years_without_known_interest_are_added_when_asked_for(
        self, shown: Show, library: Callable[..., ProgrammeResult], every: dict[str, Programme]
    ) -> None:
        at = shown("hedging", address=PAST)
        assert "From 2005" not in words(at)
        at.toggle(key="hedging_replay_filled").set_value(True).run()
        found = library(every["Layered"], policy_rate_history().ffill().bfill())
        first = found.rates.index[0][0]
        assert first.year == 2005
        assert f"From {first} to {found.rates.index[-1][0]}, **Layered** would have lost at most" in words(at)
        assert len(found.losses) > len(library(every["Layered"], policy_rate_history().ffill(limit=1)).losses)
        assert "CNY 2005Q1" in at.toggle(key="hedging_replay_filled").help

    @pytest.mark.parametrize(("filled", "programmes"), [("false", 10), ("true", 8)])
    def test_intervals_are_worked_out_only_when_asked_for_and_of_what_can_be_replayed(
        self, shown: Show, monkeypatch: pytest.MonkeyPatch, filled: str, programmes: int
    ) -> None:
        monkeypatch.setattr(replay, "HISTORIES", 8)
        at = shown("hedging", address={**PAST, "hedging_replay_filled": filled})
        assert not [frame for frame in at.dataframe if "regret" in frame.value and "relief" not in frame.value]
        assert [info.value.startswith("Left out: Options, Collars. ") for info in at.info] == [True] * (programmes == 8)
        at.toggle(key="hedging_replay_sure").set_value(True).run()
        assert not at.exception
        (table,) = [frame.value for frame in at.dataframe if "regret" in frame.value and "relief" not in frame.value]
        assert table["programme"].tolist()[:5] == ["Your shares", "No hedge", "Once a year", "Rolling", "Layered"]
        assert len(table) == programmes
        assert table["expected_shortfall"].str.fullmatch(r"\S+ \(\S+ – \S+\)").all()
        assert "Expected shortfall of **Layered** less that of no hedge" in words(at)


class TestBook:
    def test_tickets_and_book_meet_the_target_within_half_a_lot(
        self, shown: Show, model: CurrencyRisk, market: Market
    ) -> None:
        held = sold(amount=50_000.0)
        at = holding(shown("hedging", address={**BOOK, "hedging_lot": "5000"}), held)
        table = table_with(at, "action")
        wanted = tickets(ladder(model), receipts(model), HedgeBook((held,)), market, lot=5000.0)
        assert table["amount"].tolist() == wanted["amount"].tolist()
        assert table["forward_rate"].tolist() == pytest.approx(wanted["forward_rate"].tolist(), rel=1e-9)
        signed = table["amount"] * np.where(table["side"] == "sell", 1.0, -1.0)
        months = pd.to_datetime(table["value_date"]).dt.to_period("M").dt.to_timestamp()
        dealt = signed.groupby([months, table["currency"]]).sum().unstack(fill_value=0.0)
        dealt = dealt.reindex(index=receipts(model).index, columns=list(model.currencies), fill_value=0.0)
        dealt.loc["2027-01-01", "USD"] += held.amount
        left = receipts(model) * ladder(model) - dealt
        assert left.abs().to_numpy().max() <= 2500

    def test_tickets_put_into_the_book_leave_nothing_missing_and_are_taken_back(self, shown: Show) -> None:
        at = shown("hedging", address=BOOK)
        proposed = len(table_with(at, "action"))
        at.button(key="hedging_tickets_take").click().run()
        assert f"{proposed} deals were added" in at.success[0].value
        assert "Nothing is missing: the book covers what the programme Layered wants." in words(at)
        assert f"**{proposed} deals** are open" in words(at)
        assert not [frame for frame in at.dataframe if "action" in frame.value]
        at.button(key="hedging_book_undo").click().run()
        assert len(table_with(at, "action")) == proposed
        assert "The book is empty." in words(at)

    def test_a_deal_entered_is_added_once_however_often(self, shown: Show, market: Market) -> None:
        at = shown("hedging", address=BOOK)

        def enter() -> None:
            at.number_input(key="hedging_deal_amount").set_value(80_000.0)
            at.number_input(key="hedging_deal_rate").set_value(7.1)
            at.button(key="FormSubmitter:hedging_book_form-Add the deal").click().run()

        enter()
        assert at.success[0].value == "One deal was added\\."
        enter()
        assert "One is in the book already" in at.success[0].value
        deal = sold(amount=80_000.0, rate=7.1, trade_date=market.as_of, value_date=pd.Timestamp("2026-11-30").date())
        table = table_with(at, "reporting_value")
        assert len(table) == 1
        assert table["reporting_value"].tolist() == pytest.approx([market.reporting_value(deal)])
        assert f"worth **{money(market.reporting_value(deal), 'CNY')}**" in words(at)

    def test_a_deal_without_a_rate_is_refused_in_a_sentence(self, shown: Show) -> None:
        at = shown("hedging", address=BOOK)
        at.number_input(key="hedging_deal_amount").set_value(80_000.0)
        at.button(key="FormSubmitter:hedging_book_form-Add the deal").click().run()
        assert "A deal needs an amount, a rate" in at.error[0].value
        assert "The book is empty." in words(at)

    def test_deals_survive_are_taken_out_and_come_back(self, shown: Show) -> None:
        one, two = sold("USD"), sold("EUR", 20_000.0, 8.2)
        at = holding(shown("hedging", address=BOOK), one, two)
        at.run()
        assert table_with(at, "reporting_value")["currency"].tolist() == ["USD", "EUR"]
        at.session_state["hedging_book_table"] = {"selection": {"rows": [0], "columns": [], "cells": []}}
        at.run()
        at.button(key="hedging_book_remove").click().run()
        assert table_with(at, "reporting_value")["currency"].tolist() == ["EUR"]
        at.button(key="hedging_book_undo").click().run()
        assert table_with(at, "reporting_value")["currency"].tolist() == ["USD", "EUR"]

    def test_a_file_is_read_with_its_bad_row_set_aside(self, shown: Show) -> None:
        rows = [
            "kind,side,currency,amount,rate,against,trade_date,value_date,counterparty,reference,desk",
            "forward,sell,USD,250000,7.0512,CNY,2026-10-05,2027-01-29,A bank,FX-1,north",
            "forward,sell,USD,-5,7.0512,CNY,2026-10-05,2027-01-29,A bank,FX-2,north",
            "forward,sell,EUR,1000,8.1,CNY,2026-10-05,2027-02-26,A bank,FX-3,north",
        ]
        at = shown("hedging", address=BOOK)
        at.file_uploader(key="hedging_book_file").upload("deals.csv", "\n".join(rows).encode()).run()
        assert at.success[0].value == "2 deals were added\\."
        said = at.error[0].value.replace("\\", "")
        assert "- Line 3: Column amount: -5 is not a number above zero." in said
        assert "- Columns that are not known: desk." in said
        assert table_with(at, "reporting_value")["reference"].tolist() == ["FX-1", "FX-3"]

    def test_a_file_without_a_column_changes_nothing(self, shown: Show) -> None:
        at = shown("hedging", address=BOOK)
        at.file_uploader(key="hedging_book_file").upload("deals.csv", b"kind,side\nforward,sell\n").run()
        assert "has no column currency" in at.error[0].value
        assert "The book is empty." in words(at)

    @pytest.mark.parametrize(
        ("deal", "said"),
        [
            (sold(value_date=pd.Timestamp("2026-09-30").date()), "has matured on 2026-09-30 and counts no more"),
            (sold("AED", 5000.0, 1.9), "cannot be valued: no rates are known for AED"),
            (sold(amount=90_000_000.0), "more than there is to hedge"),
        ],
        ids=["matured", "unknown", "large"],
    )
    def test_what_in_the_book_wants_a_look_is_said(self, shown: Show, deal: Deal, said: str) -> None:
        at = holding(shown("hedging", address=BOOK), deal)
        assert said in at.warning[0].value.replace("\\", "")

    def test_too_large_a_cover_is_taken_back(self, shown: Show, model: CurrencyRisk) -> None:
        month = receipts(model).index.get_loc(pd.Timestamp("2027-01-01"))
        expected, share = receipts(model)["USD"].iloc[month], LADDER[month]
        at = holding(shown("hedging", address=BOOK), sold(amount=2_000_000.0))
        table = table_with(at, "action")
        (row,) = table[table["action"] == "take back"].to_dict(orient="records")
        assert (row["side"], row["currency"]) == ("buy", "USD")
        assert row["amount"] == pytest.approx(2_000_000.0 - share * expected, abs=500)

    @pytest.mark.parametrize(("name", "last"), [("Options", "premium"), ("Collars", "cap")])
    def test_a_programme_in_options_lists_options_and_no_tickets(
        self, shown: Show, model: CurrencyRisk, every: dict[str, Programme], name: str, last: str
    ) -> None:
        at = shown("hedging", address={**BOOK, "hedging_programme": name})
        programme = every[name]
        assert isinstance(programme, OptionHedge)
        wanted = option_deals(programme, model)
        table = table_with(at, "floor")
        assert table["currency"].tolist() == wanted["currency"].tolist()
        assert table.columns[-1] == last, "collars pay for themselves"
        for column in ("amount", "floor", "cap", last):
            found, library = table[column].tolist(), wanted[column].tolist()
            assert found == pytest.approx(library, rel=1e-5, abs=1e-3, nan_ok=True)
        assert not [frame for frame in at.dataframe if "action" in frame.value]
        assert not [button for button in at.button if button.key == "hedging_tickets_take"]


class TestEffectiveness:
    def test_a_late_and_large_deal_is_judged_as_the_library_does(
        self, shown: Show, figure: Callable[[AppTest, str], str], model: CurrencyRisk, market: Market
    ) -> None:
        deal = sold(value_date=pd.Timestamp("2027-01-15").date())
        at = holding(shown("hedging", address={**JUDGED, "hedging_item": "USD", "hedging_month": "2027-01"}), deal)
        month = receipts(model).index.get_loc(pd.Timestamp("2027-01-01"))
        item = HedgedItem("USD", 100_000.0, model.value_dates[month], "CNY")
        changes = prospective_changes(item, [deal], ecb_rates("CNY", end="2026-10-31"), market, 60)
        fit = effectiveness_regression(changes["item"], changes["instrument"])
        assert figure(at, "Slope") == significant(fit.slope, 4) != "1"
        assert figure(at, "R²") == significant(fit.r_squared, 4)
        assert figure(at, "Months") == "60"
        assert "are hedged: by one deal of the book." in words(at)
        table = table_with(at, "ineffectiveness")
        reserve = lower_of(table["instrument"], table["hypothetical"])
        assert table["reserve"].tolist() == pytest.approx(reserve["reserve"].tolist())
        assert len(table) == 4, "the trade, the ends of August and September, and the day itself"

    def test_each_standard_asks_its_own(self, shown: Show) -> None:
        at = shown("hedging", address=JUDGED)
        before = at.table[0].value["Requirement"].tolist()
        (standard,) = [group for group in at.button_group if group.key == "hedging_standard"]
        standard.set_value("ASC 815").run()
        assert at.table[0].value["Requirement"].tolist() != before

    def test_the_memo_is_written_for_a_named_entity_only(self, shown: Show, model: CurrencyRisk) -> None:
        at = shown("hedging", address={**JUDGED, "hedging_item": "EUR"})
        assert not [button for button in at.get("download_button") if button.key.startswith("hedging_memo")]
        at.text_input(key="hedging_entity").set_value("Example *Trading* Ltd").run()
        keys = [button.key for button in at.get("download_button")]
        assert {"hedging_memo_docx", "hedging_memo_md"} <= set(keys)
        memo = max((text.value for text in at.markdown), key=len).replace("\\", "")
        amount = round(0.9 * receipts(model)["EUR"].iloc[0])
        for part in ("Example *Trading* Ltd", "EUR", f"{amount:,}", "Layered", "IFRS 9"):
            assert part in memo
        assert json.loads(workspace_of(at).kept("sample/entity")["sample/entity"]) == "Example *Trading* Ltd"

    def test_where_nothing_is_hedged_a_sentence_says_so(self, shown: Show) -> None:
        for chosen in ("No hedge", "Collars"):
            at = shown("hedging", address={**JUDGED, "hedging_programme": chosen})
            assert "Nothing hedges this month" in at.info[0].value


@pytest.mark.parametrize("tab", ["Programmes", "On past rates", "Effectiveness", "Book and tickets"])
@pytest.mark.parametrize(
    ("monthly", "months", "reporting", "said"),
    [
        ({"EUR": 5000.0}, 26, "CNY", ""),
        ({"USD": 5000.0, "EUR": 900.0}, 2, "EUR", "Only 2 months of receipts"),
        ({"USD": 5000.0}, 1, "EUR", "No currency of the orders can be simulated"),
    ],
    ids=["one currency", "two months", "one month"],
)
def test_an_own_history_is_shown_or_a_sentence_says_why_not(
    shown: Show, history: Made, tab: str, monthly: dict[str, float], months: int, reporting: str, said: str
) -> None:
    address = {"hedging_tab": tab, "hedging_programme": "Layered", **FEW}
    at = shown("hedging", history(monthly, months), reporting, address=address)
    assert [info.value.lstrip("- ").startswith(said) for info in at.info] == [True] * bool(said)
    assert bool(at.metric) == (months > 1)


def test_orders_from_before_any_known_interest_are_shown(shown: Show, history: Made) -> None:
    at = shown("hedging", history({"USD": 5000.0}, last="2003-06"), "EUR", address=FEW)
    assert at.metric
