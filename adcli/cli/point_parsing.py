"""The text of a point as people type it: `x=pi/2, y=[1, 2]`, `x: 1`, `x=1 y=2`, `x[0]=1`, `0.3, 1`.

Invariant: what stands for a value is told by names, or by the order of the inputs; nothing is
guessed, and an error points at its place in the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from adcli.cli.value_parsing import Value, separated
from adcli.errors import UsageError
from adcli.front.lex import normal
from adcli.source import Source, Span

#: The names of the inputs in their order; None where nobody knows them.
Inputs = Callable[[], Sequence[str]] | None

#: `x =`, `x:`, `x := ` and `x[0, 1] =`; what stands in brackets is blanked out before.
_HEAD = re.compile(
    r"(?:(?<=\s)|^)([^\s=:,;(){}\[\]\0\"'+*/^<>!-]+)((?:\[\0*\])*)\s*(?::=|=(?!=)|:)"
)


class Setting:
    """One value: of an input, or of an entry of one, with its place; `has_name` says whether the
    text names the input, or counts on their order."""

    __slots__ = ("has_name", "index", "name", "span", "value")

    def __init__(
        self, name: str, index: tuple[int, ...], value: Any, span: Span, *, has_name: bool = True
    ) -> None:
        self.name = name
        self.index = index
        self.value = value
        self.span = span
        self.has_name = has_name


def settings(text: str, option: str, inputs: Inputs) -> list[Setting]:
    """The values that a text gives, in order."""
    source = Source(text, option)
    begin = len(text) - len(text.lstrip())
    if text[begin : begin + 1] == "{" and text.rstrip()[-1:] == "}":
        return _Reader(source, inputs).read(begin + 1, text.rindex("}"))
    return _Reader(source, inputs).read(0, len(text))


class _Reader:
    """Reads one text."""

    def __init__(self, source: Source, inputs: Inputs) -> None:
        self.source = source
        self.inputs = inputs
        self.found: list[Setting] = []
        self.without_name = 0

    def read(self, start: int, stop: int) -> list[Setting]:
        text = self.source.text[:stop]
        self._check_brackets(start, stop)
        for begin, end in separated(text, ",;\n", start):
            if text[begin:end].strip():
                self._piece(begin, end)
        if not self.found:
            raise UsageError("the point is empty", hint="a point is such as x=1,y=2")
        return self.found

    def _check_brackets(self, start: int, stop: int) -> None:
        text, opened = self.source.text, []
        for i in range(start, stop):
            if text[i] in "([{":
                opened.append(i)
            elif text[i] in ")]}":
                if not opened:
                    self._fail(f"'{text[i]}' closes nothing", i, i + 1, "remove it")
                opened.pop()
        if opened:
            what, at = "the point", opened[0]
            head = _HEAD.match(text[start:at].rpartition(",")[2].lstrip())
            if head is not None:
                what = f"the value of '{normal(head[1])}'"
            closing = {"(": ")", "[": "]", "{": "}"}[text[at]]
            hint = f"write the '{closing}' that belongs to it"
            self._fail(f"{what} has no closing bracket", at, at + 1, hint)

    def _piece(self, start: int, stop: int) -> None:
        """What stands between commas: a value, `name = value`, or several of these."""
        masked = _masked(self.source.text[start:stop])
        offset = len(masked) - len(masked.lstrip())
        heads = list(_HEAD.finditer(masked, offset))
        before = masked[: heads[0].start()] if heads else masked
        if before.strip():
            self._nameless(start, start + len(before))
        for i, head in enumerate(heads):
            end = heads[i + 1].start() if i + 1 < len(heads) else len(masked)
            self._named(head, start, start + end)

    def _named(self, head: re.Match[str], start: int, stop: int) -> None:
        name, index = normal(head[1]), self.source.text[start + head.start(2) : start + head.end(2)]
        span = Span(self.source, start + head.start(1), start + head.end(2))
        if not name.isidentifier():
            self._fail_name(name, self.source.text[start + head.start() : stop], span.start, stop)
        value = Value(f"the value of '{name}{index}'", self.source, start + head.end(), stop)
        if value.text[:1] == "=":
            value.fail("a value is given by one '='", f"{name}={value.text.lstrip('= ')}")
        place = self._index(index, span)
        self.found.append(Setting(name, place, self._read(name, value), span))

    def _read(self, name: str, value: Value) -> Any:
        """A value that is typed, or stands in a file: `x=@x.npy`."""
        if value.text[:1] != "@":
            return value.read()
        from adcli.cli.point_files import value_of_file

        return value_of_file(value.text[1:], name)

    def _index(self, text: str, span: Span) -> tuple[int, ...]:
        """The indices in `[0][1]` or `[0, 1]`."""
        words = text.replace("][", ",").strip("[]").split(",") if text else []
        try:
            found = tuple([int(word) for word in words])
        except ValueError:
            found = (-1,)
        if any([i < 0 for i in found]):
            raise UsageError(
                "an index is a whole number from 0 on", span=span, hint="x[0]=1,x[1]=2"
            )
        return found

    # -- values without a name ---------------------------------------------------------------------

    def _nameless(self, start: int, stop: int) -> None:
        text = self.source.text[start:stop].strip()
        begin = self.source.text.index(text, start)
        masked = _masked(text)
        if "=" in masked:
            name = text[: masked.index("=")].strip()
            self._fail_name(name, text, begin, begin + len(text))
        if self.found and self.found[-1].has_name:
            self._fail_behind_names(text, begin)
        names = None if self.inputs is None else self.inputs()
        if names is None or text in names:
            message = f"'{text}' is not of the form name=number or name=[...]"
            if text.isidentifier():
                self._fail(message, begin, stop, f"a value stands behind the name: {text}=1")
            self._fail(message, begin, stop, f"the name of an input stands before it: x={text}")
        if self.without_name >= len(names):
            self._fail_too_many(names, text, begin)
        name = names[self.without_name]
        self.without_name += 1
        value = Value(f"the value of '{name}'", self.source, begin, begin + len(text)).read()
        span = Span(self.source, begin, begin + len(text))
        self.found.append(Setting(name, (), value, span, has_name=False))

    def _fail_name(self, name: str, text: str, start: int, stop: int) -> NoReturn:
        message = f"'{text}' is not of the form name=number or name=[...]"
        hint = None
        if not name:
            hint = "a name stands before '='"
        elif text[len(name) :].lstrip()[:2] == "==":
            hint = f"a value is given by one '=': {name}={text.rpartition('=')[2].strip()}"
        else:
            hint = f"'{name}' is not the name of an input"
        self._fail(message, start, stop, hint)

    def _fail_behind_names(self, text: str, start: int) -> NoReturn:
        """A value without a name behind one that has a name: `x=0,5`."""
        last = self.found[-1]
        message = f"'{text}' is not of the form name=number or name=[...]"
        hint = "a value behind one with a name has a name too"
        if isinstance(last.value, int) and last.value is not True:
            hint = _hint_for_comma(f"{last.name}={last.value}", text) or hint
        if text.startswith("@"):
            hint = f"a file stands before the values that replace its own: {text},..."
        self._fail(message, start, start + len(text), hint)

    def _fail_too_many(self, names: Sequence[str], text: str, start: int) -> NoReturn:
        inputs = ", ".join(names)
        there = f"the inputs are {inputs}" if len(names) > 1 else f"the only input is {inputs}"
        hint = there if names else "the program has no inputs"
        if len(names) == 1 and self.source.text.count(",") == 1 and text.isdigit():
            hint = f"{there}; a decimal number has a point: {self.source.text.replace(',', '.')}"
        self._fail(f"there is no input for '{text}'", start, start + len(text), hint)

    def _fail(self, message: str, start: int, stop: int, hint: str | None = None) -> NoReturn:
        raise UsageError(message, span=Span(self.source, start, stop), hint=hint)


def _hint_for_comma(before: str, text: str) -> str | None:
    """What to write for a number that a comma cuts into two: `x=1,5`, `x=1,000`, `x=1,234.5`."""
    comma = "a comma stands between two inputs"
    if re.fullmatch(r"\d{3}\.\d*", text):
        return f"write {before}{text}: {comma}"
    if not re.fullmatch(r"\d+(?:\([\d.]+\))?", text):
        return None
    grouped = f", if they are thousands {before}{text}" if len(text) == 3 else ""
    return f"if '{text}' are decimals, write {before}.{text}{grouped}; {comma}"


def _masked(text: str) -> str:
    """The text with NUL for what stands in brackets and quotes."""
    shown, depth, quote = [], 0, ""
    for char in text:
        if not quote and char in ")]}":
            depth -= 1
        shown.append("\0" if depth > 0 or quote else char)
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'":
            quote = char
        elif char in "([{":
            depth += 1
    return "".join(shown)
