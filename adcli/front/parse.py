"""The parser: from a text to its syntax tree, by the LALR tables of `grammars/`.

Invariant: any text whatsoever gives a tree or a `SyntaxFault`, in time linear in its length and
without recursion.  The automaton is that of Knuth (1965) and DeRemer (1969); chains of rules that
leave no tree (`?product: factor`) are walked once and remembered, see `State`.
"""

from __future__ import annotations

import gc
from operator import length_hint

from adcli.errors import SyntaxFault
from adcli.front import lex
from adcli.front.automaton import GROUP, LEAF, LIST, WHOLE, table_of
from adcli.front.tree import Token, Tree
from adcli.source import Source, ascii_minus

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from adcli.front.automaton import State, Table


def parse_expression(source: Source) -> Tree:
    """The tree of an expression such as `2x^2 + sin(x)`."""
    table = table_of("expression")
    words = lex.expression_words(
        ascii_minus(source.text), table.pattern, table.vocabulary(), table.end
    )
    return _parse(table, source, words)


def parse_program(source: Source) -> Tree:
    """The tree `program[statement...]` of a program."""
    table = table_of("program")
    vocabulary = table.vocabulary(is_python=source.is_python)
    text = source.text if source.is_python else ascii_minus(source.text)
    joined = not source.is_python
    words = lex.program_words(text, table.pattern, vocabulary, table.layout, joined=joined)
    return _parse(table, source, words)


class Stuck(Exception):
    """The parser has no action for a word.  This never leaves the front end."""

    def __init__(self, states: list[State], index: int) -> None:
        super().__init__()
        self.states = states
        self.index = index


def _parse(table: Table, source: Source, words: lex.Words) -> Tree:
    # Nothing here is garbage before the end: collecting costs a third of the time of a long text.
    collecting = gc.isenabled()
    gc.disable()
    try:
        return _run(table, source, words)
    except Stuck as stuck:
        from adcli.front.mistakes import explain

        fault = explain(table, source, words, stuck)
    finally:
        if collecting:
            gc.enable()
    raise fault


def _run(table: Table, source: Source, words: lex.Words) -> Tree:
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
        _run(table, source, words)
    except Stuck as stuck:
        return stuck.states[-1].number, words[0][stuck.index]
    except SyntaxFault:
        return None
    return None
