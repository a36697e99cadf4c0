"""The LALR automaton of a grammar: its states, and the parser that runs it.

Invariant: any sequence of words gives a tree, a `SyntaxFault` or `Stuck`, in time linear in its
length and without recursion.  The automaton is that of Knuth (1965) and DeRemer (1969); chains of
rules that leave no tree (`?product: factor`) are walked once and remembered, see `State`.
"""

from __future__ import annotations

import re
from operator import length_hint

from adcli.errors import SyntaxFault
from adcli.front import lex
from adcli.front.parse_tree import Token, Tree
from adcli.source import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

# What a reduction makes: the tree of a leaf, of all its symbols, of some of them; a list for the
# rule around it; nothing, between parentheses or alone.
LEAF, WHOLE, PARTS, LIST, GROUP, SILENT = range(6)


class State(dict[int, "Any"]):
    """A state of the automaton: what to do at each kind of word, and after each rule.

    A key below `table.width` is a kind of word; its value is the state to go to, or a reduction as
    a tuple.  Another key is rule + kind and its value the state after that rule once all rules that
    leave no tree and only pass it on have been followed: about ten for the `x` of `sin(x)`.  Both
    are worked out when first asked for: few of them ever are.
    """

    __slots__ = ("_raw", "listed", "number", "table")

    def __init__(self, table: Table, number: int, listed: Sequence[int]) -> None:
        self.table = table
        self.number = number
        self.listed = listed
        self._raw: dict[int, int] | None = None

    @property
    def raw(self) -> dict[int, int]:
        """The actions of the table, by what they are for; few states are ever asked."""
        if self._raw is None:
            self._raw = dict(zip(self.listed[::2], self.listed[1::2], strict=True))
        return self._raw

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
    """The automaton of one grammar, from the data that build_tables.py makes."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.kinds: Sequence[str] = data["kinds"]
        self.width = len(self.kinds)
        self.first_kept: int = data["first_kept"]
        self._words: str = data["pattern"]
        self.words: dict[str, int] = data["words"]
        self.rules: Sequence[Sequence[Any]] = data["rules"]
        self.mistakes: Sequence[Sequence[int]] = data["mistakes"]
        self.states = [State(self, number, listed) for number, listed in enumerate(data["states"])]
        self.start = self.states[data["start"]]
        self.end = self.kinds.index("$END")
        self._reductions: dict[int, tuple[Any, ...]] = {}

    @property
    def pattern(self) -> re.Pattern[str]:
        """What cuts any text into words."""
        return re.compile(self._words)

    def pattern_for(self, text: str) -> re.Pattern[str]:
        """What cuts this expression into words: a shorter pattern if that gives the same ones, for
        to compile the whole one takes a fiftieth of a small gradient."""
        return re.compile(lex.PLAIN_WORDS) if lex.PLAIN.issuperset(text) else self.pattern

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
            look = _check_named(check) if check else None
            self._reductions[number] = shape, size, origin, rule, look, plan, layout
        return self._reductions[number]


def _check_named(name: str) -> Callable[..., None]:
    from adcli.front.checks_beyond_grammar import CHECKS  # a plain expression needs none

    return CHECKS[name]


class Stuck(Exception):
    """The parser has no action for a word.  This never leaves the front end."""

    def __init__(self, states: list[State], index: int) -> None:
        super().__init__()
        self.states = states
        self.index = index


def run(table: Table, source: Source, words: lex.Words) -> Tree:
    """The automaton.  About 1 us a word; what is said twice here is so for that reason."""
    first_kept, names = table.first_kept, table.kinds
    state = table.start
    states: list[State] = [state]
    # A tree, a token, a list for the rule around it, or the place of a word that becomes no token.
    values: list[Any] = []
    last = 0
    kinds, texts, starts, ends = words
    left = iter(kinds)
    try:
        for kind, ahead, text, start, end in zip(
            left, [*kinds[1:], 0], texts, starts, ends, strict=True
        ):
            action = state[kind]
            while type(action) is tuple:
                shape, size, origin, rule, check, _, _ = action
                if shape == WHOLE:
                    parts = values[-size:]
                    tree = Tree(rule, parts, parts[0].start, last)
                    if size == 1:
                        values[-1] = tree
                        states.pop()
                    else:
                        del values[-size:], states[-size:]
                        values.append(tree)
                    if check is not None:
                        check(source, tree, start, text)
                elif shape == LEAF:
                    values.append(Tree(rule, [Token(names[kind], text, start, end)], start, end))
                    state = states[-1][origin + ahead]
                    states.append(state)
                    break
                elif shape == LIST and size == 1:
                    values[-1] = [values[-1]]
                    states.pop()
                else:
                    values[len(values) - size :] = [_made(action, values, last)]
                    del states[len(states) - size :]
                    if check is not None:
                        check(source, values[-1], start, text)
                state = states[-1][origin + kind]
                states.append(state)
                action = state[kind]
            else:
                if kind >= first_kept:
                    values.append(Token(names[kind], text, start, end))
                else:
                    values.append(start)
                state = action
                states.append(state)
            last = end
    except KeyError:
        raise Stuck(states, len(kinds) - length_hint(left) - 1) from None
    tree = values[0]
    assert isinstance(tree, Tree)
    return tree


def _made(action: tuple[Any, ...], values: list[Any], last: int) -> Any:
    """The value of a rule that leaves out some of its symbols, or is a list, or has none at all."""
    shape, size, _, rule, _, plan, layout = action
    symbols = values[len(values) - size :]
    if shape == GROUP:
        tree = symbols[plan[0]]
        tree.start, tree.end = symbols[0], last
        return tree
    if plan and plan[0] == -1:
        parts, rest = symbols[0], plan[1:]  # the list itself: a long one is not copied at each step
    else:
        parts, rest = [], plan
    for index in rest:
        if index >= 0:
            parts.append(symbols[index])
        else:
            parts.extend(symbols[-1 - index])
    if shape == LIST:
        return parts
    if layout or not symbols:
        return Tree(rule, parts, parts[0].start if parts else last, last)
    first = symbols[0]
    return Tree(rule, parts, first if type(first) is int else first.start, last)


def stuck_at(table: Table, text: str) -> tuple[int, int] | None:
    """State and kind of word at which a text is refused, for the tables of mistakes."""
    source = Source(text)
    if "_NEWLINE" in table.kinds:
        words = lex.program_words(
            text, table.pattern, table.vocabulary(), table.layout, joined=True
        )
    else:
        words = lex.expression_words(text, table.pattern, table.vocabulary(), table.end)
    try:
        run(table, source, words)
    except Stuck as stuck:
        return stuck.states[-1].number, words[0][stuck.index]
    except SyntaxFault:
        return None
    return None
