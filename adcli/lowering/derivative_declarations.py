"""Functions that declare their derivatives: `@derivative(x=slope)`.

Two forms, see `adcli.front.derivative_declarations`: partial derivatives by parameters, or
functions `forward` and `reverse`.  Invariant: a call of such a function is a call of the IR whose
function has a rule; all its parameters and results are numbers and arrays with variables of their
own.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from adcli.errors import NameFault, TypeFault, suggestion
from adcli.expr import Var
from adcli.front.derivative_declarations import WAYS, changed
from adcli.ir import nodes as ir
from adcli.ir.types import REAL, base, is_array, rank
from adcli.lowering import flattened_values
from adcli.lowering.heap_objects import Reference, new
from adcli.lowering.lists import Array, array_of_list, kind_of_list
from adcli.lowering.lowering_session import Session, Variant
from adcli.lowering.number_values import Number, as_kind
from adcli.lowering.refusals import PathEnds, Refusal
from adcli.lowering.scopes import LocalScope
from adcli.lowering.tuples import Tuple
from adcli.lowering.user_functions import Function, bound_arguments, finish
from adcli.lowering.values import Leaf, Maker, Shape, Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame
    from adcli.source import Span


class Declaration(Value):
    """What `derivative(x=slope)` is: it makes a function declare its derivative."""

    __slots__ = ("parts", "span")
    what = "a declaration of a derivative"

    def __init__(self, parts: dict[str, Value], span: Span | None) -> None:
        self.parts = parts
        self.span = span

    def call(
        self, f: Frame, args: Sequence[Value], keywords: dict[str, Value], node: ast.AST
    ) -> Value:
        (function,) = args
        if not isinstance(function, Function):
            raise Refusal("a derivative declared of what is no function", node)
        known = [*function.text.positional, *function.text.keyword_only, *WAYS]
        for name in self.parts:
            if name not in known:
                raise NameFault(
                    f"{function.text.name} has no parameter '{name}'",
                    span=self.span,
                    hint=suggestion(name, known),
                )
        return Declared(function, self.parts, self.span)


class Declared(Value):
    """A function that declares its derivative."""

    __slots__ = ("function", "parts", "span")

    def __init__(self, function: Function, parts: dict[str, Value], span: Span | None) -> None:
        self.function = function
        self.parts = parts
        self.span = span

    @property
    def what(self) -> str:
        return self.function.what

    def is_same(self, other: Value) -> bool:
        return isinstance(other, Declared) and other.function.is_same(self.function)

    def truth(self, f: Frame, node: ast.AST) -> Number:
        return f.known(True)

    def call(
        self, f: Frame, args: Sequence[Value], keywords: dict[str, Value], node: ast.AST
    ) -> Value:
        if f.variant is None:
            return self.function.call(f, args, keywords, node)
        bound = bound_arguments(f, self.function, args, keywords, node)
        return called(f, self, bound, node)

    def flatten(self, f: Frame, leaves: list[Leaf]) -> Shape:
        return (Declared, self)

    @classmethod
    def rebuilt(cls, f: Frame, shape: Shape, make: Maker) -> Value:
        found: Declared = shape[1]
        return found

    def type_name(self) -> str:
        return "function"


class _Fixed(Variant):
    """A function whose parameters have the types that its declaration gives them."""

    def claim(self, parameter: int, what: str) -> None:
        """Nobody can change the type of a parameter."""


def called(f: Frame, declared: Declared, bound: dict[str, Value], node: ast.AST) -> Value:
    """A call of a function that declares its derivative."""
    session, function = f.session, declared.function
    leaves: list[Leaf] = []
    for value in bound.values():
        if isinstance(value, Reference):
            array_of_list(f, value, node)
    keeps, f.keeps_known_reals = f.keeps_known_reals, False
    if function.text.module.is_library:  # one variant for all sizes of matrices
        shape = tuple([flattened_values.widened(f, v, leaves) for v in bound.values()])
    else:
        shape = tuple([v.flatten(f, leaves) for v in bound.values()])
    shape = tuple([flattened_values.renumbered(part, {}) for part in shape])
    f.keeps_known_reals = keeps
    key = (declared, shape)
    variant = session.variant(
        key, function, lambda v: _build(session, declared, list(bound), shape, v)
    )
    if variant.result is None:
        raise Refusal(f"{function.text.name} declares a derivative and has no value", node)
    made = session.functions.get(variant.name)
    if made is not None and made.rule is None:
        _add_rule(session, declared, list(bound), shape, variant, made)
    targets: list[str] = []

    def target(kind: str) -> Var:
        found = f.fresh(kind)
        targets.append(found.name)
        return found

    value = flattened_values.rebuilt(f, variant.result, target)
    args = tuple([atom for atom, _ in leaves])
    f.add(ir.Call(tuple(targets), variant.name, args, span=f.span(node)))
    return value


# -- functions of the IR ---------------------------------------------------------------------------


def _opened(session: Session, declared: Declared, variant: Variant) -> Frame:
    text = declared.function.text
    outer = declared.function.scope
    scope = LocalScope(session.next_number(), text, text.module, outer)
    return session.new_frame(session, scope, variant)


def _parameters(
    f: Frame, names: Sequence[str], shape: Shape, params: list[str]
) -> dict[str, Value]:
    """The values of parameters of a shape, with a variable for each leaf."""
    found: dict[str, Value] = {}
    for name, part in zip(names, shape, strict=True):

        def make(kind: str, hint: str = name) -> Var:
            variable = f.fresh(kind, hint)
            params.append(variable.name)
            return variable

        found[name] = flattened_values.rebuilt(f, part, make)
    return found


def _build(
    session: Session, declared: Declared, names: list[str], shape: Shape, variant: Variant
) -> None:
    """Lower the function itself."""
    f = _opened(session, declared, variant)
    params: list[str] = []
    for name, value in _parameters(f, names, shape, params).items():
        f.state.names[(f.scope.number, name)] = value
    f.parameters.update({name: i for i, name in enumerate(params)})
    results: list[str] = []
    try:
        value = f.body_value(declared.function.text)
        results = finish(f, variant, _own(f, value, declared))
    except PathEnds:
        pass
    session.functions[variant.name] = _function(f, variant.name, params, results)


def _function(f: Frame, name: str, params: list[str], results: list[str]) -> ir.Function:
    assert f.scope.text is not None
    code = f.finished(results, params)
    span = f.span(f.scope.text.node)
    return ir.Function(name, tuple(params), tuple(results), f.build.types, code, span)


def _own(f: Frame, value: Value, declared: Declared) -> Value:
    """What is returned, each number in a variable and each array as one that nobody else has."""
    node = declared.function.text.node
    if isinstance(value, Tuple):
        return Tuple([_own(f, part, declared) for part in value.items])
    if isinstance(value, Number):
        variable = f.fresh(value.kind)
        f.add(ir.Let(variable.name, f.settled(value, node).atom, f.span(node)))
        return Number(variable, value.kind)
    if isinstance(value, Reference) and kind_of_list(f, value) is not None:
        if declared.function.text.module.is_library:  # its functions return lists that they make
            array_of_list(f, value, node)
            return value
        name = "list_of" if rank(kind_of_list(f, value) or "") == 1 else "copied_rows"
        found = f.session.library_call(f, name, [value], node)
        assert isinstance(found, Reference)
        array_of_list(f, found, node)
        return found
    raise TypeFault(f"the result is {value.what}, not a number", span=declared.span)


# -- rules -----------------------------------------------------------------------------------------


def _add_rule(
    session: Session, declared: Declared, names: list[str], shape: Shape, variant: Variant,
    made: ir.Function,
) -> None:  # fmt: skip
    """Give a function of the IR the rule that is declared."""
    if not any([base(made.types[p]) == REAL for p in made.params]):
        return
    _refuse_changes(session, declared, made)
    made.rule = ir.Rule("", "")  # for calls of the function from its derivative
    rule = _Rule(session, declared, names, shape, variant, made)
    ways = [way for way in WAYS if way in declared.parts]
    if set(declared.parts) - set(WAYS):
        rule.check_partials()
        ways = list(WAYS)
    found = {way: rule.function(way) for way in ways}
    made.rule.forward = found.get("forward", "")
    made.rule.reverse = found.get("reverse", "")


def _refuse_changes(session: Session, declared: Declared, made: ir.Function) -> None:
    """The rule knows only what arrays hold when the function is called."""
    for name in sorted(changed(session.functions, made, set())):
        raise TypeFault(
            f"{declared.function.text.name} has a derivative of its own and must not change "
            f"'{name}'",
            span=declared.span,
            hint=f"let it work on a copy: {name}[:]",
        )


class _Rule:
    """The functions that compute a declared derivative, for one shape of arguments."""

    def __init__(
        self, session: Session, declared: Declared, names: list[str], shape: Shape,
        variant: Variant, made: ir.Function,
    ) -> None:  # fmt: skip
        self.session = session
        self.declared = declared
        self.names = names
        self.shape = shape
        self.result = variant.result or ()
        self.made = made
        self.name = declared.function.text.name
        self.kinds = [made.types[p] for p in made.params]
        self.reals = [k for k in self.kinds if base(k) == REAL]
        self.results = [k for r in made.results if base(k := made.types[r]) == REAL]

    def check_partials(self) -> None:
        """Partial derivatives are there for each real parameter of a function with one result."""
        span = self.declared.span
        if [self.made.types[r] for r in self.made.results] != [REAL]:
            raise TypeFault(
                "partial derivatives are for a function with one number as its result",
                span=span,
                hint="declare forward=... and reverse=...",
            )
        for name, part in zip(self.names, self.shape, strict=True):
            if name not in self.declared.parts and _is_real(self.session, self.declared, part):
                raise TypeFault(
                    f"the derivative by '{name}' is missing",
                    span=span,
                    hint=f"add {name}=...; where it is 0, write {name}=0",
                )

    def function(self, way: str) -> str:
        """The name of the function of the IR for a way."""
        name = self.session.function_name(f"{self.name}.{way}")
        f = _opened(self.session, self.declared, _Fixed(name))
        params: list[str] = []
        given = _parameters(f, self.names, self.shape, params)
        results = flattened_values.rebuilt(f, self.result, _maker(f, "y", params))
        seeds = [
            _variable(f, _maker(f, "seed", params)(kind), kind)
            for kind in (self.reals if way == "forward" else self.results)
        ]
        node = self.declared.function.text.node
        try:
            if way in self.declared.parts:
                value = self._by_function(f, way, [*given.values(), *_spread(results), *seeds])
            else:
                value = self._by_partials(f, way, given, seeds)
            wanted = self.results if way == "forward" else self.reals
            found = self._results(f, way, value, wanted, node)
        except PathEnds:
            found = [self._nothing(f, kind) for kind in
                     (self.results if way == "forward" else self.reals)]  # fmt: skip
        self.session.functions[name] = _function(f, name, params, found)
        return name

    @staticmethod
    def _nothing(f: Frame, kind: str) -> str:
        """A result of a function that always raises."""
        return f.fresh(kind, "result").name

    def _by_function(self, f: Frame, way: str, args: list[Value]) -> Value:
        part = self.declared.parts[way]
        if isinstance(part, Function) and len(part.text.positional) != len(args):
            raise TypeFault(
                f"{part.text.name} takes {len(part.text.positional)} parameters, as the {way} "
                f"derivative of {self.name} it needs {len(args)}",
                span=self.declared.span,
                hint=_signature(self.names, way),
            )
        return part.call(f, args, {}, self.declared.function.text.node)

    def _by_partials(
        self, f: Frame, way: str, given: dict[str, Value], seeds: list[Value]
    ) -> Value:
        """The chain rule: the sum of partial derivatives times tangents, or the adjoint times
        each."""
        node = self.declared.function.text.node
        parts: list[Value] = []
        reals = [n for n, value in given.items() if _is_real_value(f, value)]
        for i, name in enumerate(reals):
            part = self.declared.parts[name]
            is_list = isinstance(given[name], Reference)
            if isinstance(part, Number):
                partial: Value = part
                if is_list:
                    partial = self._scaled(f, part, given[name], node)
            else:
                partial = part.call(f, list(given.values()), {}, node)
            if way == "reverse":
                parts.append(
                    self._scaled(f, seeds[0], partial, node) if is_list
                    else f.binary("*", seeds[0], partial, node)
                )  # fmt: skip
            elif is_list:
                library = "inner" if _rank(f, given[name]) == 1 else "inner_rows"
                parts.append(f.session.library_call(f, library, [partial, seeds[i]], node))
            else:
                parts.append(f.binary("*", partial, seeds[i], node))
        if way == "reverse":
            return Tuple(parts)
        total = parts[0]
        for part in parts[1:]:
            total = f.binary("+", total, part, node)
        return total

    @staticmethod
    def _scaled(f: Frame, factor: Value, value: Value, node: ast.AST) -> Value:
        library = "scaled" if _rank(f, value) == 1 else "scaled_rows"
        return f.session.library_call(f, library, [factor, value], node)

    def _results(
        self, f: Frame, way: str, value: Value, wanted: list[str], node: ast.AST
    ) -> list[str]:
        """What is returned, as variables of the types that are wanted."""
        parts = list(_spread(_own(f, value, self.declared)))
        kinds = [_kind(f, part) for part in parts]
        if len(kinds) != len(wanted) or any(
            [rank(a) != rank(b) or (is_array(a) and base(a) != REAL)
             for a, b in zip(kinds, wanted, strict=True)]
        ):  # fmt: skip
            raise TypeFault(
                f"{_called(self.declared.parts.get(way), way)} does not return what the {way} "
                f"derivative of {self.name} must: {', '.join(wanted)}",
                span=self.declared.span,
                hint=_signature(self.names, way),
            )
        found: list[str] = []
        for part, kind in zip(parts, wanted, strict=True):
            result = f.fresh(kind, "result")
            if isinstance(part, Number):
                f.add(ir.Let(result.name, as_kind(f, part, REAL, node).atom, f.span(node)))
            else:
                assert isinstance(part, Reference)
                f.add(ir.Let(result.name, array_of_list(f, part, node).variable, f.span(node)))
            found.append(result.name)
        return found


def _called(part: Value | None, way: str) -> str:
    return part.text.name if isinstance(part, Function) else way


def _signature(names: list[str], way: str) -> str:
    params = ", ".join(names)
    if way == "forward":
        return f"from {params}, the results and the tangents of {params} to those of the results"
    return f"from {params}, the results and their adjoints to the adjoints of {params}"


def _maker(f: Frame, hint: str, params: list[str]) -> Callable[[str], Var]:
    def make(kind: str) -> Var:
        variable = f.fresh(kind, hint)
        params.append(variable.name)
        return variable

    return make


def _variable(f: Frame, variable: Var, kind: str) -> Value:
    return new(f, Array(variable, kind)) if is_array(kind) else Number(variable, kind)


def _spread(value: Value) -> Sequence[Value]:
    return value.items if isinstance(value, Tuple) else [value]


def _kind(f: Frame, value: Value) -> str:
    if isinstance(value, Number):
        return value.kind
    return kind_of_list(f, value) or ""


def _rank(f: Frame, value: Value) -> int:
    return rank(_kind(f, value))


def _is_real_value(f: Frame, value: Value) -> bool:
    return base(_kind(f, value)) == REAL and isinstance(value, Number | Reference)


def _is_real(session: Session, declared: Declared, part: Shape) -> bool:
    """Whether a parameter of a shape is a real number or an array of them."""
    f = _opened(session, declared, _Fixed("%"))
    return _is_real_value(f, flattened_values.rebuilt(f, part, lambda kind: f.fresh(kind)))
