r"""Write an expression as LaTeX, for math mode with amsmath.

A row's template stands as it is, but for two things.  A lone space between two places means that
the factors stand side by side; a dot or a thin space comes between them where they would be misread
so: 2·3, 2·(1/3), f·(x + 1).  And the rows of a choice within a choice go on in the same `cases`.

Invariant: parentheses stand where a reader needs them, which is less often than a parser does: sums
of sums and products of products have none, and a fraction's sign goes before it.  The walk keeps
its own stack; expressions may be as deep as they like.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from adcli.expr import App, Expr, Num, Var, variables
from adcli.ops.arithmetic import div, mul, neg, pow_
from adcli.ops.comparisons_logic_and_choice import select
from adcli.ops.elementary_functions import sqrt
from adcli.ops.expression_as_operation import FusedOperation
from adcli.ops.expression_text import number_text, pieces
from adcli.ops.latex_brackets_and_fractions import typeset
from adcli.ops.operation_notation import ATOM, COMPARE, CONDITIONAL, POWER, PRODUCT, SIGN, SUM, Form
from adcli.ops.primitive import Primitive

#: The derivative, by a variable, of an expression: one that is still to be taken.
DERIVATIVE = Form(r"\frac{\mathrm{d}}{\mathrm{d}{1}}\left[{0}\right]", POWER, (CONDITIONAL, ATOM))
PARTIAL = Form(r"\frac{\partial}{\partial {1}}\left[{0}\right]", POWER, (CONDITIONAL, ATOM))


def latex(expr: Expr, variable: Callable[[str], str] | None = None) -> str:
    """The expression as LaTeX.  `variable` spells its names, by default so that no two are alike;
    formulas that belong together should share one, see `spellings`."""
    return typeset(_Writer(variable or spellings(variables(expr)).__getitem__).write(expr))


def derivative_of(inner: str, variable: str, partial: bool = False) -> str:
    """The derivative of a formula, both in LaTeX, where it is still to be taken."""
    form = PARTIAL if partial else DERIVATIVE
    places = (inner, variable)
    return typeset("".join(places[p] if isinstance(p, int) else p for p in pieces(form.template)))


def partial(formula: str) -> str:
    """A formula in LaTeX whose derivatives that are still to be taken are partial ones."""
    return formula.replace(r"\frac{\mathrm{d}}{\mathrm{d}", r"\frac{\partial}{\partial ")


# -- expressions -----------------------------------------------------------------------------------


class _Gap(NamedTuple):
    """What stands between two factors; chosen, at a gap without `left`, when both are written."""

    left: Expr | None


#: A text; or an expression, how tightly it must bind, and whether it may begin with a bare sign.
_Item = str | _Gap | tuple[Expr, int, bool]


class _Writer:
    def __init__(self, variable: Callable[[str], str]) -> None:
        self.variable = variable
        self.out: list[str] = []
        self.todo: list[_Item] = []
        #: for each product whose right factor is not written yet: where its gap is, its left factor
        self.gaps: list[tuple[int, Expr]] = []

    def write(self, expr: Expr) -> str:
        self.todo.append((expr, CONDITIONAL, True))
        while self.todo:
            item = self.todo.pop()
            if isinstance(item, str):
                self.out.append(item)
            elif isinstance(item, _Gap):
                self._gap(item.left)
            else:
                self._expression(*item)
        return "".join(self.out)

    def _expression(self, node: Expr, least: int, leads: bool) -> None:
        if isinstance(node, Var):
            self.out.append(self.variable(node.name))
        elif isinstance(node, Num):
            text, binds = _number(node.value, leads)
            self.out.append(rf"\left({text}\right)" if binds < least else text)
        elif isinstance(node, App) and isinstance(node.op, FusedOperation):
            self.todo.append((node.op.expand(node.args), least, leads))
        elif isinstance(node, App):
            self._application(node, least, leads)

    def _application(self, app: App, least: int, leads: bool) -> None:
        app = _readable(app)
        args, form = _spelled(app, leads)
        signed = form.template.startswith("-")
        bracket = (COMPARE if signed and not leads else form.precedence) < least
        items = list(_items(args, form, leads or bracket))
        if app.op is select:
            _add_rows(items, args[2], form)
        if bracket:
            items = [r"\left(", *items, r"\right)"]
        self.todo.extend(reversed(items))

    def _gap(self, left: Expr | None) -> None:
        if left is not None:
            self.gaps.append((len(self.out), left))
            self.out.append("")
            return
        place, left = self.gaps.pop()
        self.out[place] = self._between(left, self.out[place - 1], self.out[place + 1])

    def _between(self, left: Expr, before: str, after: str) -> str:
        """What keeps two factors apart, by the left one and the texts on both sides."""
        mixed = before[-1].isdigit() and after.startswith(r"\frac")
        if after[0].isdigit() or before.lstrip("-") in ("0", "1") or mixed:
            return r" \cdot "
        if after.startswith(r"\left(") and self._reads_as_function(left):
            return r" \cdot "
        return r" \, " if before.startswith(_LONG) or after.startswith(_LONG) else " "

    def _reads_as_function(self, node: Expr) -> bool:
        """Whether the last factor is a name that one expects an argument behind."""
        while isinstance(node, App) and node.op in (mul, neg, pow_):
            node = node.args[node.op is mul]
        return isinstance(node, Var) and self.variable(node.name).startswith(_FUNCTIONS)


def _spelled(app: App, leads: bool) -> tuple[tuple[Expr, ...], Form]:
    """The form of an application, and what stands in its places."""
    assert isinstance(app.op, Primitive)
    form, args = app.op.spelling.latex, app.args
    if app.op is pow_ and isinstance(args[0], App) and isinstance(args[0].op, Primitive):
        inner = args[0].op.spelling.latex
        if inner.power and _is_counted(args[1]):
            operands = (*inner.operands, CONDITIONAL)
            return (*args[0].args, args[1]), Form(inner.power, POWER, operands)
    if app.op is div and leads:
        positive = _without_sign(args[0])
        if positive is not None:
            return (positive / args[1],), neg.spelling.latex
    return args, form


def _readable(app: App) -> App:
    """What LaTeX has instead of a row, as a root of a sum of squares for hypot(a, b); instead of
    the square of such a root, what is under it."""
    if isinstance(app.op, Primitive) and app.op.spelling.expanded:
        return app.op.spelling.expanded(*app.args)
    match app:
        case App(op, (App(Primitive() as inner, args), Num(2))) if op is pow_:
            root = inner.spelling.expanded(*args) if inner.spelling.expanded else None
            if root is not None and root.op is sqrt and isinstance(root.args[0], App):
                return root.args[0]
    return app


def _is_counted(exponent: Expr) -> bool:
    """Whether an exponent is 1, 2, 3, ..."""
    return isinstance(exponent, Num) and 0 < exponent.value < math.inf and exponent.value % 1 == 0


def _without_sign(expr: Expr) -> Expr | None:
    """What a minus sign in front of an expression, or of its first factor, stands before."""
    behind: list[Expr] = []
    while isinstance(expr, App) and expr.op is mul:
        behind.append(expr.args[1])
        expr = expr.args[0]
    if isinstance(expr, Num) and expr.value < 0:
        expr = Num(-expr.value)
    elif isinstance(expr, App) and expr.op is neg:
        expr = expr.args[0]
    else:
        return None
    if behind and isinstance(expr, Num) and expr.value == 1:
        expr = behind.pop()
    for factor in reversed(behind):
        expr = expr * factor
    return expr


def _items(args: tuple[Expr, ...], form: Form, leads: bool) -> Iterator[_Item]:
    """The texts and the operands of an application."""
    gap = False
    for piece in pieces(form.template):
        if isinstance(piece, int):
            yield args[piece], form.operands[piece], _leads(form, piece, leads)
        elif piece == " ":
            gap = True
            yield _Gap(args[0])
        elif piece:
            yield piece
    if gap:
        yield _Gap(None)


def _leads(form: Form, index: int, leads: bool) -> bool:
    """Whether a minus sign may stand bare at the beginning of an operand."""
    if form.operands[index] == CONDITIONAL or form.precedence < SUM:
        return True
    return leads and form.template.startswith(f"{{{index}}}")


def _add_rows(items: list[_Item], otherwise: Expr, form: Form) -> None:
    """Let the rows of the choices that are left over in a choice follow its own."""
    while isinstance(otherwise, App) and otherwise.op is select:
        _begin, *rows = _items(otherwise.args, form, True)
        items[-2:] = rows
        otherwise = otherwise.args[2]


# -- numbers ---------------------------------------------------------------------------------------

_CONSTANTS = {
    math.pi: (r"\pi", ATOM),
    math.e: ("e", ATOM),
    math.tau: (r"2 \pi", PRODUCT),
    math.inf: (r"\infty", ATOM),
}


def _number(value: float | bool, leads: bool) -> tuple[str, int]:
    """A number and how tightly it binds."""
    if isinstance(value, bool):
        return rf"\text{{{str(value).lower()}}}", ATOM
    if value != value:
        return r"\mathrm{nan}", ATOM
    digits = number_text(value).removeprefix("-")
    text, binds = _CONSTANTS.get(abs(value)) or _decimal(digits)
    if not number_text(value).startswith("-"):
        return text, binds
    return "-" + text, min(binds, SIGN) if leads else COMPARE


def _decimal(digits: str) -> tuple[str, int]:
    mantissa, e, exponent = digits.partition("e")
    if not e:
        return mantissa, ATOM
    power = f"10^{{{int(exponent)}}}"
    return (power, POWER) if mantissa == "1" else (rf"{mantissa} \cdot {power}", PRODUCT)


# -- names -----------------------------------------------------------------------------------------

_LETTERS = """
    α alpha β beta γ gamma δ delta ϵ epsilon ζ zeta η eta θ theta ι iota κ kappa λ lambda μ mu
    ν nu ξ xi π pi ρ rho σ sigma τ tau υ upsilon ϕ phi χ chi ψ psi ω omega Γ Gamma Δ Delta Θ Theta
    Λ Lambda Ξ Xi Π Pi Σ Sigma Υ Upsilon Φ Phi Ψ Psi Ω Omega ε varepsilon ϑ vartheta φ varphi
    ϖ varpi ϱ varrho ς varsigma"""
_GREEK: dict[str, str] = {
    word: "\\" + name
    for letter, name in zip(*[iter(_LETTERS.split())] * 2, strict=True)
    for word in (letter, name)
}

#: Variables whose plain spellings are the numbers'.
_RESERVED = {"e": r"\mathsf{e}", "pi": r"\mathsf{pi}", "π": r"\mathsf{pi}"}

#: How names begin that are words, and names that are often those of functions.
_LONG = (r"\mathit", r"\textit", r"\mathsf{pi}")
_FUNCTIONS = (*_LONG, *"fghFGH", r"\Gamma", r"\psi", r"\phi", r"\varphi", r"\Phi", r"\Psi")

_NAME = re.compile(r"([^\W\d_]+)([0-9]*)((?:_[^\W_]+)*)(\[[0-9,\[\]]+\])?('*)")

_ESCAPED = {
    **{c: "\\" + c for c in "#$%&_{}"},
    "\\": r"\textbackslash{}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
}


def spellings(names: Iterable[str]) -> dict[str, str]:
    """Names as LaTeX, no two alike: beside x1, which is x with an index, x_1 is written out."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for name in dict.fromkeys(names):
        spelled = name_latex(name)
        found[name] = _verbatim(name) if spelled in taken else spelled
        taken.add(found[name])
    return found


def name_latex(name: str) -> str:
    r"""A name as LaTeX: `\alpha`, `x_{1}`, `v_{\mathrm{max}}`, `\mathit{total}`.

    Entries of arrays count from 0, so they keep their brackets: `x_{[0]}`.
    """
    parts = _NAME.fullmatch(name)
    if name in _RESERVED or parts is None:
        return _RESERVED.get(name) or _verbatim(name)
    head, digits, words, entry, primes = parts.groups()
    below = [digits] if digits else []
    below += [_word(w, r"\mathrm") for w in words.split("_")[1:]]
    below += [entry.replace("][", ",")] if entry else []
    index = f"_{{{','.join(below)}}}" if below else ""
    return "".join([_word(head, r"\mathit"), index, primes])


def escape(text: str) -> str:
    """Text without the characters that mean something to TeX; it has Greek letters in formulas."""
    return "".join([_ESCAPED.get(c) or (f"${_GREEK[c]}$" if c in _GREEK else c) for c in text])


def _word(word: str, command: str) -> str:
    """A letter, or several that are one name."""
    if word in _GREEK:
        return _GREEK[word]
    if not word.isascii():
        return _verbatim(word)
    return word if len(word) == 1 or word.isdigit() else f"{command}{{{word}}}"


def _verbatim(name: str) -> str:
    """A name as it was typed; other letters than ASCII's are text to LaTeX, Greek ones formulas."""
    if name in _GREEK:  # beside another input that is spelled with its word
        return rf"\textit{{Greek {escape(name)}}}"
    return rf"\{'mathit' if name.isascii() else 'textit'}{{{escape(name)}}}"
