"""Intellectual property: complaints and claims against us, goods seized, and our own rights infringed. No legal advice.

`ip_risk` prefills the register out of a year of trade and the tables of law and enforcement in `data/reference`; what
no table holds is a wide interval that says it is a starting assumption. Damages recovered for own rights infringed are
a gain that comes later: a column of its own beside the perils.
"""

from risk.ip.case import IpHistory
from risk.ip.model import IpRisk, ip_risk
from risk.ip.recovery import Recovery

__all__ = ["IpHistory", "IpRisk", "Recovery", "ip_risk"]
