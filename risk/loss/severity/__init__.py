"""What one event costs: frozen distributions of a loss of zero or more, in the reporting currency."""

from risk.loss.severity.base import Clip, Severity
from risk.loss.severity.changed import Capped, Layer, Scaled, Spliced
from risk.loss.severity.discrete import Empirical, Fixed
from risk.loss.severity.metalog import LogMetalog
from risk.loss.severity.parametric import Gamma, GeneralizedPareto, Lognormal, Pert

__all__ = [
    "Capped",
    "Clip",
    "Empirical",
    "Fixed",
    "Gamma",
    "GeneralizedPareto",
    "Layer",
    "LogMetalog",
    "Lognormal",
    "Pert",
    "Scaled",
    "Severity",
    "Spliced",
]
