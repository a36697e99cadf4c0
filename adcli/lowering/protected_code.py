"""Protected code: what runs until an exception of Python ends it, and where the program goes on.

Code that may raise an exception is lowered aside and becomes a function whose call is protected,
see `adcli.lowering.protected_code_outlining`.  Where it fails, the program goes on in the state
before it.

Invariant: a name or an object that Python may have changed before the failure is never read as it
was before the code: such code is lowered statement by statement, or the name is `Torn`, which is
refused where it is read.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from adcli.expr import OPERATORS, Num
from adcli.ir import nodes as ir
from adcli.ir.types import INT
from adcli.lowering.environment_and_heap import EXCEPTION, HOW, RAISED, Key, State
from adcli.lowering.exception_values import Caught, Made, built_in_class, text_of_raise
from adcli.lowering.heap_joins import torn
from adcli.lowering.heap_objects import Reference
from adcli.lowering.lists import Items, array_of_list
from adcli.lowering.none_and_strings import NONE
from adcli.lowering.number_values import Number
from adcli.lowering.refusals import PathEnds, Refusal
from adcli.lowering.unbound_names import UNDEFINED, Torn
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.fallibility import Numbers
    from adcli.lowering.frame import Frame

#: What goes on with a value.
Then = Callable[[Value], Value]


class Behind(Protocol):
    """The statements behind one."""

    @property
    def last(self) -> ast.stmt | None: ...

    def run(self) -> Value: ...


class Catching:
    """Code whose exceptions go to handlers of the same function, lowered statement by
    statement."""

    def __init__(
        self, scope: int, origin: ast.Try | None, live: frozenset[str] | None, wants: bool,
        follows: bool,
    ) -> None:  # fmt: skip
        self.scope = scope
        #: the `try` around it
        self.origin = origin
        #: the names that are read after a failure; None: all
        self.live = live
        #: whether a handler asks what the exception holds
        self.wants = wants
        #: whether it asks that of exceptions that come out of calls
        self.follows = follows


_NO_NUMBERS = frozenset[int]()
_CHANGES_ARRAYS = (ir.Store, ir.Append, ir.Take)


class Changes:
    """What protected code changes, in the order met: names, and objects by number."""

    def __init__(self, code: list[ir.Stmt], outer: Changes | None) -> None:
        self.code = code
        self.outer = outer
        #: how long the code was at the first change; None: it came inside another statement
        self.first: dict[Key | int, int | None] = {}
        #: lists that became arrays, with their types
        self.arrays: dict[int, str] = {}

    def note(self, what: Key | int, code: list[ir.Stmt]) -> None:
        """A name or an object gets another value."""
        self.first.setdefault(what, len(code) if code is self.code else None)
        if self.outer is not None:
            self.outer.note(what, code)

    def note_array(self, number: int, kind: str) -> None:
        """A list becomes an array."""
        self.arrays[number] = kind
        if self.outer is not None:
            self.outer.note_array(number, kind)


class Attempt:
    """Code that was lowered aside: with the state at its end, and its value."""

    def __init__(
        self, before: State, code: list[ir.Stmt], state: State, value: Value, changes: Changes
    ) -> None:
        self.before = before
        self.code = code
        self.state = state
        self.value = value
        self.changes = changes

    def torn(self, f: Frame) -> list[Key | int]:
        """The names and objects from before that may have changed when the code fails."""
        return [
            what for what, at in self.changes.first.items()
            if (not isinstance(what, int) or what in self.before.heap)
            and (at is None or f.fallibility.of(self.code[at:]) != frozenset())
        ]  # fmt: skip

    def changes_arrays(self, f: Frame) -> bool:
        """Whether it may fail after it has changed an array from before."""
        own = {s.target for s in ir.walk(self.code) if isinstance(s, ir.Alloc)}
        for i, stmt in enumerate(self.code):
            changes = [
                s for s in ir.walk([stmt]) if isinstance(s, _CHANGES_ARRAYS) and s.array not in own
            ]
            if changes and (
                changes[0] is not stmt or f.fallibility.of(self.code[i + 1 :]) != frozenset()
            ):
                return True
        return False

    def sure_failure(self, f: Frame) -> ir.Raise | None:
        """The statement with which it surely ends, if nothing before it can fail."""
        last = self.code[-1] if self.code else None
        if not self.state.is_dead or not isinstance(last, ir.Raise) or last.exception == ir.REFUSED:
            return None
        if not isinstance(last.code, Num) or f.fallibility.of(self.code[:-1]) != frozenset():
            return None
        return last


def attempt(f: Frame, node: ast.AST, body: Callable[[], Value]) -> Attempt:
    """Lower code aside.  Lists that it makes arrays of are arrays before it."""
    before, count = f.state, len(f.session.refusals)
    catching, outer = f.catching, f.changes
    while True:
        code: list[ir.Stmt] = []
        f.state = before.copy()
        f.catching, f.changes = None, Changes(code, outer)
        value: Value = UNDEFINED
        with f.code_into(code):
            try:
                value = body()
            except PathEnds:
                f.state.is_dead = True
            except Refusal as refusal:
                f.refused(refusal)
        changes, state = f.changes, f.state
        f.catching, f.changes = catching, outer
        arrays = {
            n: kind for n, kind in changes.arrays.items() if isinstance(before.heap.get(n), Items)
        }
        f.state = before
        if not arrays:
            return Attempt(before, code, state, value, changes)
        del f.session.refusals[count:]
        for number, kind in arrays.items():
            array_of_list(f, Reference(number), node, kind)
        before = f.state = f.state.copy()


def protect(
    f: Frame,
    node: ast.AST,
    body: Callable[[], Value],
    ok: Then,
    failed: Then,
    rest: Behind | None = None,
    *,
    last: ast.AST | None = None,
    live: frozenset[str] | None = None,
    whole: bool = False,
) -> bool:
    """Lower code that may fail: `ok` goes on with its value, `failed` with the exception, `rest`
    behind them both.  Where `ok` itself goes on behind the node, `last` is the last statement that
    it comes to.

    `live` are the names that are read after a failure (None: all).  With `whole` nothing is done,
    and the result is False, if some of them may have changed then.
    """
    count = len(f.session.refusals)
    found = attempt(f, node, body)
    possible = f.fallibility.of(found.code)
    if possible == frozenset():
        f.build.code.extend(found.code)
        f.state = found.state
        _go_on(f, lambda: ok(found.value), rest)
        return True
    if f.fallibility.has_numpy:
        f.session.modules.findings.tell_numpy_apart()
    of_numpy = f.fallibility.of_numpy(found.code) if f.fallibility.has_numpy else _NO_NUMBERS
    failure = found.sure_failure(f)
    if failure is not None:
        f.build.code.extend(found.code[:-1])
        f.state = found.state
        f.state.is_dead = False
        exception = made_of(f, failure)
        _go_on(f, lambda: failed(exception), rest)
        return True
    changed = found.torn(f)
    is_read = [what for what in changed if _is_live(f, what, live)]
    is_mixed = not of_numpy.isdisjoint(_raised_in(found.code))
    if whole and (is_read or is_mixed or found.changes_arrays(f)):
        del f.session.refusals[count:]
        return False
    behind_both = (None, last) if rest is None else (rest.run, rest.last)
    state = _failed_state(
        found, changed, is_read, None if f.catching is None else f.catching.origin
    )

    def told_apart(exception: Value) -> Value:
        _refuse_numpy(f, exception, of_numpy, node)
        return failed(exception)

    _call(f, node, found, possible, state, ok, told_apart, rest, behind_both)
    return True


def _raised_in(code: Sequence[ir.Stmt]) -> list[int]:
    """The numbers of what statements `raise` themselves."""
    raising = [s for s in ir.walk(code) if isinstance(s, ir.Raise) and s.exception != ir.REFUSED]
    return [int(s.code.value) for s in raising if isinstance(s.code, Num)]


def _refuse_numpy(f: Frame, exception: Value, numbers: frozenset[int], node: ast.AST) -> None:
    """End the run where an exception may be none in NumPy, whose arithmetic raises nothing."""
    assert isinstance(exception, Caught)
    for number in sorted(numbers):
        kind = f.session.modules.exceptions.with_number(number).name
        message = (
            f"arithmetic of NumPy in this 'try' has no value: Python raises {kind}, and NumPy goes "
            "on with inf, nan or 0"
        )
        is_this = f.apply(OPERATORS["=="], (Number(exception.code, INT), f.known(number)), node)
        ends = ir.Raise(ir.REFUSED, Num(number), message, (), f.span(node))
        f.add(ir.If(f.condition(is_this, node), [ends], [], f.span(node)))


def behind(rest: Behind | None) -> tuple[Callable[[], Value] | None, ast.AST | None]:
    """What goes on behind two arms, and the last statement of it."""
    return (None, None) if rest is None else (rest.run, rest.last)


def _go_on(f: Frame, then: Callable[[], Value], rest: Behind | None) -> None:
    if f.state.is_dead:
        raise PathEnds
    then()
    if rest is not None:
        rest.run()


def _call(
    f: Frame,
    node: ast.AST,
    found: Attempt,
    possible: Numbers,
    failed_state: State,
    ok: Then,
    failed: Then,
    rest: Behind | None,
    behind_both: tuple[Callable[[], Value] | None, ast.AST | None],
) -> None:
    """Call the code as a function of its own, and branch by the status."""
    text = f.scope.text
    name = f.session.function_name(f"{text.name if text is not None else 'module'}.try")
    status = f.fresh(INT, "%status")
    f.fallibility.regions[name] = f.regions[name] = found.code
    f.add(ir.Call((), name, (), status.name, f.span(node)))
    exception = Caught(status, possible)
    if found.state.is_dead:
        f.state = failed_state
        _go_on(f, lambda: failed(exception), rest)
        return

    def returned() -> Value:
        f.state = found.state
        return ok(found.value)

    def has_failed() -> Value:
        f.state = failed_state
        return failed(exception)

    is_ok = f.apply(OPERATORS["=="], (Number(status, INT), f.known(0)), node)
    f.branch(is_ok, node, returned, has_failed, *behind_both)


def _failed_state(
    found: Attempt, changed: Sequence[Key | int], is_read: Sequence[Key | int],
    origin: ast.Try | None,
) -> State:  # fmt: skip
    """The state where code has failed."""
    state = found.before.copy()
    for what in changed:
        if isinstance(what, int):
            state.heap[what] = torn(state.heap[what], origin)
        elif what in is_read:
            state.names[what] = Torn(what[1])
        else:
            state.names[what] = UNDEFINED
    return state


def _is_live(f: Frame, what: Key | int, live: frozenset[str] | None) -> bool:
    if isinstance(what, int) or live is None or what[0] != f.scope.number:
        return True
    return what[1][0] != "%" and what[1] in live


def made_of(f: Frame, stmt: ir.Raise) -> Made:
    """The exception that a statement surely raises."""
    if id(stmt) in f.raised:
        return f.raised[id(stmt)][1]
    assert isinstance(stmt.code, Num)
    kind = f.session.modules.exceptions.with_number(int(stmt.code.value))
    text = text_of_raise(stmt.message, stmt.values)
    is_key = kind.derives_from(built_in_class("KeyError"))
    return Made(kind, None if is_key else [text], text, stmt.span)


def jump(f: Frame, exception: Value) -> Value:
    """Leave for the handlers of this function."""
    number = f.scope.number
    f.state.names[(number, EXCEPTION)] = exception
    f.state.names[(number, HOW)] = f.known(RAISED)
    return NONE
