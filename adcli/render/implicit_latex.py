"""Implicit derivatives as LaTeX: dy/dx and d²y/dx², with their derivation and at a point."""

from __future__ import annotations

from collections.abc import Iterator

from adcli.applications.equation_parsing import expression
from adcli.applications.implicit_differentiation import Implicit
from adcli.ops.expression_latex import latex, spellings
from adcli.render.derivation_latex import align, text
from adcli.render.number_format import for_pipe


def implicit_latex(found: Implicit, digits: int | None, *, steps: bool) -> str:
    """The derivatives as an `align*` block; with `steps` all lines of the derivation."""
    return align(_lines(found, digits, steps=steps))


def _lines(found: Implicit, digits: int | None, *, steps: bool) -> Iterator[tuple[str, str, str]]:
    names = dict.fromkeys((found.of, found.wrt, *(found.there.point if found.there else ())))
    spelled = spellings(names)
    y, x = spelled[found.of], spelled[found.wrt]
    slope = rf"\frac{{\mathrm{{d}} {y}}}{{\mathrm{{d}} {x}}}"
    bend = rf"\frac{{\mathrm{{d}}^{{2}} {y}}}{{\mathrm{{d}} {x}^{{2}}}}"
    first, second = _written(found.first), _written(found.second)
    if steps:
        f, f_x, f_y, g_x, g_y = map(_written, found.parts)
        by_x, by_y = (rf"\frac{{\partial F}}{{\partial {name}}}" for name in (x, y))
        yield "F", f, text("the equation is F = 0")
        yield by_x, f_x, text(f"{found.of} is held constant")
        yield by_y, f_y, text(f"{found.wrt} is held constant")
        yield slope, rf"-{by_x} \Big/ {by_y} = {first}", ""
        by_chain = rf"{g_x} + \left({g_y}\right) {slope}"
        yield bend, by_chain, text("the chain rule, once more")
        yield "", second, ""
    else:
        yield slope, first, ""
        yield bend, second, ""
    if found.there is not None:
        place = ",\\; ".join(
            f"{spelled[name]} = {for_pipe(value, digits)}"
            for name, value in found.there.point.items()
            if isinstance(value, float | int)
        )
        for left, number in ((slope, found.there.first), (bend, found.there.second)):
            yield rf"\left.{left}\right|_{{{place}}}", for_pipe(number, digits), ""


def _written(formula: str) -> str:
    """A formula that was simplified before."""
    from adcli.formula_requests import derivative_formulas

    one = expression(formula).for_point({})
    made = derivative_formulas(
        one, {}, None, 0, mixed=False, effort="none", steps=False, limits=None
    )
    return latex(made.rows[0][""].node)
