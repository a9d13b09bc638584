"""Complaints and claims against us: listings taken down, lawsuits, frozen accounts, goods seized. No legal advice."""

from __future__ import annotations

from collections.abc import Iterator

from risk.checks import Sentence
from risk.ip.case import DAYS, IpCase, law, statistic
from risk.loss.event_trees import Branch, Choice, EventTree
from risk.loss.prefill import entry
from risk.loss.register import Entry
from risk.loss.severity import Fixed, Lognormal, Pert, Scaled, Severity
from risk.reference import cap_amount

ENFORCEMENT = {"platform enforcement": 1.0}

# All of these are starting assumptions, and the entries say so.
COMPLAINTS = (0.0005, 0.02)  # a listing a year
APPEAL = 0.5  # of complaints are won on appeal
BACK, GONE = Pert(1, 5, 21), Pert(30, 90, 365)  # days without the listing, appeal won; until another replaces it, lost
STOCK, STRANDED = 60, Pert(0.0, 0.3, 1.0)  # days of stock, and the share of it that cannot be sold elsewhere
RELIST = (50, 500)  # USD of work
CLAIMS = (0.005, 0.10)  # a year
DEFENCE, SETTLED = (2_000, 60_000), (1_000, 25_000)  # USD
OUTCOMES = {"settled": 0.60, "default": 0.15, "wilful": 0.05}  # of claims; the rest is won
FREEZES = (0.02, 0.30)  # a year
FROZEN, MONEY = Pert(7, 30, 180), 0.15  # days, and what the balance costs a year
FORFEIT = 0.05  # of freezes end with the balance lost
SEIZURES = (2e-6, 2e-4)  # a parcel across a border
HANDLING = (50, 500)  # USD


def takedown(case: IpCase) -> Iterator[Entry]:
    """A listing removed after a complaint: work to relist, lost margin, and stranded stock where the appeal is lost.

    The margin is that of an average listing; rate: that of one listing times the listings.
    """
    if not (case.trade.skus and case.trade.turnover > 0):
        return
    key, daily = "ip.takedown", case.daily_margin / case.trade.skus
    stock = case.trade.turnover * (1 - case.trade.margin) * STOCK / DAYS / case.trade.skus
    lost = EventTree((times(GONE, daily), times(STRANDED, stock)))
    relist = Lognormal.from_interval(*(case.amounts.of(bound, "USD") for bound in RELIST))
    tree = EventTree((relist, Choice(((APPEAL, times(BACK, daily)), (1 - APPEAL, lost)))))
    cost = Sentence(
        "Cost: margin of {daily:,.2f} {currency} a day of an average listing out of {skus}, and {stock:,.0f} "
        "{currency} of stock; days down, stranded share and {appeal:.0%} won on appeal are starting assumptions, "
        "please review.",
        daily=daily,
        currency=case.amounts.currency,
        skus=case.trade.skus,
        stock=stock,
        appeal=APPEAL,
    )
    rate = case.believed(key, *COMPLAINTS, exposure=case.trade.skus)
    yield entry(key, Sentence("Listing taken down"), rate, tree, cost, ENFORCEMENT)


def statutory_damages(case: IpCase, row: str, marks: int = 1, types: int = 1) -> Pert:
    """Damages between the statutory bounds a mark and type of goods, most likely the recorded award of USD 25,000."""
    found, rate = law(row, case.facts), case.amounts.rate("USD")
    units = marks * types
    low, high = found["per_unit_min"] * units * rate, cap_amount(found, units=units) * rate
    award = statistic("emoji_award", case.facts) * units * rate
    return Pert(low, min(max(low, award), high), high)


def infringement_claim(case: IpCase) -> Iterator[Entry]:
    """A claim under the Lanham Act in the US: defence in any case, then a settlement, statutory damages, or nothing."""
    if not case.trade.to("US").sales > 0:
        return
    defence, settled = (
        Lognormal.from_interval(*(case.amounts.of(bound, "USD") for bound in bounds)) for bounds in (DEFENCE, SETTLED)
    )
    default, wilful = (statutory_damages(case, row) for row in ("lanham_1117c", "lanham_1117c_wilful"))
    outcomes = zip(OUTCOMES.values(), (settled, default, wilful), strict=True)
    found, worse = (law(row, case.facts) for row in ("lanham_1117c", "lanham_1117c_wilful"))
    cost = Sentence(
        "Cost: {law}, USD {low:,.0f} to {high:,.0f} a mark and type of goods, up to {wilful:,.0f} if wilful (as of "
        "{as_of:%Y-%m-%d}), one mark and one type, most likely the award of 2022 in Emoji v. Schedule A; settlements, "
        "fees and outcomes are starting assumptions, please review.",
        law=found["instrument"],
        low=found["per_unit_min"],
        high=found["per_unit_max"],
        wilful=worse["per_unit_max"],
        as_of=found["as_of"],
    )
    key, title = "ip.infringement_claim", Sentence("Infringement claim, United States")
    tree = EventTree((defence, Choice(tuple(outcomes))))
    yield entry(key, title, case.believed(key, *CLAIMS), tree, cost, basis="facts")


def account_freeze(case: IpCase) -> Iterator[Entry]:
    """An account suspended: every day costs the margin and money on the balance held; some lose the balance."""
    if not case.trade.turnover > 0:
        return
    key, daily = "ip.account_freeze", case.daily_margin + case.balance * MONEY / DAYS
    tree = EventTree((times(FROZEN, daily), Branch(FORFEIT, Fixed(case.balance))))
    cost = Sentence(
        "Cost: {daily:,.0f} {currency} a day of margin and of money on a balance of {balance:,.0f} {currency}; days "
        "frozen and {forfeit:.0%} forfeited are starting assumptions, please review.",
        daily=daily,
        currency=case.amounts.currency,
        balance=case.balance,
        forfeit=FORFEIT,
    )
    yield entry(key, Sentence("Marketplace account frozen"), case.believed(key, *FREEZES), tree, cost, ENFORCEMENT)


def seizure(case: IpCase) -> Iterator[Entry]:
    """A parcel held at a border as a suspected copy: fees, and its value where it is destroyed.

    Rate: that of a parcel times the parcels across a border. The destroyed share is that of the EU in 2024.
    """
    imported = case.imported
    if not (imported.parcels > 0 and imported.sales > 0):
        return
    destroyed = statistic("eu_2024_destroyed", case.facts) / 100
    fees = Lognormal.from_interval(*(case.amounts.of(bound, "USD") for bound in HANDLING))
    tree = EventTree((fees, Branch(destroyed, Fixed(imported.parcel_value))))
    cost = Sentence(
        "Cost: {value:,.0f} {currency} of an average parcel in the {destroyed:.0%} of detentions that end in "
        "destruction (European Union 2024), and fees that are a starting assumption, please review.",
        value=imported.parcel_value,
        currency=case.amounts.currency,
        destroyed=destroyed,
    )
    key, title = "ip.seizure", Sentence("Parcel seized at a border")
    rate = case.believed(key, *SEIZURES, exposure=imported.parcels)
    yield entry(key, title, rate, tree, cost, {"trade policy": 0.5}, "facts")


def times(amount: Severity, factor: float) -> Severity:
    """An amount times a factor, which may be nothing."""
    return Scaled(amount, factor) if factor > 0 else Fixed(0.0)
