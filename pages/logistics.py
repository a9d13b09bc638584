"""Logistics: what late, held, lost and damaged parcels cost, and which measures pay."""

from __future__ import annotations

from dashboard import family_page
from dashboard.families import logistics

family_page.show("logistics", logistics.show)
