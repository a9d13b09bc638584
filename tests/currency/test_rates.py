"""Exchange rates: direction, gaps, ends and pegs; what cannot be read is refused in a sentence."""

from __future__ import annotations

import datetime as dt
import io
import logging
from zipfile import ZipFile

import numpy as np
import pandas as pd
import pytest

from risk.checks import InputError
from risk.currency.rates import crossed, ecb_rates, last_fixing, log_returns, rate_notes, read_rates_csv, yahoo_rates

DAYS = pd.date_range("2026-01-05", periods=5, freq="D", name="date")


def bundled_lines() -> dict[str, dict[str, str]]:
    """The ECB's file read line by line with nothing but str.split: another reader than the one under test."""
    from currency_converter.currency_converter import CURRENCY_FILE

    with ZipFile(CURRENCY_FILE) as archive:
        header, *lines = archive.read(archive.namelist()[0]).decode().splitlines()
    names = header.split(",")
    return {line.split(",")[0]: dict(zip(names, line.split(","), strict=False)) for line in lines if line}


class TestEcb:
    def test_a_rate_is_reporting_units_for_one_unit_of_the_currency(self) -> None:
        line = bundled_lines()["2024-03-15"]
        rates = ecb_rates("EUR", ["USD", "JPY"], "2024-03-15", "2024-03-15")
        assert rates.loc["2024-03-15", "USD"] == 1.0 / float(line["USD"])
        assert rates.loc["2024-03-15", "JPY"] == 1.0 / float(line["JPY"])

    def test_a_cross_goes_over_the_euro(self) -> None:
        line = bundled_lines()["2024-03-15"]
        rates = ecb_rates("CNY", ["USD", "EUR"], "2024-03-15", "2024-03-15").loc["2024-03-15"]
        assert rates["USD"] == float(line["CNY"]) / float(line["USD"])
        assert rates["EUR"] == float(line["CNY"])

    def test_directions_agree_with_levels_that_everyone_knows(self) -> None:
        dollars = ecb_rates("USD", ["EUR", "GBP", "JPY"], "2015-01-01")
        assert dollars["EUR"].between(0.8, 1.6).all()
        assert (dollars["GBP"] > 1).all()
        assert (1.0 / dollars["JPY"] > 75).all()

    def test_dates_ascend_and_no_day_is_made_up(self) -> None:
        rates = ecb_rates("EUR", ["USD"])
        assert rates.index.is_monotonic_increasing
        assert rates.index.is_unique
        assert (rates.index.day_of_week < 5).all()
        assert [f"{date:%Y-%m-%d}" for date in rates.index] == sorted(bundled_lines())
        assert rates["USD"].notna().all()

    def test_the_window_includes_both_ends_and_takes_any_spelling_of_a_date(self) -> None:
        rates = ecb_rates("EUR", ["USD"], dt.date(2024, 3, 11), "2024-03-15")
        assert [date.day for date in rates.index] == [11, 12, 13, 14, 15]

    def test_the_reporting_currency_is_no_column_of_its_own(self) -> None:
        assert list(ecb_rates("USD", ["USD", "EUR"], "2026-01-01").columns) == ["EUR"]

    def test_a_missing_fixing_stays_missing(self) -> None:
        krona = ecb_rates("EUR", ["ISK"], "2008-12-01", "2018-03-01")["ISK"].dropna()
        assert krona.index[krona.index < "2018"].max() == pd.Timestamp("2008-12-09")
        assert krona.index[krona.index > "2009"].min() == pd.Timestamp("2018-02-01")

    def test_currencies_that_ended_before_are_left_out_of_all(self) -> None:
        columns = ecb_rates("EUR", start="2026-01-01").columns
        assert "USD" in columns
        assert not {"RUB", "HRK", "LTL"} & set(columns)

    @pytest.mark.parametrize("reporting", ["VND", "RUB"])
    def test_a_currency_without_rates_is_refused_by_name(self, reporting: str) -> None:
        with pytest.raises(InputError, match=reporting):
            ecb_rates(reporting, ["USD"], "2026-01-01")
        with pytest.raises(InputError, match=reporting):
            ecb_rates("EUR", [reporting], "2026-01-01")

    def test_a_time_before_the_first_fixing_is_refused(self) -> None:
        with pytest.raises(InputError, match="1999-01-04"):
            ecb_rates("EUR", ["USD"], end="1998-12-31")

    def test_nonsense_for_a_date_is_refused(self) -> None:
        with pytest.raises(InputError, match="must be a date"):
            ecb_rates("EUR", ["USD"], "yesterday-ish")


class TestReturns:
    def test_returns_are_differences_of_logarithms_at_the_later_date(self) -> None:
        rates = pd.DataFrame({"USD": [1.0, 1.1, 1.21, 1.0, 1.0]}, index=DAYS)
        moves = log_returns(rates)["USD"]
        assert moves.index.equals(DAYS[1:])
        assert moves.to_numpy() == pytest.approx([np.log(1.1), np.log(1.1), -np.log(1.21), 0.0])

    def test_a_return_spans_missing_days_up_to_the_gap_and_not_one_more(self) -> None:
        index = pd.to_datetime(["2026-01-01", "2026-01-05", "2026-01-08", "2026-01-16"])
        rates = pd.DataFrame({"USD": [1.0, np.nan, 2.0, 4.0]}, index=index)
        assert log_returns(rates)["USD"].tolist() == pytest.approx([np.nan, np.log(2), np.nan], nan_ok=True)
        assert log_returns(rates, max_gap_days=8)["USD"].iloc[-1] == pytest.approx(np.log(2))

    def test_nine_years_without_a_fixing_are_no_return(self) -> None:
        moves = log_returns(ecb_rates("EUR", ["ISK"]))["ISK"]
        assert np.isnan(moves["2018-02-01"])
        assert moves.abs().idxmax() == pd.Timestamp("2008-11-06"), "the move over the gap, ln 2.4, would be the largest"

    @pytest.mark.parametrize(
        ("rates", "said"),
        [
            (pd.DataFrame({"USD": [1.0, 1.0]}, index=DAYS[[1, 0]]), "ascending"),
            (pd.DataFrame({"USD": [1.0, 1.0]}, index=DAYS[[0, 0]]), "each once"),
            (pd.DataFrame({"USD": [1.0, 0.0]}, index=DAYS[:2]), "zero or less"),
            (pd.DataFrame({"USD": [1.0, 1.0]}), "dates as index"),
            (pd.DataFrame({"USD": []}, index=DAYS[:0]), "empty"),
        ],
    )
    def test_a_frame_that_is_no_rates_is_refused(self, rates: pd.DataFrame, said: str) -> None:
        with pytest.raises(InputError, match=said):
            log_returns(rates)


class TestLastFixing:
    def test_it_is_the_newest_on_or_before_the_day(self) -> None:
        rates = pd.DataFrame({"USD": [1.0, 2.0, 3.0, 4.0, 5.0], "JPY": [1.0, np.nan, 9.0, np.nan, np.nan]}, index=DAYS)
        assert last_fixing(rates, DAYS[1]).to_dict() == {"USD": 2.0, "JPY": 1.0}
        assert last_fixing(rates, DAYS[4]).to_dict() == {"USD": 5.0, "JPY": 9.0}

    def test_a_series_that_ended_has_no_latest_rate(self) -> None:
        with pytest.raises(InputError, match="RUB ended on 2022-03-01"):
            last_fixing(ecb_rates("EUR", ["USD", "RUB"], "2022-01-01"), "2026-10-30")

    def test_a_week_old_fixing_still_counts_and_a_day_more_does_not(self) -> None:
        rates = pd.DataFrame({"USD": [1.0]}, index=DAYS[:1])
        assert last_fixing(rates, DAYS[0] + pd.Timedelta(days=7))["USD"] == 1.0
        with pytest.raises(InputError, match="USD"):
            last_fixing(rates, DAYS[0] + pd.Timedelta(days=8))

    def test_before_the_first_day_there_is_none(self) -> None:
        with pytest.raises(InputError, match="USD has none before"):
            last_fixing(pd.DataFrame({"USD": [1.0]}, index=DAYS[:1]), "2025-01-01")


class TestNotes:
    notes = rate_notes(ecb_rates("EUR"))

    def test_pegs_are_found_without_being_told(self) -> None:
        assert "pegged" in self.notes.loc["DKK", "flags"].split(", ")
        assert "pegged to USD" in self.notes.loc["HKD", "flags"]

    def test_ended_series_and_gaps_are_found(self) -> None:
        assert "ended" in self.notes.loc["RUB", "flags"]
        assert "gap" in self.notes.loc["ISK", "flags"]
        assert self.notes.loc["ISK", "longest_gap"] == (dt.date(2018, 2, 1) - dt.date(2008, 12, 9)).days

    @pytest.mark.parametrize("code", ["GBP", "JPY", "AUD", "MXN", "CAD"])
    def test_a_floating_currency_has_no_flag(self, code: str) -> None:
        assert self.notes.loc[code, "flags"] == ""
        assert 0.02 < self.notes.loc[code, "volatility"] < 0.25

    def test_volatility_is_the_root_mean_square_of_the_newest_two_years(self) -> None:
        moves = log_returns(ecb_rates("EUR", ["GBP"]))["GBP"].tail(504)
        assert self.notes.loc["GBP", "volatility"] == pytest.approx(float(np.sqrt((moves**2).sum() / 504 * 252)))

    def test_a_feed_that_hangs_is_called_stale(self) -> None:
        moving = np.exp(np.cumsum(np.random.default_rng(0).normal(0, 0.01, 300)))
        moving[100:104] = moving[100]
        rates = pd.DataFrame({"USD": moving}, index=pd.bdate_range("2025-01-01", periods=300))
        note = rate_notes(rates).loc["USD"]
        assert note["longest_run"] == 4
        assert note["flags"] == "stale"

    def test_gaps_are_counted_and_the_longest_is_dated(self) -> None:
        index = pd.to_datetime(["2026-01-01", "2026-01-08", "2026-01-16", "2026-03-01", "2026-03-02"])
        note = rate_notes(pd.DataFrame({"USD": [1.0, 1.1, 1.2, 1.3, 1.4]}, index=index)).loc["USD"]
        assert (note["gaps"], note["longest_gap"]) == (2, 44), "seven days are no gap"
        assert (note["gap_from"], note["gap_to"]) == (index[2], index[3])
        assert self.notes.loc["ISK", ["gaps", "gap_from", "gap_to"]].tolist() == [
            1,
            pd.Timestamp("2008-12-09"),
            pd.Timestamp("2018-02-01"),
        ]

    def test_one_fixing_has_no_gap(self) -> None:
        note = rate_notes(pd.DataFrame({"USD": [1.0, 1.0], "JPY": [np.nan, 0.01]}, index=DAYS[:2])).loc["JPY"]
        assert (note["gaps"], note["longest_gap"]) == (0, 0)
        assert note[["gap_from", "gap_to", "redenominated"]].isna().all()

    @pytest.mark.parametrize(("old", "new", "units"), [("TRL", "TRY", 1e6), ("ROL", "RON", 1e4)])
    def test_a_unit_that_changed_under_the_same_code_is_told_from_a_move(
        self, old: str, new: str, units: float
    ) -> None:
        """Turkey and Romania in 2005: the ECB changed the code; a file with one column over both shows the jump."""
        both = ecb_rates("EUR", [old, new], "2004-06-01", "2006-06-30")
        one = both[old].combine_first(both[new]).to_frame(new)
        note = rate_notes(one).loc[new]
        assert note["redenominated"] == both[new].first_valid_index()
        assert note["unit_factor"] == pytest.approx(units, rel=0.02)
        assert "redenominated" in note["flags"].split(", ")
        assert (
            "redenominated"
            not in rate_notes(one * np.where(one.index < note["redenominated"], units, 1.0)[:, None])["flags"].iloc[0]
        )
        assert self.notes.loc[old, "flags"] == f"ended, replaced by {new}"

    def test_the_largest_moves_on_record_are_no_change_of_unit(self) -> None:
        assert self.notes["redenominated"].isna().all()


class TestCrossed:
    def test_a_cross_of_the_ecbs_rates_is_the_ecbs_own(self) -> None:
        dollars = ecb_rates("USD", start="2020-01-01")
        yuan = ecb_rates("CNY", start="2020-01-01")
        found = crossed(dollars, "USD", "CNY")[yuan.columns]
        pd.testing.assert_frame_equal(found, yuan, rtol=1e-12)

    def test_the_same_currency_changes_nothing(self) -> None:
        rates = pd.DataFrame({"USD": [32.0]}, index=DAYS[:1])
        assert crossed(rates, "TWD", "TWD") is rates

    def test_days_without_the_reporting_currency_are_left_out_and_no_cell_is_filled(self) -> None:
        rates = pd.DataFrame({"USD": [32.0, np.nan, 32.0], "EUR": [np.nan, 37.0, 36.0]}, index=DAYS[:3])
        found = crossed(rates, "TWD", "USD")
        assert list(found.columns) == ["EUR", "TWD"]
        assert found.index.equals(DAYS[[0, 2]])
        assert found["TWD"].tolist() == [1 / 32, 1 / 32]
        assert found["EUR"].tolist() == pytest.approx([np.nan, 36 / 32], nan_ok=True)

    @pytest.mark.parametrize("value", [np.nan, 1.0])
    def test_a_currency_that_is_not_there_is_refused_by_name(self, value: float) -> None:
        rates = pd.DataFrame({"USD": [32.0], "JPY" if np.isnan(value) else "GBP": [value]}, index=DAYS[:1])
        with pytest.raises(InputError, match="against TWD and hold no JPY"):
            crossed(rates, "TWD", "JPY")


def csv(text: str, **options: object) -> pd.DataFrame:
    return read_rates_csv(text.encode(), "EUR", **options)  # type: ignore[arg-type]


class TestCsv:
    def test_a_german_file_is_read(self) -> None:
        rates = csv("date;USD;JPY\n30.10.2026;0,8951;\n29.10.2026;0,8985;0,0056843\n")
        assert rates["USD"].to_dict() == {pd.Timestamp("2026-10-29"): 0.8985, pd.Timestamp("2026-10-30"): 0.8951}
        assert rates["JPY"].tolist() == pytest.approx([0.0056843, np.nan], nan_ok=True)

    def test_an_english_file_is_read_from_an_open_file_with_byte_order_mark(self) -> None:
        rates = read_rates_csv(io.BytesIO("date,USD\n2026-10-29,0.8985\n".encode("utf-8-sig")), "EUR")
        assert rates.loc["2026-10-29", "USD"] == 0.8985

    def test_the_other_direction_is_inverted_when_said(self) -> None:
        assert csv("date,USD\n2026-10-29,1.113\n", inverse=True)["USD"].tolist() == [1 / 1.113]

    def test_the_day_of_a_slashed_date_is_found_by_the_other_dates(self) -> None:
        rates = csv("date,VND\n03/04/2026,0.00003\n13/04/2026,0.00004\n")
        assert [f"{date:%m-%d}" for date in rates.index] == ["04-03", "04-13"]

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("date,USD\n03/04/2026,0.9\n04/05/2026,0.9\n", "day/month or month/day"),
            ("date,USD\n2026-10-29,0.9\nsoon,0.9\n", "Line 3 .* soon is not a date"),
            ("date,USD\n2026-10-29,0.9\n\n2026-10-30,abc\n", "Line 4, column USD .* abc"),
            ("date,USD\n2026-10-29,-0.9\n", "Line 2, column USD"),
            ("date,USD\n2026-10-29,0.9\n2026-10-29,0.8\n", "Line 3 .* twice"),
            ("date,dollar\n2026-10-29,0.9\n", "dollar"),
            ("date\n2026-10-29\n", "one column a currency"),
            ("", "cannot be read"),
            ("date,USD\n2026-10-29,1.113\n", "upside down"),
            ("date,JPY\n2026-10-29,0.56\n", "100 units"),
        ],
    )
    def test_what_is_wrong_is_said_with_its_place(self, text: str, said: str) -> None:
        with pytest.raises(InputError, match=said):
            csv(text)

    def test_rates_in_a_currency_that_the_ecb_does_not_know_are_compared_as_crosses(self) -> None:
        euros = ecb_rates("EUR", ["USD", "JPY"], "2026-10-01", "2026-10-30")
        taiwan = crossed(euros, "EUR", "USD").mul(32.0).assign(USD=32.0, VND=0.0012)
        read = read_rates_csv(taiwan.to_csv().encode(), "TWD")
        pd.testing.assert_frame_equal(read, taiwan, check_freq=False)
        with pytest.raises(InputError, match="Say that the file gives JPY for 1 TWD"):
            read_rates_csv((1.0 / taiwan).to_csv().encode(), "TWD")
        with pytest.raises(InputError, match=r"JPY are not for 1 JPY.* USD where"):
            read_rates_csv(taiwan.assign(JPY=100 * taiwan["JPY"]).to_csv().encode(), "TWD")

    def test_a_picture_is_refused(self) -> None:
        with pytest.raises(InputError, match="not text"):
            read_rates_csv(b"\x89PNG\r\n\x1a\n\x00\xff\xfe\xfa", "EUR")

    def test_what_was_written_comes_back(self) -> None:
        rates = ecb_rates("CNY", ["USD", "EUR"], "2026-10-01")
        back = read_rates_csv(rates.to_csv(float_format="%.17g").encode(), "CNY")
        pd.testing.assert_frame_equal(back, rates, check_freq=False)


def yahoo_answer(symbols: list[str], **_: object) -> pd.DataFrame:
    """What yfinance gives: columns (price, symbol), units for 1 USD; a weekend day from a holiday market among them."""
    index = pd.to_datetime(["2026-10-29", "2026-10-30", "2026-10-31"])
    quotes = {"EUR=X": 0.9, "GBP=X": 0.75, "CNY=X": 7.2}
    return pd.DataFrame({("Close", symbol): [quotes[symbol]] * 3 for symbol in symbols}, index=index)


class TestYahoo:
    def test_rates_are_crossed_over_the_dollar(self) -> None:
        rates = yahoo_rates("CNY", ["USD", "EUR"], "2026-10-29", "2026-10-31", download=yahoo_answer)
        assert rates["USD"].tolist() == [7.2, 7.2]
        assert rates["EUR"].tolist() == pytest.approx([8.0, 8.0])

    def test_the_end_day_is_asked_for_though_the_interface_leaves_it_out(self) -> None:
        asked = {}

        def spy(symbols: list[str], **options: object) -> pd.DataFrame:
            asked.update(options)
            return yahoo_answer(symbols)

        yahoo_rates("CNY", ["USD"], "2026-10-29", "2026-10-30", download=spy)
        assert asked["start"] == pd.Timestamp("2026-10-29")
        assert asked["end"] == pd.Timestamp("2026-10-31")

    def test_no_network_is_said_plainly_with_the_way_out(self) -> None:
        def offline(*_: object, **__: object) -> pd.DataFrame:
            raise ConnectionError("Name or service not known")

        with pytest.raises(InputError, match="Without network use the ECB reference rates") as caught:
            yahoo_rates("CNY", ["USD"], "2026-10-29", "2026-10-30", download=offline)
        assert "ConnectionError" in caught.value.sentence

    @pytest.mark.parametrize("answer", [None, pd.DataFrame(), pd.DataFrame({"Open": [1.0]}, index=DAYS[:1])])
    def test_an_empty_or_strange_answer_is_refused(self, answer: pd.DataFrame | None) -> None:
        with pytest.raises(InputError, match="Yahoo gave no rates"):
            yahoo_rates("CNY", ["USD"], "2026-10-29", "2026-10-30", download=lambda *_, **__: answer)

    def test_a_currency_without_quotes_is_named(self) -> None:
        def partly(symbols: list[str], **_: object) -> pd.DataFrame:
            return yahoo_answer(["CNY=X"])

        with pytest.raises(InputError, match="no rates for GBP"):
            yahoo_rates("CNY", ["GBP"], "2026-10-29", "2026-10-30", download=partly)

    def test_the_real_client_without_network_ends_in_the_same_sentence(self, monkeypatch: pytest.MonkeyPatch) -> None:
        import yfinance

        def refused(*_: object, **__: object) -> None:
            raise OSError("Network is unreachable")

        monkeypatch.setattr(yfinance, "download", refused)
        with pytest.raises(InputError, match="Network is unreachable"):
            yahoo_rates("CNY", ["USD"], "2026-10-29", "2026-10-30")
        assert logging.getLogger("yfinance").level == logging.CRITICAL
