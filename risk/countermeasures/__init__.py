"""What can be done about the risks: the measures that the trade's literature names, each with cost, effect and basis.

`catalogue` offers those that act on a peril of the register; `measures_frame` shows them as a table, `edited_measures`
takes the corrected table back. How much a measure prevents is nobody's published figure: a starting assumption.
"""

from risk.countermeasures.catalogue import catalogue, left_out
from risk.countermeasures.register import edited_measures, measures_frame, read_measures

__all__ = ["catalogue", "edited_measures", "left_out", "measures_frame", "read_measures"]
