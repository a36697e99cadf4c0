"""Arguments that are dictionaries, lists of arrays, named tuples and dataclasses: functions of them
as functions of the numbers and arrays in them.

Invariant: what is built of the leaves has the types, the keys and the order of what was given.  The
functions that are made here have texts of our own, so that they are followed as others are.
"""

from __future__ import annotations

import copy
import dataclasses
import inspect
import linecache
import re
import sys
from collections.abc import Callable, Mapping
from typing import Any

from adcli.errors import UsageError

#: Parameters that take any number of arguments; what they hold is left as it is.
_STARS = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}

#: Keys of dictionaries whose text is that of the key.
_KEYS = (str, int, float, bool, type(None))


def is_structure(value: Any) -> bool:
    """Whether a value is made of several values, other than a number or an array of numbers."""
    if isinstance(value, dict) or _is_record(value):
        return True
    return isinstance(value, list | tuple) and _form(value) is None


def _is_record(value: Any) -> bool:
    """Whether a value is a named tuple or an instance of a dataclass."""
    if isinstance(value, type):
        return False
    return dataclasses.is_dataclass(value) or (
        isinstance(value, tuple) and hasattr(value, "_fields")
    )


def _form(value: Any) -> tuple[int, ...] | None:
    """The lengths of nested lists of numbers; None if they have no common ones, or hold others."""
    if isinstance(value, list | tuple) and not _is_record(value):
        forms = {_form(part) for part in value}
        if len(forms) > 1 or None in forms:
            return None
        return (len(value), *(forms.pop() if forms else ()))  # type: ignore[misc]
    return () if isinstance(value, int | float) and not isinstance(value, bool) else None


class Structure:
    """The arguments of one call: the leaves by names, and the function that takes these."""

    def __init__(
        self,
        function: Callable[..., Any],
        arguments: Mapping[str, Any],
        parameters: Mapping[str, inspect.Parameter],
    ) -> None:
        self.arguments = dict(arguments)
        #: the numbers and arrays by their names
        self.leaves: dict[str, Any] = {}
        #: for each argument its leaves, in the form of the argument
        self.names: dict[str, Any] = {}
        self.types: list[type] = []
        calls, plain, stars = [], [], []
        for name, value in arguments.items():
            kind = parameters[name].kind
            if kind in _STARS:
                self.leaves[name] = self.names[name] = value
                stars.append(_STARS[kind] + name)
                calls.append(_STARS[kind] + name)
                continue
            key = f"{name}=" if kind is inspect.Parameter.KEYWORD_ONLY else ""
            before = len(self.leaves)
            self.names[name] = self._named(name, value, set(arguments))
            plain += [*self.leaves][before:]
            calls.append(key + self._text(value, self.names[name]))
        word = getattr(function, "__name__", "")
        self.name = word if word.isidentifier() else "function"
        signature = ", ".join([*plain, *stars])
        self.text = f"def {self.name}({signature}):\n    return _({', '.join(calls)})\n"

    @property
    def key(self) -> tuple[Any, ...]:
        """What is the same for arguments of the same structure."""
        return self.text, *self.types

    def function(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function of the leaves."""
        where = f"<{self.text.splitlines()[0][:-1]}>"
        linecache.cache[where] = (len(self.text), None, self.text.splitlines(keepends=True), where)
        names: dict[str, Any] = {f"_{i}": kind for i, kind in enumerate(self.types)}
        names |= {"_": function, "__name__": "<structure>"}
        if any([type(leaf).__module__ == "numpy" for leaf in self.leaves.values()]):
            names["_numpy"] = sys.modules["numpy"]  # then arrays are NumPy's
        exec(compile(self.text, where, "exec"), names)
        made: Callable[..., Any] = names[self.name]
        return made

    def leaves_of(self, name: str) -> list[str]:
        """The names of the leaves of an argument."""
        return [*_strings(self.names[name])] if name in self.names else [name]

    def leaves_like(self, direction: Any) -> dict[str, Any]:
        """The leaves of a direction, which has the form of the only argument, or the arguments by
        their names."""
        is_named = isinstance(direction, Mapping) and set(direction) <= set(self.names)
        if not is_named and len(self.names) > 1:
            raise UsageError(
                "the direction has a part for each argument, by its name",
                hint=f"write {{'{next(iter(self.names))}': ...}}",
            )
        by_name = direction if is_named else {next(iter(self.names)): direction}
        found: dict[str, Any] = {}
        for name, part in by_name.items():
            _split(name, self.names[name], part, found)
        return found

    def rebuilt(self, name: str, found: Mapping[str, Any]) -> Any:
        """An argument with what was found for its leaves in their places, None where there is
        nothing."""
        return _replaced(self.arguments[name], self.names[name], found)

    # -- leaves and text -------------------------------------------------------------------------

    def _named(self, name: str, value: Any, taken: set[str]) -> Any:
        """The form of a value, with names for its leaves."""
        if not is_structure(value):
            while name in self.leaves:
                name += "_"
            self.leaves[name] = value
            return name
        parts = {
            key: self._named(_joined(name, key, taken), part, taken)
            for key, part in _parts(value).items()
        }
        return parts if isinstance(value, dict) or _is_record(value) else list(parts.values())

    def _text(self, value: Any, names: Any) -> str:
        """The text that builds a value of its leaves."""
        if isinstance(names, str):
            return names
        if isinstance(names, list):
            texts = [self._text(part, n) for part, n in zip(value, names, strict=True)]
            inside = ", ".join(texts)
            if isinstance(value, list):
                return f"[{inside}]"
            return f"({inside},)"
        parts = {key: self._text(part, names[key]) for key, part in _parts(value).items()}
        if isinstance(value, dict):
            return "{" + ", ".join([f"{key!r}: {text}" for key, text in parts.items()]) + "}"
        self.types.append(type(value))
        given = ", ".join([f"{key}={text}" for key, text in parts.items()])
        return f"_{len(self.types) - 1}({given})"


def _joined(name: str, key: Any, taken: set[str]) -> str:
    """The name of a part: `p["w"]` is `p_w`."""
    found = f"{name}_" + re.sub(r"\W", "_", str(key))
    while found in taken:
        found += "_"
    return found


def _parts(value: Any) -> dict[Any, Any]:
    """The parts of a structure by their keys, fields or places."""
    if isinstance(value, dict):
        wrong = [key for key in value if not isinstance(key, _KEYS)]
        if wrong:
            raise UsageError(
                f"a key of a dictionary must be a text or a number, not {wrong[0]!r}",
                hint="give the arrays in a dictionary with texts as keys",
            )
        return value
    if dataclasses.is_dataclass(value):
        return {f.name: getattr(value, f.name) for f in dataclasses.fields(value) if f.init}
    if hasattr(value, "_fields"):
        return dict(zip(value._fields, value, strict=True))
    return dict(enumerate(value))


def _strings(names: Any) -> list[str]:
    if isinstance(names, str):
        return [names]
    parts = names.values() if isinstance(names, dict) else names if isinstance(names, list) else ()
    return [found for part in parts for found in _strings(part)]


def _split(what: str, names: Any, value: Any, found: dict[str, Any]) -> None:
    """Put the leaves of a value into `found`; it must have the form of `names`."""
    if isinstance(names, str):
        found[names] = value
        return
    wanted = names if isinstance(names, dict) else dict(enumerate(names))
    parts = _parts(value) if isinstance(value, dict | list | tuple) or _is_record(value) else {}
    if parts.keys() != wanted.keys():
        raise UsageError(f"the direction of '{what}' has another form than the argument")
    for key, inner in wanted.items():
        _split(f"{what}[{key!r}]", inner, parts[key], found)


def _replaced(value: Any, names: Any, found: Mapping[str, Any]) -> Any:
    if isinstance(names, str):
        return found.get(names)
    if isinstance(names, list):
        parts = [_replaced(part, n, found) for part, n in zip(value, names, strict=True)]
        return parts if isinstance(value, list) else tuple(parts)
    by_key = {key: _replaced(part, names[key], found) for key, part in _parts(value).items()}
    if isinstance(value, dict):
        return by_key
    if isinstance(value, tuple):
        return type(value)(*by_key.values())
    made = copy.copy(value)  # no code of its class runs on derivatives
    for field, part in by_key.items():
        object.__setattr__(made, field, part)
    return made
