"""Derivatives that a program declares: `@derivative(x=slope)` above a function.

Two forms.  With the names of parameters, each gets a function of the same parameters that is the
partial derivative by it: a number, or for an array an array of its shape.  With `forward` and
`reverse`, functions that take the parameters, the results, and then the tangents of the real
parameters or the adjoints of the results, and return those of the others.  A partial derivative is
the chain rule written out, so the first form becomes the second here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcli.errors import AdcliError, NameFault, SyntaxFault, TypeFault, suggestion
from adcli.expr import Var
from adcli.front.parse_tree import Tree
from adcli.front.syntax_queries import subtree, token, trees
from adcli.front.top_level_scope import Definition
from adcli.ir import nodes as ir
from adcli.ir.types import REAL, base, is_array, rank
from adcli.source import Source

if TYPE_CHECKING:
    from adcli.front.function_instances import Program
    from adcli.front.script_top_level import ScriptFile

#: Ways through a function, by the keywords that declare them.
WAYS = ("forward", "reverse")


class Declared:
    """What a decorator says: the syntax of the function that each keyword names."""

    __slots__ = ("parts", "tree")

    def __init__(self, tree: Tree, parts: dict[str, Tree]) -> None:
        self.tree = tree
        self.parts = parts


def declared(file: ScriptFile, decorators: list[Tree], definition: Definition) -> Declared:
    """The one decorator of a function, understood."""
    tree = subtree(decorators[0], 0)
    callee = subtree(tree, 0) if tree.rule == "call" else tree
    named = token(callee, len(callee.children) - 1).value if callee.children else ""
    if len(decorators) > 1 or callee.rule not in ("name", "attribute") or named != "derivative":
        raise SyntaxFault(
            "the only decorator of the language is derivative",
            span=file.span(decorators[-1]),
            hint="remove this line",
        )
    parts: dict[str, Tree] = {}
    for arg in trees(tree)[1:] if tree.rule == "call" else []:
        if arg.rule != "keyword":
            raise TypeFault("derivative takes names: derivative(x=slope)", span=file.span(arg))
        name = token(arg).value
        known = [*definition.parameters, *WAYS]
        if name not in known:
            raise NameFault(
                f"{definition.name} has no parameter '{name}'",
                span=file.span(arg),
                hint=suggestion(name, known),
            )
        parts[name] = subtree(arg, 1)
    if not parts:
        raise TypeFault(
            "derivative needs the functions that compute it",
            span=file.span(tree),
            hint="for example: @derivative(x=slope), slope being a function of the same parameters",
        )
    return Declared(tree, parts)


def rule_of(program: Program, definition: Definition, function: ir.Function) -> ir.Rule | None:
    """The rule of one instance of a function; None if no parameter is real."""
    rule = definition.rule
    assert rule is not None
    kinds = [function.types[p] for p in function.params]
    results = [function.types[r] for r in function.results]
    reals = [k for k in kinds if base(k) == REAL]
    if not reals:
        return None
    _refuse_changes(program, definition, function)
    whole = [r for r in results if base(r) == REAL]
    ways = {way: rule.parts[way] for way in WAYS if way in rule.parts}
    if not set(rule.parts).isdisjoint(definition.parameters):
        made = _from_partials(program, definition, kinds, results)
    else:
        made = {way: _named(program, definition, tree) for way, tree in ways.items()}
    names = dict.fromkeys(WAYS, "")
    before = [*kinds, *results]
    wanted = {"forward": ([*before, *reals], whole), "reverse": ([*before, *whole], reals)}
    for way, found in made.items():
        given, out = wanted[way]
        if len(found.parameters) != len(given):
            raise TypeFault(
                f"{found.name} takes {len(found.parameters)} parameters, as the {way} derivative "
                f"of {definition.name} it needs {len(given)}",
                span=program.file.span(rule.parts.get(way, rule.tree)),
                hint=_signature(definition, way),
            )
        try:
            instance = program.instance(found, tuple(given), results="reals")
        except AdcliError as fault:
            if found.is_prelude and not definition.is_prelude:
                fault.span = program.file.span(rule.tree)
            raise
        if list(instance.result_kinds) != out and instance.is_settled:
            raise TypeFault(
                f"{found.name} does not return what the {way} derivative of {definition.name} "
                f"must: {', '.join(out)}",
                span=program.file.span(rule.parts.get(way, rule.tree)),
                hint=_signature(definition, way),
            )
        names[way] = instance.name
    return ir.Rule(names["forward"], names["reverse"])


def _signature(definition: Definition, way: str) -> str:
    params = ", ".join(definition.parameters)
    if way == "forward":
        return f"from {params}, the results and the tangents of {params} to those of the results"
    return f"from {params}, the results and their adjoints to the adjoints of {params}"


def _named(program: Program, definition: Definition, tree: Tree) -> Definition:
    """The function that a keyword names."""
    name = token(tree).value if tree.rule == "name" else ""
    found = definition.scope.meaning(name, None)
    if not isinstance(found, Definition):
        raise NameFault(
            "a derivative is the name of a function of the program",
            span=program.file.span(tree),
            hint=suggestion(name, program.file.definitions) if name else None,
        )
    if definition.scope.meaning(name, definition.at) not in (found, None):
        raise NameFault(f"'{name}' is bound again below", span=program.file.span(tree))
    return found


def _from_partials(
    program: Program, definition: Definition, kinds: list[str], results: list[str]
) -> dict[str, Definition]:
    """The chain rule for partial derivatives, as functions in the language itself."""
    rule = definition.rule
    assert rule is not None
    if results != [REAL]:
        raise TypeFault(
            "partial derivatives are for a function with one number as its result",
            span=program.file.span(rule.tree),
            hint="declare forward=... and reverse=...",
        )
    params = [f"p{i}" for i in range(len(kinds))]
    given = ", ".join(params)
    terms, shares, tangents = [], [], []
    for i, (name, kind) in enumerate(zip(definition.parameters, kinds, strict=True)):
        if base(kind) != REAL:
            continue
        if name not in rule.parts:
            raise TypeFault(
                f"the derivative by '{name}' is missing",
                span=program.file.span(rule.tree),
                hint=f"add {name}=...; where it is 0, write {name}=0",
            )
        part = rule.parts[name]
        if part.rule == "number":
            partial = f"{token(part).value}*p{i}" if rank(kind) else token(part).value
        else:
            partial = f"{_named(program, definition, part).name}({given})"
        product = "__inner({}, {})" if rank(kind) else "{} * {}"
        terms.append(product.format(partial, f"t{i}"))
        shares.append(f"seed * {partial}")
        tangents.append(f"t{i}")
    head = f"def {definition.name}({given}, y"
    forward = f"{head}, {', '.join(tangents)}):\n return {' + '.join(terms)}\n"
    reverse = f"{head}, seed):\n return {', '.join(shares)}\n"
    from adcli.front.parse import parse_program

    made: dict[str, Definition] = {}
    for way, text in zip(WAYS, (forward, reverse), strict=True):
        source = Source(text, f"<derivative of {definition.name}>")
        (tree,) = trees(parse_program(source))
        made[way] = program.file.defined(tree, source, definition.scope)
        made[way].name = f"{definition.name}.{way}"
        made[way].at = definition.at
        made[way].fixed.update(made[way].parameters)
    return made


def _refuse_changes(program: Program, definition: Definition, function: ir.Function) -> None:
    """A function whose derivative is declared leaves its arrays alone: the rule knows only what
    they hold when it is called."""
    changing = changed(program.functions, function, set())
    for param, name in zip(function.params, definition.parameters, strict=True):
        if param in changing:
            assert definition.rule is not None
            raise TypeFault(
                f"{definition.name} has a derivative of its own and must not change '{name}'",
                span=program.file.span(definition.rule.tree),
                hint=f"let it work on a copy: {name}[:]",
            )


def changed(functions: dict[str, ir.Function], function: ir.Function, seen: set[str]) -> set[str]:
    """The parameters of a function whose arrays it may change, itself or by those it calls."""
    if function.name in seen:
        return set()  # what it changes is found where it was first met
    seen = seen | {function.name}
    same: dict[str, str] = {}

    def root(name: str) -> str:
        while same.get(name, name) != name:
            name = same[name]
        return name

    marks: set[str] = set()
    for stmt in ir.walk(function.body):
        match stmt:
            case (
                ir.Let(a, Var(b))
                | ir.Load(a, b, _)
                | ir.Take(b, a)
                | ir.Store(b, _, Var(a))
                | ir.Append(b, Var(a))
            ):
                if is_array(function.types[a]):
                    same[root(a)] = root(b)
            case ir.Call(_, name, args):
                callee = functions.get(name)
                touched = changed(functions, callee, seen) if callee else set()
                for param, arg in zip(callee.params, args, strict=True) if callee else ():
                    if param in touched and isinstance(arg, Var):
                        marks.add(arg.name)
    for stmt in ir.walk(function.body):
        if isinstance(stmt, ir.Store | ir.Append | ir.Take):
            marks.add(stmt.array)
    roots = {root(m) for m in marks}
    return {p for p in function.params if is_array(function.types[p]) and root(p) in roots}


def called(functions: dict[str, ir.Function], name: str) -> str:
    """The entry of a program whose entry would be a function that is differentiated by a rule:
    another one that calls it."""
    inner = functions[name]
    if inner.rule is None:
        return name
    targets = tuple([f"%{r}" for r in inner.results])
    code: list[ir.Stmt] = [
        ir.Call(targets, name, tuple([Var(p) for p in inner.params]), span=inner.span)
    ]
    code += [ir.Let(r, Var(t), inner.span) for r, t in zip(inner.results, targets, strict=True)]
    types = {n: inner.types[n] for names in (inner.params, inner.results) for n in names}
    types.update((t, inner.types[r]) for t, r in zip(targets, inner.results, strict=True))
    outer = f"{name}.entry"
    functions[outer] = ir.Function(outer, inner.params, inner.results, types, code, inner.span)
    return outer
