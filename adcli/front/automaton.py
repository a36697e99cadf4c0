"""The automaton of a grammar: its states, and where its tables come from.

Invariant: a table is used only if its stamp is that of the grammar beside it; only JSON is read.
Tables lie in the package once it is built; in a checkout they are made by lark when first needed
and kept in the user's cache.
"""

from __future__ import annotations

import json
import os
import re

from adcli.front import lex
from adcli.front.ambiguities import CHECKS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

GRAMMARS = ("expression", "program")
# What a reduction makes: the tree of a leaf, of all its symbols, of some of them; a list for the
# rule around it; nothing, between parentheses or alone.
LEAF, WHOLE, PARTS, LIST, GROUP, SILENT = range(6)

_HERE = os.path.dirname(os.path.abspath(__file__))
_PACKAGE = os.path.dirname(_HERE)
_BUILT = os.path.join(_HERE, "tables")
_loaded: dict[str, Table] = {}


class State(dict[int, "Any"]):
    """A state of the automaton: what to do at each kind of word, and after each rule.

    A key below `table.width` is a kind of word; its value is the state to go to, or a reduction as
    a tuple.  Another key is rule + kind and its value the state after that rule once all rules that
    leave no tree and only pass it on have been followed: about ten for the `x` of `sin(x)`.  Both
    are worked out when first asked for: few of them ever are.
    """

    __slots__ = ("number", "raw", "table")

    def __init__(self, table: Table, number: int, raw: list[int]) -> None:
        self.table = table
        self.number = number
        self.raw = dict(zip(raw[::2], raw[1::2], strict=True))

    def __missing__(self, key: int) -> Any:
        width = self.table.width
        made = self.table.action(self.raw[key]) if key < width else self._after(key, key % width)
        self[key] = made
        return made

    def _after(self, key: int, kind: int) -> State:
        states, rules = self.table.states, self.table.rules
        state = states[self.raw[key - kind]]
        while (action := state.raw.get(kind, 0)) < 0 and rules[-1 - action][2] == SILENT:
            state = states[self.raw[rules[-1 - action][1]]]
        return state


class Table:
    """The automaton of one grammar, from the JSON that build_tables.py writes."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.kinds: list[str] = data["kinds"]
        self.width = len(self.kinds)
        self.first_kept: int = data["first_kept"]
        self.pattern = re.compile(data["pattern"])
        self.words: dict[str, int] = data["words"]
        self.rules: list[list[Any]] = data["rules"]
        self.mistakes: list[list[int]] = data["mistakes"]
        self.states = [State(self, number, raw) for number, raw in enumerate(data["states"])]
        self.start = self.states[data["start"]]
        self.end = self.kinds.index("$END")
        self._reductions: dict[int, tuple[Any, ...]] = {}

    @property
    def layout(self) -> tuple[int, int, int, int]:
        kind = self.kinds.index
        return kind("_NEWLINE"), kind("_INDENT"), kind("_DEDENT"), self.end

    def vocabulary(self, *, is_python: bool = False) -> lex.Vocabulary:
        """The words of the grammar; `^` is a power, but exclusive or in Python."""
        words = self.words
        if is_python:
            words = words | {"^": self.kinds.index("EXCLUSIVE")}
        string = self.kinds.index("STRING") if "STRING" in self.kinds else lex.TEXT
        name, number = self.kinds.index("NAME"), self.kinds.index("NUMBER")
        return lex.Vocabulary(words, name, number, string)

    def action(self, code: int) -> State | tuple[Any, ...]:
        """What an action of the table means: go to a state, or reduce by a rule."""
        if code < 0:
            return self._reduction(-1 - code)
        state = self.states[code]
        codes = set(state.raw.values())
        if len(codes) == 1 and (only := codes.pop()) < 0:
            size, origin, shape, rule, _, check, _ = self.rules[-1 - only]
            if size == 1 and shape == WHOLE and not check:
                return LEAF, size, origin, rule, None, None, 0
        return state

    def _reduction(self, number: int) -> tuple[Any, ...]:
        if number not in self._reductions:
            size, origin, shape, rule, plan, check, layout = self.rules[number]
            look = CHECKS[check] if check else None
            self._reductions[number] = shape, size, origin, rule, look, plan, layout
        return self._reductions[number]


def table_of(name: str) -> Table:
    """The automaton of a grammar, loaded once."""
    if name not in _loaded:
        _loaded[name] = Table(_data(name))
    return _loaded[name]


def grammar_directory() -> str:
    """`grammars/` in the package, else beside it."""
    packed = os.path.join(_PACKAGE, "grammars")
    return packed if os.path.isdir(packed) else os.path.join(_PACKAGE, os.pardir, "grammars")


def stamp() -> int:
    """A checksum of all that the tables are made from; 0.15 ms."""
    from zlib import crc32  # a shared library, and an installed package never asks

    grammars = [os.path.join(grammar_directory(), name + ".lark") for name in GRAMMARS]
    modules = [os.path.join(_HERE, name + ".py") for name in ("build_tables", "lex", "mistakes")]
    total = 0
    for path in grammars + modules:
        with open(path, "rb") as file:
            total = crc32(file.read(), total)
    return total


def _data(name: str) -> dict[str, Any]:
    built = _read(os.path.join(_BUILT, name + ".json"))
    packed = os.path.isdir(os.path.join(_PACKAGE, "grammars"))
    # An installed package does not change: its tables are taken at their word.
    if built is not None and (packed or built["stamp"] == stamp()):
        return built
    return _cached(name)


def _cached(name: str) -> dict[str, Any]:
    """Tables from the user's cache, put there if it can be written to: whoever writes there decides
    what our programs mean, so that it is the user alone."""
    from contextlib import suppress

    from adcli import user_cache

    now = stamp()
    file = f"{name}-{now:08x}.json"
    with suppress(OSError), user_cache.folder() as place:
        kept = _tables(place.read(file))
        if kept is not None and kept["stamp"] == now:
            return kept
    from adcli.front.build_tables import build

    made = build(name)
    with suppress(OSError), user_cache.folder(make=True) as place:
        place.write(file, json.dumps(made, separators=(",", ":")).encode())
    return made


def _read(path: str) -> dict[str, Any] | None:
    try:
        with open(path, "rb") as file:
            return _tables(file.read())
    except OSError:
        return None


def _tables(content: bytes) -> dict[str, Any] | None:
    """The tables in a file, if that is what it holds."""
    try:
        data = json.loads(content)
    except ValueError:
        return None
    return data if isinstance(data, dict) and "stamp" in data else None
