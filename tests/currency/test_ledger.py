"""The ledger of exposures: hand-made days, money that is neither lost nor counted twice, lags that payouts show."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from risk.checks import InputError
from risk.currency.exposure import forecast_receipts
from risk.currency.ledger import (
    ANCHORS,
    CLASSES,
    COLUMNS,
    Terms,
    anchors,
    channel_lags,
    exposure_ledger,
    natural_netting,
    payout_lags,
    with_anchors,
)
from risk.currency.rates import ecb_rates

DAY = pd.Timestamp("2026-06-15")
NO_DELAYS = pd.DataFrame(columns=["currency", "refunds", "days"])


def flow(day: str, sales: float = 0.0, channel: str | None = "shop", **more: object) -> dict[str, object]:
    money = {"refunds": 0.0, "fees": 0.0, "costs": 0.0}
    start = {"day": pd.Timestamp(day), "currency": "USD", "channel": channel, "dispatched": True}
    return {**start, "sales": sales, **money, **more}


def ledger(*rows: dict[str, object], terms: Terms | None = None, delays: pd.DataFrame = NO_DELAYS) -> pd.DataFrame:
    return exposure_ledger(pd.DataFrame(rows), delays, DAY, terms)


def dated(found: pd.DataFrame, *classes: str) -> dict[tuple[str, str, str], float]:
    here = found[found["exposure_class"].isin(classes or ("booked", "committed"))]
    return {
        (row.exposure_class, row.kind, f"{row.cash_date:%m-%d}"): pytest.approx(row.amount) for row in here.itertuples()
    }


class TestSold:
    def test_a_sale_moves_the_lag_of_its_channel_later_and_an_open_one_as_if_sent_today(self) -> None:
        terms = Terms({"slow": 30})
        found = ledger(
            flow("2026-06-10", 100.0, fees=10.0),
            flow("2026-05-20", 50.0, "slow"),
            flow("2026-06-01", 70.0),  # paid out on the fifteenth
            flow("2026-06-01", 40.0, dispatched=False),
            flow("2026-06-16", 900.0),  # nobody knows of tomorrow
            terms=terms,
        )
        assert dated(found) == {
            ("booked", "sale", "06-24"): 100.0,
            ("booked", "fee", "06-24"): -10.0,
            ("booked", "sale", "06-19"): 50.0,
            ("committed", "sale", "06-29"): 40.0,
        }
        assert list(found.columns) == COLUMNS

    def test_what_has_no_channel_has_moved_on_its_own_day(self) -> None:
        assert dated(ledger(flow("2026-06-14", channel=None, fees=10.0))) == {}

    def test_a_refund_lowers_the_payout_a_lag_later(self) -> None:
        found = ledger(flow("2026-06-14", refunds=30.0), terms=Terms(usual=7))
        assert dated(found) == {("booked", "refund", "06-21"): -30.0}

    def test_sales_younger_than_the_delay_have_their_refunds_to_come(self) -> None:
        """A year at 100 a day with a tenth refunded 20 days later: the sales of 20 days are still to be refunded."""
        days = pd.date_range("2025-01-01", DAY)
        rows = [flow(f"{day:%Y-%m-%d}", 100.0, refunds=10.0) for day in days]
        delays = pd.DataFrame({"currency": ["USD"], "refunds": [1.0], "days": [20.0]})
        found = ledger(*rows, delays=delays)
        due = found[(found["kind"] == "due refund") & (found["exposure_class"] == "booked")]
        assert due["amount"].sum() == pytest.approx(-20 * 10.0)
        assert due["cash_date"].min() == DAY + pd.Timedelta(days=1 + 14)
        assert due["cash_date"].max() == DAY + pd.Timedelta(days=20 + 14)

    def test_what_was_sold_is_paid_or_in_the_ledger(self) -> None:
        rng = np.random.default_rng(5)
        rows = [
            flow(f"{day:%Y-%m-%d}", float(sale), channel, fees=float(sale) / 10, dispatched=bool(sent))
            for day in pd.date_range("2026-05-01", DAY)
            for channel, sale, sent in zip("ab", rng.gamma(2.0, 50.0, 2), rng.random(2) < 0.9, strict=True)
        ]
        terms = Terms({"a": 3, "b": 21})
        found = ledger(*rows, terms=terms)
        for kind, column, sign in (("sale", "sales", 1), ("fee", "fees", -1)):
            paid = sum(
                float(row[column])
                for row in rows
                if row["dispatched"] and row["day"] + pd.Timedelta(days=terms.lags[str(row["channel"])]) <= DAY
            )
            held = found[found["exposure_class"].isin(["booked", "committed"]) & (found["kind"] == kind)]
            assert paid + sign * held["amount"].sum() == pytest.approx(sum(float(row[column]) for row in rows))

    def test_a_lag_cannot_be_negative(self) -> None:
        with pytest.raises(InputError, match="shop"):
            Terms({"shop": -1.0})

    def test_before_the_first_sale_there_is_nothing(self) -> None:
        assert ledger(flow("2026-06-16", 1.0)).empty


class TestAhead:
    def months(self, level: float = 3000.0) -> list[dict[str, object]]:
        days = pd.date_range("2024-01-15", "2026-05-15", freq="MS") + pd.Timedelta(days=14)
        return [flow(f"{day:%Y-%m-%d}", level, fees=level / 10, costs=level / 3) for day in days]

    def test_sales_and_costs_of_the_months_ahead_are_apart_and_of_this_month_only_what_is_left(self) -> None:
        found = ledger(*self.months(), terms=Terms(usual=0, probable=6))
        ahead = found[found["exposure_class"].isin(["forecast", "anticipated"])]
        sums = ahead.groupby(["kind", ahead["cash_date"].dt.strftime("%Y-%m")])["amount"].sum()
        assert sums["sale", "2026-06"] == pytest.approx(3000 * 15 / 30)
        assert sums["sale", "2026-07"] == pytest.approx(3000)
        assert sums["fee", "2026-07"] == pytest.approx(-300)
        assert sums["cost", "2026-07"] == pytest.approx(-1000)
        firm = ahead.groupby("exposure_class")["cash_date"].agg(["min", "max"])
        assert firm.loc["forecast", "max"] < pd.Timestamp("2026-12-01") <= firm.loc["anticipated", "min"]
        assert set(found["exposure_class"]) <= set(CLASSES)

    def test_the_level_is_that_of_the_forecast_of_receipts(self) -> None:
        rng = np.random.default_rng(3)
        rows = [{**row, "sales": float(rng.gamma(9.0, 300.0)), "fees": 0.0, "costs": 0.0} for row in self.months()]
        past = pd.Series([row["sales"] for row in rows], pd.date_range("2024-01-01", periods=len(rows), freq="MS"))
        expected = forecast_receipts(past.astype("float64"), 12).mean
        found = ledger(*rows, terms=Terms(usual=0))
        sums = found[found["kind"] == "sale"].groupby(found["cash_date"].dt.to_period("M"))["amount"].sum()
        assert sums.iloc[1:].tolist() == pytest.approx(expected.iloc[1:].tolist())

    def test_nothing_later_than_the_day_is_read(self) -> None:
        rows = self.months()
        later = [flow("2026-07-01", 1e9, refunds=1e8, fees=1e7, costs=1e6)]
        pd.testing.assert_frame_equal(ledger(*rows), ledger(*rows, *later))

    def test_a_currency_of_one_month_has_no_forecast(self) -> None:
        found = ledger(*self.months(), flow("2026-05-15", 100.0, currency="SGD"))
        assert set(found.loc[found["currency"] == "SGD", "exposure_class"]) <= {"booked"}


class TestLags:
    def paid(self, *rows: tuple[str, float]) -> pd.DataFrame:
        made = [{"day": pd.Timestamp(day), "kind": "payout", "currency": "USD", "amount": much} for day, much in rows]
        return pd.DataFrame(made)

    def test_payouts_show_the_days_that_they_were_late(self) -> None:
        rng = np.random.default_rng(1)
        days = pd.date_range("2026-01-01", "2026-05-31")
        sales = rng.gamma(1.0, 100.0, len(days))
        flows = pd.DataFrame([flow(f"{day:%Y-%m-%d}", sale) for day, sale in zip(days, sales, strict=True)])
        paid = self.paid(
            *((f"{day + pd.Timedelta(days=9):%Y-%m-%d}", sale) for day, sale in zip(days, sales, strict=True))
        )
        found = payout_lags(flows, paid, DAY).loc["USD"]
        assert found["days"] == pytest.approx(9.0)
        assert found["share"] == pytest.approx(1.0)
        early = payout_lags(flows, paid, "2026-05-31").loc["USD"]  # the newest sales are not paid yet
        assert early["share"] < 1.0
        assert early["days"] == pytest.approx(9.0)

    def test_money_that_is_not_that_of_the_sales_has_no_lag(self) -> None:
        flows = pd.DataFrame([flow("2026-01-01", 100.0)])
        assert np.isnan(payout_lags(flows, self.paid(("2026-01-11", 80.0)), DAY).loc["USD", "days"])
        assert payout_lags(flows, self.paid(("2026-01-11", 95.0)), DAY).loc["USD", "days"] == pytest.approx(10.0)

    def test_a_channel_has_the_lags_of_its_currencies_weighted_by_value(self) -> None:
        flows = pd.DataFrame(
            [
                flow("2026-01-01", 100.0),
                flow("2026-01-01", 300.0, currency="EUR"),
                flow("2026-01-01", 5.0, "new", currency="GBP"),
            ]
        )
        lags = pd.DataFrame({"days": {"USD": 10.0, "EUR": 20.0, "GBP": np.nan}})
        found = channel_lags(flows, lags, {"USD": 1.0, "EUR": 2.0, "GBP": 1.0})
        assert found["shop"] == pytest.approx((100 * 10 + 600 * 20) / 700)
        assert np.isnan(found["new"])


def test_costs_in_the_same_currency_net_against_receipts() -> None:
    rows = [
        ("USD", "2026-07-01", "sale", 100.0),
        ("USD", "2026-07-09", "cost", -30.0),
        ("USD", "2026-08-01", "cost", -5.0),
    ]
    made = pd.DataFrame(rows, columns=["currency", "cash_date", "kind", "amount"])
    found = natural_netting(made.assign(cash_date=pd.to_datetime(made["cash_date"])))
    assert found[["receipts", "payments", "net", "netted"]].to_numpy().tolist() == [[100, 30, 70, 30], [0, 5, -5, 0]]


class TestAnchors:
    def test_the_krone_and_the_hong_kong_dollar_are_held(self) -> None:
        for reporting in ("CNY", "USD", "EUR"):
            rates = ecb_rates(reporting)
            assert anchors(rates, ["HKD", "DKK", "USD", "GBP"], reporting) == ANCHORS

    def test_a_peg_that_breaks_is_none(self) -> None:
        rates = ecb_rates("CNY")[["HKD", "USD"]].copy()
        rates.iloc[-200:, 0] *= np.exp(np.cumsum(np.random.default_rng(0).normal(0, 0.01, 200)))
        assert anchors(rates, ["HKD"], "CNY") == {}
        assert anchors(rates[["HKD"]], ["HKD"], "CNY") == {}, "without its anchor nothing can be said"

    def test_amounts_count_as_their_anchor_at_the_rate_now(self) -> None:
        rows = [("HKD", 78.0), ("USD", 1.0), ("GBP", 5.0)]
        made = pd.DataFrame(rows, columns=["currency", "amount"]).assign(
            cash_date=DAY, exposure_class="booked", kind="sale", channel="shop"
        )
        found = with_anchors(made, {"HKD": "USD"}, {"HKD": 1.0, "USD": 7.8, "GBP": 9.0}).set_index("currency")["amount"]
        assert found.to_dict() == {"USD": pytest.approx(11.0), "GBP": 5.0}
