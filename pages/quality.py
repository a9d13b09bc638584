"""Quality: what returns, bad batches, recalls and chargebacks cost, and which measures pay."""

from __future__ import annotations

from dashboard import family_page
from dashboard.families import quality

family_page.show("quality", quality.show)
