"""Formulas and derivations as plain text, as LaTeX and as Python.

A derivation has a line for each rule: the expression on the left, the rule on the right, each
broken over lines where there is no room.  In a narrow window the rule stands above the expression.
"""

from __future__ import annotations

import builtins
import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from adcli.errors import Unsupported
from adcli.expr import App, Expr, Var
from adcli.ops.composition import definition
from adcli.ops.registry import TABLE
from adcli.render.text_width_and_wrapping import cell_width, pad, wrap, wrap_formula
from adcli.symbolic.common_subexpressions import Named, shared
from adcli.symbolic.derivation import pending
from adcli.symbolic.node_text import names, to_text

if TYPE_CHECKING:
    from adcli.backends.formulas_with_derivations import DerivationLine, DerivedFormula, Formulas

#: A pipe is taken to be this wide.
_WIDE = 120

#: A narrower window has rules above the lines; in others they have at least this part of it, behind
#: a space.
_NARROW, _RULES, _BETWEEN = 60, 0.38, "  "

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


def derivation(
    head: str, formula: DerivedFormula, columns: int | None = None, *, verbose: bool = False
) -> str:
    """A derivation as lines of text; `columns` is the width of a terminal.  With `verbose`
    each rule is said in general too."""
    rows = [
        (("  = " if line.rule else "    ") + to_text(line.node), _said(line, formula, verbose))
        for line in formula.lines
    ]
    if not rows:
        return head
    width = columns or _WIDE
    out = [f"{head}:"] if head else []
    if width < _NARROW:
        for text, said in rows:
            out += wrap(f"      [{said}]", width, " " * 7) if said else []
            out.append(broken(text, width, _SET_IN * 2))
        return "\n".join(out)
    left, right = _shares(rows, width)
    for text, said in rows:
        formulas = wrap_formula(text, left, _SET_IN * 2)
        rules = [piece for part in said.split("\n") for piece in wrap(part, right, "  ")]
        for i in range(max(len(formulas), len(rules))):
            formula_part = formulas[i] if i < len(formulas) else ""
            rule_part = rules[i] if i < len(rules) else ""
            out.append(f"{pad(formula_part, left)}{_BETWEEN}{rule_part}".rstrip())
    return "\n".join(out)


def _said(line: DerivationLine, formula: DerivedFormula, verbose: bool) -> str:
    """A line's rule; with `verbose` the general rule in a line below."""
    said = rule(line)
    if verbose and line.rule:
        from adcli.render.general_rule_text import general_text

        general = general_text(line.rule, _variable(formula), to_text)
        return f"{said}:\n{general}" if general else said
    return said


def _variable(formula: DerivedFormula) -> str:
    """The variable that a derivation differentiates by."""
    for line in formula.lines:
        match line.node:
            case App(op, (_, Var(name))) if op is pending:
                return name
    return "x"


def _shares(rows: Sequence[tuple[str, str]], width: int) -> tuple[int, int]:
    """The widths of the formulas and of the rules beside them: what they need, or a part of the
    window that leaves room for the other."""
    formulas = max([cell_width(text) for text, _ in rows])
    rules = max([cell_width(part) for _, said in rows for part in said.split("\n")])
    room = width - len(_BETWEEN)
    if formulas + rules > room:
        rules = min(rules, max(room - formulas, int(room * _RULES)))
        formulas = room - rules
    return formulas, rules


def broken(text: str, columns: int | None, indent: str = _SET_IN) -> str:
    """A formula, broken over lines if there is a terminal with so many columns."""
    return text if columns is None else "\n".join(wrap_formula(text, columns, indent))


# -- LaTeX ---------------------------------------------------------------------------------------


def latex(
    found: Formulas,
    *,
    whole: bool,
    cse: bool = False,
    verbose: bool = False,
    environment: str = "align*",
) -> str:
    """The formulas as LaTeX, one to a line; with `whole` each derivation as a block of that
    environment, with `cse` after lines such as `t_{1} = x^{2}`."""
    from adcli.ops.expression_latex import spellings

    named = found.named()
    nodes = [formula.node for _, formula in named]
    sharing = shared(nodes) if cse else Named([], nodes)
    roots = [line.node for _, formula in named for line in formula.lines]
    roots += [Var(name) for by in found.variables.values() for name in by]
    roots += [Var(name) for name, _ in sharing.definitions]
    spelled = spellings(names([*nodes, *roots]))

    write = _writer(spelled)

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
    from adcli.render.derivation_latex import align

    blocks = [
        align(_equations(part, write, _variable(f), verbose), environment)
        for _, f in named
        for part in _parts(f.lines)
    ]
    return "\n".join(blocks)


def _writer(spelled: Mapping[str, str]) -> Callable[[Expr], str]:
    """The function from formulas to LaTeX with these names; of several, derivatives are partial."""
    from adcli.ops.expression_latex import partial
    from adcli.symbolic.node_text import to_latex

    def write(node: Expr) -> str:
        written = to_latex(node, variable=spelled.__getitem__)
        return partial(written) if len(spelled) > 1 else written

    return write


def markdown(found: Formulas, *, whole: bool, cse: bool = False, verbose: bool = False) -> str:
    """The formulas as Markdown with mathematics in LaTeX, as GitHub and Pandoc read it: a display
    for each line, with `whole` for each derivation."""
    from adcli.render.derivation_latex import ALIGNED

    written = latex(found, whole=whole, cse=cse, verbose=verbose, environment=ALIGNED)
    begin = rf"\begin{{{ALIGNED}}}"
    blocks = written.replace(f"\n{begin}", f"\0{begin}").split("\0" if whole else "\n")
    return "\n\n".join([f"$$\n{block}\n$$" for block in blocks])


def derivation_equations(found: Formulas) -> list[list[tuple[str, str, str]]]:
    """The equations of each derivation in LaTeX: left sides, right sides and remarks."""
    from adcli.ops.expression_latex import spellings

    formulas = [formula for _, formula in found.named()]
    spelled = spellings(names([line.node for formula in formulas for line in formula.lines]))

    write = _writer(spelled)

    return [
        _equations(part, write, _variable(formula), verbose=False)
        for formula in formulas
        for part in _parts(formula.lines)
    ]


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


def _equations(
    lines: Sequence[DerivationLine], write: Callable[[Expr], str], variable: str, verbose: bool
) -> list[tuple[str, str, str]]:
    first, *rest = [(write(line.node), _remark(line, write)) for line in lines]
    if verbose:
        rest = [
            (right, _in_general(line.rule, remark, variable))
            for line, (right, remark) in zip(lines[1:], rest, strict=True)
        ]
    if not rest:
        return [("", first[0], "")]
    rows = [("", right, remark) for right, remark in rest]
    rows[0] = (first[0], *rows[0][1:])
    return rows


def _in_general(rule: str, remark: str, variable: str) -> str:
    from adcli.ops.expression_latex import latex
    from adcli.render.derivation_latex import text
    from adcli.render.general_rule_text import general_text

    general = general_text(rule, variable, latex)
    return f"{remark}{text(': ')} {general}" if general else remark


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
