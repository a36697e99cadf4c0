"""What `diff` and `simplify` share: their options, and how formulas are printed.

Invariant: the formulas themselves go to stdout, one to a line and after the names that they use;
the conditions under which they hold go to stderr with the other notes.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from adcli.cli.output import print_json, print_notes, write
from adcli.errors import UsageError
from adcli.program import Program
from adcli.source import EXPRESSION
from adcli.symbolic.budgets import EFFORTS

if TYPE_CHECKING:
    from adcli.backends.formulas import Formulas

_FORMATS = ("text", "latex", "json", "python")


def formula_options(function: Callable[..., None]) -> Callable[..., None]:
    """`--steps`, `--effort`, `--format` and the like, as `how` to make and `shown` to print."""

    @wraps(function)
    def ready(
        *args: Any,
        steps: bool,
        no_simplify: bool,
        effort: str | None,
        format_: str | None,
        cse: bool,
        as_json: bool,
        **rest: Any,
    ) -> None:
        if as_json and format_ not in (None, "json"):
            raise UsageError(f"--json and --format {format_} exclude each other")
        if no_simplify and effort not in (None, "none"):
            raise UsageError(f"--no-simplify and --effort {effort} exclude each other")
        how = {"steps": steps, "effort": "none" if no_simplify else effort or "normal"}
        shown = Shown("json" if as_json else format_ or "text", steps, cse)
        function(*args, how=how, shown=shown, **rest)

    for option in (
        click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout."),
        click.option("--cse", is_flag=True, help="Name what occurs several times: t1 = ..."),
        click.option(
            "--format", "format_", type=click.Choice(_FORMATS), help="What is printed, else text."
        ),
        click.option(
            "--effort",
            type=click.Choice(tuple(EFFORTS)),
            help="How much work to look for a shorter form with, else normal.",
        ),
        click.option("--no-simplify", is_flag=True, help="What the bare rules give."),
        click.option("--steps", is_flag=True, help="The derivation, one rule a line."),
    ):
        ready = option(ready)
    return ready


class Shown:
    """How formulas are to be shown.

    Raises UsageError for what has nothing to do with one another: a derivation is no Python
    function, and its lines are whole formulas without names for their parts.
    """

    def __init__(self, format_: str, steps: bool, cse: bool) -> None:
        if steps and format_ == "python":
            raise UsageError("--steps and --format python exclude each other")
        if steps and cse and format_ != "json":
            raise UsageError("--steps and --cse exclude each other")
        self.format = format_
        self.steps = steps
        self.cse = cse

    def show(self, command: str, f: Program, point: Mapping[str, Any], found: Formulas) -> None:
        """Print formulas in the format that was asked for."""
        found.notes += _unused(f, point, found)
        if self.format == "json":
            print_json(command, self._content(command, found))
            return
        from adcli.render import formula_text
        from adcli.render.terminal import window

        if self.format == "python":
            write(formula_text.python(found, f.inputs))
        elif self.format == "latex":
            write(formula_text.latex(found, whole=self.steps, cse=self.cse))
        elif self.steps:
            for head, formula in found.named():
                write(formula_text.derivation(head, formula))
        else:
            columns = window(sys.stdout)
            write(
                "\n".join(
                    [formula_text.broken(n, columns) for n in formula_text.lines(found, self.cse)]
                )
            )
        print_notes([*found.notes, *_conditions(found)])

    def _content(self, command: str, found: Formulas) -> dict[str, Any]:
        from adcli.render.formula_text import conditions, definitions, steps, texts

        key = "hessian" if found.mixed else "derivative" if command == "diff" else "expression"
        content: dict[str, Any] = {"backend": "symbolic", "engine": None, "value": None}
        content[key] = _alone(found.by_name(texts(found, self.cse)), command)
        if self.cse:
            content["definitions"] = definitions(found)
        content["operations"] = _alone(found.by_name(lambda formula: formula.operations), command)
        if self.steps:
            content["steps"] = _alone(found.by_name(steps), command)
        if any(formula.conditions for _, formula in found.named()):
            content["conditions"] = _alone(found.by_name(conditions), command)
        if found.notes:
            content["notes"] = list(found.notes)
        return content


def _unused(f: Program, point: Mapping[str, Any], found: Formulas) -> tuple[str, ...]:
    """A note where no value of the point has a part in the formulas: none is an integer, the shape
    of an array or a constant's, or chooses a path.  That of an expression is refused."""
    if not point or found.on_path or any(f.shapes_formulas(name) for name in point):
        return ()
    if f.source.name == EXPRESSION:
        raise UsageError(
            "the formula is the same at every point, --at has no part in it",
            hint="its value at a point: adcli grad, or adcli eval of the formula",
        )
    return ("the formula is the same at every point, --at has no part in it",)


def _alone(by_name: Mapping[str, Any], command: str) -> Any:
    """The derivatives by input; of `simplify`, which has none, the one formula."""
    return by_name if command == "diff" else by_name[""]


def _conditions(found: Formulas) -> list[str]:
    """Where the formulas hold, said once if it is the same for all."""
    from adcli.render.formula_text import conditions

    by_head: dict[str, list[str]] = {}
    for head, formula in found.named():
        if formula.conditions:
            told = [f"({c})" if " or " in c else c for c in conditions(formula)]
            by_head.setdefault(" and ".join(told), []).append(head)
    everywhere = len(found.named())
    return [
        f"for {text}" if len(heads) == everywhere else f"{', '.join(heads)}: for {text}"
        for text, heads in by_head.items()
    ]
