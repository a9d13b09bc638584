"""The typed rows of one export while its tables are made: what each says, which are set aside or furniture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from risk.checks import Sentence
from risk.orders import reasons
from risk.orders.records import Column

Numbers = NDArray[np.float64]
Times = NDArray[np.datetime64]
Mask = NDArray[np.bool_]
_NEVER = np.datetime64("NaT", "us")


@dataclass(eq=False)
class Rows:
    """Columns by target. A platform changes them in place before they become tables."""

    lines: NDArray[np.int64]
    texts: dict[str, Column]
    numbers: dict[str, Numbers] = field(default_factory=dict)
    times: dict[str, Times] = field(default_factory=dict)
    furniture: Mask = field(init=False)
    why: NDArray[np.int8] = field(init=False)  # place of the reason in reasons.ALL, -1: good
    where: dict[int, str] = field(default_factory=dict)  # row -> target that is at fault

    def __post_init__(self) -> None:
        self.furniture = np.zeros(len(self), bool)
        self.why = np.full(len(self), -1, np.int8)

    def __len__(self) -> int:
        return len(self.lines)

    @property
    def good(self) -> Mask:
        return (self.why < 0) & ~self.furniture

    def set_aside(self, mask: Mask, reason: Sentence, target: str = "") -> None:
        """Put the rows into the quarantine; the first reason stands."""
        new = mask & self.good
        if new.any():
            self.why[new] = reasons.ALL.index(reason)
            self.where.update(dict.fromkeys(np.flatnonzero(new).tolist(), target))

    def present(self, target: str) -> Mask:
        """True where the file has something in this column."""
        column = self.texts.get(target)
        return column.present if column is not None else np.zeros(len(self), bool)

    def number(self, target: str) -> Numbers:
        """The numbers of a column; a column that the file has not is all NaN and takes no memory."""
        return self.numbers[target] if target in self.numbers else np.broadcast_to(np.nan, len(self))

    def time(self, target: str) -> Times:
        """The moments of a column; a column that the file has not is all NaT and takes no memory."""
        return self.times[target] if target in self.times else np.broadcast_to(_NEVER, len(self))

    def matches(self, target: str, pattern: str) -> Mask:
        """True where the text of a column matches the regular expression."""
        return self._of_distinct(target, lambda texts: pc.match_substring_regex(texts, pattern, ignore_case=True))

    def contains(self, target: str, text: str) -> Mask:
        """True where the text of a column contains this one."""
        return self._of_distinct(target, lambda texts: pc.match_substring(texts, text))

    def equals(self, target: str, text: str) -> Mask:
        """True where the text of a column is this one."""
        return self._of_distinct(target, lambda texts: pc.equal(texts, text))

    def _of_distinct(self, target: str, test: Callable[[pa.StringArray], pa.BooleanArray]) -> Mask:
        column = self.texts.get(target)
        if column is None:
            return np.zeros(len(self), bool)
        hits: Mask = test(column.distinct).to_numpy(zero_copy_only=False)
        return np.append(hits, False)[column.codes] if hits.any() else np.zeros(len(self), bool)

    @cached_property
    def order(self) -> NDArray[np.int32]:
        """Number of the order that each row belongs to; -1: none."""
        column = self.texts.get("lines.order_id")
        return column.codes if column is not None else np.full(len(self), -1, np.int32)

    @cached_property
    def orders(self) -> int:
        column = self.texts.get("lines.order_id")
        return len(column.distinct) if column is not None else 0

    def first_of_order(self, mask: Mask) -> NDArray[np.int64]:
        """For each row the first row of its order where the mask holds, -1 where there is none."""
        first = np.full(self.orders + 1, -1)
        rows = np.flatnonzero(mask & (self.order >= 0))[::-1]
        first[self.order[rows]] = rows
        return first[self.order]

    def fill_text(self, target: str) -> None:
        """Give rows that say nothing what the first row of their order says."""
        column = self.texts.get(target)
        if column is None or column.present.all():
            return
        first = self.first_of_order(column.present)
        codes = np.where(column.present | (first < 0), column.codes, column.codes[first])
        self.texts[target] = Column(codes.astype(np.int32), column.distinct)

    def fill_time(self, target: str) -> None:
        """Give rows without a date that of the first row of their order."""
        times = self.times.get(target)
        if times is None or not np.isnat(times).any():
            return
        first = self.first_of_order(~np.isnat(times))
        self.times[target] = np.where(np.isnat(times) & (first >= 0), times[first], times)

    def shared(self, target: str, weights: Numbers) -> Numbers:
        """A value of the order as shares of its lines, by weight; NaN where the order has none.

        An export states such a value on the first row of the order or repeats it on each. Where the rows of an order
        state different values, each holds for its own row and the silent ones below it.
        """
        values = self.number(target)
        if target not in self.numbers:
            return values
        groups = self._groups(values)
        stated = np.flatnonzero(~np.isnan(values))[::-1]
        value = np.full(groups.max(initial=0) + 1, np.nan)
        value[groups[stated]] = values[stated]  # the first one stands
        return value[groups] * self._shares(groups, weights)

    def _groups(self, values: Numbers) -> NDArray[np.int64]:
        """Numbers the rows that one stated value holds for: the order, or its parts where the values differ."""
        stated = ~np.isnan(values)
        first = self.first_of_order(stated)
        differs = np.bincount(self.order + 1, stated & (values != values[first]), self.orders + 1)[self.order + 1] > 0
        starts = stated & differs & (first != np.arange(len(self)))
        by_order = np.argsort(self.order, kind="stable")
        new_order = np.diff(self.order[by_order], prepend=-2) != 0
        groups = np.empty(len(self), np.int64)
        groups[by_order] = np.cumsum(new_order | starts[by_order]) - 1
        return groups

    def _shares(self, groups: NDArray[np.int64], weights: Numbers) -> Numbers:
        kept = ~self.furniture
        weights = np.where(kept, np.abs(np.nan_to_num(weights)), 0.0)
        totals, counts = np.bincount(groups, weights)[groups], np.bincount(groups, kept)[groups]
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(kept, np.where(totals > 0, weights / totals, 1 / counts), 0.0)

    def total(self, values: Numbers) -> Numbers:
        """The sum over the order of each row."""
        kept = np.where(self.furniture, 0.0, np.nan_to_num(values))
        sums: Numbers = np.bincount(self.order + 1, kept, self.orders + 1).astype(np.float64, copy=False)
        return sums[self.order + 1]

    def running_number(self) -> Column:
        """1, 2, 3, ... within each order, in the order of the file."""
        by_order = np.argsort(self.order, kind="stable").astype(np.int32)
        by_order = by_order[~self.furniture[by_order]] if self.furniture.any() else by_order
        starts: NDArray[np.int64] = np.flatnonzero(np.diff(self.order[by_order], prepend=-2))
        lengths: NDArray[np.int64] = np.append(starts[1:], len(by_order)) - starts
        codes = np.full(len(self), -1, np.int32)
        codes[by_order] = np.arange(len(by_order), dtype=np.int32) - np.repeat(starts.astype(np.int32), lengths)
        return Column(codes, pc.cast(pa.array(np.arange(1, lengths.max(initial=0) + 1)), pa.string()))
