"""Options that several commands share, as decorators.

Invariant: a decorator adds options and hands the command what they mean, not what was typed: the
program and the point, names, limits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from adcli.backends.registry import FIRST_ORDER, choices, schemes
from adcli.cli.command import completing
from adcli.cli.output import print_unused
from adcli.cli.point_reading import (
    Point,
    read_direction,
    read_name,
    read_number,
    read_point,
    text_of_stdin,
)
from adcli.cli.reply import Reply
from adcli.engines.interface import DEFAULT_STEPS, RECORDED_STEPS, UNFOLDED_STEPS, Limits
from adcli.engines.registry import choices as engines
from adcli.errors import UsageError
from adcli.loading import load, load_file, load_stdin
from adcli.program import Program

Function = Callable[..., Reply]

if TYPE_CHECKING:
    _Choice = click.Choice[str]
else:
    _Choice = click.Choice  # click 8.1 knows no type parameter


class _LateChoice(_Choice):
    """A choice among names that are looked up when somebody asks: for the help, or by choosing one.
    A command that does neither imports nothing for it."""

    def __init__(self, names: Callable[[], Sequence[str]]) -> None:
        self._names = names
        super().__init__(())

    @property
    def choices(self) -> tuple[str, ...]:
        return tuple(self._names())

    @choices.setter
    def choices(self, value: object) -> None:
        """What click's constructor sets is nothing yet."""


def _added(function: Function, *options: Callable[[Function], Function]) -> Function:
    """The function with options added; help shows them in this order."""
    for option in reversed(options):
        function = option(function)
    return function


def _program_argument(name: str) -> Callable[[Function], Function]:
    return click.argument(name, metavar=name.upper(), shell_complete=completing("programs"))


def _at_option(help: str) -> Callable[[Function], Function]:
    return click.option(
        "--at",
        "at",
        multiple=True,
        metavar="POINT",
        shell_complete=completing("points"),
        help=help,
    )


def point_option(function: Function) -> Function:
    """`--at`, as it was typed: stdin is read after the program."""
    return _at_option(
        "The point: x=pi/2,y=[2,3]; @FILE with JSON, NumPy's arrays or a row of CSV; "
        "- for stdin.  May be repeated."
    )(function)


#: `--at` of commands that answer each row of a file.
_points_option = _at_option(
    "The point: x=pi/2,y=[2,3]; @FILE with JSON, NumPy's arrays or CSV, each row of which is "
    "answered; - for stdin.  May be repeated."
)


def program_text_and_point(function: Function) -> Function:
    """PROGRAM and `--at` as they were typed; `opened` makes a program and a point of them."""
    return _added(function, _program_argument("program"), point_option)


def program_and_point(function: Function) -> Function:
    """PROGRAM and `--at`, as a program and a point."""

    @wraps(function)
    def ready(program: str, at: tuple[str, ...], **rest: Any) -> Reply:
        return function(*opened(program, at), **rest)

    return _added(ready, _program_argument("program"), point_option)


def program_and_points(function: Function) -> Function:
    """The same for a command that answers each row of a file of points; the reply has `named`."""

    @wraps(function)
    def ready(program: str, at: tuple[str, ...], **rest: Any) -> Reply:
        if not any([text[:1] == "@" or text == "-" for text in at]):
            return function(*opened(program, at), **rest)
        from adcli.cli.many_points import reply_at

        f = _program(program, at)
        return reply_at(f, at, lambda point: function(f, point, **rest))

    return _added(ready, _program_argument("program"), _points_option)


def file_and_point(function: Function) -> Function:
    """FILE and `--at`, as a program and a point, even if the file's name could be an expression."""

    @wraps(function)
    def ready(file: str, at: tuple[str, ...], **rest: Any) -> Reply:
        if file == "-":
            return function(*opened(file, at), **rest)
        program = load_file(file)
        return function(
            program, _used(program, read_point(at, text_of_stdin, lambda: program.inputs)), **rest
        )

    return _added(ready, _program_argument("file"), point_option)


def direction_option(function: Function) -> Function:
    """`--direction`, as a list of mappings."""

    @wraps(function)
    def ready(f: Program, *args: Any, directions: tuple[str, ...], **rest: Any) -> Reply:
        read = [read_direction(text, lambda: f.inputs) for text in directions]
        return function(f, *args, directions=read, **rest)

    return click.option(
        "--direction",
        "directions",
        multiple=True,
        required=True,
        metavar="DIRECTION",
        shell_complete=completing("points"),
        help="A direction: x=1,y=[0,1]; @FILE with JSON.  Inputs left out are 0.  May be repeated.",
    )(ready)


def wrt_option(function: Function) -> Function:
    """`--wrt`, as a list of names or None."""
    return click.option(
        "-w",
        "--wrt",
        metavar="NAMES",
        multiple=True,
        shell_complete=completing("names"),
        callback=lambda _, __, texts: _names(texts),
        help="Differentiate by these inputs only: a,b.",
    )(function)


#: What a user says of numbers that are not finite, of tapes and of machine code, each where it has
#: an effect.
_NONFINITE = click.option(
    "--nonfinite",
    type=click.Choice(["raise", "propagate"]),
    default="raise",
    help="What to do with a number that is not finite.  raise: such a number is an error; "
    "propagate: go on with nan and inf as IEEE 754 does.",
)
_TAPES = click.option(
    "--tape-memory",
    metavar="SIZE",
    help="Memory for what forward sweeps save for backward sweeps: 500M, 2G.  Loops that "
    "need more are checkpointed.  [default: a quarter of the memory]",
)
_MACHINE_CODE = (
    click.option(
        "--precise",
        is_flag=True,
        help="Let machine code evaluate functions one number at a time, add in order and round "
        "every operation: then its results have the same bits as those of the other engines.",
    ),
    click.option(
        "--no-cache",
        is_flag=True,
        help="Neither use machine code that earlier runs kept nor keep any.",
    ),
)


def limit_options(function: Function) -> Function:
    """How far a run may go, as `limits`."""
    return _limits(function, f"{DEFAULT_STEPS:,}", _TAPES, *_MACHINE_CODE)


def backend_limit_options(function: Function) -> Function:
    """The same for a run that may be symbolic, which has a lower limit."""
    symbolic = f"{UNFOLDED_STEPS:,} with --backend symbolic"
    return _limits(function, f"{DEFAULT_STEPS:,}; {symbolic}", _TAPES, *_MACHINE_CODE)


def tapeless_limit_options(function: Function) -> Function:
    """The same for a run without a backward sweep, which has no tapes."""
    return _limits(function, f"{DEFAULT_STEPS:,}", *_MACHINE_CODE)


def recording_limit_options(function: Function) -> Function:
    """The same for a run that records each statement, which has a lower limit and no tapes."""
    return _limits(function, f"{RECORDED_STEPS:,}", *_MACHINE_CODE)


def trace_limit_options(function: Function) -> Function:
    """The same for a run that only the interpreter records."""
    return _limits(function, f"{RECORDED_STEPS:,}")


def _limits(
    function: Function, default_steps: str, *others: Callable[[Function], Function]
) -> Function:

    @wraps(function)
    def ready(
        *args: Any,
        max_steps: int | None,
        nonfinite: str,
        no_cache: bool = False,
        tape_memory: str | None = None,
        precise: bool = False,
        **rest: Any,
    ) -> Reply:
        limits = Limits(
            max_steps,
            propagate=nonfinite == "propagate",
            cache=not no_cache,
            tape_memory=_bytes(tape_memory),
            precise=precise,
        )
        return function(*args, limits=limits, **rest)

    return _added(
        ready,
        click.option(
            "--max-steps",
            type=click.IntRange(min=1),
            help=f"Stop after this many statements.  [default: {default_steps}]",
        ),
        _NONFINITE,
        *others,
    )


def _bytes(text: str | None) -> int | None:
    """A size such as 64M or 2G in bytes."""
    if text is None:
        return None
    number, unit = text.rstrip("BbKkMmGg"), text.lstrip("0123456789.").upper().rstrip("B")
    factors = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30}
    try:
        size = int(float(number) * factors[unit])
    except (ValueError, KeyError, OverflowError):
        size = 0
    if size <= 0:
        raise UsageError(
            f"--tape-memory must be a size, not '{text}'", hint="write --tape-memory 500M"
        )
    return size


def engine_option(function: Function) -> Function:
    """`--engine`, by its name in the registry."""
    return click.option(
        "--engine",
        type=click.Choice(engines()),
        default="auto",
        help="What runs the program; auto chooses by the amount of work.",
    )(function)


def how_options(function: Function) -> Function:
    """Everything about how a program is differentiated: `wrt`, `backend`, `scheme`, `step`,
    `engine` and `limits`."""
    return _added(
        function,
        wrt_option,
        click.option(
            "-b",
            "--backend",
            type=click.Choice(choices(FIRST_ORDER)),
            default="auto",
            help="The method of differentiation; auto chooses forward or reverse mode by how many "
            "inputs and results there are.",
        ),
        click.option(
            "--scheme",
            type=_LateChoice(schemes),
            help="The scheme of finite differences.",
        ),
        click.option(
            "--step",
            metavar="NUMBER",
            callback=lambda _, __, text: None if text is None else read_number("--step", text),
            help="The step of finite differences.",
        ),
        engine_option,
        backend_limit_options,
    )


def digits_option(function: Function) -> Function:
    """`--digits`: the page on which the reply is shown knows them, not the command."""
    return click.option(
        "--digits",
        type=click.IntRange(1, 17),
        help="Print numbers with this many significant digits.  JSON always has all.  "
        "[default: on a terminal enough to copy, in a pipe all]",
    )(function)


def _names(texts: tuple[str, ...]) -> list[str] | None:
    """The names in `a,b`; None if nothing was asked."""
    if not texts:
        return None
    names = [read_name(name) for text in texts for name in text.split(",") if name.strip()]
    if not names:
        raise UsageError("--wrt names no input", hint="leave it out to differentiate by all")
    return names


def opened(text: str, at: tuple[str, ...]) -> tuple[Program, Point]:
    """The program of the argument and the point of the options; only one may be stdin."""
    program = _program(text, at)
    return program, _used(program, read_point(at, text_of_stdin, lambda: program.inputs))


def _program(text: str, at: tuple[str, ...]) -> Program:
    if text != "-":
        return _loaded(text)
    if "-" in at:
        raise UsageError("stdin cannot be both the program and the point")
    return load_stdin()


def _loaded(text: str) -> Program:
    """The program of a text or of the file that it names."""
    try:
        return load(text)
    except UsageError as error:
        from adcli.cli.click_error_messages import naming_sample

        raise naming_sample(error, text) from None


def _used(program: Program, point: Point) -> Point:
    """The point without values for which the program has no input; a note names them."""
    if not point:
        return point
    used, unused = program.for_point(point).used_part(point)
    print_unused(unused)
    return {**used}
