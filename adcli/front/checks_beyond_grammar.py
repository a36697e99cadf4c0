"""Checks beyond the grammar: text that can be read in two ways, targets that are no names.

Invariant: a check looks at a tree the moment it is made, with the word after it, and raises or
returns.  The grammars name it: `-> power__raised` has `raised` look at a `power`.
"""

from __future__ import annotations

import re

from adcli.errors import SyntaxFault
from adcli.front.parse_tree import Token, Tree
from adcli.ops.registry import FUNCTIONS
from adcli.source import EXPRESSION, Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import NoReturn

    from adcli.source import Source

    Check = Callable[[Source, Tree, int, str], None]

_LONG = 40

#: A base before the number that is its exponent.
_POWER = r"(?:[\w.]+|\)) ?(?:\^|\*\*) ?-?$"

_CONSTANTS = ("True", "False", "None")
_KINDS = {
    "number": "a number",
    "list": "a list",
    "call": "the result of a call",
    "compare": "a comparison",
    "conditional": "a conditional expression",
    "attribute": "an attribute",
}


def _refuse(
    source: Source, start: int, end: int, message: str, hint: str | None = None
) -> NoReturn:
    raise SyntaxFault(message, span=Span(source, start, end), hint=hint)


def shortened(text: str) -> str:
    """A text as a sentence can bear it."""
    return text if len(text) <= _LONG else text[: _LONG - 3] + "..."


def product(before: str, left: str, right: str) -> str:
    """A product to write for two operands side by side; behind `/`, in both its readings."""
    whole = f"{left}*{right}"
    divided = before.rstrip().endswith("/") and not before.rstrip().endswith("//")
    return f"/{whole} or /({whole})" if divided else whole


def behind(source: Source, start: int, word: str) -> str:
    """What to show behind a name: that it is called, or raised to a power."""
    rest = source.text[start + len(word) :].lstrip(" \t")
    if rest.startswith("(") or word in FUNCTIONS:
        return "(...)"
    return "^..." if rest.startswith(("^", "**")) else ""


def coefficient(source: Source, tree: Tree, start: int, word: str) -> None:
    """`2x`: the number and what it multiplies must touch, and must not look like one number."""
    number = shortened(source.text[tree.start : tree.end])
    if start > tree.end:
        power = re.search(_POWER, source.text[max(tree.start - _LONG, 0) : tree.start])
        left = (power[0].replace(")", "(...)") if power else "") + number
        right = "(...)" if word == "(" else shortened(word) + behind(source, start, word)
        shown = (
            f"write {product(source.text[: tree.start], left, right)}{leave_differential_out(word)}"
        )
        from adcli.front.mistakes.foreign_syntax import OPERATORS_IN_WORDS, in_degrees

        shown = OPERATORS_IN_WORDS.get(word) or in_degrees(number, word) or shown
        _refuse(source, start, start + len(word), "an operator is missing here", shown)
    if word == "[":
        _refuse(source, tree.start, start + 1, "a number has no entries", "write * for a product")
    if word[0] in ".0123456789":
        whole = re.compile(r"[0-9._]+(?:[eE][+-]?)?[\w.]*").match(source.text, tree.start)
        end = whole.end() if whole else start + len(word)
        _refuse_number(
            source, tree.start, end, "a number has one point and a whole exponent: 1.5e-3"
        )
    if word in ("e", "E"):
        hint = f"write {number}*{word} for a product, {number}e3 for a power of ten"
        sign = source.text[start + 1 : start + 2]
        end = start + 1 + (sign != "" and sign in "+-")
        _refuse_number(source, tree.start, end, hint)
    if word[0] == "_":
        _refuse_number(
            source, tree.start, start + len(word), "a single '_' may stand between digits"
        )
    if number == "0" and re.fullmatch(r"[xX][0-9a-fA-F_]+|[oO][0-7_]+|[bB][01_]+", word):
        _refuse_number(source, tree.start, start + len(word), "numbers are decimal: 16, 0.5, 1e-3")


def _refuse_number(source: Source, start: int, end: int, hint: str) -> NoReturn:
    _refuse(source, start, end, f"'{shortened(source.text[start:end])}' is not a number", hint)


def divided(source: Source, tree: Tree, _start: int, _word: str) -> None:
    """`1/2x` is (1/2)*x to some and 1/(2*x) to others."""
    left, sign, right = tree.children
    _derivative(source, left, right)
    factor = _bare_product(source, right)
    if factor is not None:
        assert isinstance(sign, Token)
        _two_readings(source, tree, source.text[left.start : left.end] + sign.value, right, factor)


def _derivative(source: Source, left: Tree | Token, right: Tree | Token) -> None:
    """`d/dx(x^2)` and `d/dx[x^2]`, in an expression, which can define no function `dx`."""
    text = source.text[right.start : right.end]
    found = re.match(r"(d\w+)[ \t]*([\[(])", text)
    if found is None or source.name != EXPRESSION or source.text[left.start : left.end] != "d":
        return
    inside = re.search(rf"\b{found[1][1:]}\b", text)  # an array dx has entries dx[0]
    if leave_differential_out(found[1]) and (found[2] == "(" or inside):
        raise by_a_variable(source, left.start, found[1])


def leave_differential_out(word: str) -> str:
    """The end of a hint on `x^2 dx`; empty if the word is no differential."""
    found = re.fullmatch(r"d([a-zA-Z]\d*)", word)
    return f"; to differentiate by {found[1]}, leave {word} out" if found is not None else ""


def by_a_variable(source: Source, start: int, differential: str) -> SyntaxFault:
    """What to say of the operator `d/dx` that begins at `start`."""
    end = source.text.index(differential, start) + len(differential)
    hint = f'write what stands behind it alone: adcli diff "..." --wrt {differential[1:]}'
    message = f"d/{differential} is not part of the language"
    return SyntaxFault(message, span=Span(source, start, end), hint=hint)


def raised(source: Source, tree: Tree, _start: int, _word: str) -> None:
    """`x^2y` is (x^2)*y to some and x^(2*y) to others."""
    base, exponent = tree.children
    factor = _bare_product(source, exponent)
    if factor is not None:
        sign = "**" if "**" in source.text[base.end : exponent.start] else "^"
        _two_readings(source, tree, source.text[base.start : base.end] + sign, exponent, factor)


def _bare_product(source: Source, tree: Tree | Token) -> Tree | None:
    """The `2x` in `2x`, `-2x` and `--2x`, not that in `(2x)`."""
    while isinstance(tree, Tree) and source.text[tree.start] != "(":
        if tree.rule == "juxtaposed":
            return tree
        if tree.rule != "unary":
            return None
        tree = tree.children[1]
    return None


def _two_readings(
    source: Source, tree: Tree, before: str, right: Tree | Token, product: Tree
) -> NoReturn:
    number, operand = product.children
    factor = source.text[right.start : number.end]
    rest = source.text[operand.start : operand.end]
    message = "this can be read in two ways"
    if tree.end - tree.start > _LONG or "\n" in source.text[tree.start : tree.end]:
        sign = before[-2:] if before[-2:] in ("**", "//") else before[-1]
        before, factor, rest = "a" + sign, "b", "c"
    base = before.rstrip("*^")
    if base != before and base in FUNCTIONS:
        argument = rest if rest[0] == "(" else f"({rest})"
        _refuse(source, tree.start, tree.end, message, f"write {base}{argument}^{factor}")
    hint = f"write ({before}{factor})*{rest} or {before}({factor}*{rest})"
    _refuse(source, tree.start, tree.end, message, hint)


def assigned(source: Source, tree: Tree, _start: int, _word: str) -> None:
    for target in tree.children[:-1]:
        _check_target(source, target, tuples=True, entries=True)


def annotated(source: Source, tree: Tree, _start: int, _word: str) -> None:
    """A name, its annotation and its value; or a formula behind what it is called, as `diff` prints
    the derivatives by several inputs, which becomes a tree `labelled`."""
    noted = tree.children[1]
    assert isinstance(noted, Tree)
    formula = noted.children[0]
    is_one = isinstance(formula, Tree) and len(noted.children) == 1
    has_value = len(tree.children) > 2
    if is_one and not has_value and not _is_type(formula) and not source.is_python:
        _check_label(source, tree.children[0])
        tree.rule, tree.children[1] = "labelled", formula
        return
    if not all(map(_could_annotate, noted.children)):
        message = "an annotation is missing after ':'"
        _refuse(source, noted.start, noted.end, message, "for example: a: float = 0.0")
    _check_target(source, tree.children[0], tuples=False)
    if not has_value:
        message = "a name with an annotation needs a value"
        hint = f"write {source.text[tree.start : tree.end]} = 0.0"
        _refuse(
            source, tree.start, tree.end, message, hint if tree.end - tree.start < _LONG else None
        )


def _check_label(source: Source, label: Tree | Token) -> None:
    """What a result is called: `x`, `x[0]`, `x,y`, `value1/x`."""
    waiting = [label]
    while waiting:
        tree = waiting.pop()
        if isinstance(tree, Token) or tree.rule in ("name", "subscript"):
            continue
        sign = tree.children[1] if tree.rule == "binary" else None
        if tree.rule != "tuple" and not (isinstance(sign, Token) and sign.value == "/"):
            what = _KINDS.get(tree.rule, "an expression")
            hint = "the line of an 'if', 'for', 'while' or 'def' begins with that word"
            _refuse(source, label.start, label.end, f"{what} cannot be the name of a result", hint)
        waiting.extend(tree.children)


#: The names of types.
_TYPES = frozenset({"float", "int", "bool", "list", "List", "Sequence", "complex", "str", "None"})


def _is_type(tree: Tree | Token) -> bool:
    """`float`, `list[float]`, `typing.List`."""
    while isinstance(tree, Tree) and tree.rule == "subscript":
        tree = tree.children[0]
    if isinstance(tree, Tree) and tree.rule in ("name", "attribute"):
        tree = tree.children[-1]
    return isinstance(tree, Token) and tree.value in _TYPES


def _could_annotate(tree: Tree | Token) -> bool:
    """Names, text in quotes, and either with something in brackets."""
    return isinstance(tree, Token) or tree.rule in ("name", "attribute", "subscript")


def augmented(source: Source, tree: Tree, _start: int, _word: str) -> None:
    _check_target(source, tree.children[0], tuples=False, entries=True)


def looped(source: Source, tree: Tree, _start: int, _word: str) -> None:
    _check_target(source, tree.children[0], tuples=True)


def _check_target(
    source: Source, target: Tree | Token, *, tuples: bool, entries: bool = False
) -> None:
    waiting = [target]
    while waiting:
        tree = waiting.pop()
        assert isinstance(tree, Tree)
        if tree.rule == "tuple" and tuples:
            waiting.extend(reversed(tree.children))
            continue
        if tree.rule == "subscript" and entries:
            continue
        what = _KINDS.get(tree.rule, "an expression")
        if tree.rule == "name":
            name = tree.children[0]
            assert isinstance(name, Token)
            if name.value not in _CONSTANTS:
                continue
            what = name.value
        hint = "only names and entries of arrays can be assigned to; '==' compares"
        call = re.fullmatch(r"(\w+\([\w, ]+\))", source.text[tree.start : tree.end])
        if tree.rule == "call" and call is not None and entries and source.name != EXPRESSION:
            hint = f"a function is written so: def {call[1]}: return ..."
        _refuse(source, tree.start, tree.end, f"cannot assign to {what}", hint)


def defaults(source: Source, tree: Tree, _start: int, _word: str) -> None:
    """After a parameter with a default all have one; no name comes twice."""
    seen = set()
    optional = False
    for parameter in tree.children:
        assert isinstance(parameter, Tree)
        name, *rest = parameter.children
        assert isinstance(name, Token)
        default = bool(rest) and isinstance(rest[-1], Tree) and rest[-1].rule == "default"
        if optional and not default:
            message = f"parameter {name.value!r} needs a default because one before it has one"
            _refuse(source, name.start, name.end, message)
        if name.value in seen:
            _refuse(source, name.start, name.end, f"parameter {name.value!r} comes twice")
        seen.add(name.value)
        optional = default


def named(_source: Source, tree: Tree, _start: int, _word: str) -> None:
    """The module of an import becomes a single token, `os.path` too."""
    module = tree.children[0]
    assert isinstance(module, Tree)
    text = ".".join(part.value for part in module.children if isinstance(part, Token))
    tree.children[0] = Token("NAME", text, module.start, module.end)


CHECKS: dict[str, Check] = {
    check.__name__: check
    for check in (
        *(coefficient, divided, raised, assigned, annotated),
        *(augmented, looped, defaults, named),
    )
}
