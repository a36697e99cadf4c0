"""Values as people type them: numbers, constant expressions, lists, matrices, options.

Invariant: a value is what JSON can hold.  It is worked out by the language itself, so `pi/2` means
here what it means in a program; an error points at its place in the text.
"""

from __future__ import annotations

from typing import Any, NoReturn

from adcli.errors import AdcliError, UsageError
from adcli.point_value_conversion import Word
from adcli.source import Source, Span, ascii_minus

#: No array has so many indices.
_DEEPEST = 64

#: Words that are options of their own, and numbers that go by a name.
_OPTIONS = {"True": True, "true": True, "False": False, "false": False, "None": None, "null": None}
_NUMBERS = ("inf", "infinity", "nan", "pi", "tau", "e", "π", "τ")

_CLOSING = {"(": ")", "[": "]", "{": "}"}


class Value:
    """The text of a value: `what` it is of, and where it stands in a source."""

    def __init__(self, what: str, source: Source, start: int, stop: int) -> None:
        text = source.text[start:stop]
        self.what = what
        self.source = source
        self.start = start + len(text) - len(text.lstrip())
        self.stop = max(self.start, stop - (len(text) - len(text.rstrip())))
        self.text = ascii_minus(source.text[self.start : self.stop])

    def part(self, start: int, stop: int) -> Value:
        """Some of its characters as a value of their own."""
        return Value(self.what, self.source, self.start + start, self.start + stop)

    def fail(self, message: str, hint: str | None = None) -> NoReturn:
        """Raise an error that points at the value."""
        raise UsageError(message, span=Span(self.source, self.start, self.stop), hint=hint)

    # -- what it is --------------------------------------------------------------------------------

    def read(self) -> Any:
        """A number, a list of values, or an option of a Python program: a word, a text in quotes,
        True, False, None."""
        text = self.text
        if text in _OPTIONS:
            return _OPTIONS[text]
        if text.isidentifier() and text.lower() not in _NUMBERS:
            return Word(text, Span(self.source, self.start, self.stop))
        if len(text) > 1 and text[0] in "\"'" and text.find(text[0], 1) == len(text) - 1:
            return Word(text[1:-1], Span(self.source, self.start, self.stop))
        return self.number_or_list()

    def number(self) -> float:
        """A number."""
        found = self.number_or_list()
        if isinstance(found, list):
            self.fail(f"{self.what} is not a number: {self._shown()!r}")
        return float(found)

    def number_or_list(self) -> Any:
        """A number, or a list of numbers or lists."""
        text = self.text
        for read in (int, float):
            try:
                return read(text)
            except ValueError:
                pass
        if text[:1] == "[":
            return self._list()
        if text[:1] == "(" and _end_of_bracket(text) == len(text) - 1:
            parts = separated(text[1:-1], ",")
            if len(parts) > 1:
                return self._entries(parts)
        return self._constant()

    def _list(self) -> Any:
        text = self.text
        if text.startswith("[" * _DEEPEST):
            raise UsageError(f"{self.what} has too many brackets")
        if text.isascii() and "]" in text[-1:]:
            import json

            try:
                return json.loads(text)
            except ValueError:
                pass  # its entries may be such as .5 and 1/3
        end = _end_of_bracket(text)
        if end is None:
            self.fail(f"{self.what} has no closing bracket", "write the ']' that belongs to it")
        if end < len(text) - 1 or " for " in text:
            return self._constant()
        inside = text[1:-1]
        rows = separated(inside, ";")
        if len(rows) > 1:
            if not inside[slice(*rows[-1])].strip():
                rows.pop()
            return [self._entries(separated(inside[:b], ",", a)) for a, b in rows]
        return self._entries(separated(inside, ","))

    def _entries(self, places: list[tuple[int, int]]) -> list[Any]:
        """The entries of a list or tuple, whose places are counted from behind its bracket."""
        parts = [self.part(start + 1, stop + 1) for start, stop in places]
        if not parts[-1].text:
            parts.pop()
        return [part.number_or_list() for part in parts]

    # -- constant expressions ----------------------------------------------------------------------

    def _constant(self) -> Any:
        """The value of an expression of the language without names of inputs."""
        from adcli.loading import load_expression

        if not self.text:
            self._refuse()
        self._check_certain()
        try:
            program = load_expression(Source(self.text))
            if not program.inputs:
                (found,) = program.evaluate({}).values
                return found
        except AdcliError as error:
            self._refuse(error)
        raise self._has_names(program.inputs)

    def _check_certain(self) -> None:
        """Refuse a number with an uncertainty: `5.00(2)` is no product, `5+-1` no difference."""
        text = self.text
        is_short = text[0] in "+-.0123456789" and "(" in text
        if is_short or any([sign in text for sign in ("±", "+-", "+/-")]):
            from adcli.cli.mistyped_value_hints import hint_for_uncertainty

            hint = hint_for_uncertainty(text)
            if hint is not None:
                self.fail(f"{self.what} has an uncertainty: {self._shown()!r}", hint)

    def _refuse(self, error: AdcliError | None = None) -> NoReturn:
        """Say why the text is no value, as the language says it, with the place in the whole
        text."""
        message = f"{self.what} is not a number: {self._shown()!r}"
        if error is None:
            self.fail(f"{self.what} is missing", "write a number, such as 1.5 or pi/2")
        span = Span(self.source, self.start, self.stop)
        if error.span is not None:
            start = self.start + error.span.start
            span = Span(self.source, start, self.start + max(error.span.end, error.span.start))
        if error.kind not in ("syntax", "name"):
            message = f"{self.what} cannot be computed: {error.message}"
        from adcli.cli.mistyped_value_hints import hint_for_value

        hint = hint_for_value(self.text) or error.hint
        raise UsageError(message, span=span, hint=hint) from None

    def _has_names(self, names: tuple[str, ...]) -> UsageError:
        start = self.text.find(names[0])
        span = Span(self.source, self.start + start, self.start + start + len(names[0]))
        from adcli.cli.mistyped_value_hints import hint_for_value

        hint = (
            hint_for_value(self.text)
            or f"write a number for '{names[0]}': a value is a constant, such as 2*pi"
        )
        message = f"{self.what} is not a number: {self._shown()!r}"
        return UsageError(message, span=span, hint=hint)

    def _shown(self) -> str:
        return self.text if len(self.text) <= 40 else self.text[:37] + "..."


# -- brackets --------------------------------------------------------------------------------------


def _end_of_bracket(text: str) -> int | None:
    """Where the bracket is closed with which a text begins; None: it never is."""
    depth = 0
    for i, char in enumerate(text):
        depth += (char in "([{") - (char in ")]}")
        if depth == 0:
            return i
    return None


def separated(text: str, marks: str, start: int = 0) -> list[tuple[int, int]]:
    """The places of the parts between marks that stand outside brackets and quotes."""
    parts, depth, quote = [], 0, ""
    begin = start
    for i in range(start, len(text)):
        char = text[i]
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'":
            quote = char
        elif char in marks and depth == 0:
            parts.append((begin, i))
            begin = i + 1
        else:
            depth += (char in "([{") - (char in ")]}")
    parts.append((begin, len(text)))
    return parts


def constant(what: str, text: str, name: str) -> Value:
    """A text that is one value; `name` is that of the option it is given to."""
    return Value(what, Source(text, name), 0, len(text))
