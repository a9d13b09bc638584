"""Why a record is set aside: whole sentences, few enough to be translated one by one."""

from __future__ import annotations

from risk.checks import Sentence

NO_ORDER = Sentence("This line has no order number.")
DAMAGED_ID = Sentence("A spreadsheet program has rounded the order number; its last digits are lost.")
NO_DATE = Sentence("This line has no date that can be read.")
IMPLAUSIBLE_DATE = Sentence("The date lies before 1990 or after 2090, which cannot be right.")
BAD_NUMBER = Sentence("An amount or a quantity on this line cannot be read as a number.")
TOO_LONG = Sentence("This line has more cells than the header, so it is unclear which is which.")
TOO_SHORT = Sentence("This line has fewer cells than the header, so it is unclear which is missing.")
CUT_OFF = Sentence("The last line is cut off; the file may not have been downloaded to its end.")
OPEN_QUOTE = Sentence("A quotation mark on this line is never closed, so its cells cannot be told apart.")
UNREADABLE = Sentence("Some characters on this line are damaged.")
STOCK = Sentence("This line corrects the stock; it is not a sale.")
BOOKKEEPING = Sentence("This line is an entry of the bookkeeping; it is not a sale.")
NOTHING = Sentence("Nothing on this line belongs to an order, a shipment, a return, a claim or a payment.")

ALL = (
    NO_ORDER,
    DAMAGED_ID,
    NO_DATE,
    IMPLAUSIBLE_DATE,
    BAD_NUMBER,
    TOO_LONG,
    TOO_SHORT,
    CUT_OFF,
    OPEN_QUOTE,
    UNREADABLE,
    STOCK,
    BOOKKEEPING,
    NOTHING,
)
