"""Formulas and derivations as plain text, as LaTeX and as Python.

A derivation has a line for each rule: the expression on the left, the rule on the right.  In a
window that is too narrow for both the rule stands above the expression.
"""

from __future__ import annotations

import builtins
import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from adcli.errors import Unsupported
from adcli.expr import Expr, Var
from adcli.ops.composition import definition
from adcli.ops.registry import TABLE
from adcli.render.text_width import wrap, wrap_formula
from adcli.symbolic.common_subexpressions import Named, shared
from adcli.symbolic.node_text import names, to_text

if TYPE_CHECKING:
    from adcli.backends.formulas import DerivationLine, DerivedFormula, Formulas

#: A pipe is taken to be this wide.
_WIDE = 120

#: A formula that goes on in the next line is indented there.
_SET_IN = " " * 4


def lines(found: Formulas, cse: bool) -> list[str]:
    """A line for each formula; `cse` puts lines such as `t1 = sin(x)` before them."""
    named = found.named()
    if not cse:
        return [_headed(head, formula.text) for head, formula in named]
    sharing = shared([formula.node for _, formula in named])
    defined = [f"{name} = {to_text(node)}" for name, node in sharing.definitions]
    pairs = zip(named, sharing.formulas, strict=True)
    return [*defined, *[_headed(head, to_text(node)) for (head, _), node in pairs]]


def texts(found: Formulas, cse: bool) -> Callable[[DerivedFormula], str]:
    """The function from a formula to its text in `lines`."""
    if not cse:
        return lambda formula: formula.text
    nodes = [formula.node for _, formula in found.named()]
    short = dict(zip(nodes, shared(nodes).formulas, strict=True))
    return lambda formula: to_text(short[formula.node])


def definitions(found: Formulas) -> dict[str, str]:
    """The common subexpressions by their names."""
    sharing = shared([formula.node for _, formula in found.named()])
    return {name: to_text(node) for name, node in sharing.definitions}


def _headed(head: str, text: str) -> str:
    return f"{head}: {text}" if head else text


def conditions(formula: DerivedFormula) -> list[str]:
    """The conditions under which a formula holds, as text."""
    return [to_text(asked.node) for asked in formula.conditions]


def rule(line: DerivationLine) -> str:
    """The name of a line's rule, with the inner function if it is the chain rule."""
    if line.inner is None:
        return line.rule
    if "=" in line.rule:
        return f"{line.rule}, with v*log(u) = {to_text(line.inner)}"
    return f"chain rule, u = {to_text(line.inner)}: {line.rule}"


def steps(formula: DerivedFormula) -> list[dict[str, Any]]:
    """A derivation for JSON."""
    return [{"rule": rule(line), "expression": to_text(line.node)} for line in formula.lines]


def derivation(head: str, formula: DerivedFormula, columns: int | None = None) -> str:
    """A derivation as lines of text; `columns` is the width of a terminal."""
    rows = [(to_text(line.node), rule(line)) for line in formula.lines]
    if not rows:
        return head
    width = columns or _WIDE
    left = max(len(text) for text, _ in rows) + 4
    beside = left + max(len(name) for _, name in rows) <= width
    out = [f"{head}:"] if head else []
    for text, name in rows:
        start = "  = " if name else "    "
        if name and not beside:
            out += wrap(f"      [{name}]", columns or width, " " * 7)
        if beside:
            out.append(f"{start}{text:<{left - 4}}  {name}".rstrip())
        else:
            out.append(broken(start + text, columns, _SET_IN * 2))
    return "\n".join(out)


def broken(text: str, columns: int | None, indent: str = _SET_IN) -> str:
    """A formula, broken over lines if there is a terminal with so many columns."""
    return text if columns is None else "\n".join(wrap_formula(text, columns, indent))


# -- LaTeX ---------------------------------------------------------------------------------------


def latex(found: Formulas, *, whole: bool, cse: bool = False) -> str:
    """The formulas as LaTeX, one to a line; with `whole` each derivation as an `align*` block, with
    `cse` after lines such as `t_{1} = x^{2}`."""
    from adcli.ops.expression_latex import spellings
    from adcli.symbolic.node_text import to_latex

    named = found.named()
    nodes = [formula.node for _, formula in named]
    sharing = shared(nodes) if cse else Named([], nodes)
    roots = [line.node for _, formula in named for line in formula.lines]
    roots += [Var(name) for by in found.variables.values() for name in by]
    roots += [Var(name) for name, _ in sharing.definitions]
    spelled = spellings(names([*nodes, *roots]))

    def write(node: Expr) -> str:
        return to_latex(node, variable=spelled.__getitem__)

    if not whole:
        rows = [f"{spelled[name]} = {write(node)}" for name, node in sharing.definitions]
        formulas = iter(sharing.formulas)
        for i, row in enumerate(found.rows, 1):
            function = f"f_{{{i}}}" if len(found.rows) > 1 else "f"
            for title in row:
                variables = found.variables[title]
                left = _quotient(function, variables, spelled) if len(named) > 1 else ""
                right = write(next(formulas))
                rows.append(f"{left} = {right}" if left else right)
        return "\n".join(rows)
    return "\n".join([_block(part, write) for _, f in named for part in _parts(f.lines)])


def _parts(lines: Sequence[DerivationLine]) -> list[list[DerivationLine]]:
    """The derivations one after the other: of a second derivative there are two."""
    parts: list[list[DerivationLine]] = []
    for line in lines:
        if not line.rule:
            parts.append([])
        parts[-1].append(line)
    return parts


def _quotient(function: str, variables: Sequence[str], spelled: Mapping[str, str]) -> str:
    """The name of a derivative of several: a quotient of differentials."""
    if not variables:
        return function
    powers = [(v, list(variables).count(v)) for v in dict.fromkeys(variables)]
    order = f"^{{{len(variables)}}}" if len(variables) > 1 else ""
    below = " ".join(
        [rf"\partial {spelled[v]}" + (f"^{{{n}}}" if n > 1 else "") for v, n in powers]
    )
    return rf"\frac{{\partial{order} {function}}}{{{below}}}"


def _block(lines: Sequence[DerivationLine], write: Callable[[Expr], str]) -> str:
    from adcli.render.derivation_latex import align

    first, *rest = [(write(line.node), _remark(line, write)) for line in lines]
    if not rest:
        return align([("", first[0], "")])
    rows = [("", right, remark) for right, remark in rest]
    rows[0] = (first[0], *rows[0][1:])
    return align(rows)


#: Rules that are equations.
_EQUATIONS = {
    "u^v = exp(v*log(u))": r"u^{v} = e^{v \ln u}",
    "exp(v*log(u)) = u^v": r"e^{v \ln u} = u^{v}",
}


def _remark(line: DerivationLine, write: Callable[[Expr], str]) -> str:
    from adcli.render.derivation_latex import text

    if line.rule in _EQUATIONS:
        return _EQUATIONS[line.rule]
    if line.inner is None:
        return text(line.rule) if line.rule else ""
    return f"{text('chain rule, ')} u = {write(line.inner)} {text(f': {line.rule}')}"


# -- Python --------------------------------------------------------------------------------------

_CALL = re.compile(r"(?<![\w.])([A-Za-z_]\w*)\(")
_CONSTANT = re.compile(r"(?<![\w.])(pi|e|tau|inf)(?![\w(])")
_ENTRY = re.compile(r"(\w+)\[([\d,]+)\]")


def python(found: Formulas, parameters: Sequence[str]) -> str:
    """The formulas as a Python function of the program's inputs, with names for common
    subexpressions.

    Raises `Unsupported` for functions that are neither in `math` nor defined in a line of Python.
    """
    named = found.named()
    sharing = shared([formula.node for _, formula in named])
    body = [f"    {name} = {_python(node)}" for name, node in sharing.definitions]
    heads = ", ".join([head for head, _ in named if head])
    if heads:
        body.insert(0, f'    """{heads}"""')
    body.append("    return " + ", ".join([_python(node) for node in sharing.formulas]))
    text = "\n".join([f"def formula({', '.join(parameters)}):", *body])
    helpers, imports = _needed(text, parameters)
    front = f"from math import {', '.join(imports)}\n\n\n" if imports else ""
    return front + "".join([f"{helper}\n\n" for helper in helpers]) + text


def _python(node: Expr) -> str:
    text = to_text(node).replace("^", "**")
    return _ENTRY.sub(lambda m: m[1] + "".join([f"[{i}]" for i in m[2].split(",")]), text)


def _needed(text: str, parameters: Sequence[str]) -> tuple[list[str], list[str]]:
    """The definitions and the names of `math` that a text needs."""
    helpers: list[str] = []
    imports: set[str] = set()
    todo = set(_CALL.findall(text)) - {"formula"} | set(_CONSTANT.findall(text)) - set(parameters)
    done: set[str] = set()
    while todo:
        name = todo.pop()
        done.add(name)
        source = definition(TABLE[name]) if name in TABLE else ""
        if source:
            helpers.append(source)
            todo |= set(_CALL.findall(source)) - done
        elif hasattr(math, name):
            imports.add(name)
        elif not hasattr(builtins, name):
            found = TABLE[name].python.elsewhere if name in TABLE else ""
            hint = f"{found} computes it" if found else None
            raise Unsupported(f"Python's math has no '{name}'", hint=hint)
    return sorted(helpers), sorted(imports)
