"""`adcli taylor`: derivatives of many orders along a line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

import click

from adcli.cli import options
from adcli.cli.command import command
from adcli.cli.output import TABLES
from adcli.cli.point_reading import Point, read_direction, read_name
from adcli.cli.reply import PLAIN, Page, Reply, lines_of, numbers_reply, single
from adcli.engines.interface import Limits
from adcli.errors import AdcliError, UsageError
from adcli.program import Program

if TYPE_CHECKING:
    from adcli.backends.taylor_and_mixed_partials import Expansion
    from adcli.render.taylor_formula import TaylorFormula

#: A terminal shows polynomials up to this order below the numbers.
_SHOWN_ORDER = 12

#: A page for readers has numbers of formulas with so many digits.
_DIGITS = 8

#: The fields of the JSON object, in the notation of `adcli.cli.reply_schema`.
_FIELDS = """
derivatives: [tensor]   # f, f', f'', ...
coefficients: [tensor]  # f, f', f''/2!, ...
polynomial?: text       # with --polynomial
remainder?: text        # such as O(x^7): the power of the first term that is left out
tangent?: text
"""


@command(formats=(PLAIN, *TABLES), fields=_FIELDS)
@options.program_and_points
@click.option("--order", type=click.IntRange(min=0), default=5, help="The highest order.")
@click.option(
    "--direction",
    metavar="DIRECTION",
    help="A direction: x=1,y=[0,1]; @FILE with JSON.  Inputs left out are 0.",
)
@click.option(
    "--wrt",
    metavar="NAME",
    callback=lambda _, __, text: None if text is None else read_name(text),
    help="Go along this input, or this entry of one: x, x[3].",
)
@click.option(
    "--coefficients",
    is_flag=True,
    help="Print Taylor coefficients: the k-th derivative divided by k!.",
)
@click.option(
    "--polynomial",
    is_flag=True,
    help="Print the Taylor polynomial and the tangent as formulas.  A terminal shows them anyway.",
)
@options.recording_limit_options
@options.digits_option
def reply(
    f: Program,
    point: Point,
    order: int,
    direction: str | None,
    wrt: str | None,
    coefficients: bool,
    polynomial: bool,
    limits: Limits,
) -> Reply:
    """Compute the derivatives of PROGRAM along a line, up to an order.

    The line goes through the point in the --direction, or along the input that --wrt names; without
    both along the only real input.  One propagation of Taylor series computes all orders, in a time
    that grows with the square of the order, and for some special functions with its cube.  In JSON
    `derivatives` is [f, f', f'', ...] and `coefficients` is [f, f', f''/2!, ...]; each entry of an
    array has such a list, and for several results there is a list with one entry per result.

    \b
    adcli taylor "exp(sin(x))" --at x=0.5 --order 8
    adcli taylor "sin(x)" --at x=0 --polynomial
    adcli taylor "x^2*y^3" --at x=1,y=2 --direction x=1,y=-2 --order 5
    """
    along = None if direction is None else read_direction(direction, lambda: f.inputs)
    result = f.expand(point, order=order, direction=along, wrt=wrt, limits=limits)
    name = _variable(f, point, wrt, result) if direction is None else None

    def formula() -> TaylorFormula:
        assert name is not None
        return _formula(f, point, name, result, order, limits)

    if polynomial:
        if name is None:
            raise UsageError(
                "a Taylor polynomial is for one result along one input that is a number",
                hint="leave --polynomial out for the coefficients",
            )
        return _polynomial_reply(result, formula())
    numbers = result.series if coefficients else result.derivative_list
    reply = numbers_reply(
        result,
        [lambda: result.order_rows("c" if coefficients else "d")],
        lambda: lines_of([numbers[0] if result.is_number else numbers]),
        derivatives=lambda: single(result.derivatives),
        coefficients=lambda: single(result.coefficients),
    )
    if name is not None and order <= _SHOWN_ORDER:
        reply.text = (*reply.text, lambda page: _lines(formula(), page) if page.is_terminal else ())
    return reply


def _variable(f: Program, point: Point, wrt: str | None, result: Expansion) -> str | None:
    """The input along which there is a polynomial, if it is a number and the result is one."""
    names = [n for n in f.for_point(point).varied(point) if wrt in (None, n)]
    is_number = len(names) == 1 and isinstance(point.get(names[0]), int | float)
    return names[0] if is_number and result.is_number else None


def _formula(
    f: Program, point: Point, name: str, result: Expansion, order: int, limits: Limits
) -> TaylorFormula:
    """The polynomial, with two coefficients more where there are any: they tell the size of what
    is left out."""
    from adcli.render.taylor_formula import TaylorFormula

    series = result.series[0]
    with suppress(AdcliError):  # there are no more derivatives here, or they cost too much
        series = f.expand(point, order=order + 2, wrt=name, limits=limits).series[0]
    return TaylorFormula(name, float(point[name]), series, order)


def _polynomial_reply(result: Expansion, formula: TaylorFormula) -> Reply:
    """The polynomial and the tangent, in the formats of formulas."""
    from adcli.cli.formula_options import LATEX, MARKDOWN
    from adcli.cli.reply import result_reply

    def latex(page: Page) -> str:
        from adcli.render.derivation_latex import document

        digits = page.digits or _DIGITS
        lines = formula.with_remainder(digits, latex=True), formula.tangent(digits, latex=True)
        return document("\n".join(lines)) if page.is_file else "\n".join(lines) + "\n"

    def markdown(page: Page) -> str:
        return "\n".join([f"$$\n{line}\n$$\n" for line in latex(Page(page.digits)).splitlines()])

    def plain(page: Page) -> str:
        return formula.polynomial(page.digits) + "\n"

    found = result_reply(
        result,
        lambda page: _lines(formula, page),
        derivatives=lambda: single(result.derivatives),
        coefficients=lambda: single(result.coefficients),
        polynomial=lambda: formula.polynomial(),
        remainder=lambda: formula.remainder_text(),
        tangent=lambda: formula.tangent(),
    )
    found.formats = {PLAIN: plain, LATEX: latex, MARKDOWN: markdown}
    return found


def _lines(formula: TaylorFormula, page: Page) -> Iterator[str]:
    """The polynomial and the tangent line, broken between terms where the page is narrow."""
    from adcli.render.formula_formats import broken

    digits = page.digits or (_DIGITS if page.is_terminal else None)
    for head, text in (
        ("polynomial", formula.with_remainder(digits)), ("tangent", formula.tangent(digits))
    ):  # fmt: skip
        yield broken(f"{head:10} {text}", page.columns, " " * 11)
