"""A session of `adcli repl`: lines that define, evaluate, and call the commands of adcli.

Invariant: a line can do what a command line can, and nothing else; an error ends the line and not
the session.
"""

from __future__ import annotations

import io
import re
import shlex
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import click

from adcli.cli.line_input import starting
from adcli.cli.output import print_error, print_notes, print_text
from adcli.cli.session_definitions import Definitions
from adcli.errors import AdcliError, UsageError, suggestion

#: Runs the words of a command line.
Run = Callable[[list[str]], int]

#: What can be typed, and what it does.
_HELP = (
    ("x = 2", "a value; also x = pi/2, v = [1, 2]"),
    ("y = x^2 + 1", "a formula that later lines may use"),
    ("f(a, b) = a*sin(b)", "a function"),
    ("y + f(x, 2)", "its value, or its formula while an input has no value"),
    ("g(x) = x^3", "then g'(2), g''(x) are derivatives of g"),
    (":grad y", "any command of adcli, with its options: :trace y --mode reverse"),
    (":diff g", "the derivative as a formula; :diff alone takes the line before"),
    (":vars", "what is defined; :del x removes a name"),
    (":quit", "the end, as Ctrl-D"),
)

#: Help has two columns of which the first is so wide, in windows that are wider than that.
_HELP_HEAD, _HELP_NARROW = 21, 50

_OWN = (":help", ":vars", ":del", ":quit")

#: Commands that say something about a formula and take no point unless it is asked for.
_WITHOUT_POINT = ("diff", "simplify")


class Session:
    """The state of a session: what was defined, and the last expression."""

    def __init__(self, group: click.Group, run: Run) -> None:
        self.group = group
        self.run_command = run
        self.definitions = Definitions()
        self.last = ""
        self.is_over = False
        self._context = click.Context(group, info_name="adcli")

    def run(self, line: str) -> None:
        """Do what a line says."""
        line = line.strip()
        if not line or line.startswith("#"):
            return
        try:
            if line.startswith(":"):
                self._command(line[1:].strip())
                return
            self._check_colon(line)
            if not self.definitions.define(line):
                self._evaluate(line)
        except AdcliError as error:
            print_error(error, as_json=False)

    def complete(self, before: str) -> list[str]:
        """The words that may stand where the cursor is."""
        from adcli.ops.registry import FUNCTIONS

        if before.lstrip().startswith(":") and " " not in before.lstrip():
            names = [f":{name}" for name in self.group.list_commands(self._context)]
            return starting(before, [*_OWN, *names])
        known = self.definitions
        return starting(
            before, [*known.values, *known.formulas, *known.functions, *sorted(FUNCTIONS)]
        )

    def _check_colon(self, line: str) -> None:
        """Refuse a command without its colon, `diff x^2`; names that are defined are none."""
        found = re.fullmatch(r"([a-z]+)(?: +[\w\"'-][^=]*)?", line)
        known = self.definitions
        if found is None or any(
            found[1] in names for names in (known.values, known.formulas, known.functions)
        ):
            return
        if f":{found[1]}" in (*_OWN, ":exit") or self.group.get_command(self._context, found[1]):
            hint = f"write :{line}"
            raise UsageError(f"'{found[1]}' is a command, and commands begin with ':'", hint=hint)

    # -- lines -----------------------------------------------------------------------------------

    def _evaluate(self, text: str) -> None:
        """The value of an expression, or its formula while inputs have no values."""
        self.last = text
        inputs = self.definitions.inputs(text)
        missing = [name for name in inputs if name not in self.definitions.values]
        self._on_program("simplify" if missing else "eval", text, [])
        print_notes(dict.fromkeys(self.definitions.notes(text)))
        if missing:
            have = "has" if len(missing) == 1 else "have"
            told = f"{', '.join(missing)} {have} no value yet: {missing[0]} = 1 gives one"
            print_text(f"  ({told})", err=True)

    def _command(self, text: str) -> None:
        name, _, rest = text.partition(" ")
        match name:
            case "q" | "quit" | "exit":
                self.is_over = True
            case "" | "h" | "help" | "?" if not rest.strip():
                from adcli.render.terminal import window

                print_text(help_lines(window(sys.stdout)))
            case "vars":
                print_text("\n".join(self.definitions.lines()) or "nothing is defined")
            case "del":
                for each in rest.replace(",", " ").split():
                    if not self.definitions.forget(each):
                        raise UsageError(f"'{each}' is not defined")
            case _:
                self._call(name, rest.strip())

    def _call(self, name: str, rest: str) -> None:
        """A command of adcli."""
        command = self.group.get_command(self._context, name)
        if command is None or name == "repl":
            names = self.group.list_commands(self._context)
            near = suggestion(name, [*names, *[own[1:] for own in _OWN]])
            raise UsageError(
                f"there is no command ':{name}'", hint=near or ":help tells what there is"
            )
        arguments = [p.name for p in command.params if isinstance(p, click.Argument)]
        text, options = split_options(rest)
        if arguments[:1] == ["system"] and text and self._solve_defined(name, text, options):
            return
        if arguments[:1] in _EQUATIONS and text:
            self.run_command([name, text, *self._point_of_words(text, options), *_words(options)])
            return
        if arguments[:1] != ["program"]:
            self.run_command([name, *_words(rest)])
            return
        text = text or self.last
        if not text:
            raise UsageError("there is no expression yet", hint=f":{name} x^2")
        self.last = text
        self._on_program(name, text, _words(options))

    def _solve_defined(self, name: str, text: str, options: str) -> bool:
        """Solve one equation that uses definitions; whether it does."""
        from adcli.applications.equation_parsing import difference

        if ";" in text:
            return False
        text = difference(text)
        program = self.definitions.program(text)
        if program == text:
            return False
        given = {n: self.definitions.values.get(n) for n in self.definitions.inputs(text)}
        point = "; ".join([f"{n}={value}" for n, value in given.items() if value is not None])
        is_given = not point or "--at" in options or "--bracket" in options
        with _as_stdin(program):
            self.run_command([name, "-", *([] if is_given else ["--at", point]), *_words(options)])
        return True

    def _point_of_words(self, text: str, options: str) -> list[str]:
        """The values that the session has for the words of equations, unless a point or an interval
        is given."""
        if "--at" in options or "--bracket" in options or "--data" in options:
            return []
        values = self.definitions.values
        names = dict.fromkeys(re.findall(r"[^\W\d]\w*", text))
        given = [f"{name}={values[name]}" for name in names if name in values]
        return ["--at", "; ".join(given)] if given else []

    def _on_program(self, name: str, text: str, options: list[str]) -> None:
        """A command for an expression, at the values of its inputs that the session has."""
        from adcli.loading import looks_like_path

        if looks_like_path(text):
            self.run_command([name, text, *options])
            return
        point = []
        values = self.definitions.values
        given = [f"{n}={values[n]}" for n in self.definitions.inputs(text) if n in values]
        if given and name not in _WITHOUT_POINT and "--at" not in options:
            command = self.group.get_command(self._context, name)
            assert command is not None
            if any("--at" in param.opts for param in command.params):
                point = ["--at", "; ".join(given)]
        program = self.definitions.program(text)
        if program == text:
            self.run_command([name, text, *point, *options])
            return
        with _as_stdin(program):
            self.run_command([name, "-", *point, *options])


def help_lines(columns: int | None) -> str:
    """What can be typed, for a window of so many columns."""
    from adcli.render.text_width_and_wrapping import wrap

    lines: list[str] = []
    for typed, does in _HELP:
        if columns is None or columns >= _HELP_NARROW:
            line = f"{typed:{_HELP_HEAD}}{does}"
            lines += [line] if columns is None else wrap(line, columns, " " * _HELP_HEAD)
        else:
            lines += [typed, *wrap(f"  {does}", columns, "  ")]
    return "\n".join(lines)


#: The arguments of commands that take equations, which definitions do not reach.
_EQUATIONS = (["system"], ["equation"], ["model"])


def split_options(text: str) -> tuple[str, str]:
    """An expression and the options behind it: `x - 1 --wrt x` is `x - 1` and `--wrt x`."""
    words = text.split(" ")
    for i, word in enumerate(words):
        is_long = word.startswith("--") and word[2:3].isalpha()
        if is_long or (i > 0 and word[:1] == "-" and word[1:] in _SHORT):
            return " ".join(words[:i]).strip(), " ".join(words[i:])
    return text.strip(), ""


#: Short options; `x -b` in an expression would be `x - b`.
_SHORT = ("b", "w", "o", "j", "q", "h")


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError as error:
        raise UsageError(f"a quote is not closed: {text}", hint="write it again") from error


@contextmanager
def _as_stdin(text: str) -> Iterator[None]:
    """Let a text be what stands on stdin."""
    before = sys.stdin
    sys.stdin = io.TextIOWrapper(io.BytesIO(text.encode()), encoding="utf-8")
    try:
        yield
    finally:
        sys.stdin = before


def recorded(session: Session, lines: Sequence[str]) -> Iterator[dict[str, str]]:
    """What lines print, for JSON."""
    from contextlib import redirect_stderr, redirect_stdout

    for line in lines:
        out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
        with redirect_stdout(out), redirect_stderr(out):
            session.run(line)
        out.seek(0)
        yield {"input": line, "output": out.read().rstrip("\n")}
        if session.is_over:
            return
