"""Functions of the program: calls of them, and what goes from a call to its function and back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from adcli.errors import AdcliError, TypeFault, suggestion
from adcli.expr import Expr, Var
from adcli.front.lowering_rules.parameter_type_claims import claim_array, integer
from adcli.front.syntax_queries import subtree, token, trees
from adcli.ir import nodes as ir
from adcli.ir.types import is_array, rank

if TYPE_CHECKING:
    from adcli.front.lowering_rules.frame import Frame
    from adcli.front.parse_tree import Tree
    from adcli.front.top_level_scope import Definition


def user_call(f: Frame, definition: Definition, tree: Tree) -> list[Expr]:
    """The values of a call of a function of the program."""
    args: dict[str, Expr] = {}
    for parameter, given in _matched(f, definition, tree):
        is_default = given is definition.defaults.get(parameter)
        start = len(f.build.code)
        # a default does not see the caller's names
        frame = f.program.bare_frame(f.build, definition.at) if is_default else f
        value = _argument(frame, definition, parameter, given, asking=f)
        if is_default and isinstance(value, Var) and is_array(f.build.type_of(value)):
            f.build.read_only.setdefault(value.name, f"the default of '{parameter}'")
            f.build.read_only_makers += f.build.code[start:]
        args[parameter] = value
    return invoke(f, definition, [args[p] for p in definition.parameters], tree)


def _argument(
    f: Frame, definition: Definition, parameter: str, given: Tree, *, asking: Frame
) -> Expr:
    """The value of one argument, which frame `asking` hands over."""
    if given.rule == "comprehension":
        from adcli.front.lowering_rules.comprehensions import comprehension

        return comprehension(f, given)
    if parameter in definition.integers and not definition.ranks.get(parameter):
        return integer(f, given, f"'{parameter}' of {definition.name}")
    value = f.build.name(f.value(given), asking.span(given))
    wanted = definition.ranks.get(parameter, 0)
    expect_array(asking, value, wanted, f"'{parameter}' of {definition.name}", given)
    return value


def expect_array(f: Frame, value: Expr, wanted: int, parameter: str, tree: Tree) -> None:
    """Refuse an argument with fewer indices than its parameter has."""
    if rank(f.build.type_of(value)) < wanted:
        claim_array(f, value, wanted)
        what = "an array" if wanted == 1 else "a matrix"
        raise TypeFault(f"{parameter} is {what}, this is not", span=f.span(tree))


def invoke(f: Frame, definition: Definition, args: list[Expr], tree: Tree) -> list[Expr]:
    """Call a function with arguments that are atoms."""
    build, span = f.build, f.span(tree)
    kinds = tuple([build.type_of(a) for a in args])
    try:
        instance = f.program.instance(definition, kinds, f.at)
    except AdcliError as fault:
        if definition.is_prelude and not f.is_prelude:
            fault.span = span  # the prelude is not the user's text
        raise
    for i, wide in instance.grown.items():
        array = args[i]
        assert isinstance(array, Var)
        build.widen(array.name, wide)
    targets: list[str] = []
    for i, kind in enumerate(instance.result_kinds):
        target = f.fresh(kind)
        targets.append(target)
        if is_array(kind):
            build.has_arrays = True
            build.on_widening[target] = partial(f.program.want_result, instance, i)
        if not instance.is_settled:
            f.guesses[target] = partial(definition.claim_result, i)
            f.claims[target] = (f.guesses[target], 0)
    atoms = tuple([build.name(arg, span) for arg in args])
    f.add(ir.Call(tuple(targets), instance.name, atoms, span=span))
    return [Var(t) for t in targets]


def _matched(f: Frame, definition: Definition, tree: Tree) -> list[tuple[str, Tree]]:
    """Each parameter with the syntax of its argument, in the order in which they are written; then
    those that have their default."""
    given: dict[str, Tree] = {}
    free = list(definition.parameters)
    for arg in trees(tree)[1:]:
        if arg.rule == "keyword":
            name, value = token(arg).value, subtree(arg, 1)
            if name not in definition.parameters:
                raise TypeFault(
                    f"{definition.name} has no parameter '{name}'",
                    span=f.span(arg),
                    hint=suggestion(name, definition.parameters),
                )
            if name in given:
                raise TypeFault(f"'{name}' is given twice", span=f.span(arg))
            free.remove(name)
        else:
            if not free:
                raise _too_many(f, definition, tree)
            name, value = free.pop(0), arg
        given[name] = value
    missing = [p for p in free if p not in definition.defaults]
    if missing:
        raise TypeFault(f"{definition.name} is called without '{missing[0]}'", span=f.span(tree))
    return [*given.items(), *[(p, definition.defaults[p]) for p in free]]


def _too_many(f: Frame, definition: Definition, tree: Tree) -> TypeFault:
    wanted, given = len(definition.parameters), len(trees(tree)) - 1
    many = "argument" if wanted == 1 else "arguments"
    return TypeFault(f"{definition.name} takes {wanted} {many}, {given} given", span=f.span(tree))
