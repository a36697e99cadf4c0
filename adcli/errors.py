"""What can go wrong for a user, as exceptions that know their place in the text.

`kind` is the word used in JSON.  Library code raises these; only the command line knows exit codes.
"""

from __future__ import annotations

from collections.abc import Iterable

from adcli.source import Span


class Operation:
    """An operation that has no finite result: `log(u), u = -0.3` and what IEEE 754 makes of it."""

    __slots__ = ("became", "text")

    def __init__(self, text: str, became: str) -> None:
        self.text = text
        self.became = became


class AdcliError(Exception):
    """Base of everything a user can cause: a sentence, where it is about, and how to mend it.

    `notes` are further short facts about the place, such as "in iteration i = 2"; `operation` tells
    which one failed, if it was one on numbers.
    """

    kind = "error"
    operation: Operation | None = None

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


class UsageError(AdcliError):
    """The command or the point is not as it must be: a missing input, text that is no number."""

    kind = "usage"


class ProgramError(AdcliError):
    """The program cannot be run at all.  Its children say why."""

    kind = "program"


class SyntaxFault(ProgramError):
    """The text does not parse."""

    kind = "syntax"


class NameFault(ProgramError):
    """A name is unknown, or known as something else."""

    kind = "name"


class TypeFault(ProgramError):
    """A wrong number of arguments, an array where a number is wanted, a missing result."""

    kind = "type"


class EvaluationError(AdcliError):
    """The program runs into a place where it has no value."""

    kind = "evaluation"


class DomainError(EvaluationError):
    """An operation outside its domain: `log(-1)`, `1/0`."""

    kind = "domain"


class IndexFault(EvaluationError):
    """An index outside its array, a negative size, arrays whose lengths do not go together."""

    kind = "index"


class OverflowFault(EvaluationError):
    """A number too large for a double."""

    kind = "overflow"


class UndefinedError(EvaluationError):
    """A variable is read, or a function ends, without a value."""

    kind = "undefined"


class NotDifferentiable(AdcliError):
    """The value exists, the derivative does not; or `is_overflow`: a number on the way to it is too
    large for a double."""

    kind = "not-differentiable"
    is_overflow = False


class Unsupported(AdcliError):
    """A backend or engine cannot do this; another can."""

    kind = "unsupported"


class LimitError(AdcliError):
    """A limit of ours was reached: steps, depth, size."""

    kind = "limit"


class MissingExtra(AdcliError):
    """An optional package is needed."""

    kind = "missing-extra"


class Defect(AdcliError):
    """Something of ours is broken; no input should be able to cause it."""

    kind = "defect"
