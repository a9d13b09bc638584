"""What each accounting standard, or the practice under it, asks of a hedge, and whether the figures meet it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from risk.checks import Sentence, one_of
from risk.currency.effectiveness.offset import NOT_ASSESSED, RANGE, DollarOffset, inside
from risk.currency.effectiveness.regression import USUAL, EffectivenessRegression

MET, NOT_MET, JUDGED = "met", "not met", "to be judged"
_OFFSET = Sentence("Cumulative dollar offset")


@dataclass(frozen=True)
class Lines:
    """The numbers that figures are held against; `significance` is what the p-value of no relation must be below."""

    offset: tuple[float, float] = RANGE
    slope: tuple[float, float] = RANGE
    r_squared: float = 0.8
    significance: float = 0.05
    observations: int = 0


@dataclass(frozen=True)
class Standard:
    """A standard and the lines that it or practice draws, None where there is none; `source` says where from."""

    name: str
    source: str
    lines: Lines | None


IFRS_9 = Standard("IFRS 9", "IFRS 9, 6.4.1 (c): no line is drawn in numbers", None)
ASC_815 = Standard(
    "ASC 815",
    'ASC 815-20-25-75: "highly effective", without a number; 80 % to 125 %, R² of 0.8 and 30 changes by practice',
    Lines(observations=USUAL),
)
IAS_39 = Standard("IAS 39", "IAS 39, AG105 (b): within 80 % to 125 %; slope and R² by practice", Lines())
STANDARDS: Mapping[str, Standard] = MappingProxyType({one.name: one for one in (IFRS_9, ASC_815, IAS_39)})


@dataclass(frozen=True)
class Finding:
    """One requirement: what was found, what is asked, and "met", "not met", "not assessed" or "to be judged"."""

    requirement: Sentence
    found: str
    asked: Sentence
    verdict: str


def assess(
    standard: str,
    regression: EffectivenessRegression | None = None,
    offset: DollarOffset | None = None,
    *,
    mismatches: tuple[Sentence, ...] | None = None,
    hedge_ratio: float | None = None,
) -> tuple[Finding, ...]:
    """What the standard asks (a name of `STANDARDS`) beside what was found; figures left out are not in it.

    `mismatches` are those of `critical_terms`. Under IFRS 9 figures inform a judgement and decide nothing: there is no
    verdict but "to be judged", and "not met" where item and instrument do not move against each other. Numbers alone
    never make a hedge qualify: designation and documentation must be in place from inception.
    """
    rule = STANDARDS[one_of("standard", standard, STANDARDS)]
    found = [] if mismatches is None else [_terms(mismatches)]
    if rule.lines is None:
        return (*found, *_judged(regression, offset, hedge_ratio))
    if offset is not None:
        found.append(_offset(rule.lines, offset))
    if regression is not None:
        found += _regression(rule.lines, regression)
    return tuple(found)


def _terms(mismatches: tuple[Sentence, ...]) -> Finding:
    count = len(mismatches)
    return Finding(
        Sentence("Critical terms"),
        Sentence("{count} differ", count=count) if count else Sentence("all match"),
        Sentence("all match; otherwise figures are needed"),
        _verdict(not mismatches),
    )


def _offset(lines: Lines, offset: DollarOffset) -> Finding:
    last = offset.periods.iloc[-1]
    if last["cumulative"] == NOT_ASSESSED:
        verdict = NOT_ASSESSED
    else:
        verdict = _verdict(bool(inside(last["cumulative_ratio"], lines.offset)))
    return Finding(_OFFSET, _total(offset), _range(lines.offset, ".0%"), verdict)


def _regression(lines: Lines, fit: EffectivenessRegression) -> list[Finding]:
    rows = [
        Finding(
            Sentence("Slope"), _slope(fit), _range(lines.slope, ".3g"), _verdict(bool(inside(fit.slope, lines.slope)))
        ),
        Finding(
            Sentence("R²"),
            f"{fit.r_squared:.3f}",
            Sentence("{least} or more", least=f"{lines.r_squared:g}"),
            _verdict(fit.r_squared >= lines.r_squared),
        ),
        Finding(
            Sentence("F statistic"),
            Sentence("{value}, p-value {p}", value=f"{fit.f_statistic:.4g}", p=f"{fit.p_value:.2g}"),
            Sentence("p-value below {most}", most=f"{lines.significance:g}"),
            _verdict(fit.p_value < lines.significance),
        ),
    ]
    if lines.observations:
        rows.append(
            Finding(
                Sentence("Changes observed"),
                f"{fit.observations}",
                Sentence("{least} or more", least=lines.observations),
                _verdict(fit.observations >= lines.observations),
            )
        )
    return rows


def _judged(
    fit: EffectivenessRegression | None, offset: DollarOffset | None, hedge_ratio: float | None
) -> tuple[Finding, ...]:
    """The three requirements of IFRS 9, 6.4.1 (c), with what the figures say of them."""
    ratio = Sentence("not stated") if hedge_ratio is None else f"{hedge_ratio:.4g}"
    rows = (
        Finding(
            Sentence("Economic relationship"),
            Sentence("no figures") if fit is None else _slope(fit),
            Sentence("values move in opposite directions because of the same risk (6.4.1 (c) (i), B6.4.4)"),
            NOT_MET if fit is not None and fit.slope <= 0 else JUDGED,
        ),
        Finding(
            Sentence("Credit risk"),
            Sentence("not seen in these figures"),
            Sentence("does not dominate the changes in value (6.4.1 (c) (ii), B6.4.7)"),
            JUDGED,
        ),
        Finding(
            Sentence("Hedge ratio"),
            ratio,
            Sentence("that of the quantities actually used, without an imbalance (6.4.1 (c) (iii), B6.4.9 to B6.4.11)"),
            JUDGED,
        ),
    )
    if offset is None:
        return rows
    return (*rows, Finding(_OFFSET, _total(offset), Sentence("no line is drawn"), JUDGED))


def _total(offset: DollarOffset) -> str:
    return f"{offset.periods['cumulative_ratio'].iloc[-1]:.1%}"


def _slope(fit: EffectivenessRegression) -> Sentence:
    return Sentence(
        "slope {slope} ({low} to {high} at {coverage}), R² {r_squared}",
        slope=f"{fit.slope:.3f}",
        low=f"{fit.low:.3f}",
        high=f"{fit.high:.3f}",
        coverage=f"{fit.coverage:.0%}",
        r_squared=f"{fit.r_squared:.3f}",
    )


def _range(limits: tuple[float, float], how: str) -> Sentence:
    return Sentence("from {low} to {high}", low=format(limits[0], how), high=format(limits[1], how))


def _verdict(met: bool) -> str:
    return MET if met else NOT_MET
