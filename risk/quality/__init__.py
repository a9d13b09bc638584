"""Product-quality risk: returns and refunds, bad batches, recalls, damaged reviews, chargebacks.

`quality_risk` prefills the register out of a year of trade and what came back so far; what the history and the facts in
`data/reference` do not say is a wide interval that says it is a starting assumption.
"""

from risk.quality.case import QualityHistory, Returned
from risk.quality.model import QualityRisk, quality_risk

__all__ = ["QualityHistory", "QualityRisk", "Returned", "quality_risk"]
