"""Reading an order export end to end, bytes to tables, against pandas.read_csv(dtype=str), which only splits the cells.

Usage: python benchmarks/import_speed.py [export.csv[.gz]] [runs]

Each run is a fresh process that holds the bytes first; time is the wall clock from bytes to result, memory the peak
resident size above what the process had before. Without a file an invented one of 500,000 rows is read.
"""

from __future__ import annotations

import gzip
import io
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

ROWS = 500_000
ROOT = Path(__file__).resolve().parents[1]


def resident(field: str) -> float:
    """VmHWM (peak) or VmRSS (now) of this process in MB."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    found = re.search(rf"{field}:\s+(\d+)", status)
    assert found is not None
    return int(found[1]) / 1024


def content(path: Path) -> bytes:
    data = path.read_bytes()
    return gzip.decompress(data) if path.suffix == ".gz" else data


def invented() -> bytes:
    """Orders of two lines on average, with thousands of articles and a moment to the second each."""
    rng = np.random.default_rng(2)
    orders = np.sort(rng.integers(100_000, 100_000 + ROWS // 2, ROWS))
    moments = np.datetime64("2024-01-01T00:00:00") + (orders - 100_000) * 251
    articles, quantities = rng.integers(0, 4000, ROWS), rng.integers(1, 9, ROWS)
    prices = np.round(rng.lognormal(2.5, 0.6, ROWS), 2)
    countries = np.array(["DE", "FR", "US", "JP", "GB"])[rng.integers(0, 5, ROWS)]
    text = io.StringIO()
    text.write("Order ID,Order Date,SKU,Product Name,Quantity,Unit Price,Currency,Country\n")
    rows = zip(orders, moments, articles, quantities, prices, countries, strict=True)
    text.writelines(
        f'{o},{str(m).replace("T", " ")},A-{a:05d},"Article {a}, blue",{q},{p},EUR,{c}\n' for o, m, a, q, p, c in rows
    )
    return text.getvalue().encode()


def measure(reader: str, path: Path) -> None:
    """Print seconds and MB of one reading, in this process."""
    import pandas as pd

    from risk.orders.read import read_export

    data = content(path)
    # Only what is imported and cached once counts as warm, not the file itself.
    if reader == "pandas":
        pd.read_csv(io.BytesIO(b"a,b\n1,2\n"), dtype=str)
    else:
        read_export(b"Order ID,Order Date,SKU,Quantity,Unit Price\n1,2024-01-31,A,1,9.90\n", currency="EUR")
    before, start = resident("VmRSS"), time.perf_counter()
    kept = pd.read_csv(io.BytesIO(data), dtype=str) if reader == "pandas" else read_export(data, currency="EUR")
    seconds = time.perf_counter() - start
    print(seconds, resident("VmHWM") - before)
    del kept


def fresh(reader: str, path: Path) -> tuple[float, float]:
    command = [sys.executable, __file__, "--one", reader, str(path)]
    run = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT, env={"PYTHONPATH": str(ROOT)})
    seconds, megabytes = map(float, run.stdout.split())
    return seconds, megabytes


def compare(path: Path, runs: int) -> None:
    results: dict[str, list[tuple[float, float]]] = {"pandas": [], "risk": []}
    for _ in range(runs):
        for reader, measured in results.items():
            measured.append(fresh(reader, path))
    medians = {
        reader: [statistics.median(values) for values in zip(*measured, strict=True)]
        for reader, measured in results.items()
    }
    for reader, (seconds, megabytes) in medians.items():
        print(f"{reader:8}{seconds:8.3f} s{megabytes:9.1f} MB")
    print(f"time    {medians['risk'][0] / medians['pandas'][0]:6.2f} x pandas (at most 1.5)")
    print(f"memory  {medians['risk'][1] / medians['pandas'][1]:6.2f} x pandas (below 1)")


def main() -> None:
    if sys.argv[1:2] == ["--one"]:
        measure(sys.argv[2], Path(sys.argv[3]))
        return
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    if len(sys.argv) > 1:
        compare(Path(sys.argv[1]), runs)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "invented.csv"
        path.write_bytes(invented())
        compare(path, runs)


if __name__ == "__main__":
    main()
