"""The note on a kink: where the program meets it, and how its derivatives differ to both sides.

Invariant: there is no note where there is neither a finding nor a line that could not be followed,
and none on ties of our own texts, where all branches lead to the same number.
"""

from __future__ import annotations

from adcli.backends.interface import Question
from adcli.backends.nonfinite_notes import place_of
from adcli.backends.one_sided.differences_between_sides import MOST_TRIED, differences_by_direction
from adcli.backends.one_sided.kink_findings import Finding, KinkObserver
from adcli.engines.interface import Engine, Limits
from adcli.errors import NotDifferentiable

#: At most so many findings are reported.
MOST_REPORTED = 6


def notes(
    observer: KinkObserver, first_tie: NotDifferentiable, engine: Engine, limits: Limits
) -> tuple[str, ...]:
    """The note on all findings; `first_tie` is the first tie that the program meets, or how its
    derivative program fails."""
    findings = [*observer.findings, *_slopes_to_one_side(observer, engine, limits)]
    is_open = observer.left_out > (MOST_TRIED if observer.order == 1 else 0)
    if not findings and not is_open:
        return ()
    tie = (observer.runs.tie(findings[0].direction) if findings else None) or first_tie
    if _is_in_prelude(tie, observer.question):
        return ()
    own = observer.question.module.main.span
    place = place_of(tie, own.source if own is not None else None)
    head = ", ".join([f"at {place}: {tie.message}", *tie.notes])
    if not findings:
        head = f"tie {head}"
    elif all([finding.is_limit for finding in findings]):
        head = f"removable singularity {head}; the derivative is that of the limit"
    else:
        head = f"kink {head}"
    sentences = [finding.text for finding in findings[:MOST_REPORTED]]
    if len(findings) > MOST_REPORTED:
        sentences.append(f"and {len(findings) - MOST_REPORTED} more")
    if is_open:
        sentences.append(
            f"too long to be followed to both sides along {observer.left_out} of "
            f"{len(observer.inputs)} inputs, whose derivatives are those of the branch taken"
        )
    return ("; ".join([head, *sentences]),)


def _slopes_to_one_side(observer: KinkObserver, engine: Engine, limits: Limits) -> list[Finding]:
    """Findings from first derivatives to one side, along lines along which there were no series."""
    found = differences_by_direction(
        observer.question, observer.names, observer.unfollowed, observer.order, engine, limits
    )
    return [Finding(direction, text) for direction, text in found]


def _is_in_prelude(tie: NotDifferentiable, question: Question) -> bool:
    """Whether a tie stands in a text of ours, not in one of the user's."""
    own = question.module.main.span
    if tie.span is None or own is None or tie.span.source is own.source:
        return False
    return tie.span.source.name.startswith("<")
