"""Functions of the program, and what a call of one becomes.

Invariant: a call with values alone (numbers, tuples, known options, arrays) is a call of the IR, of
the variant for their shapes.  A call that hands objects in or out, functions with captured names,
or what cannot be written down as a shape, is inlined: its body is lowered where the call stands, in
a scope of its own.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from adcli.expr import Var
from adcli.ir import nodes as ir
from adcli.ir.types import INT, REAL, array_of, is_array, rank
from adcli.lowering import flattened_values
from adcli.lowering.closure_variables import calls_itself, can_be_handed, lifted
from adcli.lowering.environment_and_heap import HOW, RESULT, RETURNED, Key
from adcli.lowering.list_entry_types import OF_CALL, grow, note_site
from adcli.lowering.none_and_strings import NONE, Constant
from adcli.lowering.number_values import Number
from adcli.lowering.refusals import Claim, NotHandedOut, PathEnds, Refusal
from adcli.lowering.scopes import FunctionText, LocalScope
from adcli.lowering.tuples import Tuple
from adcli.lowering.unbound_names import UNDEFINED
from adcli.lowering.values import Leaf, Maker, Shape, Spread, Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame
    from adcli.lowering.lowering_session import Session, Variant

#: A function that hands itself objects is inlined so many times inside itself.
MOST_INLINED = 30

#: So deep in itself a function is inlined for lists that are known entry by entry; then they become
#: arrays.
MOST_WITH_LISTS = 8

#: No more calls are inlined in each other.
MOST_DEEP = 100

#: The shapes for which one function may have variants while it calls itself with ever other known
#: numbers; then these count as unknown.
MOST_OPEN = 4


class Function(Value):
    """A function of a program: its text, the scope it was made in, and its defaults."""

    __slots__ = ("defaults", "scope", "text")

    def __init__(
        self, text: FunctionText, scope: LocalScope | None, defaults: dict[str, Value]
    ) -> None:
        self.text = text
        #: None for a function of a module
        self.scope = scope
        self.defaults = defaults

    @property
    def what(self) -> str:
        return f"the function {self.text.name}"

    def is_same(self, other: Value) -> bool:
        return self is other or (
            isinstance(other, Function)
            and other.text is self.text
            and other.scope is self.scope
            and other.defaults.keys() == self.defaults.keys()
            and all([v.is_same(other.defaults[k]) for k, v in self.defaults.items()])
        )

    def truth(self, f: Frame, node: ast.AST) -> Number:
        return f.known(True)

    def compare(self, f: Frame, symbol: str, other: Value, node: ast.AST) -> Value | None:
        return (
            f.known(self.is_one(other, node) == (symbol == "=="))
            if symbol in ("==", "!=")
            else None
        )

    def is_one(self, other: Value, node: ast.AST) -> bool:
        """Whether it is the same object as another value: a definition that runs twice makes two
        functions."""
        if not isinstance(other, Function) or other.text is not self.text:
            return False
        if self.scope is None and not isinstance(self.text.node, ast.Lambda):
            return True
        raise Refusal("whether two functions of one definition are the same one", node)

    def call(
        self, f: Frame, args: Sequence[Value], keywords: dict[str, Value], node: ast.AST
    ) -> Value:
        return call(f, self, args, keywords, node)

    def attribute(self, f: Frame, name: str, node: ast.AST) -> Value:
        if name == "__name__":
            return Constant(self.text.name)
        found = f.session.modules.findings.function_attributes.get((self.text, name))
        if found is None or self.scope is not None:
            return super().attribute(f, name, node)
        return found

    def set_attribute(self, f: Frame, name: str, value: Value, node: ast.AST) -> None:
        """The code of a module may set one; what calls set is not known where it is read."""
        known = f.session.modules.findings.function_attributes
        if name[:2] == "__" or self.scope is not None:
            super().set_attribute(f, name, value, node)
        if f.variant is None:
            known[self.text, name] = value
        elif known.get((self.text, name)) is not f.session.modules.findings.changed_attribute:
            f.session.modules.findings.note_changed_attribute(self.text, name)

    def flatten(self, f: Frame, leaves: list[Leaf]) -> Shape:
        if self.scope is not None:
            raise Refusal("a function that was made inside another one is passed on")
        return (Function, self.text, tuple(self.defaults.items()))

    @classmethod
    def rebuilt(cls, f: Frame, shape: Shape, make: Maker) -> Value:
        return Function(shape[1], None, dict(shape[2]))

    def is_plain(self, f: Frame) -> bool:
        return self.scope is None

    def type_name(self) -> str:
        return "function"

    @property
    def is_closure(self) -> bool:
        return self.scope is not None

    def functions(self) -> Sequence[Function]:
        return [self]


class BoundMethod(Value):
    """A function with the object that it belongs to, which is its first argument."""

    __slots__ = ("function", "owner")
    what = "a method"

    def __init__(self, function: Value, owner: Value) -> None:
        self.function = function
        self.owner = owner

    def is_same(self, other: Value) -> bool:
        return (
            isinstance(other, BoundMethod)
            and other.function.is_same(self.function)
            and other.owner.is_same(self.owner)
        )

    def call(
        self, f: Frame, args: Sequence[Value], keywords: dict[str, Value], node: ast.AST
    ) -> Value:
        return self.function.call(f, [self.owner, *args], keywords, node)

    def functions(self) -> Sequence[Function]:
        return self.function.functions()

    def truth(self, f: Frame, node: ast.AST) -> Number:
        return f.known(True)

    def is_plain(self, f: Frame) -> bool:
        return False


# -- arguments -------------------------------------------------------------------------------------


def bound_arguments(
    f: Frame,
    function: Function,
    args: Sequence[Value],
    keywords: dict[str, Value],
    node: ast.AST,
) -> dict[str, Value]:
    """The value of each parameter, by Python's rules.  Ends the path with Python's TypeError."""
    text = function.text
    name = text.name
    found: dict[str, Value] = dict(zip(text.positional, args, strict=False))
    extra = list(args[len(text.positional) :])
    if extra and text.rest is None:
        raise f.raises(
            "TypeError",
            f"{name}() takes {len(text.positional)} positional arguments "
            f"but {len(args)} were given",
            node,
        )
    others: dict[str, Value] = {}
    by_name = {*text.positional[text.positional_only :], *text.keyword_only}
    for key, value in keywords.items():
        if key in by_name:
            if key in found:
                raise f.raises(
                    "TypeError", f"{name}() got multiple values for argument '{key}'", node
                )
            found[key] = value
        elif text.keywords is not None:
            others[key] = value
        else:
            raise f.raises(
                "TypeError", f"{name}() got an unexpected keyword argument '{key}'", node
            )
    for key in [*text.positional, *text.keyword_only]:
        if key not in found:
            if key not in function.defaults:
                raise f.raises("TypeError", f"{name}() missing a required argument: '{key}'", node)
            found[key] = function.defaults[key]
    if text.rest is not None:
        rest = extra[0] if len(extra) == 1 else None
        found[text.rest] = rest.value if isinstance(rest, Spread) else Tuple(extra)
    if text.keywords is not None:
        found[text.keywords] = f.new_dict([(Constant(k), v) for k, v in others.items()], node)
    return {key: found[key] for key in text.parameters}


# -- calls -----------------------------------------------------------------------------------------


def call(
    f: Frame, function: Function, args: Sequence[Value], keywords: dict[str, Value], node: ast.AST,
    *, inlined: bool = False,
) -> Value:  # fmt: skip
    """What a call of a function gives; `inlined`: its body stands where the call is."""
    text = function.text
    bound = bound_arguments(f, function, args, keywords, node)
    if text.is_generator:
        return f.generator_call(function, bound, node)
    session = f.session
    session.calls_lowered += not text.module.is_library
    session.calls.append(f"{text.name}:{getattr(node, 'lineno', 0)}")
    try:
        if node is f.awaited:
            return f.followed_call(function, bound, node)
        along = None if inlined else _along(f, function, bound.values())
        if along is None or text in session.inlined or (OF_CALL, *f.site(node)) in session.grown:
            return _inlined(f, function, bound, node)
        try:
            return _called(f, function, bound, along, node)
        except NotHandedOut:
            if session.open_variants[text]:
                raise
            session.inlined.add(text)
            return _inlined(f, function, bound, node)
    finally:
        session.calls.pop()


def call_library(
    f: Frame, text: FunctionText, args: Sequence[Value], node: ast.AST, *, inlined: bool
) -> Value:
    """What a call of a function of our library gives, which is Python text too."""
    outer, f.outside = f.outside, f.span(node)
    try:
        if text.decorators:
            return text.module.lookup(f, text.name, node).call(f, args, {}, node)
        return call(f, Function(text, None, {}), args, {}, node, inlined=inlined)
    finally:
        f.outside = outer


#: Captured names with what they hold, which a call is given besides its arguments.
Along = list[tuple[Key, Value]]


def _along(f: Frame, function: Function, args: Iterable[Value]) -> Along | None:
    """What a call is given besides its arguments; None if it is inlined.  Calls of closures, and
    with closures, are inlined, unless the function calls itself."""
    if f.variant is None or not all([can_be_handed(f, v) for v in args]):
        return None
    closures = [g for v in (function, *args) if v.is_closure for g in v.functions()]
    if not closures:
        return []
    if not calls_itself(f, function):
        return None
    depth = f.session.calls.count(f.session.calls[-1])
    return lifted(f, closures, are_arrays=depth > MOST_WITH_LISTS)


class _Closure(Value):
    """In shapes: a function that was made inside another one."""

    __slots__ = ()

    @classmethod
    def rebuilt(cls, f: Frame, shape: Shape, make: Maker) -> Value:
        found: Value = shape[1]
        return found


def _flattened(f: Frame, value: Value, leaves: list[Leaf], *, wide: bool) -> Shape:
    """The shape of an argument."""
    if value.is_closure:
        return (_Closure, value)
    if wide:
        return flattened_values.widened(f, value, leaves)
    return flattened_values.renumbered(value.flatten(f, leaves), {})


def _inlined(f: Frame, function: Function, bound: dict[str, Value], node: ast.AST) -> Value:
    """Lower the body where the call stands."""
    text = function.text
    check_inlining(f.session, text, node)
    outer = f.scope
    f.scope = LocalScope(f.session.next_number(), text, text.module, function.scope)
    number = f.scope.number
    try:
        for name, value in bound.items():
            f.state.names[(number, name)] = value
        value = body_value(f, text)
    finally:
        is_captured = f.scope.is_captured
        f.scope = outer
    for key in [k for k in f.state.names if k[0] == number]:
        if not is_captured or key[1] in (HOW, RESULT):
            del f.state.names[key]
    return value


def check_inlining(session: Session, text: FunctionText, node: ast.AST) -> None:
    """Refuse a call that is inlined in itself too often.  Then none is any more: those that call
    themselves twice would be inlined 2**30 times."""
    depth = session.calls.count(session.calls[-1])
    if depth > MOST_INLINED or len(session.calls) > MOST_DEEP:
        session.is_too_deep = True
    elif depth == 1 or not session.is_too_deep:
        return
    raise Refusal(
        f"{text.name} calls itself too often for a function that uses names of a function "
        "around it or is handed objects or functions",
        node,
        "let it be a function of the file that is handed numbers and lists of numbers",
    )


def body_value(f: Frame, text: FunctionText) -> Value:
    """Lower the body of the function whose scope is open; what it returns."""
    number = f.scope.number
    key: Key = (number, RESULT)
    f.state.names[key] = UNDEFINED
    f.state.names[(number, HOW)] = f.known(0)
    caller = f.session.current
    f.block(text.body, lambda: f.set_result(NONE))
    f.session.current = caller or f.session.current
    if f.state.is_dead:
        raise PathEnds
    how = f.how()
    assert not how.is_known or how.known == RETURNED
    return f.state.names[key]


def _called(
    f: Frame, function: Function, bound: dict[str, Value], along: Along, node: ast.AST
) -> Value:
    """A call of the variant for the shapes of the arguments."""
    session, text = f.session, function.text
    keeps, f.keeps_known_reals = f.keeps_known_reals, False
    leaves: list[Leaf] = []
    wide = bool(text.routine) or session.open_variants[text] > MOST_OPEN
    shape = tuple([_flattened(f, v, leaves, wide=wide) for v in bound.values()])
    captured = {key: _flattened(f, v, leaves, wide=False) for key, v in along}
    f.keeps_known_reals = keeps
    key = (text, shape, tuple(captured.items()))
    while True:
        try:
            variant = session.variant(
                key, function, lambda v: build(session, function, list(bound), shape, v, captured)
            )
            break
        except Claim as claim:
            atom, kind = leaves[claim.parameter]
            if is_array(kind) and claim.what in (INT, REAL):
                assert isinstance(atom, Var)
                grow(f, atom, array_of(claim.what, rank(kind)), node)
            f.claim(Number(atom, kind), claim.what)
            raise Refusal(
                f"a number that is real here is used as {_claimed(claim.what)} in {text.name}",
                node,
                "annotate the parameter that it comes from, as in n: int",
            ) from None
    if variant.result is None:
        f.add(ir.Call((), variant.name, tuple([a for a, _ in leaves]), span=f.span(node)))
        f.state.is_dead = True

        raise PathEnds
    targets: list[Var] = []
    value = flattened_values.rebuilt(f, variant.result, lambda kind: _target(f, kind, targets))
    for target in targets:
        if is_array(f.build.types[target.name]):
            note_site(f, target, (OF_CALL, *f.site(node)))
    names = tuple([t.name for t in targets])
    f.add(ir.Call(names, variant.name, tuple([a for a, _ in leaves]), span=f.span(node)))
    return value


def _claimed(what: str) -> str:
    return {"int": "an integer", "list": "a list"}.get(what, what)


def _target(f: Frame, kind: str, targets: list[Var]) -> Var:
    target = f.fresh(kind)
    targets.append(target)
    return target


def build(
    session: Session,
    function: Function,
    names: list[str],
    shape: Shape,
    variant: Variant,
    captured: dict[Key, Shape],
) -> None:
    """Lower a function for shapes of its arguments and of the names that it captures."""
    text = function.text
    scope = LocalScope(session.next_number(), text, text.module, function.scope)
    f = session.new_frame(session, scope, variant)
    params: list[str] = []
    hints = iter(names)

    def parameter(kind: str, hint: str) -> Var:
        found = f.fresh(kind, hint)
        f.parameters[found.name] = len(params)
        params.append(found.name)
        return found

    for part in shape:
        name = next(hints)
        value = flattened_values.rebuilt(f, part, partial(parameter, hint=name))
        f.state.names[(scope.number, name)] = value
    for key, part in captured.items():
        f.state.names[key] = flattened_values.rebuilt(f, part, partial(parameter, hint=key[1]))
    results: list[str] = []
    try:
        value = body_value(f, text)
    except PathEnds:
        variant.result = variant.result
    else:
        results = finish(f, variant, value)
    code = f.finished(results, params)
    session.functions[variant.name] = ir.Function(
        variant.name, tuple(params), tuple(results), f.build.types, code, f.span(text.node),
        routine=text.routine,
    )  # fmt: skip


def finish(f: Frame, variant: Variant, value: Value) -> list[str]:
    """Hand the leaves of the result out; the shape of the result grows if it must."""
    f.keeps_known_reals = True
    found: list[Leaf] = []
    try:
        shape = flattened_values.renumbered(value.flatten(f, found), {})
        if variant.result is not None and variant.result != shape:
            shape, found = flattened_values.grown(f, variant.result, value)
    except Refusal as refusal:
        raise NotHandedOut(refusal.why, refusal.node, refusal.hint) from None
    variant.result = shape
    results: list[str] = []
    span = f.span(f.scope.text.node) if f.scope.text is not None else None
    for atom, kind in found:
        result = f.fresh(kind, "result")
        f.add(ir.Let(result.name, atom, span))
        results.append(result.name)
    return results
