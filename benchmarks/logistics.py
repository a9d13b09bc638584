"""The pipeline of shipments, lead times and punctuality: seconds of this machine, medians of some runs.

Run: python benchmarks/logistics.py [--repeat 5] [--parcels 100000] [--shipments 1000000] [--history 5000000]

The peers of the curve and of the fits are statsmodels' SurvfuncRight and scipy's fit of censored data. Processor
seconds, so that a busy machine does not count, but for the history in DuckDB, which is by the clock. The claims:
100,000 parcels through six stages in less than 0.3 s; all answers on 5,000,000 shipments in less than 3 s.
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.duration.survfunc import SurvfuncRight

sys.path.insert(0, str(Path(__file__).parents[1]))

from risk.logistics import (
    CommonShock,
    Pipeline,
    counted_lead_times,
    examinations,
    fit_lead_times,
    kaplan_meier,
    lead_times,
    log_rank,
    on_time,
    shrunk_rates,
    starting_stages,
    within_lane,
)
from risk.logistics.counted import late_by
from risk.loss.severity import Lognormal
from risk.orders.questions import shipments_summary, transit_days

STAGES = 6
PROMISED = 25.0


def seconds(work: Callable[[], Any], repeat: int) -> float:
    """Median processor time of some runs."""
    times = []
    for _ in range(repeat):
        begun = time.process_time()
        work()
        times.append(time.process_time() - begun)
    return float(np.median(times))


def pipeline() -> Pipeline:
    """Six stages with correlation, two kinds of examination and a shock of the line-haul."""
    stages = starting_stages("dedicated line", warehouse=True)
    ranks = np.full((STAGES, STAGES), 0.2) + 0.8 * np.eye(STAGES)
    shock = CommonShock("sailing skipped", "line-haul", 0.05, Lognormal.from_interval(3, 14))
    return Pipeline(stages, examinations({"x-ray": 0.02, "intensive": 0.005}), (shock,), ranks)


def shipments(count: int) -> pd.DataFrame:
    """Parcels of a year with promises, some still open, some without a date."""
    rng = np.random.default_rng(1)
    shipped = pd.Timestamp("2026-01-01") + pd.to_timedelta(rng.integers(0, 330, count), unit="D")
    days = np.ceil(rng.lognormal(2.2, 0.5, count))
    delivered = pd.Series(shipped + pd.to_timedelta(days, unit="D"))
    return pd.DataFrame(
        {
            "carrier": rng.choice(["A", "B", "C", "D"], count),
            "destination": rng.choice(["US", "DE", "FR", "GB", "JP"], count),
            "shipped_at": shipped,
            "promised_at": shipped + pd.to_timedelta(14, unit="D"),
            "delivered_at": delivered.mask(rng.random(count) < 0.01),
            "status": "open",
        }
    )


def main() -> None:
    """Print each figure with its peer where there is one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--parcels", type=int, default=100_000)
    parser.add_argument("--shipments", type=int, default=1_000_000)
    parser.add_argument("--history", type=int, default=5_000_000)
    options = parser.parse_args()
    repeat, whole = options.repeat, pipeline()

    def simulated() -> None:
        found = whole.simulate(options.parcels, np.random.default_rng(1))
        found.late(PROMISED)
        found.contributions(PROMISED)

    print(f"{options.parcels:,} parcels x {STAGES} stages, with contributions: {seconds(simulated, repeat):.3f} s")

    in_memory(options.shipments, repeat)
    in_duckdb(options.history)


def in_memory(count: int, repeat: int) -> None:
    """Answers on a frame of shipments."""
    rows = shipments(count)
    print(f"{len(rows):,} shipments")
    print(f"  on_time by carrier and lane   {seconds(lambda: on_time(rows, '2026-11-20', by=LANE), repeat):.3f} s")
    print(f"  lead_times                    {seconds(lambda: lead_times(rows, '2026-11-20'), repeat):.3f} s")
    known = lead_times(rows, "2026-11-20").rows
    days, arrived = known["days"].to_numpy(), known["delivered"].to_numpy()
    carrier = rows.loc[known.index, "carrier"].to_numpy()
    ours, theirs = seconds(lambda: kaplan_meier(days, arrived), repeat), seconds(lambda: curve(days, arrived), repeat)
    print(f"  kaplan_meier                  {ours:.3f} s, statsmodels {theirs:.3f} s")
    print(f"  log_rank of four carriers     {seconds(lambda: log_rank(days, arrived, carrier), repeat):.3f} s")
    few = slice(0, 20_000)
    ours = seconds(lambda: fit_lead_times(days[few], arrived[few]), repeat)
    theirs = seconds(lambda: fits(days[few], arrived[few]), 1)
    print(f"  three fits of 20,000 parcels  {ours:.3f} s, scipy {theirs:.3f} s")
    print(f"  three fits of all of them     {seconds(lambda: fit_lead_times(days, arrived), repeat):.3f} s")


def in_duckdb(count: int) -> None:
    """Answers on a history, by the clock."""
    source = {"shipments": history(count)}
    begun = time.perf_counter()
    counted = shipments_summary(source, AS_OF)
    shrunk_rates(late_by(counted, ["carrier"]))
    within_lane(counted)
    middle = time.perf_counter()
    found = counted_lead_times(transit_days(source, AS_OF)).rows
    seen = {"durations": found["days"], "delivered": found["delivered"], "parcels": found["parcels"]}
    kaplan_meier(**seen)
    log_rank(group=found["carrier"], strata=found["destination"], **seen)
    fit_lead_times(**seen, lost=True)
    done = time.perf_counter()
    print(f"{count:,} shipments in DuckDB: punctuality {middle - begun:.2f} s, times {done - middle:.2f} s")


LANE = ["carrier", "destination"]
AS_OF = dt.date(2026, 11, 20)
_ROWS = """
select 'CN' as origin, ['US', 'DE', 'FR', 'GB', 'JP'][(1 + hash(i) % 5)::int] as destination,
    ['A', 'B', 'C', 'D'][(1 + hash(i + 1) % 4)::int] as carrier, ['sea', 'express'][(1 + hash(i + 2) % 2)::int] as mode,
    timestamp '2025-11-20' + to_days((hash(i + 3) % 364)::int) as shipped_at, shipped_at + to_days(14) as promised_at,
    case when hash(i + 4) % 100 > 0 then
        shipped_at + to_days((3 + hash(i + 5) % 10 + hash(i + 6) % 10)::int) end as delivered_at,
    'open' as status, null::varchar as hold_reason, null::double as hold_days, 0.5 as weight_kg
from range({count}) as rows(i)
"""


def history(count: int) -> duckdb.DuckDBPyRelation:
    """As many shipments in a table of DuckDB."""
    connection = duckdb.connect()
    connection.execute(f"create table shipments as {_ROWS.format(count=count)}")
    return connection.table("shipments")


def curve(days: np.ndarray, arrived: np.ndarray) -> SurvfuncRight:
    """The peer of the curve."""
    return SurvfuncRight(days, arrived.astype(int))


def fits(days: np.ndarray, arrived: np.ndarray) -> None:
    """The peer of the fits."""
    data = stats.CensoredData.right_censored(days, ~arrived)
    for family in (stats.lognorm, stats.weibull_min, stats.gamma):
        family.fit(data, floc=0)


if __name__ == "__main__":
    main()
