"""Answers of a class to one exercise: a file of claimed derivatives, each judged by itself.

Invariant: an answer that cannot be read is a verdict about that answer; the others are judged all
the same.  Written mathematics, such as `2x sin x`, is read where it has one usual reading.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from adcli.claimed_derivatives import (
    MISSING,
    RIGHT,
    UNREAD,
    WRONG,
    Claim,
    ClaimJudge,
    JudgedAnswer,
)
from adcli.cli.claim_reading import cells, read_claims
from adcli.domain_sampler import DomainSampler
from adcli.errors import AdcliError, SyntaxFault, UsageError
from adcli.front.mistakes.written_mathematics import in_the_language
from adcli.text_input import PROGRAM, read_file, read_stdin

if TYPE_CHECKING:
    from adcli.cli.point_reading import Point
    from adcli.engines.interface import Limits
    from adcli.program import Program

#: What spreadsheets put between cells.
_BETWEEN = ("\t", ";", ",")

#: A word of letters that is neither divided by nor an exponent: 1/xy has two readings.
_WORD = re.compile(r"(?<![^\W\d])(?<![/^])(?<![/^]\d)(?<![/^] )[^\W\d_]{2,}(?![\w(])")

#: Headings of columns, in the first line.
_WHO = ("name", "names", "student", "students", "id", "who")
_WHAT = ("answer", "answers", "derivative", "derivatives", "solution", "solutions", "claim")


class Line(NamedTuple):
    """A line of the file: who answers, and what, by each input or by all at once."""

    number: int
    name: str
    claims: tuple[str, ...]


def judged_answers(
    f: Program, point: Point, path: str, wrt: list[str] | None, limits: Limits
) -> list[JudgedAnswer]:
    """What comes out for each answer in a file; `point` gives inputs that stay as they are where
    it leaves others open."""
    place = DomainSampler(f, point, limits, wrt or ()).first()
    judge = ClaimJudge(f, place, limits)
    names = list(judge.there.reals if wrt is None else judge.there.check_wrt(wrt))
    text = read_stdin(PROGRAM) if path == "-" else read_file(path, PROGRAM)
    lines = answer_lines(text, names)
    if not lines:
        raise UsageError(f"there is no answer in {path}", hint="a line is an answer: Ann,2*x")
    return [_judged(judge, line, names, wrt) for line in lines]


def _judged(judge: ClaimJudge, line: Line, names: list[str], wrt: list[str] | None) -> JudgedAnswer:
    who = line.name, line.number, ", ".join(line.claims)
    if not any(line.claims):
        return JudgedAnswer(*who, MISSING)
    try:
        wrong, read_as = _first_wrong(judge, line.claims, wrt and names), ""
    except AdcliError as error:
        meant = [meant_by(claim, judge.program.inputs) for claim in line.claims]
        try:
            if meant == [*line.claims]:
                raise error
            wrong, read_as = _first_wrong(judge, meant, wrt and names), ", ".join(meant)
        except AdcliError:
            return JudgedAnswer(*who, UNREAD, error=_said_of_answer(error, names))
    return JudgedAnswer(*who, RIGHT if wrong is None else WRONG, wrong, read_as=read_as)


def _said_of_answer(error: AdcliError, names: Sequence[str]) -> AdcliError:
    """An error without the way in which claims are written on the command line."""
    if isinstance(error, SyntaxFault) or "--claim" not in (error.hint or ""):
        return error
    each = ", ".join([f"d/d{name}" for name in names])
    return UsageError(error.message, hint=f"an answer has the derivatives {each}")


def meant_by(claim: str, inputs: Sequence[str]) -> str:
    """An answer as the language has it: with decimal points for commas between digits, xy as x*y
    where these are inputs, and with the operators of written mathematics; as it stands where that
    has no one usual reading."""

    def factors(found: re.Match[str]) -> str:
        word = found[0]
        is_product = word not in inputs and all(letter in inputs for letter in word)
        return "*".join(word) if is_product else word

    text = re.sub(r"(?<=\d),(?=\d)", ".", claim)
    text = _WORD.sub(factors, text)
    return in_the_language(text) or text


def _first_wrong(judge: ClaimJudge, texts: Sequence[str], wrt: list[str] | None) -> Claim | None:
    claims = read_claims(texts, judge.program, judge.points[0], wrt)
    assert claims is not None
    return next((claim for claim in judge.verdicts(claims, wrt) if not claim.ok), None)


def answer_lines(text: str, names: Sequence[str]) -> list[Line]:
    """The answers in a text, of which some may be empty.  `names` are the inputs by which there are
    derivatives."""
    numbered = [
        (number, line)
        for number, line in enumerate(text.splitlines(), 1)
        if line.strip() and not line.lstrip().startswith("#")
    ]
    between = next(
        (sign for sign in _BETWEEN if any(len(_cells(line, sign)) > 1 for _, line in numbered)), ","
    )
    rows = [(number, _cells(line, between)) for number, line in numbered]
    who, what = _columns(rows[0][1], names) if rows else ([], [])
    if what:
        del rows[0]
    elif _is_named([row for _, row in rows], len(names)):
        widest = max([len(row) for _, row in rows])
        who, what = [0], range(1, widest if len(names) > 1 else 2)
    else:
        what = range(max([len(row) for _, row in rows], default=0) if len(names) > 1 else 1)
    lines = []
    for number, row in rows:
        claims = [row[i] for i in what if i < len(row)]
        if len(what) == 1:  # further commas are part of the answer
            claims = [between.join(row[what[0] :])]
        name = " ".join([row[i] for i in who if i < len(row)])
        lines.append(Line(number, name, tuple(claims)))
    return lines


def _is_named(rows: Sequence[Sequence[str]], inputs: int) -> bool:
    """Whether names stand before answers: there is a cell more than inputs, or of two cells the
    second one is an answer by all inputs.  What some lines have one of is no name."""
    widest = max([len(row) for row in rows], default=1)
    longer = [row for row in rows if len(row) > 1]
    if inputs == 1 and len(longer) < len(rows) and all(row[0].isdigit() for row in longer):
        return False  # these are decimal commas: 2,5x beside 3x
    if widest != 2 or inputs != 2:
        return widest > inputs
    return any([row[1][:1] == "[" or len(cells(row[1])) > 1 for row in rows if len(row) == 2])


def _columns(first: Sequence[str], names: Sequence[str]) -> tuple[Sequence[int], Sequence[int]]:
    """Which columns have names and answers, as the first line says; none if it has no headings."""
    heads = [cell.strip().lower() for cell in first]
    if not any(head in (*_WHO, *_WHAT) for head in heads):
        return [], []
    who = [i for i, head in enumerate(heads) if head in _WHO]
    what = [i for i, cell in enumerate(first) if heads[i] in _WHAT or cell in names]
    return who, what or [i for i in range(len(heads)) if i not in who]


def _cells(line: str, between: str) -> list[str]:
    """The cells of a line; one in quotes is a whole, as spreadsheets write it."""
    if '"' not in line:
        return cells(line, between)
    quoted: list[str] = []

    def kept(found: re.Match[str]) -> str:
        quoted.append(found[1].replace('""', '"'))
        return f"\0{len(quoted) - 1}\0"

    parts = cells(re.sub(r'"((?:[^"]|"")*)"', kept, line), between)
    return [re.sub("\0(\\d+)\0", lambda found: quoted[int(found[1])], part) for part in parts]
