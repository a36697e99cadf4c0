"""The parser: from a text to its syntax tree, by the LALR tables of `grammars/`.

Invariant: any text whatsoever gives a tree or a `SyntaxFault`, in time linear in its length and
without recursion.
"""

from __future__ import annotations

import gc

from adcli.errors import SyntaxFault
from adcli.front import lex
from adcli.front.lalr_automaton import Stuck, run
from adcli.front.parser_table_loading import table_of
from adcli.source import Source, ascii_minus

TYPE_CHECKING = False
if TYPE_CHECKING:
    from adcli.front.lalr_automaton import Table
    from adcli.front.parse_tree import Tree


def parse_expression(source: Source) -> Tree:
    """The tree of an expression such as `2x^2 + sin(x)`."""
    table = table_of("expression")
    try:
        return _parse(table, source, _words(table, source.text))
    except SyntaxFault as fault:
        from adcli.front.mistakes.written_mathematics import in_the_language

        meant = in_the_language(source.text)
        if meant is not None and _is_expression(meant):
            fault.hint = f"write it so: {meant}"
        raise


def _words(table: Table, text: str) -> lex.Words:
    text = ascii_minus(text)
    return lex.expression_words(text, table.pattern_for(text), table.vocabulary(), table.end)


def _is_expression(text: str) -> bool:
    table = table_of("expression")
    try:
        run(table, Source(text), _words(table, text))
    except (Stuck, SyntaxFault):
        return False
    return True


def parse_program(source: Source) -> Tree:
    """The tree `program[statement...]` of a program."""
    table = table_of("program")
    vocabulary = table.vocabulary(is_python=source.is_python)
    text = source.text if source.is_python else ascii_minus(source.text)
    joined = not source.is_python
    words = lex.program_words(text, table.pattern, vocabulary, table.layout, joined=joined)
    return _parse(table, source, words)


def _parse(table: Table, source: Source, words: lex.Words) -> Tree:
    # Nothing here is garbage before the end: collecting costs a third of the time of a long text.
    collecting = gc.isenabled()
    gc.disable()
    try:
        return run(table, source, words)
    except Stuck as stuck:
        from adcli.front.mistakes.diagnosis import explain

        fault = explain(table, source, words, stuck)
    finally:
        if collecting:
            gc.enable()
    raise fault
