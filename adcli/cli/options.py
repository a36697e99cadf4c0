"""Options that several commands share, as decorators, and what they are read into."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, TypeVar

import click

from adcli.backends.choose import NAMES as BACKENDS
from adcli.cli.points import read_point
from adcli.engines.base import Limits
from adcli.engines.choose import NAMES as ENGINES
from adcli.errors import UsageError
from adcli.program import Program, load, load_file, load_program
from adcli.source import Source

F = TypeVar("F", bound=Callable[..., Any])


def program_argument(function: F) -> F:
    return click.argument("program", metavar="PROGRAM")(function)


def point_option(function: F) -> F:
    return click.option(
        "--at",
        "at",
        multiple=True,
        metavar="POINT",
        help="The point: x=1,y=2; @FILE with JSON; - for JSON on stdin.  May be repeated.",
    )(function)


def wrt_option(function: F) -> F:
    return click.option("--wrt", metavar="NAMES", help="Differentiate by these inputs only: a,b.")(
        function
    )


def backend_options(function: F) -> F:
    """How derivatives are found: backend, and for finite differences scheme and step."""
    for option in (
        click.option("--step", type=float, help="Step of the finite differences."),
        click.option(
            "--scheme",
            type=click.Choice(["forward", "central", "richardson", "complex-step"]),
            help="Scheme of the finite differences.",
        ),
        click.option(
            "--backend",
            type=click.Choice(BACKENDS),
            default="auto",
            help="How derivatives are found; auto picks forward or reverse mode by shape.",
        ),
    ):
        function = option(function)
    return function


def run_options(function: F) -> F:
    """How programs run: engine and limits."""
    for option in (
        click.option(
            "--nonfinite",
            type=click.Choice(["raise", "propagate"]),
            default="raise",
            help="Whether numbers that are not finite are errors, or nan and inf as in IEEE 754.",
        ),
        click.option(
            "--max-steps", type=click.IntRange(min=1), help="Stop after this many statements."
        ),
        click.option(
            "--engine", type=click.Choice(ENGINES), default="auto", help="What runs the program."
        ),
    ):
        function = option(function)
    return function


def output_options(function: F) -> F:
    """How results are shown."""
    for option in (
        click.option(
            "--digits",
            type=click.IntRange(0, 17),
            default=None,
            help="Decimals on a terminal; a pipe and JSON always get all.",
        ),
        click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout."),
    ):
        function = option(function)
    return function


def limits_of(max_steps: int | None, nonfinite: str) -> Limits:
    return Limits(max_steps=max_steps, propagate=nonfinite == "propagate")


def names_of(wrt: str | None) -> list[str] | None:
    """The names in `a,b`; None if nothing was asked."""
    if wrt is None:
        return None
    names = [name.strip() for name in wrt.split(",") if name.strip()]
    if not names:
        raise UsageError("--wrt names no input")
    return names


def open_program(text: str, at: tuple[str, ...] = ()) -> tuple[Program, dict[str, Any]]:
    """The program of the argument and the point of the options; only one may be stdin."""
    if text == "-":
        if "-" in at:
            raise UsageError("stdin cannot be both the program and the point")
        program = load_program(Source(read_stdin(), "<stdin>"))
    else:
        program = load(text)
    return program, read_point(at, read_stdin)


def open_file(text: str, at: tuple[str, ...]) -> tuple[Program, dict[str, Any]]:
    """The program of a file, even if its name looks like an expression."""
    if text == "-":
        return open_program(text, at)
    return load_file(text), read_point(at, read_stdin)


def read_stdin() -> str:
    try:
        return sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"stdin is not UTF-8 text (byte {error.start})") from None
