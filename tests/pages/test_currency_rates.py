"""The tab Rates: another provider moves every number and is taken back; what fails changes nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard import currency, workspace
from dashboard.formatting import money
from risk.currency.exposure import forecast_receipts, monthly_receipts
from risk.currency.rates import crossed, ecb_rates, read_rates_csv
from risk.currency.var import value_at_risk

Show = Callable[..., AppTest]
Read = Callable[[AppTest, str], str]
Said = Callable[[AppTest], str]

RATES = {"currency_tab": "Rates"}
CODES = ["EUR", "GBP", "JPY", "AUD", "CNY"]


def invented() -> pd.DataFrame:
    """New Taiwan dollars for 1 unit: an invented walk of the dollar from 32, and crosses a little off the ECB's."""
    rng = np.random.default_rng(7)
    dollars = ecb_rates("USD", CODES, "2022-08-15", "2026-10-30")
    dollars *= np.exp(rng.normal(0.0, 0.003, dollars.shape))
    walk = 32.0 * np.exp(np.cumsum(rng.normal(0.0, 0.003, len(dollars))))
    return dollars.assign(USD=1.0).mul(walk, axis=0)


TAIWAN = invented().to_csv(float_format="%.10g").encode()


@pytest.fixture
def use() -> Callable[[AppTest, bytes], AppTest]:
    """Drops a file of rates on the tab and clicks."""

    def run(at: AppTest, content: bytes, base: str | None = None) -> AppTest:
        provider = next(group for group in at.button_group if group.key.startswith("currency_provider_"))
        provider.set_value("csv").run()
        if base is not None:
            at.selectbox(key="currency_rates_base").set_value(base).run()
        at.file_uploader(key="currency_rates_file").upload("rates.csv", content).run()
        at.button(key="currency_rates_use").click().run()
        assert not at.exception, [error.message for error in at.exception]
        return at

    return run


Use = Callable[..., AppTest]


def in_use(at: AppTest) -> str:
    (said,) = [text.value for text in at.markdown if text.value.startswith("In use")]
    return said


def at_risk(exposure: pd.DataFrame, rates: pd.DataFrame, reporting: str) -> float:
    """Filtered value at risk over 21 days of twelve months of the sample shop's receipts, without the dashboard."""
    past = monthly_receipts(exposure, dt.date(2026, 10, 31)).drop(columns=reporting, errors="ignore")
    held = pd.Series({code: float(forecast_receipts(past[code], 12).mean.sum()) for code in past})
    rng = np.random.default_rng(currency.SEED)
    return value_at_risk(rates, held, 0.99, 21, "filtered", rng=rng).var


def test_the_ecb_is_in_use_at_first_and_nothing_is_kept(shown: Show) -> None:
    at = shown("currency", address=RATES)
    assert "European Central Bank** from Apr 1, 2005 to Oct 30, 2026" in in_use(at)
    assert not [button for button in at.button if button.key in ("currency_rates_ecb", "currency_rates_undo")]
    assert workspace.COOKIE not in at.session_state


def test_a_file_moves_the_numbers_and_going_back_and_undo_take_turns(
    shown: Show, use: Use, figure: Read, exposure: pd.DataFrame
) -> None:
    at = use(shown("currency", address=RATES), TAIWAN, base="TWD")
    day = dt.datetime.now(tz=dt.UTC).date()
    assert (
        f"your own file** from Aug 15, 2022 to Oct 30, 2026, 6 currencies at the end, read on {day:%b} {day.day}"
        in (in_use(at))
    )
    own = crossed(read_rates_csv(TAIWAN, "TWD"), "TWD", "CNY")
    with_own, with_ecb = (money(at_risk(exposure, table, "CNY"), "CNY") for table in (own, ecb_rates("CNY")))
    assert with_own != with_ecb
    assert with_own in at.main.header[0].value
    at.button(key="currency_rates_ecb").click().run()
    assert "European Central Bank" in in_use(at)
    assert with_ecb in at.main.header[0].value
    at.button(key="currency_rates_undo").click().run()
    assert "your own file" in in_use(at)
    assert with_own in at.main.header[0].value
    assert at.button_group(key="currency_provider_csv").value == "csv"


def test_losses_are_shown_in_new_taiwan_dollars_with_a_file_that_holds_them(
    shown: Show, use: Use, exposure: pd.DataFrame
) -> None:
    at = shown("currency", session={"sample_currency": "TWD"})
    assert "no reference rate for TWD" in at.info[0].value
    assert "on the page Currency" in at.info[0].value
    assert "Nothing can be said in TWD" in in_use(at)
    use(at, TAIWAN)
    wanted = money(at_risk(exposure, read_rates_csv(TAIWAN, "TWD"), "TWD"), "TWD")
    assert wanted in at.main.header[0].value
    kept = {name: at.session_state[name] for name in (workspace.COOKIE, workspace.FILES, "sample_currency")}
    stress = shown("currency", address={"currency_tab": "Stress"}, session=kept)
    said = " ".join(caption.value for caption in stress.caption)
    assert "do not reach back to all of them" in said
    episodes = next(frame.value for frame in stress.dataframe if "start" in frame.value)
    assert len(episodes) >= 16
    assert "TWD" in shown("hedging", session=kept).main.header[0].value
    assert "TWD" in shown("legal", session=kept).main.header[0].value


def test_other_pages_say_what_is_missing_and_link_to_the_rates(shown: Show) -> None:
    at = shown("legal", session={"sample_currency": "TWD"})
    assert "no reference rate for TWD" in at.info[0].value
    assert [link.proto.label for link in at.get("page_link")] == [
        "See the orders that were read",
        "See the exchange rates",
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"date,USD\n2026-10-29,7.1\nsoon,7.1\n", "Line 3"),
        (b"date,USD\n2026-10-29,0.14\n", "upside down"),
        (b"\x89PNG\r\n\x1a\n\x00\xff\xfe\xfa", "not text"),
    ],
)
def test_a_bad_file_is_refused_in_a_sentence_and_changes_nothing(
    shown: Show, use: Use, content: bytes, said: str
) -> None:
    at = use(shown("currency", address=RATES), content)
    assert said in at.error[0].value
    assert "European Central Bank" in in_use(at)
    assert workspace.COOKIE not in at.session_state
    assert not at.run().error, "it is said once"


def test_rates_of_a_few_days_leave_the_way_back(shown: Show, use: Use) -> None:
    header, last = TAIWAN[: TAIWAN.index(b"\n") + 1], TAIWAN[TAIWAN.index(b"2026-09-01") :]
    at = use(shown("currency", address=RATES), header + last, base="TWD")
    assert "44 days of rates are too few" in at.info[0].value
    assert not at.main.header
    at.button(key="currency_rates_ecb").click().run()
    assert "European Central Bank" in in_use(at)
    assert at.main.header


def test_rates_that_end_before_the_orders_say_from_when_everything_is_seen(shown: Show, use: Use) -> None:
    at = use(shown("currency", address=RATES), TAIWAN[: TAIWAN.index(b"2026-07-01")], base="TWD")
    assert "end on 2026\\-06\\-30, 123 days before your last orders" in at.info[-1].value


def test_two_sessions_have_each_their_own_rates(shown: Show, use: Use) -> None:
    one = use(shown("currency", address=RATES), TAIWAN, base="TWD")
    other = shown("currency", address=RATES)
    assert "European Central Bank" in in_use(other)
    doubled = read_rates_csv(TAIWAN, "TWD")
    use(other, doubled.assign(GBP=1.1 * doubled["GBP"]).to_csv().encode(), base="TWD")
    before = one.main.header[0].value
    assert other.main.header[0].value != before
    assert one.run().main.header[0].value == before


class TestYahoo:
    @pytest.fixture
    def asked(self, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
        """What yfinance is asked for; it answers with the invented walk."""
        import yfinance

        calls: list[list[str]] = []
        per_dollar = 1.0 / crossed(invented(), "TWD", "USD")

        def download(symbols: list[str], **_: object) -> pd.DataFrame:
            calls.append(symbols)
            known = {symbol: per_dollar[symbol.removesuffix("=X")] for symbol in symbols if symbol[:3] in per_dollar}
            return pd.concat({("Close", symbol): rate for symbol, rate in known.items()}, axis=1)

        monkeypatch.setattr(yfinance, "download", download)
        return calls

    def look(self, shown: Show) -> AppTest:
        at = shown("currency", address=RATES)
        return at.button_group(key="currency_provider_ecb").set_value("yahoo").run()

    def test_nothing_is_asked_before_the_click_and_the_page_says_what_would_be(
        self, shown: Show, asked: list[list[str]]
    ) -> None:
        at = self.look(shown)
        assert asked == []
        assert any("31 currency codes and the days from" in caption.value for caption in at.caption)

    def test_a_click_fetches_the_codes_on_the_list_and_uses_them(
        self, shown: Show, asked: list[list[str]], exposure: pd.DataFrame
    ) -> None:
        at = self.look(shown)
        at.multiselect(key="currency_yahoo_codes").set_value(["USD", "EUR", "GBP", "JPY", "AUD", "TWD"]).run()
        at.button(key="currency_yahoo_fetch").click().run()
        assert asked == [["AUD=X", "CNY=X", "EUR=X", "GBP=X", "JPY=X", "TWD=X"]]
        assert "Yahoo Finance" in in_use(at)
        wanted = at_risk(exposure, crossed(invented(), "TWD", "CNY"), "CNY")
        assert money(wanted, "CNY") in at.main.header[0].value
        sources = [text.value for text in at.markdown if "daily closes of Yahoo Finance, crossed" in text.value]
        assert len(sources) == 1

    def test_a_currency_without_quotes_is_named_and_nothing_changes(self, shown: Show, asked: list[list[str]]) -> None:
        at = self.look(shown)
        at.button(key="currency_yahoo_fetch").click().run()
        assert len(asked) == 1
        assert "Yahoo gave no rates for BRL" in at.error[0].value
        assert "European Central Bank" in in_use(at)

    def test_no_network_is_said_with_the_way_out(self, shown: Show, monkeypatch: pytest.MonkeyPatch) -> None:
        import yfinance

        def offline(*_: object, **__: object) -> None:
            raise ConnectionError("Name or service not known")

        monkeypatch.setattr(yfinance, "download", offline)
        at = self.look(shown)
        at.button(key="currency_yahoo_fetch").click().run()
        assert "Without network use the ECB reference rates" in at.error[0].value
        assert "European Central Bank" in in_use(at)
        assert workspace.COOKIE not in at.session_state


def notes(at: AppTest) -> pd.DataFrame:
    (table,) = [frame.value.set_index("currency") for frame in at.dataframe if "zero_share" in frame.value]
    return table


def test_what_to_know_of_the_exposed_currencies_or_of_all(shown: Show, exposure: pd.DataFrame) -> None:
    at = shown("currency", address=RATES)
    exposed = notes(at)
    assert sorted(exposed.index) == sorted({*exposure["currency"]} - {"CNY"})
    assert exposed.loc["USD", "moves_with"] == "HKD"
    every = notes(at.button_group(key="currency_notes").set_value("all").run())
    assert every.loc["ISK", "peculiar"].startswith("3,341 days without a fixing")
    assert every.loc["ISK", "gap_from"] == pd.Timestamp("2008-12-09")
    assert every.loc["RUB", "peculiar"] == "no longer published"
    assert every["redenominated"].isna().all()


def test_a_change_of_unit_is_said_with_its_day_and_factor(shown: Show, use: Use) -> None:
    table = invented()
    table.loc[:"2023-12-29", "JPY"] /= 100
    at = use(shown("currency", address=RATES), table.to_csv().encode(), base="TWD")
    yen = notes(at).loc["JPY"]
    assert yen["redenominated"] == pd.Timestamp("2024-01-02")
    assert yen["peculiar"].startswith("unit changed, the rate by a factor of ")
