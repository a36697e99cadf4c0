"""Lowering of one function: from its definition and types of arguments to a function of the IR."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from adcli.errors import TypeFault
from adcli.expr import Expr, Var
from adcli.front.builtin_names import UNARY
from adcli.front.lowering_rules.frame import Claim, Frame
from adcli.front.lowering_rules.return_statements import expect_results, final, results
from adcli.front.lowering_rules.statements import block
from adcli.front.syntax_queries import assigned_names, loop_names, token
from adcli.front.typed_builder import TypedBuilder
from adcli.ir import nodes as ir
from adcli.ir.types import BOOL, INT, REAL, array_of, base, is_array, rank
from adcli.ops.registry import TABLE
from adcli.source import Span

if TYPE_CHECKING:
    from adcli.front.function_instances import Instance, Program, Wanted
    from adcli.front.top_level_scope import Definition


def function(program: Program, instance: Instance, wanted: Wanted) -> ir.Function:
    """The code of an instance, or its types alone."""
    definition = instance.definition
    span = head_span(definition)
    build = TypedBuilder(instance.stable, types_alone=program.types_alone)
    f = Frame(program, definition, build, instance.wanted_flags, instance.at)
    params = _begin(f, instance)
    expect_results(f, definition.body)
    values = results(f, block(f, definition.body), span)
    for i, kind in instance.wanted.items():
        build.widen(values[i].name, kind)  # type: ignore[union-attr]
    if wanted != "anything":
        _refuse_others(f, values, span)
    if wanted == "reals":
        _keep_apart(f, instance, values)
        values = [_as_real(f, v, span) for v in values]
    if definition.rule is not None:
        values = [_as_new(f, v) for v in values]
    names = [final(f, v, f.place_of_results or span) for v in values]
    _claim_ranks(instance, [build.types[n] for n in names])
    _note(program, instance, build, tuple([build.types[n] for n in names]))
    code = [*f.constants_code, *build.code]
    if definition.is_prelude:
        _without_places(code)
    return ir.Function(instance.name, params, tuple(names), _types(build), code, span)


def head_span(definition: Definition) -> Span:
    """The name of a function where it is defined; of a script all of it."""
    tree = definition.tree
    place = token(tree) if tree.rule == "function" else tree
    return Span(definition.source, place.start, place.end)


# -- parameters ------------------------------------------------------------------------------------


def _begin(f: Frame, instance: Instance) -> tuple[str, ...]:
    """Give the parameters their variables; the names of these."""
    definition, build = instance.definition, f.build
    f.body = definition.body
    f.loop_names = loop_names(f.body)
    f.locals.update(definition.parameters, assigned_names(f.body))
    for index, (parameter, kind) in enumerate(
        zip(definition.parameters, instance.kinds, strict=True)
    ):
        name = f.fresh(kind, parameter)
        f.env[parameter] = Var(name)
        f.claims[name] = (partial(definition.claim_parameter, parameter), 0)
        if is_array(kind):
            build.has_arrays = True
            build.on_widening[name] = partial(_parameter_grew, instance, index)
    f.surely.update(definition.parameters)
    f.maybe.update(definition.parameters)
    params = tuple([v.name for v in f.env.values() if isinstance(v, Var)])
    f.sure_reals = {name for name in params if build.types[name] == REAL}
    f.simple = {n: row for n, row in UNARY.items() if f.is_unbound(n)}
    return params


def _parameter_grew(instance: Instance, index: int, kind: str) -> None:
    """A function puts reals into an array of integers that it was given: who calls it must know,
    and an entry takes reals."""
    if instance.gives_numbers:
        instance.definition.widen(instance.definition.parameters[index])
        raise Claim
    instance.grown[index] = kind


# -- results ---------------------------------------------------------------------------------------


def _refuse_others(f: Frame, values: Sequence[Expr], span: Span) -> None:
    """The results of the entry are numbers."""
    if not values:
        raise TypeFault("no result: a return statement is missing", span=span)
    for value in values:
        kind = f.build.type_of(value)
        if kind == BOOL:
            raise TypeFault("the result is a truth value, not a number", span=span)
        if base(kind) == BOOL:
            raise TypeFault("the result is an array of truth values", span=span)


def _keep_apart(f: Frame, instance: Instance, values: Sequence[Expr]) -> None:
    """An entry that calls itself and gives integers, which stay integers inside, takes two
    instances."""
    definition = instance.definition
    gives_integers = any(base(f.build.type_of(v)) == INT for v in values)
    if instance.was_asked and not definition.is_apart and gives_integers:
        definition.is_apart = True
        raise Claim


def _as_real(f: Frame, value: Expr, span: Span) -> Expr:
    """A result as a real number or an array of them, so that there is something to
    differentiate."""
    kind = f.build.type_of(value)
    if base(kind) != INT:
        return value
    f.program.loses_integers = True
    if not is_array(kind):
        return f.build.name(f.build.real(value), span)
    made = f.elementwise(TABLE["real"], [value], f.program.file.tree)
    f.build.widen(made.name, array_of(REAL, rank(kind)))
    return made


def _as_new(f: Frame, value: Expr) -> Expr:
    """A result; an array as one that nobody else knows."""
    if not f.is_array(value):
        return value
    from adcli.front.lowering_rules.list_literals_and_copies import copied_array

    tree = f.program.file.tree
    return copied_array(f, value.name, tree, f.span(tree))  # type: ignore[union-attr]


def _claim_ranks(instance: Instance, kinds: Sequence[str]) -> None:
    """Results that a call inside the function took for numbers are arrays: what was found with
    numbers is about another program."""
    if instance.was_asked and len(kinds) == len(instance.result_kinds):
        pairs = zip(kinds, instance.result_kinds, strict=True)
        more = [i for i, (kind, guess) in enumerate(pairs) if rank(kind) > rank(guess)]
        if any([instance.definition.claim_result(i, rank(kinds[i])) for i in more]):
            raise Claim


def _note(
    program: Program, instance: Instance, build: TypedBuilder, kinds: tuple[str, ...]
) -> None:
    """What others must know: another pass is needed if a type grew, or if a call inside the
    function itself guessed otherwise."""
    program.changed |= build.changed
    program.changed |= instance.was_asked and instance.result_kinds != kinds
    program.shared_makers += build.read_only_makers
    program.shared.update({(instance.name, v): what for v, what in build.read_only.items()})
    instance.result_kinds = kinds
    instance.is_known = True
    instance.is_settled = True


# -- code ------------------------------------------------------------------------------------------


def _types(build: TypedBuilder) -> dict[str, str]:
    """The types of all variables."""
    types = build.types
    if "" in types.values():  # that of a variable that only unreachable statements assign
        types = {name: kind for name, kind in types.items() if kind}
    if build.has_arrays:  # what nothing was ever put into holds integers
        types = {n: k if base(k) else INT + k for n, k in types.items()}
    return types


def _without_places(code: Sequence[ir.Stmt]) -> None:
    """Take the places off statements that are not the user's: a failure is that of their call."""
    for stmt in ir.walk(code):
        object.__setattr__(stmt, "span", None)  # nobody else knows these statements yet
