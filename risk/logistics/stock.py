"""Stock abroad: how much to hold against a lead time that varies, and how much to send once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from risk.checks import InputError, between, not_negative, positive, vector
from risk.loss.special import ndtr, ndtri

Floats = NDArray[np.float64]


def safety_stock(
    mean_demand: float, sd_demand: float, mean_lead_time: float, sd_lead_time: float, service_level: float
) -> float:
    """The textbook's safety stock, z √(L σ_D² + D² σ_L²), in units: demand a day, lead time in days.

    `service_level` is the chance that a cycle sees no stock-out (not the share of demand filled). It takes demand over
    the lead time for normal; where it is not, see `reorder_point`. Source: Chopra and Meindl, Supply chain management,
    chapter on safety inventory.
    """
    spread = _lead_time_demand(mean_demand, sd_demand, mean_lead_time, sd_lead_time)[1]
    return float(ndtri(between("service_level", service_level, 0.0, 1.0))) * spread


@dataclass(frozen=True)
class ReorderPoint:
    """Stock at which to order, by the lead times as they are and by the textbook; safety stocks are those above demand.

    `service` is the chance of no stock-out in a cycle that the textbook's point really gives.
    """

    point: float
    safety_stock: float
    textbook_point: float
    textbook_safety_stock: float
    service: float


def reorder_point(
    mean_demand: float, sd_demand: float, lead_times: ArrayLike, service_level: float, weights: ArrayLike | None = None
) -> ReorderPoint:
    """The stock that covers demand over the lead time with this chance, lead times observed or simulated, in days.

    Demand of t days is normal(t · mean, t · variance), independent from day to day; the lead time is one of those given
    (`weights`: how often each). The two-peaked case in which the textbook misses: Eppen and Martin, Management
    Science 34 (1988); Chopra, Reinhardt and Dada, Decision Sciences 35 (2004).
    """
    from scipy.optimize import brentq

    days = vector("lead_times", lead_times)
    shares = np.ones_like(days) if weights is None else vector("weights", weights)
    if (days < 0).any() or shares.shape != days.shape or (shares < 0).any() or not shares.sum():
        raise InputError("each lead time must be 0 days or more, with a weight of 0 or more")
    level = between("service_level", service_level, 0.0, 1.0)
    days, places = np.unique(days, return_inverse=True)
    shares = np.bincount(places, weights=shares) / shares.sum()
    mean_days = float(shares @ days)
    sd_days = float(np.sqrt(shares @ np.square(days - mean_days)))
    mean, spread = _lead_time_demand(mean_demand, sd_demand, mean_days, sd_days)
    means, spreads = days * mean_demand, np.sqrt(days) * sd_demand

    def covered(stock: float) -> float:
        return float(shares @ _normal(stock, means, spreads))

    if sd_demand == 0:
        # Steps: the smallest that reaches the level, which a search would miss by a hair.
        place = int(np.searchsorted(np.cumsum(shares), level - 1e-12))
        return _beside(float(means[place]), mean, spread, level, covered)
    ends = means.min() - 40 * spreads.max() - 1, means.max() + 40 * spreads.max() + 1
    point = float(brentq(lambda stock: covered(stock) - level, *ends, xtol=1e-10))
    return _beside(point, mean, spread, level, covered)


def _beside(point: float, mean: float, spread: float, level: float, covered: Callable[[float], float]) -> ReorderPoint:
    textbook = float(ndtri(level)) * spread
    return ReorderPoint(point, point - mean, mean + textbook, textbook, covered(mean + textbook))


def newsvendor(underage: float, overage: float, mean: float, sd: float) -> float:
    """Units to send once against normal demand: the quantile of it at underage / (underage + overage).

    `underage` is what a unit too few costs (margin), `overage` one too many (cost less salvage). Source: Arrow, Harris
    and Marschak, Econometrica 19 (1951).
    """
    few, many = positive("underage", underage), positive("overage", overage)
    return float(mean + not_negative("sd", sd) * ndtri(few / (few + many)))


def newsvendor_cost(quantity: float, underage: float, overage: float, mean: float, sd: float) -> float:
    """Expected cost of units too few and too many when `quantity` are sent; profit is underage · mean less it."""
    few, many = positive("underage", underage), positive("overage", overage)
    score = (quantity - mean) / positive("sd", sd)
    density = np.exp(-(score**2) / 2) / np.sqrt(2 * np.pi)
    short = sd * (density - score * float(ndtr(-score)))
    return float(many * (quantity - mean + short) + few * short)


def _lead_time_demand(mean_demand: float, sd_demand: float, mean_days: float, sd_days: float) -> tuple[float, float]:
    """Mean and standard deviation of demand over the lead time."""
    names = ("mean_demand", "sd_demand", "mean_lead_time", "sd_lead_time")
    for name, value in zip(names, (mean_demand, sd_demand, mean_days, sd_days), strict=True):
        not_negative(name, value)
    return mean_demand * mean_days, float(np.sqrt(mean_days * sd_demand**2 + mean_demand**2 * sd_days**2))


def _normal(stock: float, means: Floats, spreads: Floats) -> Floats:
    """P(demand <= stock) by lead time; demand that does not vary is covered or not."""
    certain = np.where(stock >= means, 1.0, 0.0)
    return np.where(spreads > 0, ndtr((stock - means) / np.where(spreads > 0, spreads, 1.0)), certain)
