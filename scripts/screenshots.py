"""Pictures of every page for the eyes of developers: light and dark, wide and on a phone, each in its full height.

    .venv/bin/python scripts/screenshots.py FOLDER [KEY ...]

Starts a server of its own on the sample shop. Needs Chromium and the test requirements.
"""

from __future__ import annotations

import importlib.util
import sys
import tempfile
from pathlib import Path
from types import ModuleType

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from dashboard.registry import PAGES  # noqa: E402  (the folder is on the path only now)

WIDTHS = (1280, 390)


def harness() -> ModuleType:
    """The server and the visits of the browser tests."""
    spec = importlib.util.spec_from_file_location("harness", ROOT / "tests" / "browser" / "conftest.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["harness"] = module
    spec.loader.exec_module(module)
    return module


def main(folder: Path, keys: list[str]) -> None:
    """Write `<key>-<light|dark>-<width>.png` for the pages of these keys, or for all."""
    folder.mkdir(parents=True, exist_ok=True)
    tools = harness()
    with (
        tempfile.TemporaryDirectory() as place,
        tools.serving(Path(place)) as server,
        sync_playwright() as playwright,
    ):
        chromium = playwright.chromium.launch(executable_path=tools.CHROMIUM, args=tools.FLAGS)
        for theme in ("light", "dark"):
            for width in WIDTHS:
                visit = tools.begin(chromium, width=width, dark=theme == "dark")
                for page in PAGES:
                    if not keys or page.key in keys:
                        visit.page.set_viewport_size({"width": width, "height": 900})
                        visit.open(f"{server.url}/{page.url_path}")
                        visit.show_all()
                        visit.page.screenshot(path=folder / f"{page.key}-{theme}-{width}.png")
                visit.page.context.close()
        chromium.close()


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), sys.argv[2:])
