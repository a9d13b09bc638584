"""Legal: what law can cost, by statute and destination, and which measures pay."""

from __future__ import annotations

from dashboard import family_page
from dashboard.families import legal

family_page.show("legal", legal.show)
