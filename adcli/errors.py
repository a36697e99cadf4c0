"""Errors that a user can cause, as exceptions that know their place in the text.

Library code raises these; only the command line knows exit codes.  `kind` is what JSON calls an
error.
"""

from __future__ import annotations

from collections.abc import Iterable

from adcli.source import Span


class Operation:
    """An operation without a finite result, `log(u), u = -0.3`, and what IEEE 754 has: `nan`."""

    __slots__ = ("became", "text")

    def __init__(self, text: str, became: str) -> None:
        self.text = text
        self.became = became


class AdcliError(Exception):
    """An error that a user can cause: a sentence, the place it is about, a hint how to mend it.

    `notes` are further short facts about the place, such as "in iteration i = 2"; `operation` is
    the operation on numbers that failed, if one did.
    """

    kind = "error"
    operation: Operation | None = None
    #: further errors of the same program, found with this one
    others: tuple[AdcliError, ...] = ()

    def __init__(
        self,
        message: str,
        *,
        span: Span | None = None,
        hint: str | None = None,
        notes: Iterable[str] = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.span = span
        self.hint = hint
        self.notes = tuple(notes)

    def __str__(self) -> str:
        """The sentence, then the place and the hint, each in a line of its own."""
        lines = [", ".join([self.message, *self.notes])]
        if self.span is not None:
            place = f"{self.span.source.name}:{self.span.line}:{self.span.column}"
            lines.append(f"  {place}: {self.span.text}" if self.span.text else f"  {place}")
        if self.hint:
            lines.append(f"  hint: {self.hint}")
        return "\n".join(lines)


class UsageError(AdcliError):
    """The command or the point is wrong: an input is missing, a text is no number."""

    kind = "usage"


class ProgramError(AdcliError):
    """The program cannot be run at all; subclasses say why."""

    kind = "program"


class SyntaxFault(ProgramError):
    """The text does not parse."""

    kind = "syntax"


class NameFault(ProgramError):
    """A name is unknown, or it stands for something else."""

    kind = "name"


class TypeFault(ProgramError):
    """A call has too few arguments, an array stands where a number must, a result is missing."""

    kind = "type"


class NotFollowed(ProgramError):
    """The program does something that cannot be followed without running it."""

    kind = "unsupported"


class EvaluationError(AdcliError):
    """The program has no value at this point."""

    kind = "evaluation"


class DomainError(EvaluationError):
    """An operation is outside its domain: `log(-1)`, `1/0`."""

    kind = "domain"


class IndexFault(EvaluationError):
    """An index is outside its array, a size is negative, or the lengths of arrays do not match."""

    kind = "index"


class OverflowFault(EvaluationError):
    """A number is too large for a double."""

    kind = "overflow"


class UndefinedError(EvaluationError):
    """A variable is read, or a function ends, without a value."""

    kind = "undefined"


class RaisedError(EvaluationError):
    """The program raises an exception, and nothing in it handles that."""

    kind = "raised"


class NotDifferentiable(AdcliError):
    """The value exists, the derivative does not.  With `is_overflow` it may exist, but a number on
    the way to it is too large for a double."""

    kind = "not-differentiable"
    is_overflow = False


class Unsupported(AdcliError):
    """This backend or engine cannot do what was asked; another one can."""

    kind = "unsupported"


class LimitError(AdcliError):
    """A limit of adcli was reached: of steps, depth or size."""

    kind = "limit"


class MissingExtra(AdcliError):
    """An optional package is needed and not installed."""

    kind = "missing-extra"


class Defect(AdcliError):
    """A defect of adcli; no input should be able to cause it."""

    kind = "defect"


def suggestion(name: str, candidates: Iterable[str]) -> str | None:
    """`did you mean 'sin'?`, if one of the candidates is close.

    A candidate with which the name begins is closer than its letters say: `sinn` is `sin` rather
    than `sincn`, and `cosine` is `cos` rather than `copysign`; so is one of the same letters, as
    `help` for `hepl`.  Capitals do not count."""
    from difflib import SequenceMatcher

    small = name.lower()
    matcher = SequenceMatcher(b=small)

    def closeness(candidate: str) -> float:
        lower = candidate.lower()
        matcher.set_seq1(lower)
        begins = len(candidate) > 2 and small.startswith(lower)
        return matcher.ratio() + (0.1 if begins or sorted(lower) == sorted(small) else 0.0)

    found = max(candidates, key=lambda c: (closeness(c), c), default="")
    return f"did you mean '{found}'?" if closeness(found) >= 0.6 else None
