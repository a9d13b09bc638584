"""What the order history counted for each family: parcels, returns, claims."""

from __future__ import annotations

import pandas as pd

from risk.calibration.answers import Answers
from risk.calibration.conversion import Money
from risk.logistics import Hold, LogisticsHistory
from risk.quality import QualityHistory, Returned

EVENTS = {"ip complaint": "ip.takedown", "customs penalty": "legal.customs_penalty"}  # kinds of claims that are events


def events_of(answers: Answers) -> dict[str, int]:
    """Claims that are events of a peril. A kind that occurs nowhere was perhaps never recorded: nobody counted."""
    return {EVENTS[kind]: count for kind, count in _claims(answers).items() if kind in EVENTS}


def _claims(answers: Answers) -> dict[str, int]:
    if answers.claims.empty:
        return {}
    counts = answers.claims.groupby("kind")["claims"].sum()
    return {str(kind): int(count) for kind, count in counts.items()}


def logistics_history(answers: Answers, money: Money) -> LogisticsHistory:
    """What became of the parcels; nothing counted where no shipment was recorded."""
    if answers.shipments.empty:
        return LogisticsHistory()
    sums = answers.shipments.sum(numeric_only=True)
    claimed = int(sums["late_claimed"]) if "not received" in _claims(answers) else None
    charged = money.of(answers.freight[answers.freight["currency"].isin([*money.fx, money.reporting])], "freight")
    parcels = float(charged["parcels"].sum())
    return LogisticsHistory(
        parcels=int(sums["parcels"]),
        resolved=int(sums["resolved"]),
        late=int(sums["late"]),
        pending=int(sums["pending"]),
        late_claimed=claimed,
        ended=int(sums["delivered"] + sums["lost"]),
        lost=int(sums["lost"]),
        holds=_holds(answers.holds),
        freight=float(charged["freight"].sum()) / parcels if parcels else None,
        weight_kg=float(sums["weight_kg"] / sums["weighed"]) if sums["weighed"] else None,
        modes={str(mode): int(count) for mode, count in answers.shipments.groupby("mode")["parcels"].sum().items()},
    )


def _holds(holds: pd.DataFrame) -> dict[str, Hold] | None:
    """Holds by stated cause; None where none was ever recorded."""
    if holds.empty:
        return None
    timed = holds.assign(timed=holds["parcels"].where(holds["days"].notna(), 0), days=holds["days"].fillna(0.0))
    sums = timed.assign(sum=timed["days"] * timed["timed"], squares=timed["days"] ** 2 * timed["timed"])
    totals = sums.groupby("reason")[["parcels", "timed", "sum", "squares"]].sum()
    rows = zip(totals.index, totals.to_numpy(), strict=True)
    return {str(reason): Hold(int(row[0]), int(row[1]), float(row[2]), float(row[3])) for reason, row in rows}


def quality_history(answers: Answers, money: Money) -> QualityHistory:
    """What came back and what was charged back."""
    claims = _claims(answers)
    charged = answers.claims[answers.claims["kind"] == "chargeback"]
    ended = charged[charged["outcome"].isin(["won", "lost", "settled"])]
    judged = answers.reasons[answers.reasons["disposition"].notna()]
    return QualityHistory(
        groups=_groups(answers.returns, money),
        returns_known=bool(answers.returns["returns"].sum() > 0),
        sellable=int(judged.loc[judged["disposition"] == "sellable", "returns"].sum()),
        judged=int(judged["returns"].sum()),
        orders=answers.orders,
        chargebacks=claims.get("chargeback"),
        charged=float(money.of(charged, "amount")["amount"].sum()),
        charged_squares=float(money.squares(charged, "squares")["squares"].sum()),
        charged_lost=int(ended.loc[ended["outcome"] == "lost", "claims"].sum()),
        charged_ended=int(ended["claims"].sum()),
        recalls=claims.get("product safety"),
        freight=logistics_history(answers, money).freight,
    )


def _groups(returns: pd.DataFrame, money: Money) -> dict[str, Returned]:
    converted = money.squares(money.of(returns, "sales", "refunds"), "squares")
    named = converted.assign(category=converted["category"].fillna(""))
    columns = ["units", "sales", "returns", "returned", "refunds", "squares"]
    sums = named.groupby("category")[columns].sum().clip(lower=0.0)
    rows = zip(sums.index, sums.to_numpy(dtype="float64"), strict=True)
    return {
        str(group): Returned(units, sales, int(returned), back, refunds, squares)
        for group, (units, sales, returned, back, refunds, squares) in rows
    }
