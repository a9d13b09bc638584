"""The hedge book: values are by parity, and tickets close the gap to a programme."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.checks import InputError
from risk.currency.book import (
    Deal,
    HedgeBook,
    Market,
    book_notes,
    fair_values,
    gaps,
    mark_to_market,
    markets,
    net_exposure,
    read_book,
    ticket_book,
    tickets,
    value_changes,
)
from risk.currency.forwards import forward_curve, forward_value

TODAY = dt.date(2026, 11, 25)
MARKET = Market("CNY", TODAY, {"USD": 7.1, "EUR": 8.2}, {"CNY": 0.014, "USD": 0.0375, "EUR": 0.02})
SALE = Deal("forward", "sell", "USD", 100_000.0, 7.05, "CNY", dt.date(2026, 10, 5), dt.date(2027, 1, 29))
MONTHS = pd.date_range("2026-12-01", periods=3, freq="MS")
RECEIPTS = pd.DataFrame({"USD": [120_000.0, 80_000.0, 0.0], "EUR": [-50_000.0, 0.0, 40_000.0]}, MONTHS)
deals = st.builds(
    Deal,
    kind=st.sampled_from(["forward", "ndf"]),
    side=st.sampled_from(["buy", "sell"]),
    currency=st.sampled_from(["USD", "EUR"]),
    amount=st.integers(1, 10**8).map(lambda cents: cents / 100),
    rate=st.floats(1e-4, 2e4),
    against=st.just("CNY"),
    trade_date=st.dates(dt.date(2026, 1, 1), TODAY),
    value_date=st.dates(TODAY + dt.timedelta(1), dt.date(2027, 2, 28)),
    counterparty=st.sampled_from(["", "A Bank", 'B, "and" C']),
    reference=st.sampled_from(["", "FX-1"]),
)
books = st.lists(deals, max_size=6).map(lambda each: HedgeBook(tuple(each)))


@settings(max_examples=50, deadline=None)  # time is the machine's
@given(books)
def test_a_book_written_as_csv_is_read_as_it_was(book: HedgeBook) -> None:
    assert read_book(book.frame().to_csv(index=False).encode()).book == book


def test_a_deal_is_open_from_its_trade_to_the_day_before_it_settles() -> None:
    assert [SALE.open_on(SALE.trade_date - dt.timedelta(1)), SALE.open_on(SALE.trade_date)] == [False, True]
    assert [SALE.open_on(SALE.value_date - dt.timedelta(1)), SALE.open_on(SALE.value_date)] == [True, False]


# Values


def test_a_forward_of_the_market_is_the_forward_curves() -> None:
    day = dt.date(2027, 1, 29)
    days = (day - dt.date(2026, 11, 27)).days
    curve = forward_curve(MARKET.spot, MARKET.interest, "CNY", [days])
    assert MARKET.forward("USD", "CNY", day) == curve.loc[days, "USD"]
    assert MARKET.forward("USD", "EUR", TODAY) == 7.1 / 8.2


@settings(max_examples=50, deadline=None)  # time is the machine's
@given(st.sampled_from(["USD", "EUR"]), st.dates(TODAY, dt.date(2028, 12, 31)), st.sampled_from(["buy", "sell"]))
def test_a_deal_at_the_market_forward_is_worth_nothing(currency: str, day: dt.date, side: str) -> None:
    rate = MARKET.forward(currency, "CNY", day)
    assert MARKET.value(Deal("forward", side, currency, 1e6, rate, "CNY", TODAY, day)) == 0.0


def test_the_value_is_that_of_forward_value_with_discount_factors_to_today() -> None:
    day = SALE.value_date
    quote = 1 / (1 + 0.014 * 65 / 360)
    base = quote * MARKET.forward("USD", "CNY", day) / 7.1
    assert MARKET.value(SALE) == pytest.approx(-forward_value(100_000, 7.05, 7.1, base, quote))


def test_the_seller_of_a_currency_that_fell_gains() -> None:
    fallen = replace(MARKET, spot={"USD": 6.5})
    assert fallen.value(SALE) > 0 > fallen.value(replace(SALE, side="buy"))


def test_on_its_value_date_a_deal_is_worth_its_difference_to_spot() -> None:
    assert replace(MARKET, as_of=SALE.value_date).value(SALE) == pytest.approx(100_000 * (7.05 - 7.1))
    with pytest.raises(InputError, match="has matured on 2027-01-29"):
        replace(MARKET, as_of=dt.date(2027, 1, 30)).value(SALE)


def test_the_book_is_marked_in_the_reporting_currency_and_says_what_it_cannot_value() -> None:
    cross = replace(SALE, against="EUR", rate=0.9, reference="FX-2")
    strange = replace(SALE, currency="VND", rate=0.0003)
    past = replace(SALE, value_date=TODAY)
    marked = mark_to_market(HedgeBook((SALE, past, cross, strange)), MARKET)
    assert list(marked.index) == [0, 2, 3]
    assert marked["reporting_value"][0] == marked["value"][0] == MARKET.value(SALE)
    assert marked["reporting_value"][2] == pytest.approx(8.2 * MARKET.value(cross))
    assert np.isnan(marked["value"][3])
    assert marked["note"].tolist() == ["", "", "No rates are known for VND: not valued."]
    assert mark_to_market(HedgeBook(), MARKET).empty


def test_values_over_time_and_changes_by_history_agree_on_the_same_move() -> None:
    later = replace(MARKET, spot={"USD": 7.1 * 1.02, "EUR": 8.2})
    over_time = fair_values([SALE], [MARKET, later]).diff().iloc[1]
    history = pd.DataFrame({"USD": [0.02, 0.0]}, index=MONTHS[:2])
    changes = value_changes([SALE], history, MARKET)
    assert changes.tolist() == [pytest.approx(over_time), 0.0]
    assert value_changes([SALE, replace(SALE, side="buy")], history, MARKET).tolist() == [0.0, 0.0]


def test_a_currency_without_a_past_does_not_stay_where_it_is() -> None:
    with pytest.raises(InputError, match="No past rates are known for USD"):
        value_changes([SALE], pd.DataFrame({"EUR": [0.01]}, MONTHS[:1]), MARKET)


def test_a_cross_deal_gains_in_the_reporting_currency() -> None:
    cross = replace(SALE, against="EUR", rate=MARKET.forward("USD", "EUR", SALE.value_date))
    history = pd.DataFrame({"USD": [0.01], "EUR": [0.05]}, index=MONTHS[:1])
    moved = replace(MARKET, spot={"USD": 7.1 * 1.01, "EUR": 8.2 * 1.05})
    assert value_changes([cross], history, MARKET)[MONTHS[0]] == pytest.approx(8.2 * 1.05 * moved.value(cross))


def test_the_market_of_a_day_is_what_was_known_on_it() -> None:
    rates = pd.DataFrame(
        {"USD": [7.0, 7.2, np.nan, 7.4], "EUR": [8.0, np.nan, np.nan, 8.4]},
        pd.DatetimeIndex(["2026-01-02", "2026-01-05", "2026-01-06", "2026-02-02"]),
    )
    interest = pd.DataFrame({"CNY": [0.01, 0.02], "USD": [0.03, 0.04]}, pd.DatetimeIndex(["2026-01-01", "2026-02-01"]))
    days = [dt.date(2025, 12, 31), dt.date(2026, 1, 7), dt.date(2026, 1, 20), dt.date(2026, 2, 2)]
    before, early, stale, late = markets(days, rates, interest, "CNY")
    assert (dict(before.spot), dict(before.interest)) == ({"CNY": 1.0}, {})
    assert (early.spot["USD"], early.spot["EUR"], early.interest["USD"]) == (7.2, 8.0, 0.03)
    assert stale.missing("USD") == ("USD",)
    assert (late.spot["USD"], late.interest["CNY"], late.as_of) == (7.4, 0.02, days[3])
    assert markets(days[:1], rates, {"CNY": 0.01}, "CNY")[0].interest["CNY"] == 0.01


def test_a_timestamp_is_a_day_of_the_market() -> None:
    assert replace(MARKET, as_of=pd.Timestamp("2026-11-25 10:00")).value(SALE) == MARKET.value(SALE)


# Exposure and tickets


def test_what_is_sold_forward_is_no_exposure_any_more() -> None:
    table = net_exposure(RECEIPTS, HedgeBook((SALE,)), TODAY, "CNY").set_index(["month", "currency"])
    january = table.loc[(MONTHS[1], "USD")]
    assert january.tolist() == [80_000.0, -100_000.0, -20_000.0, 1.25]
    assert table.loc[(MONTHS[0], "EUR")].tolist() == [-50_000.0, 0.0, -50_000.0, 0.0]
    assert len(table) == 4  # months and currencies without either are left out


def test_both_sides_of_a_cross_deal_count() -> None:
    book = HedgeBook((replace(SALE, against="EUR", rate=0.9),))
    table = net_exposure(RECEIPTS, book, TODAY, "CNY").set_index(["month", "currency"])["book"]
    assert table[(MONTHS[1], "USD")] == -100_000
    assert table[(MONTHS[1], "EUR")] == 90_000


def test_only_open_deals_and_months_to_come_count() -> None:
    book = HedgeBook((SALE, replace(SALE, trade_date=dt.date(2027, 1, 4))))
    assert net_exposure(RECEIPTS, book, TODAY, "CNY")["book"].sum() == -100_000
    assert net_exposure(RECEIPTS, book, dt.date(2027, 1, 29), "CNY")["book"].sum() == 0
    assert net_exposure(RECEIPTS, book, "2027-01-10", "CNY")["month"].min() == MONTHS[1]


def test_no_receipts_and_no_book_is_no_exposure() -> None:
    assert net_exposure(RECEIPTS.iloc[:0], HedgeBook(), TODAY, "CNY").empty
    assert tickets(0.5, RECEIPTS.iloc[:0], HedgeBook(), MARKET).empty
    assert net_exposure(RECEIPTS.assign(CNY=1.0), HedgeBook(), TODAY, "CNY")["currency"].unique().tolist() == [
        "EUR",
        "USD",
    ]


def test_receipts_that_are_not_known_or_stand_twice_are_refused() -> None:
    with pytest.raises(InputError, match="not known"):
        net_exposure(RECEIPTS.replace(0.0, np.nan), HedgeBook(), TODAY, "CNY")
    with pytest.raises(InputError, match="2026-12 stands twice"):
        net_exposure(pd.concat([RECEIPTS, RECEIPTS]), HedgeBook(), TODAY, "CNY")


sizes = st.integers(0, 50_000).map(float)
amounts = st.lists(st.integers(-(10**6), 10**6).map(float), min_size=6, max_size=6)


@settings(max_examples=15, deadline=None)  # time is the machine's
@given(books, amounts, st.floats(0, 2), st.sampled_from([1.0, 1_000.0, 25_000.0]), sizes)
def test_book_and_tickets_meet_the_target_within_half_a_lot_or_the_least_ticket(
    book: HedgeBook, receipts: list[float], target: float, lot: float, minimum: float
) -> None:
    expected = pd.DataFrame(np.reshape(receipts, (3, 2)), MONTHS, ["USD", "EUR"])
    proposed = tickets(target, expected, book, MARKET, minimum=minimum, lot=lot)
    after = net_exposure(expected, book + ticket_book(proposed, TODAY), TODAY, "CNY")
    off = after["book"] + target * after["receipts"]
    assert (off.abs() <= max(lot / 2, minimum + lot / 2 if minimum else 0.0) + 1e-6).all()
    assert (proposed["amount"] >= max(minimum, lot)).all()
    assert (proposed["amount"] % lot == 0).all()


@settings(max_examples=15, deadline=None)  # time is the machine's
@given(books, amounts, st.floats(0, 2))
def test_a_gap_is_its_ticket_and_what_is_left(book: HedgeBook, receipts: list[float], target: float) -> None:
    expected = pd.DataFrame(np.reshape(receipts, (3, 2)), MONTHS, ["USD", "EUR"])
    table = gaps(target, expected, book, MARKET, lot=1_000.0, minimum=10_000.0)
    assert np.allclose(table["amount"] + table["left"], table["gap"])
    again = gaps(target, expected, book + ticket_book(tickets(target, expected, book, MARKET, lot=1e-6), TODAY), MARKET)
    assert (again["gap"].abs() < 1e-3).all()


def test_a_ticket_is_dealt_at_the_market_forward_of_the_last_business_day() -> None:
    proposed = tickets({"USD": 1.0}, RECEIPTS, HedgeBook((SALE,)), MARKET)
    assert proposed["side"].tolist() == ["sell", "buy"]
    assert proposed["amount"].tolist() == [120_000.0, 20_000.0]
    assert proposed["action"].tolist() == ["add", "take back"]
    assert proposed["value_date"].tolist() == [pd.Timestamp("2026-12-31"), pd.Timestamp("2027-01-29")]
    assert proposed["forward_rate"][0] == MARKET.forward("USD", "CNY", dt.date(2026, 12, 31))
    assert proposed["reporting_amount"][0] == 120_000 * proposed["forward_rate"][0]


def test_payments_are_bought_and_the_last_days_of_a_month_roll_forward() -> None:
    owed = pd.DataFrame({"EUR": [-10_000.0]}, pd.DatetimeIndex(["2026-11-01"]))
    late = replace(MARKET, as_of=dt.date(2026, 11, 30))
    (ticket,) = tickets(1.0, owed, HedgeBook(), late).to_dict("records")
    assert (ticket["side"], ticket["action"], ticket["value_date"]) == ("buy", "add", pd.Timestamp("2026-12-01"))


def test_targets_lots_and_minimum_by_month_and_currency() -> None:
    targets = pd.DataFrame({"USD": [1.0, 0.5, 0.0], "EUR": [0.0, 0.0, 0.74]}, MONTHS)
    lot, minimum = {"USD": 50_000.0, "EUR": 1_000.0}, {"USD": 0.0, "EUR": 30_000.0}
    proposed = tickets(targets, RECEIPTS, HedgeBook(), MARKET, lot=lot, minimum=minimum)
    assert proposed[["currency", "amount"]].to_numpy().tolist() == [
        ["USD", 100_000.0],
        ["USD", 50_000.0],
        ["EUR", 30_000.0],
    ]
    with pytest.raises(InputError, match="no target for USD in 2027-01"):
        tickets(targets.iloc[:1], RECEIPTS, HedgeBook(), MARKET)
    with pytest.raises(InputError, match="size of a deal is known for EUR"):
        tickets(1.0, RECEIPTS, HedgeBook(), MARKET, lot={"USD": 1.0})
    with pytest.raises(InputError, match="between 0 % and 200 %"):
        tickets(targets * 3, RECEIPTS, HedgeBook(), MARKET)


def test_lots_of_the_coffee_buyer_of_ifrs_9() -> None:
    """IFRS 9, B6.4.11 (b): 100 tonnes in contracts of 37,500 lb are five or six contracts, 85.0 or 102.1 tonnes."""
    contract = 37_500 * 0.45359237 / 1_000
    assert [round(count * contract, 1) for count in (5, 6)] == [85.0, 102.1]
    needed = pd.DataFrame({"USD": [100.0]}, MONTHS[:1])
    assert tickets(1.0, needed, HedgeBook(), MARKET, lot=contract)["amount"].tolist() == [pytest.approx(6 * contract)]


def test_a_currency_without_rates_has_a_ticket_without_a_rate() -> None:
    unknown = RECEIPTS.rename(columns={"EUR": "VND"})
    proposed = tickets(1.0, unknown, HedgeBook(), MARKET).set_index("currency")
    assert proposed.loc["VND", "forward_rate"].isna().all()
    assert proposed.loc["USD", "forward_rate"].notna().all()


def test_notes_say_what_wants_a_look() -> None:
    book = HedgeBook(
        (
            replace(SALE, reference="A"),
            replace(SALE, value_date=TODAY, reference="B"),
            replace(SALE, trade_date=dt.date(2026, 11, 26), reference="C"),
            replace(SALE, currency="VND", reference="D"),
            replace(SALE, rate=1 / 7.05, reference="E"),
            replace(SALE, currency="EUR", rate=8.1, value_date=dt.date(2026, 12, 31), reference="A"),
        )
    )
    said = "\n".join(book_notes(book, MARKET, RECEIPTS))
    for part in (
        "B has matured on 2026-11-25",
        "C is dealt on 2026-11-26",
        "D cannot be valued: no rates are known for VND",
        "E is agreed at 0.141844 CNY for 1 USD where the market has 7.07",
        "The reference A stands at more than one deal.",
        "In 2027-01 the book covers 200,000 USD where 80,000 are expected",
        "In 2026-12 the book adds 100,000 EUR to the exposure.",
        "In 2027-01 the book covers 100,000 VND where 0 are expected",
    ):
        assert part in said
    assert said.count("\n") == 7
    assert book_notes(HedgeBook((SALE,)), MARKET) == ()


def test_a_market_knows_only_finite_rates() -> None:
    market = Market("CNY", TODAY, {"USD": float("nan"), "EUR": 8.2}, {"CNY": 0.01, "USD": 0.04, "EUR": float("nan")})
    assert market.missing("USD", "EUR", "CNY") == ("USD", "EUR")
    with pytest.raises(InputError, match="known for USD"):
        market.spot_rate("USD", "CNY")
