"""The measures that prevent events or make them cheaper, by what they do; every share is a starting assumption."""

from __future__ import annotations

from collections.abc import Iterator

from risk.checks import Sentence
from risk.countermeasures.case import (
    ASSUMED,
    Case,
    Cost,
    Plan,
    by_article,
    by_market,
    fixed,
    of_sales,
    price,
)
from risk.loss.countermeasures import Countermeasure, Effect, Share

LITTLE: Share = (0.05, 0.15, 0.30)
SOME: Share = (0.10, 0.30, 0.50)
MUCH: Share = (0.20, 0.40, 0.60)

INSPECTED_DAYS, SALES_A_DAY = 4, 100_000  # a year, and the sales in USD that bring one more: starting assumptions
YEARS_OF_A_MARK = 10


def inspection_days(case: Case) -> Cost:
    """Days of an inspector: some anyway, and more with the sales; the price of a day is that of a provider."""
    day = price("inspection_day")
    days = INSPECTED_DAYS + case.trade.turnover / case.amounts.of(SALES_A_DAY, "USD")
    one = case.amounts.of(day["low"], "USD")
    said = Sentence(
        "Cost: {days:,.0f} days of an inspector at {one:,.0f} {currency} (USD {usd:g} by {source}, as of "
        "{as_of:%Y-%m-%d}); {least} days and one for each USD {sales:,} of sales are a starting assumption, please "
        "review.",
        days=days,
        one=one,
        currency=case.amounts.currency,
        usd=day["low"],
        source=day["source"],
        as_of=day["as_of"],
        least=INSPECTED_DAYS,
        sales=SALES_A_DAY,
    )
    return Cost(days * one, said)


def registered_marks(case: Case) -> Cost | None:
    """A tenth of what one mark in one class costs to register in the EU, the UK and the US where they are served.

    The mark is registered for ten years. None where no fee of a market is known.
    """
    offices = [market for market in ("EU", "GB", "US") if market in case.markets]
    if not offices:
        return None
    rows, lawyer = [price(f"{office.lower()}_mark") for office in offices], price("mark_lawyer")
    filing = case.amounts.of((lawyer["low"] + lawyer["high"]) / 2, "EUR")
    fees = sum(case.amounts.of(row["low"], row["currency"]) for row in rows)
    said = Sentence(
        "Cost: a tenth, for a mark lasts ten years, of the official fees for one mark in one class ({fees}) and of a "
        "lawyer's for each filing (EUR {low:,.0f} to {high:,.0f} by {source}).",
        fees=", ".join(f"{row['currency']} {row['low']:,.0f}, {row['source']}" for row in rows),
        low=lawyer["low"],
        high=lawyer["high"],
        source=lawyer["source"],
    )
    return Cost((fees + filing * len(rows)) / YEARS_OF_A_MARK, said)


def representatives(case: Case) -> Iterator[Countermeasure]:
    """Representatives in the EU and the UK for a seller who is established outside.

    Data protection in both, product safety in the EU. The British price is taken for that of the EU.
    """
    data, safety = price("data_representative"), price("safety_representative")
    acting = Effect(frequency=LITTLE, severity=LITTLE)
    yearly = {"EU": data["low"] + (safety["low"] + safety["high"]) / 2, "GB": data["low"]}
    perils = {
        "EU": ("legal.gdpr_fine", "legal.product_safety_fine", "logistics.hold_quality_standard"),
        "GB": ("legal.uk_gdpr_fine",),
    }
    markets = [market for market in yearly if market in case.markets and not case.established(market)]
    effects = case.present({key: acting for market in markets for key in perils[market]})
    if not effects:
        return
    said = Sentence(
        "Somebody on the spot whom authorities and customers reach ({markets}), so that a question does not become a "
        "case. Cost: from EUR {data:,.0f} a year for data protection ({data_source}, as of {data_on:%Y-%m-%d}), in "
        "the United Kingdom taken for the same, and in the European Union the middle of EUR {low:,.0f} to {high:,.0f} "
        "for product safety ({source}, as of {on:%Y-%m-%d}). {effect}",
        markets=", ".join(markets),
        data=data["low"],
        data_source=data["source"],
        data_on=data["as_of"],
        low=safety["low"],
        high=safety["high"],
        source=safety["source"],
        on=safety["as_of"],
        effect=ASSUMED,
    )
    cost = case.amounts.of(sum(yearly[market] for market in markets), "EUR")
    yield Countermeasure("representative", Sentence("Representative in the market"), cost, effects, source=said)


COMPLIANCE_REVIEW = Plan(
    "compliance_review",
    Sentence("Compliance review of each destination"),
    Sentence("What each destination demands of data, consumers, products and tax is looked up every year, and met."),
    {
        "legal.*_fine": Effect(frequency=SOME),
        "legal.consumer_fine_*": Effect(frequency=SOME),
        "legal.vat_arrears": Effect(frequency=SOME),
        "legal.lawsuit": Effect(frequency=LITTLE),
    },
    by_market(1_500, 1_000),
)
POLICY_WATCH = Plan(
    "policy_watch",
    Sentence("Watch on trade policy"),
    Sentence("Coming changes are known early: prices, routes and stock are ready on the day."),
    {
        "legal.policy_change_*": Effect(severity=LITTLE),
        "logistics.hold_policy_change": Effect(frequency=SOME),
    },
    fixed(1_200),
)
CLASSIFICATION = Plan(
    "classification",
    Sentence("Correct customs classification"),
    Sentence("Tariff code, origin and value of every article are looked up by an expert, written down and kept up."),
    {
        "legal.customs_penalty": Effect(frequency=MUCH),
        "legal.customs_debt": Effect(frequency=MUCH),
        "logistics.hold_misclassification": Effect(frequency=MUCH),
    },
    by_article(500, 10),
)
DOCUMENT_MANAGEMENT = Plan(
    "document_management",
    Sentence("Document management"),
    Sentence("Invoices, certificates and proofs of delivery are complete before a parcel leaves, and found again."),
    {
        "logistics.hold_missing_document": Effect(frequency=MUCH),
        "logistics.hold_inspection": Effect(frequency=LITTLE),
        "quality.chargebacks": Effect(severity=LITTLE),
    },
    of_sales(0.0005, 1_000),
)
LOGISTICS_PARTNER = Plan(
    "logistics_partner",
    Sentence("Reliable logistics partner"),
    Sentence("A carrier with better times and tracking; taken for 5 % dearer on freight of 10 % of sales."),
    {
        "logistics.late_delivery": Effect(frequency=SOME),
        "logistics.loss": Effect(frequency=SOME),
        "logistics.disruption": Effect(severity=LITTLE),
    },
    of_sales(0.005),
)
OVERSEAS_WAREHOUSE = Plan(
    "overseas_warehouse",
    Sentence("Overseas warehouse"),
    Sentence(
        "Best sellers lie in the market before they are ordered: fewer parcels cross a border, returns come back there."
    ),
    {
        "logistics.late_delivery": Effect(frequency=MUCH),
        "logistics.hold_*": Effect(frequency=SOME),
        "logistics.disruption": Effect(severity=SOME),
        "quality.returns*": Effect(severity=LITTLE),
    },
    of_sales(0.015, 3_000, abroad=True),
)
INSPECTION = Plan(
    "inspection",
    Sentence("Quality control and inspection"),
    Sentence("Samples of each lot are inspected before they leave the factory."),
    {
        "quality.bad_batch": Effect(frequency=MUCH),
        "quality.recall": Effect(frequency=SOME),
        "quality.returns*": Effect(frequency=LITTLE),
        "quality.review_damage": Effect(frequency=LITTLE),
        "legal.product_safety_fine": Effect(frequency=LITTLE),
        "logistics.hold_quality_standard": Effect(frequency=MUCH),
    },
    inspection_days,
)
IP_REGISTRATION = Plan(
    "ip_registration",
    Sentence("Registration of marks and designs"),
    Sentence("A registered mark opens the marketplaces' and customs' own procedures, and answers false complaints."),
    {
        "ip.own_ip_stolen": Effect(frequency=LITTLE, severity=LITTLE),
        "ip.takedown": Effect(severity=LITTLE),
    },
    registered_marks,
)
IP_MONITORING = Plan(
    "ip_monitoring",
    Sentence("Monitoring and enforcement of own rights"),
    Sentence("Marketplaces are searched for copies, which are reported before they sell much."),
    {"ip.own_ip_stolen": Effect(severity=SOME)},
    of_sales(0.001, 2_000),
)
IP_CLEARANCE = Plan(
    "ip_clearance",
    Sentence("Check of others' rights before listing"),
    Sentence("Marks, designs and patents of others are searched and the supplier's papers read before a listing."),
    {
        "ip.takedown": Effect(frequency=MUCH),
        "ip.infringement_claim": Effect(frequency=MUCH),
        "ip.seizure": Effect(frequency=MUCH),
        "ip.account_freeze": Effect(frequency=LITTLE),
    },
    by_article(500, 10),
)
