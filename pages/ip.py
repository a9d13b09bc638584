"""IP: what claims of others and copies of one's own goods cost, and which measures pay."""

from __future__ import annotations

from dashboard import family_page
from dashboard.families import ip

family_page.show("ip", ip.show)
