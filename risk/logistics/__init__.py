"""Logistics risk of selling abroad: late parcels, customs holds, loss and damage, disruptions of trade lanes.

`logistics_risk` prefills the register out of a year of trade, what became of the parcels so far, and the tables of
transport in `data/reference`; what neither says is a wide interval that says it is a starting assumption.
"""

from risk.logistics.case import Hold, LogisticsHistory
from risk.logistics.model import LogisticsRisk, logistics_risk

__all__ = ["Hold", "LogisticsHistory", "LogisticsRisk", "logistics_risk"]
