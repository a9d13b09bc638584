"""Tables of the standard on inspection by attributes: which sample of a lot, and how many defectives pass.

Re-typed from the tables of MIL-STD-105E (1989, public domain), which ANSI/ASQ Z1.4 keeps and ISO 2859-1 shares but for
the gap between acceptance and rejection in reduced inspection. Code letters stand in rows and AQLs in columns, each
1.6 times the one before, so that a plan depends on the sum of the two numbers alone: one more letter, one AQL tighter.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from itertools import chain

from risk.checks import InputError, at_least, one_of

LETTERS = "ABCDEFGHJKLMNPQRS"  # no I, no O; S is for one tightened plan alone
LEVELS = ("S-1", "S-2", "S-3", "S-4", "I", "II", "III")
INSPECTIONS = ("normal", "tightened", "reduced")
AQLS = (
    *(0.010, 0.015, 0.025, 0.040, 0.065, 0.10, 0.15, 0.25, 0.40, 0.65, 1.0, 1.5, 2.5),
    *(4.0, 6.5, 10.0, 15.0, 25.0, 40.0, 65.0, 100.0, 150.0, 250.0, 400.0, 650.0, 1000.0),
)
LOTS = (2, 9, 16, 26, 51, 91, 151, 281, 501, 1201, 3201, 10001, 35001, 150001, 500001)  # the smallest of each class
CODES = (  # table I: a row a class of lots, a letter a level
    *("AAAAAAB", "AAAAABC", "AABBBCD", "ABBCCDE", "BBCCCEF", "BBCDDFG", "BCDEEGH", "BCDEFHJ"),
    *("CCEFGJK", "CDEGHKL", "CDFGJLM", "CDFHKMN", "DEGJLNP", "DEGJMPQ", "DEHKNQR"),
)
SIZES: Mapping[str, tuple[int, ...]] = {
    "normal": (2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800, 1250, 2000),
    "tightened": (2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800, 1250, 2000, 3150),
    "reduced": (2, 2, 2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800),
}

Numbers = tuple[int, int]  # accept up to, reject from

# sum of the places of letter and AQL -> numbers; between them an arrow
NORMAL: dict[int, Numbers] = {
    14: (0, 1),
    17: (1, 2),
    18: (2, 3),
    19: (3, 4),
    20: (5, 6),
    21: (7, 8),
    22: (10, 11),
    23: (14, 15),
    24: (21, 22),
    25: (30, 31),
    26: (44, 45),
}
TIGHTENED: dict[int, Numbers] = {
    15: (0, 1),
    18: (1, 2),
    19: (2, 3),
    20: (3, 4),
    21: (5, 6),
    22: (8, 9),
    23: (12, 13),
    24: (18, 19),
    25: (27, 28),
    26: (41, 42),
}
REDUCED: dict[int, Numbers] = {
    14: (0, 1),
    17: (0, 2),
    18: (1, 3),
    19: (1, 4),
    20: (2, 5),
    21: (3, 6),
    22: (5, 8),
    23: (7, 10),
    24: (10, 13),
    25: (14, 17),
    26: (21, 24),
}
REDUCED_B: dict[int, Numbers] = {  # row B of the reduced table; its row A is that of the normal one
    14: (0, 1),
    17: (0, 2),
    18: (1, 3),
    19: (2, 4),
    20: (3, 5),
    21: (5, 6),
    22: (7, 8),
    23: (10, 11),
    24: (14, 15),
    25: (21, 22),
    26: (30, 31),
}
TABLES = {"normal": NORMAL, "tightened": TIGHTENED, "reduced": REDUCED}
LAST_LARGE = 4  # letter E: later ones have no plan past the sum of 24


def code_letter(lot_size: int, level: str = "II") -> str:
    """The letter of the sample for a lot at an inspection level: I, II, III or the special S-1 to S-4."""
    row = bisect_right(LOTS, at_least("lot_size", lot_size, 2)) - 1
    return CODES[row][LEVELS.index(one_of("level", level, LEVELS))]


def column(aql: float) -> int:
    """Place of an AQL among those of the standard."""
    if aql not in AQLS:
        near = min(AQLS, key=lambda known: abs(known - aql))
        raise InputError("AQL {aql:g} is not one of the standard; the nearest is {near:g}.", aql=aql, near=near)
    return AQLS.index(aql)


def looked_up(letter: str, aql: float, inspection: str) -> tuple[str, int, Numbers]:
    """Letter, sample size and numbers of the plan, along the arrow where the table has none at this letter."""
    place, across = LETTERS.index(letter), column(aql)
    for row in _along_the_arrow(place, across, inspection):
        found = _cell(row, across, inspection)
        if found is not None:
            return LETTERS[row], SIZES[inspection][row], found
    raise InputError("The standard has no {inspection} plan for AQL {aql:g}.", inspection=inspection, aql=aql)


def _along_the_arrow(place: int, across: int, inspection: str) -> chain[int]:
    """Rows in the order that they are looked at: this one, along the arrow, then the other way (past the border)."""
    down, up = range(place, len(SIZES[inspection])), range(place, -1, -1)
    upwards = place + across > 24 or (place + across == 15 and inspection != "tightened")
    return chain(up, down) if upwards else chain(down, up)


def _cell(row: int, across: int, inspection: str) -> Numbers | None:
    table = TABLES[inspection]
    if inspection == "reduced" and row < 2:
        table = (NORMAL, REDUCED_B)[row]
    total = row + across
    if total > 24 and row > LAST_LARGE:
        return None
    if inspection == "tightened" and ((total == 15 and row == 0) or (row == 16 and total != 18)):
        return None  # the table begins with an arrow at A, and S has one plan alone
    return table.get(total)


# double plans of the table for normal and tightened inspection: numbers of the first sample and of both together, by
# the acceptance number of the single plan at the same letter and AQL
DOUBLE: Mapping[str, dict[int, tuple[Numbers, Numbers]]] = {
    "normal": {
        1: ((0, 2), (1, 2)),
        2: ((0, 3), (3, 4)),
        3: ((1, 4), (4, 5)),
        5: ((2, 5), (6, 7)),
        7: ((3, 7), (8, 9)),
        10: ((5, 9), (12, 13)),
        14: ((7, 11), (18, 19)),
        21: ((11, 16), (26, 27)),
    },
    "tightened": {
        1: ((0, 2), (1, 2)),
        2: ((0, 3), (3, 4)),
        3: ((1, 4), (4, 5)),
        5: ((2, 5), (6, 7)),
        8: ((3, 7), (11, 12)),
        12: ((6, 10), (15, 16)),
        18: ((9, 14), (23, 24)),
    },
}
