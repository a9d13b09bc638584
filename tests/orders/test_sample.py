"""The sample shop: reproducible, consistent in itself, and telling the story that it promises."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from risk.checks import InputError
from risk.currency.rates import ecb_rates
from risk.orders import questions
from risk.orders.sample import files, open_sample, sample_shop, write_sample
from risk.orders.sample.assumptions import BAD_BATCH, END, FIRST_MONTH, FX_ELASTICITY, MARKETS, POLICY_CHANGE, PORT_JAM
from risk.orders.schema import ORIGIN, TABLES

SEED = 20261031  # of scripts/write_sample.py
CURRENCIES = ("USD", "EUR", "GBP", "JPY", "AUD")
Tables = dict[str, pd.DataFrame]


@pytest.fixture(scope="module")
def rates() -> pd.DataFrame:
    return ecb_rates("CNY", CURRENCIES, "2024-10-01", "2026-10-31")


@pytest.fixture(scope="module")
def tables() -> Tables:
    with open_sample() as history:
        return {name: table.collect("pandas").to_native() for name, table in history.tables().items()}


@pytest.fixture(scope="module")
def exposure(tables: Tables) -> pd.DataFrame:
    return questions.exposure(tables)


def digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("*.csv.gz")}


def test_the_program_writes_the_files_that_are_here(rates: pd.DataFrame, tmp_path: Path) -> None:
    write_sample(sample_shop(rates, np.random.default_rng(SEED)), tmp_path)
    for table in TABLES:  # the text: other releases of zlib may pack it differently
        here, made = (gzip.decompress((folder / f"{table}.csv.gz").read_bytes()) for folder in (files.FOLDER, tmp_path))
        assert here == made, table


def test_a_seed_gives_the_same_bytes_and_another_seed_others(rates: pd.DataFrame, tmp_path: Path) -> None:
    for folder, seed in (("a", 1), ("b", 1), ("c", 2)):
        (tmp_path / folder).mkdir()
        write_sample(sample_shop(rates, np.random.default_rng(seed)), tmp_path / folder)
    assert digests(tmp_path / "a") == digests(tmp_path / "b")
    assert not set(digests(tmp_path / "a").values()) & set(digests(tmp_path / "c").values())


def test_files_are_small_have_the_columns_of_the_schema_and_carry_no_time_stamp() -> None:
    sizes = {path.name: path.stat().st_size for path in files.FOLDER.glob("*.csv.gz")}
    assert set(sizes) == {f"{table}.csv.gz" for table in TABLES}
    assert sum(sizes.values()) < 1_000_000
    for table in TABLES:
        packed = (files.FOLDER / f"{table}.csv.gz").read_bytes()
        assert packed[4:8] == bytes(4)
        header = gzip.decompress(packed).split(b"\n", 1)[0].decode().split(",")
        assert header == [column.name for column in TABLES[table] if column.name not in ORIGIN]


def test_it_opens_as_five_files_of_the_platform_sample() -> None:
    with open_sample() as history, open_sample() as again:
        listed = history.files()
        assert (listed["platform"] == "sample").all()
        assert (listed["rows"] + listed["furniture"] == listed["physical_records"]).all()
        assert history.quarantine().empty
        assert history.digest == again.digest
        assert 12_000 <= questions.order_counts(history).lines <= 15_000


def test_a_copy_without_the_files_says_what_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(files, "FOLDER", tmp_path)
    with pytest.raises(InputError, match=r"data/sample/lines\.csv\.gz is missing"):
        open_sample()


def test_it_covers_whole_months_all_markets_carriers_and_modes(tables: Tables) -> None:
    lines, shipments = tables["lines"], tables["shipments"]
    months = lines["ordered_at"].dt.to_period("M")
    assert list(months.drop_duplicates().sort_values()) == list(pd.period_range("2024-11", "2026-10", freq="M"))
    assert set(lines["country"]) == {market.country for market in MARKETS}
    assert set(lines["currency"]) == set(CURRENCIES)
    assert shipments["carrier"].nunique() == 4
    assert set(shipments["mode"]) == {"express", "air line", "sea"}
    assert set(shipments["status"]) == {"open", "delivered", "lost"}
    assert set(lines["status"]) == {"paid", "cancelled", "shipped", "delivered", "refunded"}


def test_every_column_but_the_second_title_of_a_thing_is_filled(tables: Tables) -> None:
    held = questions.coverage(tables)
    assert held.loc[held["filled"] == 0, "column"].tolist() == ["order_id"]  # a bank does not know the order
    assert (questions.families(tables)["missing"] == "").all()


def test_time_runs_forward_and_stops_at_the_end(tables: Tables) -> None:
    sent = tables["shipments"].merge(
        tables["lines"].drop_duplicates("order_id")[["order_id", "ordered_at"]], on="order_id"
    )
    back = tables["returns"].merge(sent[["order_id", "delivered_at"]], on="order_id")
    assert len(sent) == len(tables["shipments"])
    assert len(back) == len(tables["returns"])
    assert (sent["shipped_at"] >= sent["ordered_at"]).all()
    assert (sent["delivered_at"].isna() | (sent["delivered_at"] > sent["shipped_at"])).all()
    assert (back["returned_at"] >= back["delivered_at"]).all()
    for table, columns in TABLES.items():
        for name in [column.name for column in columns if column.kind == "time" and column.name != "promised_at"]:
            held = tables[table][name].dropna()
            assert held.between(FIRST_MONTH, END).all(), (table, name)


def test_nothing_is_sent_or_paid_back_twice(tables: Tables) -> None:
    lines, sent, back = tables["lines"], tables["shipments"], tables["returns"]
    assert sent["order_id"].is_unique
    assert sent["tracking"].is_unique
    assert not set(lines.loc[lines["status"] == "cancelled", "order_id"]) & set(sent["order_id"])
    refunded = lines.loc[lines["refunded"] > 0, "order_id"]
    assert not set(refunded) & set(back["order_id"])
    assert set(refunded) == set(sent.loc[sent["status"] == "lost", "order_id"])
    assert not lines.duplicated(["order_id", "line_id"]).any()


def test_every_currency_is_long_and_the_year_is_worth_four_to_six_million_dollars(
    exposure: pd.DataFrame, rates: pd.DataFrame
) -> None:
    year = exposure[exposure["month"] >= "2025-11-01"].groupby("currency")[["sales", "costs", "net"]].sum()
    assert (year.loc[list(CURRENCIES), "net"] > 0).all()
    assert year.loc["CNY", "net"] < 0
    dollars = (year["sales"] * rates.mean() / rates["USD"].mean()).sum()
    assert 4e6 < dollars < 6e6
    assert 0.1 < year.loc["USD", "costs"] / year.loc["USD", "sales"] < 0.5  # freight nets a part of the dollars
    assert (year["net"].drop("CNY") * rates.mean()).sum() > -year.loc["CNY", "net"]  # and the shop earns money


def test_the_last_quarter_of_the_year_is_the_peak_and_the_shop_grows(tables: Tables) -> None:
    months = tables["lines"].groupby(tables["lines"]["ordered_at"].dt.to_period("M")).size()
    assert months.idxmax().month in {11, 12}
    assert months["2025-11":"2026-10"].sum() > 1.05 * months["2024-11":"2025-10"].sum()


def test_volumes_fall_when_the_currency_is_dear(tables: Tables, rates: pd.DataFrame) -> None:
    """Regression of log orders on log rates within months and currencies finds the elasticity that was put in."""
    orders = tables["lines"].drop_duplicates("order_id")
    month = orders["ordered_at"].dt.to_period("M")
    counts = np.log(orders.groupby([month, "currency"]).size().unstack())
    monthly = np.log(rates.groupby(rates.index.to_period("M")).mean().loc[counts.index, list(counts)])
    # A month that is good in all currencies is season or growth: its mean over them is taken out.
    excess = counts.sub(counts.mean(axis=1), axis=0).sub(counts.mean() - counts.mean().mean())
    dear = monthly.sub(monthly.mean(axis=1), axis=0).sub(monthly.mean() - monthly.mean().mean())
    x, y = dear.to_numpy().ravel(), excess.to_numpy().ravel()
    slope = float(x @ y / (x @ x))
    error = float(np.sqrt(((y - slope * x) ** 2).sum() / (len(x) - 30) / (x @ x)))
    assert slope < -2 * error
    assert slope == pytest.approx(FX_ELASTICITY, abs=3 * error)


def test_the_bad_batch_stands_out(tables: Tables) -> None:
    lines, back = tables["lines"], tables["returns"]
    sku, first, last, _ = BAD_BATCH
    defective = back[(back["sku"] == sku) & (back["reason"] == "defective")]["order_id"]
    charger = lines[(lines["sku"] == sku) & (lines["status"] != "cancelled")]
    inside = charger["ordered_at"].between(first, last)
    share = charger["order_id"].isin(defective).groupby(inside).mean()
    assert share[True] > 0.15
    assert share[True] > 5 * share[False]


def test_parcels_are_late_held_lost_and_still_open(tables: Tables) -> None:
    sent = tables["shipments"]
    done = sent[sent["status"] == "delivered"]
    assert 0.04 < (done["delivered_at"].dt.normalize() > done["promised_at"]).mean() < 0.15
    assert 0.003 < (sent["status"] == "lost").mean() < 0.02
    assert sent.loc[sent["status"] == "open", "shipped_at"].min() > END - pd.Timedelta(days=80)
    assert (sent["hold_reason"].isna() == sent["hold_days"].isna()).all()
    country, since, _ = POLICY_CHANGE
    there = sent[sent["destination"] == country]
    held = there["hold_days"].notna().groupby(there["shipped_at"] >= since).mean()
    assert held[True] > 2 * held[False]
    sea = done[done["mode"] == "sea"]
    days = (sea["delivered_at"] - sea["shipped_at"]).dt.days.groupby(sea["shipped_at"].between(*PORT_JAM[:2])).median()
    assert days[True] == pytest.approx(days[False] + PORT_JAM[2], abs=2)


def test_the_newest_returns_have_not_come_back_yet(tables: Tables) -> None:
    lines = tables["lines"][tables["lines"]["status"] != "cancelled"]
    rate = lines["order_id"].isin(tables["returns"]["order_id"]).groupby(lines["ordered_at"].dt.to_period("M")).mean()
    assert rate.iloc[-1] < 0.5 * rate.iloc[-13:-3].mean()


def test_there_is_one_complaint_one_penalty_and_the_usual_disputes(tables: Tables) -> None:
    kinds = tables["claims"]["kind"].value_counts()
    assert kinds[["ip complaint", "customs penalty", "product safety"]].tolist() == [1, 1, 1]
    assert kinds["chargeback"] > 20
    assert kinds["not received"] > 20
    newest = tables["claims"][tables["claims"]["claimed_at"] > END - pd.Timedelta(days=60)]
    assert (newest["outcome"] == "open").all()


def test_what_is_paid_out_is_what_was_earned(tables: Tables) -> None:
    """Payouts of a currency: sales less fees and refunds until the last payout, counted again from the tables."""
    cash, lines, back = tables["cash"], tables["lines"], tables["returns"]
    until = cash.loc[cash["kind"] == "payout", "booked_at"].max().normalize()
    kept = lines[(lines["status"] != "cancelled") & (lines["ordered_at"] < until)]
    earned = (kept["amount"] + kept["shipping"] - kept["fee"] - kept["refunded"]).groupby(kept["currency"]).sum()
    earned -= back[back["returned_at"] < until].groupby("currency")["refund"].sum()
    paid = cash[cash["kind"] == "payout"].groupby("currency")["amount"].sum()
    assert paid.to_numpy() == pytest.approx(earned.loc[paid.index].to_numpy(), rel=1e-6)
    for row in cash[cash["kind"] == "conversion"].itertuples():
        assert row.amount < 0 < row.counter_amount
