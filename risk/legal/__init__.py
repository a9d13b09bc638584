"""Legal risk of selling abroad: fines, customs and tax arrears, changes of trade policy, lawsuits. No legal advice.

`legal_risk` prefills the register out of a year of trade and the tables of law in `data/reference`; every rate and
cost that no table holds is a wide interval that says it is a starting assumption.
"""

from risk.legal.case import LegalHistory
from risk.legal.model import LegalRisk, legal_risk

__all__ = ["LegalHistory", "LegalRisk", "legal_risk"]
