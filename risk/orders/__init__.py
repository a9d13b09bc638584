"""Order histories: reading exports, the DuckDB history, and the questions that the families of risk ask it."""

from risk.orders import questions, sample
from risk.orders.export import Export
from risk.orders.history import OrderHistory
from risk.orders.read import read_export
from risk.orders.template import template

__all__ = ["Export", "OrderHistory", "questions", "read_export", "sample", "template"]
