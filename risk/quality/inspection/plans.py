"""Single sampling plans of the standard, and the switching between normal, tightened and reduced inspection."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import pandas as pd

from risk.checks import InputError, Sentence, at_least, one_of
from risk.quality.inspection.standard import AQLS, INSPECTIONS, code_letter, column, looked_up

ENOUGH = 30  # switching score that allows reduced inspection
REMEMBERED = 5  # lots in which two rejections tighten inspection, and acceptances that loosen it again


@dataclass(frozen=True)
class SamplingPlan:
    """Draw `sample_size` units of the lot; accept it with up to `accept` defectives, reject it from `reject` on.

    Between the two (reduced inspection only) it is accepted, and inspection is normal again. `code_letter` is that of
    the lot, None for a plan that is not the standard's; `notes` say where the sample is that of another letter, or no
    smaller than the lot, all of which is then to be inspected.
    """

    code_letter: str | None
    sample_size: int
    accept: int
    reject: int
    notes: tuple[Sentence, ...] = ()


def sampling_plan(lot_size: int, aql: float, level: str = "II", inspection: str = "normal") -> SamplingPlan:
    """The single sampling plan of ISO 2859-1 and ANSI/ASQ Z1.4 for a lot, an AQL in percent and an inspection level.

    `inspection` is "normal", "tightened" or "reduced"; reduced plans have the gap of Z1.4 between accept and reject.
    An AQL is no promise: at 5 % defective a lot passes AQL 2.5 (200, 10) more often than not.

    >>> plan = sampling_plan(5000, 1.5)
    >>> plan.code_letter, plan.sample_size, plan.accept, plan.reject
    ('L', 200, 7, 8)
    """
    one_of("inspection", inspection, INSPECTIONS)
    own = code_letter(lot_size, level)
    letter, size, (accept, reject) = looked_up(own, aql, inspection)
    notes = []
    if letter != own:
        text = "At this AQL the standard sends letter {own} to the sample of letter {letter}."
        notes.append(Sentence(text, own=own, letter=letter))
    if size >= lot_size:
        notes.append(Sentence("The sample of {size} is no smaller than the lot: inspect all of it.", size=size))
    return SamplingPlan(own, size, accept, reject, tuple(notes))


@dataclass
class _Switching:
    """Where the switching rules stand after the lots so far."""

    aql: float
    level: str
    inspection: str = "normal"
    score: int = 0
    recent: list[bool] = field(default_factory=list)
    failed: int = 0

    def after(self, lot_size: int, plan: SamplingPlan, defectives: int) -> None:
        """Take in a lot that was judged by the plan."""
        accepted = defectives < plan.reject
        if self.inspection == "reduced":
            if defectives > plan.accept:
                self._change("normal")
            return
        self.recent.append(accepted)
        if self.inspection == "tightened":
            self.failed += not accepted
            if len(self.recent) >= REMEMBERED and all(self.recent[-REMEMBERED:]):
                self._change("normal")
            return
        self.score = self._scored(lot_size, plan, defectives) if accepted else 0
        if self.recent[-REMEMBERED:].count(False) >= 2:
            self._change("tightened")
        elif self.score >= ENOUGH:
            self._change("reduced")

    def _scored(self, lot_size: int, plan: SamplingPlan, defectives: int) -> int:
        """3 more if the lot would have passed one AQL tighter, 2 more for a small acceptance number, else 0 again."""
        if plan.accept <= 1:
            return self.score + 2
        tighter = sampling_plan(lot_size, AQLS[max(column(self.aql) - 1, 0)], self.level)
        return self.score + 3 if defectives <= tighter.accept else 0

    def _change(self, inspection: str) -> None:
        self.inspection, self.score, self.recent, self.failed = inspection, 0, [], 0


def inspect_lots(lots: Iterable[tuple[int, int]], aql: float, level: str = "II") -> pd.DataFrame:
    """Lots in the order of their inspection, each (size, defectives found in its sample), under the switching rules.

    Columns lot_size, defectives, inspection, code_letter, sample_size, accept, reject, accepted, score, stopped. Rules
    of ISO 2859-1 (1999), 9.3: tightened after 2 of 5 lots not accepted, normal after 5 accepted, reduced from a
    switching score of 30, normal after a lot with more than the acceptance number; `stopped` from the fifth lot not
    accepted in tightened inspection: the supplier is then to mend the process before further lots are inspected.
    """
    state, rows = _Switching(aql, level), []
    for size, found in lots:
        plan = sampling_plan(size, aql, level, state.inspection)
        if at_least("defectives", found, 0) > (drawn := min(plan.sample_size, size)):
            raise InputError("{found} defectives in a sample of {size}.", found=found, size=drawn)
        accepted, used = found < plan.reject, state.inspection
        state.after(size, plan, found)
        judged = (used, plan.code_letter, plan.sample_size, plan.accept, plan.reject, accepted)
        rows.append((size, found, *judged, state.score, state.failed >= REMEMBERED))
    names = ("lot_size", "defectives", "inspection", "code_letter", "sample_size", "accept", "reject", "accepted")
    return pd.DataFrame(rows, columns=[*names, "score", "stopped"])
