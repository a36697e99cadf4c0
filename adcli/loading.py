"""Loading a program from an expression, a file, or one function of a file: `FILE:NAME`.

Invariant: nothing in a text is imported or run; a file is read once.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from typing import Any

from adcli.errors import SyntaxFault, UsageError
from adcli.program import Program
from adcli.source import Source, Span

#: Endings of files that hold programs.
SUFFIXES = (".ad", ".py")

#: The ending of files that hold the intermediate representation, which `adcli ir` reads.
IR_SUFFIX = ".ir"

#: How the text of the intermediate representation starts.
IR_START = "module entry"

#: An import of a module that scripts do not have.
_IMPORT = r"^(?:from|import)[ \t]+(?!math\b|adcli\b)[\w.]+"


def load(program: str | os.PathLike[str] | Callable[..., Any]) -> Program:
    """The program in a file (`FILE` or `FILE:NAME`), the expression that the text is, or that of a
    function of Python, which is followed by its text and not called."""
    if callable(program):
        return load_function(program)
    text = os.fspath(program)
    if not isinstance(program, str) or looks_like_path(text):
        return load_file(text)
    return load_expression(Source(text))


def load_expression(source: Source) -> Program:
    """The program that is one expression; its free names are its inputs."""
    from adcli.front.lower import as_program, input_names, lower_expression
    from adcli.front.parse import parse_expression

    tree = parse_expression(source)
    return Program(
        source,
        partial(lower_expression, tree, source),
        lambda: input_names(as_program(tree), source, None),
        made_by=(load_expression, source),
    )


def load_program(source: Source, entry: str | None = None) -> Program:
    """The program of a text; `entry` names its function, by default the last one defined."""
    if source.text.lstrip().startswith(IR_START):
        start = source.text.index(IR_START)
        raise UsageError(
            "this is the intermediate representation of a program",
            span=Span(source, start, start + len(IR_START)),
            hint=f"adcli ir reads it from stdin, or from a file whose name ends in {IR_SUFFIX}",
        )
    if source.is_python:
        return load_python(source, entry)
    from adcli.front.lower import input_names
    from adcli.front.parse import parse_program
    from adcli.front.treeless_lowering import LongText

    text = LongText(source, parse_program)
    return Program(
        source,
        partial(text.lower, entry),
        lambda: input_names(text.tree, source, entry),
        made_by=(load_program, source, entry),
    )


def load_file(text: str) -> Program:
    """The program in the file `FILE` or `FILE:NAME`."""
    path, entry = split_entry(text)
    if path.endswith(IR_SUFFIX):
        hint = "adcli ir prints, differentiates and verifies it"
        if entry is not None:
            hint = f"adcli ir {path} reads it; its first line names the function to start with"
        raise UsageError(
            f"{path} is named like the intermediate representation of a program", hint=hint
        )
    from adcli.text_input import PROGRAM, read_file

    return load_program(Source(read_file(path, PROGRAM), path), entry)


def load_stdin() -> Program:
    """The program that stands on stdin."""
    from adcli.text_input import PROGRAM, read_stdin

    return load_text(Source(read_stdin(PROGRAM), "<stdin>"))


def load_text(source: Source) -> Program:
    """The program of a text whose name does not tell its language: it is Python if it imports what
    only Python has, or if nothing but Python's parser understands it."""
    import re

    if re.search(_IMPORT, source.text, re.MULTILINE):
        return load_python(source)
    try:
        return load_program(source)
    except SyntaxFault:
        from adcli.lowering.python_file import parsed

        try:
            parsed(source)
        except SyntaxFault:
            pass
        else:
            return load_python(source)
        raise


def split_entry(text: str) -> tuple[str, str | None]:
    """`FILE:NAME`, or `FILE::NAME`, as a path and the name of a function."""
    path, colon, entry = text.rpartition(":")
    if colon and entry.isidentifier() and not os.path.exists(text):
        from adcli.front.lex import normal

        return path.removesuffix(":"), normal(entry)
    return text, None


def looks_like_path(text: str) -> bool:
    """Whether a text names a file rather than being an expression: by its ending or its start, or
    because there is a folder of that name, or a file and the name ends like one."""
    if "\n" in text or len(text) > 4096:
        return False
    path, _ = split_entry(text)
    if path.endswith(SUFFIXES) or path.startswith(("./", "../", "/", "~")):
        return True
    try:
        ending = os.path.splitext(path)[1][1:]
        named = ending.isalpha() and os.path.isfile(path)
        return named or (not path.isidentifier() and os.path.isdir(path))
    except ValueError:
        return False


def load_python(source: Source, entry: str | None = None) -> Program:
    """The program that a function of a Python file is."""
    from adcli.lowering.entry import lower_python, opened

    found = opened(source, entry)
    return Program(
        source,
        partial(lower_python, found),
        lambda: tuple(found.text.parameters),
        has_options=True,
        made_by=(load_python, source, entry),
        takes_lengths=found.text.module.uses_numpy,
    )


def load_function(function: Callable[..., Any]) -> Program:
    """The program that a function object is.  Raises `UsageError` if its text is not found."""
    return load_live(function)[0]


def load_live(function: Callable[..., Any]) -> tuple[Program, Callable[[], bool]]:
    """The program that a function object is, and what tells whether it still is that: the names
    that the function uses hold what they held."""
    from adcli.lowering.entry import lower_python
    from adcli.lowering.python_function_objects import opened_function

    found = opened_function(function)
    program = Program(
        found.source,
        partial(lower_python, found),
        lambda: tuple(found.text.parameters),
        has_options=True,
        made_by=(load_function, function),
        takes_lengths=found.text.module.uses_numpy,
    )
    return program, found.files.readings.hold


def load_equation(text: str) -> tuple[Program, str | None]:
    """A model with what is on the left side of `left = right`, if it is an equation; `-` is a
    program on stdin."""
    from adcli.applications.equation_parsing import sides

    if text == "-":
        return load_stdin(), None
    found = None if looks_like_path(text) else sides(text)
    return (load(text), None) if found is None else (load(found[1]), found[0])
