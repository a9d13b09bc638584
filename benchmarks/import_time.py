"""What importing the package costs, in imports of numpy: at most 2.5.

    python benchmarks/import_time.py [turns]

Fresh processes that take turns; seconds are medians of the wall clock of the import alone, without the start of the
interpreter. `risk` itself imports nothing, so that what its user imports is shown beside it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[1]
MOST = 2.5
MODULES = ("numpy", "risk", "risk.loss.perils", "risk.loss.aggregate", "risk.loss.register", "risk.enterprise")
IMPORT = "import time; start = time.perf_counter(); import {}; print(time.perf_counter() - start)"


def seconds(module: str) -> float:
    run = subprocess.run(
        [sys.executable, "-c", IMPORT.format(module)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    return float(run.stdout)


def main() -> None:
    turns = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    spent: dict[str, list[float]] = {module: [] for module in MODULES}
    for turn in range(turns + 1):  # the first turn fills the caches of the file system
        for module, times in spent.items():
            times.extend([seconds(module)] * (turn > 0))
    numpy = median(spent["numpy"])
    for module, times in spent.items():
        print(f"{module:20} {median(times) * 1e3:6.0f} ms   {median(times) / numpy:5.2f} x numpy (at most {MOST})")


if __name__ == "__main__":
    main()
