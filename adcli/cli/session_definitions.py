"""Definitions of a session: values, formulas and functions that later lines may use.

Invariant: a name means one thing, what was defined last.  A value is that of an input, so that the
program can be differentiated by it; formulas and functions become part of the program's text, and
so do derivatives of functions, `f'(2)`, which are those of what f is now.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator

from adcli.errors import UsageError
from adcli.source import Source

#: `name = ...` and `name(x, y) = ...`
_NAME = re.compile(r"\s*([^\W\d]\w*)\s*=(?!=)\s*(.+)", re.DOTALL)
_FUNCTION = re.compile(r"\s*([^\W\d]\w*)\s*\(([^()]*)\)\s*=(?!=)\s*(.+)", re.DOTALL)


#: `f'` and `f''`, with the bracket behind them, if there is one.
_PRIMED = re.compile(r"([^\W\d]\w*)(['′]+|″)\s*(\(?)")

#: A function that the language has is known by this parameter.
_ARGUMENT = "x"


class Definitions:
    """What was defined, by name."""

    def __init__(self) -> None:
        #: the derivatives of functions, by the names that stand for them in programs
        self._derivatives: dict[str, tuple[tuple[str, ...], str]] = {}
        #: what was said of these formulas, by the text that stands for one
        self._notes: dict[str, tuple[str, ...]] = {}
        self._open: set[str] = set()
        self.values: dict[str, str] = {}
        self.formulas: dict[str, str] = {}
        self.functions: dict[str, tuple[tuple[str, ...], str]] = {}

    def __contains__(self, name: object) -> bool:
        return any(name in kind for kind in (self.values, self.formulas, self.functions))

    def define(self, line: str) -> bool:
        """Take a line in, if it is a definition.  Raises an error for one that makes no sense."""
        function = _FUNCTION.fullmatch(line)
        if function is not None:
            names = [name.strip() for name in function[2].split(",") if name.strip()]
            self._define_function(function[1], names, function[3])
            return True
        named = _NAME.fullmatch(line)
        if named is None:
            return False
        name, text = named[1], named[2].strip()
        _check_free(name)
        free = self._free_names(text)
        if name in self._needed(free):
            raise _by_itself(name)
        self.forget(name)
        (self.formulas if free else self.values)[name] = text
        return True

    def _define_function(self, name: str, parameters: list[str], text: str) -> None:
        if re.search(rf"\b{name}\s*['′″]", text):
            raise _by_itself(name)
        free = self._free_names(text)
        others = [n for n in free if n not in parameters and n not in self._known_functions()]
        if others:
            more = ", ".join([*parameters, *others])
            raise UsageError(
                f"'{others[0]}' is no parameter of '{name}'", hint=f"write {name}({more}) = {text}"
            )
        self.forget(name)
        self.functions[name] = tuple(parameters), text.strip()

    def forget(self, name: str) -> bool:
        """Remove a name; whether there was one."""
        self._derivatives.clear()
        self._notes.clear()
        kinds: tuple[dict[str, object], ...] = (self.values, self.formulas, self.functions)  # type: ignore[assignment]
        return any([kind.pop(name, None) is not None for kind in kinds])

    def lines(self) -> Iterator[str]:
        """Everything that was defined, as it can be typed again."""
        for name, text in (self.values | self.formulas).items():
            yield f"{name} = {text}"
        for name, (parameters, text) in self.functions.items():
            yield f"{name}({', '.join(parameters)}) = {text}"

    # -- programs --------------------------------------------------------------------------------

    def program(self, text: str) -> str:
        """The text of the program that an expression is: itself, if it uses no definition."""
        text = self.expanded(text)
        needed = self._needed(free_names(text))
        formulas = [name for name in needed if name in self.formulas]
        texts = {name: self.expanded(self.formulas[name]) for name in formulas}
        functions = self._called([text, *texts.values()])
        if not formulas and not functions:
            return text
        lines = []
        for name in functions:
            parameters, body = self._known_functions()[name]
            lines += [f"def {name}({', '.join(parameters)}):", f"    return {self.expanded(body)}"]
        inputs = [n for n in needed if n not in self.formulas]
        lines.append(f"def {_unused('value', self)}({', '.join(inputs)}):")
        lines += [f"    {name} = {texts[name]}" for name in reversed(formulas)]
        return "\n".join([*lines, f"    return {text}", ""])

    def inputs(self, text: str) -> list[str]:
        """The names of the inputs of the program that an expression is."""
        needed = self._needed(self._free_names(text))
        return [name for name in needed if name not in self.formulas]

    def expanded(self, text: str) -> str:
        """A text with a call for a function's name alone, and names for derivatives, `f'(2)`."""
        word = text.strip()
        if word in self.functions:
            return f"{word}({', '.join(self.functions[word][0])})"
        return _PRIMED.sub(self._named, text)

    def _named(self, found: re.Match[str]) -> str:
        """What stands in a program for `f'`."""
        function, primes, bracket = found.groups()
        order = len(primes) + (primes == "″")
        parameters, _ = self.functions.get(function, ((), ""))
        if not parameters and function in _functions_of_language():
            parameters = (_ARGUMENT,)
        if not parameters:
            return found[0]  # an error points at the prime
        if len(parameters) > 1:
            raise UsageError(
                f"{function}{primes} is no derivative: '{function}' has several parameters, "
                f"{', '.join(parameters)}",
                hint=f":diff {function} has the derivatives by each",
            )
        name = _unused(f"{function}_{'prime' * (order == 1) or f'derivative{order}'}", self)
        if name not in self._derivatives:
            formula, notes = self._derivative(function, parameters[0], order)
            self._derivatives[name] = parameters, formula
            self._notes[f"{function}{primes}"] = notes
        return f"{name}{bracket or f'({parameters[0]})'}"

    def notes(self, text: str) -> list[str]:
        """What is to be said of the derivatives that stand in an expression."""
        self.expanded(text)
        named = [found[1] + found[2] for found in _PRIMED.finditer(text)]
        return [f"{name}: {note}" for name in named for note in self._notes.get(name, ())]

    def _derivative(self, function: str, parameter: str, order: int) -> tuple[str, tuple[str, ...]]:
        """The formula of a derivative of a function, which has no value where that has none, and
        what is to be said of it."""
        from adcli.loading import load_text

        if function in self._open:
            raise _by_itself(function)
        self._open.add(function)
        try:
            program = self.program(f"{function}({parameter})")
            found = load_text(Source(program)).formulas(order=order, wrt=[parameter])
        finally:
            self._open.discard(function)
        formula = found.named()[0][1]
        guard = f" + 0*{function}({parameter})" if formula.conditions else ""
        return f"({formula.text}){guard}" if guard else formula.text, found.notes

    def _known_functions(self) -> dict[str, tuple[tuple[str, ...], str]]:
        return self.functions | self._derivatives

    def _free_names(self, text: str) -> tuple[str, ...]:
        return free_names(self.expanded(text))

    def _needed(self, names: Iterable[str]) -> list[str]:
        """The names that an expression with some free names needs, those of formulas before those
        in these formulas."""
        found: dict[str, None] = {}

        def visit(name: str) -> None:
            found.pop(name, None)  # it stands behind all that need it
            found[name] = None
            for inner in self._free_names(self.formulas[name]) if name in self.formulas else ():
                visit(inner)

        for name in names:
            if name not in self._known_functions():
                visit(name)
        return list(found)

    def _called(self, texts: Iterable[str]) -> list[str]:
        """The functions that some texts call, each behind those that it calls itself."""
        found: dict[str, None] = {}
        seen: set[str] = set()

        def visit(text: str) -> None:
            for word in re.findall(r"[^\W\d]\w*", text):
                if word in self._known_functions() and word not in seen:
                    seen.add(word)
                    visit(self.expanded(self._known_functions()[word][1]))
                    found[word] = None

        for text in texts:
            visit(text)
        return list(found)


def free_names(text: str) -> tuple[str, ...]:
    """The names in an expression that are its inputs.  Raises `SyntaxFault` if it is none."""
    from adcli.front.lower import as_program, input_names
    from adcli.front.parse import parse_expression

    source = Source(text)
    return input_names(as_program(parse_expression(source)), source, None)


def _functions_of_language() -> Container[str]:
    from adcli.ops.registry import FUNCTIONS

    return FUNCTIONS


def _check_free(name: str) -> None:
    """Refuse a value with a name that means something else in every expression."""
    from adcli.front.builtin_names import CONSTANTS

    if name in CONSTANTS:
        raise UsageError(
            f"'{name}' is the constant {CONSTANTS[name]:.6g}", hint="give it another name"
        )
    if name in _functions_of_language():
        raise UsageError(f"'{name}' is a function of the language", hint="give it another name")


def _by_itself(name: str) -> UsageError:
    return UsageError(f"'{name}' would be defined by itself", hint="give the new one another name")


def _unused(name: str, definitions: Definitions) -> str:
    """A name that nothing has."""
    while name in definitions:
        name += "_"
    return name
