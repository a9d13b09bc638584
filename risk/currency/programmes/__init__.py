"""Hedge programmes: which share of expected receipts to sell forward, and what that brings."""

from risk.currency.programmes.backtest import backtest_programme
from risk.currency.programmes.bootstrap import ProgrammeBootstrap, bootstrap_programmes
from risk.currency.programmes.known import Known, Programme, Terms
from risk.currency.programmes.options import OptionHedge
from risk.currency.programmes.ratios import MOST, Ratios, hedge_ratios
from risk.currency.programmes.result import ProgrammeResult
from risk.currency.programmes.rules import RuleBased
from risk.currency.programmes.schedules import Averaging, Layered, Micro, NoHedge, Rolling, Static
from risk.currency.programmes.simulate import simulate_programme

__all__ = [
    "MOST",
    "Averaging",
    "Known",
    "Layered",
    "Micro",
    "NoHedge",
    "OptionHedge",
    "Programme",
    "ProgrammeBootstrap",
    "ProgrammeResult",
    "Ratios",
    "Rolling",
    "RuleBased",
    "Static",
    "Terms",
    "backtest_programme",
    "bootstrap_programmes",
    "hedge_ratios",
    "simulate_programme",
]
