"""Calls: which function a call means, and calls of the functions of the table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.errors import NameFault, TypeFault, suggestion
from adcli.expr import OPERATORS, Expr
from adcli.front.builtin_names import (
    CHAINED,
    CONSTANTS,
    CONVERSIONS,
    ITERATORS,
    PRELUDE,
    known_functions,
)
from adcli.front.foreign_function_names import meant
from adcli.front.lowering_rules.arithmetic import raised
from adcli.front.lowering_rules.names import is_module, name_in_math, not_in_math, unknown_name
from adcli.front.syntax_queries import subtree, token, trees
from adcli.front.top_level_scope import Constant, Definition, Imported, MathModule
from adcli.ir.types import INT, is_array
from adcli.ops.primitive import Primitive
from adcli.ops.registry import FUNCTIONS, TABLE

if TYPE_CHECKING:
    from adcli.front.lowering_rules.frame import Frame
    from adcli.front.parse_tree import Tree

#: Functions of math that are functions of arrays.
_ARRAYS_IN_MATH = ("dist", "prod", "sumprod")


def called(f: Frame, tree: Tree) -> Expr:
    """The one value of a call."""
    return one(f, call_values(f, tree), tree)


def one(f: Frame, values: Sequence[Expr], tree: Tree) -> Expr:
    if len(values) != 1:
        count = len(values) or "no"
        raise TypeFault(f"this call gives {count} values where one is wanted", span=f.span(tree))
    return values[0]


def call_values(f: Frame, tree: Tree) -> Sequence[Expr]:
    """The values of a call; several for a function of the program that returns several."""
    callee = subtree(tree, 0)
    if callee.rule == "attribute":
        if is_module(f, subtree(callee, 0)):
            return [_builtin(f, name_in_math(f, callee), callee, tree, is_math=True)]
        from adcli.front.lowering_rules.array_methods import method

        return method(f, callee, tree)
    if callee.rule != "name":
        raise TypeFault(
            "only a name can be called", span=f.span(callee), hint="write * for a product"
        )
    word = token(callee).value
    if word in f.locals:
        raise TypeFault(
            f"'{word}' is a value, not a function",
            span=f.span(callee),
            hint=f"write {word}*(...) for a product",
        )
    meaning = f.meaning(word, callee)
    if isinstance(meaning, Definition):
        from adcli.front.lowering_rules.user_calls import user_call

        return user_call(f, meaning, tree)
    if isinstance(meaning, Constant):
        raise TypeFault(f"'{word}' is a value, not a function", span=f.span(callee))
    if isinstance(meaning, MathModule):
        raise unknown_name(f, word, callee)
    if isinstance(meaning, Imported):
        return [_builtin(f, meaning.name, callee, tree, is_math=True)]
    return [_builtin(f, word, callee, tree, is_math=False)]


# -- functions of the language ---------------------------------------------------------------------


def _builtin(f: Frame, word: str, callee: Tree, tree: Tree, *, is_math: bool) -> Expr:
    """A call of a function of the language, or of Python's math if that is meant."""
    parts = trees(tree)[1:]
    takes_arrays = word in PRELUDE or (word in CHAINED and len(parts) == 1)
    if takes_arrays and (not is_math or word in _ARRAYS_IN_MATH):
        from adcli.front.lowering_rules.array_functions import array_builtin

        found = array_builtin(f, word, parts, tree)
        if found is not None:
            return found
    row = FUNCTIONS.get(word) or CONVERSIONS.get(word)
    if f.is_prelude:
        row = row or TABLE.get(word)
    if row is None:
        raise not_in_math(f, word, callee) if is_math else _unknown_function(f, word, callee)
    args: list[Expr] = []
    for i, arg in enumerate(parts):
        if arg.rule == "keyword":
            raise TypeFault(f"{word} takes no keyword arguments", span=f.span(arg))
        if i in row.integers:
            from adcli.front.lowering_rules.parameter_type_claims import integer

            args.append(integer(f, arg, f"argument {i + 1} of {word}"))
        else:
            args.append(_argument(f, arg))
    if word == "fabs" or (is_math and word == "pow"):  # math's own work on reals only
        args = [_as_real(f, a, tree) for a in args]
    elif word == "pow" and len(args) == 2:
        return raised(f, args[0], args[1], parts[1])
    return _apply_row(f, word, row, args, tree)


def _argument(f: Frame, tree: Tree) -> Expr:
    """An argument as an atom; a comprehension stands for the list of its entries."""
    if tree.rule != "comprehension":
        return f.atom(tree)
    from adcli.front.lowering_rules.comprehensions import comprehension

    return comprehension(f, tree)


def _as_real(f: Frame, atom: Expr, tree: Tree) -> Expr:
    """An atom as a real one."""
    kind = f.build.type_of(atom)
    if is_array(kind):
        return f.elementwise(CONVERSIONS["float"], (atom,), tree)
    if kind != INT:
        return atom
    return f.build.name(f.build.real(atom), f.span(tree))


def _apply_row(f: Frame, word: str, row: Primitive, args: list[Expr], tree: Tree) -> Expr:
    if len(args) == row.arity == 1:
        return f.applied(row, (args[0],), tree)
    if word in CHAINED and len(args) > 1:
        kinds = {f.build.type_of(a) for a in args}
        if len(kinds) > 1:  # what comes out may be any of them
            args = [_as_real(f, a, tree) for a in args]
        value = args[0]
        for arg in args[1:]:
            left = f.build.name(value, f.span(tree))
            value = f.applied(row, (left, arg), tree)
        return value
    if word == "log" and len(args) == 2:
        span = f.span(tree)
        parts = [f.build.name(f.applied(row, (a,), tree), span) for a in args]
        return f.applied(OPERATORS["/"], tuple(parts), tree)
    if len(args) != row.arity:
        raise wrong_arity(f, word, row.arity, len(args), tree)
    return f.applied(row, tuple(args), tree)


# -- what goes wrong -------------------------------------------------------------------------------

#: Letters that are variables more often than a slip before a function: xsin(x), tlog(t).
_FACTORS = "xyztuvwkn"


def wrong_arity(f: Frame, word: str, wanted: int, given: int, tree: Tree) -> TypeFault:
    many = "argument" if wanted == 1 else "arguments"
    least = " at least" if word in CHAINED else ""
    names = ", ".join("xyz"[:wanted]) if wanted <= 3 else "..."
    message = f"{word} takes{least} {wanted} {many}, {given} given"
    return TypeFault(message, span=f.span(tree), hint=f"write {word}({names})")


def _unknown_function(f: Frame, word: str, callee: Tree) -> NameFault:
    span = f.span(callee)
    if word in CONSTANTS:
        hint: str | None = f"write {word}*(...) for a product"
        return NameFault(f"'{word}' is a number, not a function", span=span, hint=hint)
    if word in ITERATORS:
        return NameFault(f"{word} stands only after 'in'", span=span)
    hint = meant(word)
    is_product = word[0] in _FACTORS and word[1:] in known_functions()
    if hint is None and is_product and f.program.file.is_script:
        hint = f"write {word[0]}*{word[1:]}(...) for a product"
    hint = hint or suggestion(word, {*known_functions(), *f.program.file.definitions})
    if hint is None and f.program.file.is_script:
        hint = f"to multiply, write {word}*(...); to define it, write def {word}(...) into a file"
    return NameFault(f"unknown function '{word}'", span=span, hint=hint)
