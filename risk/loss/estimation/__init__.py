"""What losses and counts of the past say about frequency, severity and the tail, with how sure that is."""

from risk.loss.estimation.counts import CountTest, dispersion_test, fit_frequency
from risk.loss.estimation.goodness import GoodnessOfFit, goodness_of_fit
from risk.loss.estimation.severities import fit_severity
from risk.loss.estimation.tails import HillIndex, TailFit, fit_tail, hill, mean_excess, tail_stability
from risk.loss.updating import (
    BetaBinomial,
    BetaProbability,
    GammaRate,
    LognormalBelief,
    shrink_rates,
    update_lognormal,
    update_probability,
    update_rate,
)

__all__ = [
    "BetaBinomial",
    "BetaProbability",
    "CountTest",
    "GammaRate",
    "GoodnessOfFit",
    "HillIndex",
    "LognormalBelief",
    "TailFit",
    "dispersion_test",
    "fit_frequency",
    "fit_severity",
    "fit_tail",
    "goodness_of_fit",
    "hill",
    "mean_excess",
    "shrink_rates",
    "tail_stability",
    "update_lognormal",
    "update_probability",
    "update_rate",
]
