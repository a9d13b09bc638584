"""All families of risk together: one model made of models, and what to do about it first.

`Enterprise` puts families side by side with their dependence; `rank` orders counter-measures by what they return;
`best_set` picks the set that returns most under a budget.
"""

from risk.enterprise.model import DRIVERS, Enterprise, dependence_range, family_table
from risk.enterprise.ranking import BestSet, best_set, rank

__all__ = ["DRIVERS", "BestSet", "Enterprise", "best_set", "dependence_range", "family_table", "rank"]
