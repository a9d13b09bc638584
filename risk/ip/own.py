"""Our own brand, designs and pictures copied: sales that the copies take, and what it costs to act."""

from __future__ import annotations

from collections.abc import Iterator

from risk.checks import Sentence
from risk.ip.case import IpCase, statistic
from risk.loss.event_trees import EventTree
from risk.loss.prefill import entry
from risk.loss.register import Entry
from risk.loss.severity import Capped, Lognormal
from risk.reference import FACTS, Facts, watch_list

STOLEN = "ip.own_ip_stolen"
RATE = (0.05, 0.50)  # a wave of copies, a year: a starting assumption
WATCHED = 2.0  # times the rate where all sales go to economies on the watch list: a starting assumption
ENFORCING = (1_000, 30_000)  # USD to find and stop a wave of copies: a starting assumption


def own_rights_infringed(case: IpCase) -> Iterator[Entry]:
    """Margin on the share of a year's sales that copies take, and the cost of acting against them.

    The share lies between a tenth of the world's share of counterfeits in imports and twice that of the EU (OECD and
    EUIPO). Sales to economies on the watch list of the US raise the rate. What is recovered later is not in it.
    """
    margin = case.daily_margin * 365
    if not margin > 0:
        return
    low, high = copied_share(case.facts)
    lost = Capped(Lognormal.from_interval(margin * low, margin * high), margin)
    acting = Lognormal.from_interval(*(case.amounts.of(bound, "USD") for bound in ENFORCING))
    cost = Sentence(
        "Cost: margin on {low:.2%} to {high:.1%} of sales, from a tenth of the counterfeits in world imports of 2021 "
        "to twice those in imports of the EU (OECD and EUIPO 2025), and {least:,.0f} to {most:,.0f} USD to act, a "
        "starting assumption, please review; {listed:.0%} of sales go to economies on the Special 301 list of 2025.",
        low=low,
        high=high,
        least=ENFORCING[0],
        most=ENFORCING[1],
        listed=listed_share(case),
    )
    rate = case.believed(STOLEN, *RATE, exposure=1 + (WATCHED - 1) * listed_share(case))
    yield entry(STOLEN, Sentence("Own brand or design copied"), rate, EventTree((lost, acting)), cost, basis="facts")


def copied_share(facts: Facts = FACTS) -> tuple[float, float]:
    """Share of sales that copies take, lowest and highest; see `own_rights_infringed`."""
    return statistic("oecd_fakes_share", facts) / 1_000, statistic("oecd_fakes_eu", facts) / 50


def listed_share(case: IpCase) -> float:
    """Share of the turnover that goes to economies on the watch list of the US."""
    return case.trade.to(*watch_list(case.facts).index).sales / case.trade.turnover if case.trade.turnover else 0.0
