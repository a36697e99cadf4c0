"""`adcli quiz`: exercises in differentiation, asked and judged, or as a work sheet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import click

from adcli.cli.command import command
from adcli.cli.reply import Page, Reply
from adcli.errors import AdcliError, UsageError
from adcli.exercises import HARDEST, KINDS, MIXED, Exercise, exercises

if TYPE_CHECKING:
    from adcli.backends.formulas_with_derivations import DerivedFormula
    from adcli.render.work_sheet import Solved

#: Exercises that are asked if nobody says how many, and the most that a sheet has.
_ASKED, _MOST = 5, 500

#: Seeds that are drawn have so many values.
_SEEDS = 10_000


#: What `--solutions` may say.
_PARTS = ("all", "none", "only")

#: What a work sheet can be written as, beside text and JSON.
_FORMATS = ("markdown", "latex", "html")

#: What is typed to end the quiz, to see the answer, for a hint, and for help.
_END = ("q", "quit", "exit", ":q")
_SHOW = ("", "why", "answer", "solution", "show", "skip", "next", "pass", "no idea", "idk")
_HINT, _HELP = ("hint", "rule", "tip"), ("?", "help", "h")

#: The fields of the JSON object, in the notation of `adcli.cli.reply_schema`.
_FIELDS = """
seed: integer
exercises: [{kind: text, level: integer, expression: text, derivative: {*: text}}]
"""


@command(formats=_FORMATS, fields=_FIELDS)
@click.option(
    "--kind",
    type=click.Choice([MIXED, *KINDS]),
    default=MIXED,
    help="The kind of exercises.",
)
@click.option(
    "--level",
    type=click.IntRange(1, HARDEST),
    default=1,
    help=f"How hard they are, from 1 to {HARDEST}.",
)
@click.option(
    "--count",
    type=click.IntRange(1, _MOST),
    default=_ASKED,
    help="How many are asked.",
)
@click.option(
    "--sheet",
    type=click.IntRange(1, _MOST),
    metavar="N",
    help="Ask nothing: print a work sheet of N exercises with solutions.",
)
@click.option(
    "--solutions",
    type=click.Choice(_PARTS),
    help="Whether a work sheet has solutions, or is one of solutions only.  [default: all]",
)
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    help="Draw the exercises of this number again.  [default: another one each time]",
)
def reply(
    kind: str, level: int, count: int, sheet: int | None, solutions: str | None, seed: int | None
) -> Reply:
    """Practise derivatives: read answers and judge them, or print a work sheet.

    An answer is a formula in any form; of several inputs there is a question for each.  Where it is
    wrong the derivation is shown; what is no formula is asked again.  An empty answer shows the
    derivation too, hint names its first rule, q ends the quiz.

    \b
    adcli quiz --sheet 3 --seed 1
    adcli quiz --sheet 20 --seed 1 --solutions none -o sheet.tex
    adcli quiz --kind chain --level 2 --seed 7
    """
    if sheet is None and solutions is not None:
        raise UsageError("--solutions is for work sheets", hint="--sheet 20 makes one")
    if seed is None:
        from random import randrange

        seed = randrange(_SEEDS)
    drawn = list(exercises(kind, level, sheet or count, seed))
    if sheet is None:
        return Reply(
            lambda _: _fields(drawn, seed),
            lambda page: _asked(drawn, seed, page),
            formats={name: _refused(name) for name in _FORMATS},
            is_interactive=True,
        )
    return Reply(
        lambda _: _fields(drawn, seed),
        lambda _: [_sheet(drawn, seed, solutions, "text", whole=False)],
        formats={name: _format(drawn, seed, solutions, name) for name in _FORMATS},
    )


def _refused(format: str) -> Callable[[Page], str]:
    """The format of a work sheet where none is asked for."""

    def refuse(_: Page) -> str:
        raise UsageError(
            f"{format} is a format of work sheets, and here questions are asked",
            hint="--sheet 20 makes a work sheet of 20 exercises",
        )

    return refuse


def _solved(exercise: Exercise) -> Solved:
    from adcli.loading import load
    from adcli.render.work_sheet import Solved

    f = load(exercise.expression)
    return Solved(exercise, f.formulas(order=0, effort="none"), f.formulas(steps=True))


def _sheet(
    drawn: list[Exercise], seed: int, solutions: str | None, format: str, *, whole: bool
) -> str:
    from adcli.render import work_sheet

    parts = work_sheet.Parts(solutions != "only", solutions != "none")
    solved = [_solved(exercise) for exercise in drawn]
    if format == "latex":
        return work_sheet.tex(solved, seed, parts, whole=whole)
    writers = {
        "text": work_sheet.text,
        "markdown": work_sheet.markdown,
        "html": work_sheet.html,
    }
    return writers[format](solved, seed, parts)


def _format(
    drawn: list[Exercise], seed: int, solutions: str | None, format: str
) -> Callable[[Page], str]:
    return lambda page: _sheet(drawn, seed, solutions, format, whole=page.is_file)


def _fields(drawn: list[Exercise], seed: int) -> dict[str, object]:
    found = []
    for exercise in drawn:
        derivatives = _solved(exercise).derivatives
        by_name = derivatives.by_name(lambda formula: formula.text)
        found.append({**exercise._asdict(), "derivative": dict(by_name)})
    return {"backend": "symbolic", "engine": None, "value": None, "seed": seed, "exercises": found}


# -- questions -------------------------------------------------------------------------------------


def _asked(drawn: list[Exercise], seed: int, page: Page) -> Iterator[str]:
    """Ask the exercises one after the other, and judge what is answered."""
    right = asked = 0
    yield f"quiz {seed}: answer with formulas; hint helps, an empty line shows one, q ends"
    for number, exercise in enumerate(drawn, 1):
        solved = _solved(exercise)
        yield f"\n{number}. {exercise.expression}"
        for name, (head, formula) in zip(
            solved.derivatives.rows[0], solved.derivatives.named(), strict=True
        ):
            while True:
                answer = _answer(f"   d/d{name} = ")
                if answer is None or answer.strip().lower() in _END:
                    yield f"\n{right} of {asked} right"
                    return
                word = answer.lower().rstrip("?!. ") or answer
                answer = "" if word in _SHOW else answer
                said = _help(word, formula)
                if said:
                    yield "\n".join(_lines(said, page.columns))
                    continue
                try:
                    verdict = _verdict(exercise, name, answer)
                    break
                except AdcliError as error:
                    hint = f"; {error.hint}" if error.hint else ""
                    said = f"not understood: {error.message}{hint}; once more:"
                    yield "\n".join(_lines(said, page.columns))
            asked += 1
            right += verdict == ""
            yield "\n".join(_lines(verdict or "right", page.columns))
            if verdict:
                from adcli.render.formula_formats import derivation

                yield derivation(head, formula, page.columns)
    yield f"\n{right} of {asked} right"


def _help(answer: str, formula: DerivedFormula) -> str:
    """What is said to a question instead of an answer; empty for an answer."""
    if answer in _HELP:
        return (
            "write the derivative as a formula, such as 2*x*sin(x); 'hint' names the first rule, "
            "an empty line shows the answer with its derivation, q ends the quiz"
        )
    if answer not in _HINT:
        return ""
    rules = [line.rule for line in formula.lines if line.rule]
    return f"begin with: {rules[0]}" if rules else "there is nothing to differentiate"


def _lines(said: str, columns: int | None) -> list[str]:
    """What is said of an answer, below it."""
    from adcli.render.text_width_and_wrapping import wrap

    return wrap(f"   {said}", columns, " " * 3) if columns else [f"   {said}"]


def _answer(prompt: str) -> str | None:
    """What is typed behind a prompt; None where nothing can be read any more."""
    import sys

    sys.stdout.write(prompt)
    sys.stdout.flush()
    try:
        line = sys.stdin.readline() if sys.stdin else ""
    except (OSError, ValueError):
        line = ""
    if not line:
        sys.stdout.write("\n")
        return None
    if not sys.stdin.isatty():
        sys.stdout.write("\n")
    return line.strip()


def _verdict(exercise: Exercise, name: str, answer: str) -> str:
    """Why an answer is wrong; empty if it is right.  Raises `AdcliError` for one that is none."""
    if not answer:
        return "the answer:"
    from adcli.claimed_derivatives import judged
    from adcli.cli.answer_files import meant_by
    from adcli.cli.claim_reading import without_left_side
    from adcli.loading import load, load_expression
    from adcli.render.check_report import claim_text
    from adcli.source import Source

    f, claim = load(exercise.expression), without_left_side(answer)
    read_as = ""
    try:
        found = judged(f, name, load_expression(Source(claim)))
    except AdcliError:
        meant = meant_by(claim, f.inputs)
        if meant == claim:
            raise
        found, read_as = judged(f, name, load_expression(Source(meant))), f"read as {meant}: "
    return "" if found.ok else f"{read_as}{claim_text(found, 6)}"
