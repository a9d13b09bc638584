"""The pages, in the order of the navigation; the first is the one that the dashboard opens on.

A page is one entry here and one file `pages/<key>.py`. Navigation, tests, translations and docs all read this list.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from dashboard.i18n import N_

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Page:
    """One page: `title` and the `question` that it answers are marked messages, `icon` a Material symbol."""

    key: str
    title: str
    question: str
    icon: str

    @property
    def path(self) -> Path:
        """The file of the page."""
        return ROOT / "pages" / f"{self.key}.py"

    @property
    def url_path(self) -> str:
        """The page's own address below the root; empty for the first page."""
        return "" if self == PAGES[0] else self.key


PAGES = (
    Page(
        "overview",
        N_("Overview"),
        N_("What does a bad year cost, what causes it, and what should be done first?"),
        "monitoring",
    ),
    Page(
        "orders",
        N_("Orders"),
        N_("Which orders are known, how was each file read, and what can they tell?"),
        "upload_file",
    ),
    Page(
        "currency",
        N_("Currency"),
        N_("Which receipts depend on exchange rates, and what can a bad month cost?"),
        "payments",
    ),
    Page("hedging", N_("Hedging"), N_("How much should be sold forward, and what does that cost and save?"), "shield"),
    Page("logistics", N_("Logistics"), N_("What do late, held, lost and damaged parcels cost?"), "local_shipping"),
    Page("legal", N_("Legal"), N_("What can law cost where the goods go, and what would avoid it?"), "gavel"),
    Page("ip", N_("IP"), N_("What do claims of others and copies of the own goods cost?"), "copyright"),
    Page("quality", N_("Quality"), N_("What do returns, bad batches, recalls and chargebacks cost?"), "verified"),
    Page("methods", N_("Methods"), N_("How is each number computed, and what does it leave out?"), "functions"),
)
