"""The IR: structured three-address code over named variables, with explicit tapes.

Invariant: a statement is never changed after it is made.  Variables hold reals, integers or truth
values, which start at zero, or refer to arrays, which are there once they are assigned.  `origin`
is the statement of the program before the last pass that this one serves (None: itself), and
`role` says how.

The classes are written out for the reason given in `adcli.expr`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from adcli.expr import Atom, Expr
from adcli.source import Span

#: What a statement does for its origin.
PRIMAL, TANGENT, ADJOINT, SAVE, RESTORE = "primal", "tangent", "adjoint", "save", "restore"

#: It looks whether its origin has a derivative.
WATCH = "watch"


class Node:
    """What every statement carries."""

    __slots__ = ("origin", "role", "span")

    span: Span | None
    origin: Stmt | None
    role: str


class Let(Node):
    """`target = expr`."""

    __match_args__ = ("target", "expr")
    __slots__ = ("expr", "target")

    def __init__(
        self,
        target: str,
        expr: Expr,
        span: Span | None = None,
        origin: Stmt | None = None,
        role: str = PRIMAL,
    ) -> None:
        self.target = target
        self.expr = expr
        self.span = span
        self.origin = origin
        self.role = role


class Alloc(Node):
    """`target = array(size)`: a new array of zeros.

    An array that holds arrays is made empty (the size is 0) and grows, so no entry is ever missing.
    A negative size is an error.
    """

    __match_args__ = ("target", "size")
    __slots__ = ("size", "target")

    def __init__(
        self,
        target: str,
        size: Atom,
        span: Span | None = None,
        origin: Stmt | None = None,
        role: str = PRIMAL,
    ) -> None:
        self.target = target
        self.size = size
        self.span = span
        self.origin = origin
        self.role = role


class Load(Node):
    """`target = array[index]`; an index below 0 counts from the end, as in Python."""

    __match_args__ = ("target", "array", "index")
    __slots__ = ("array", "index", "target")

    def __init__(
        self,
        target: str,
        array: str,
        index: Atom,
        span: Span | None = None,
        origin: Stmt | None = None,
        role: str = PRIMAL,
    ) -> None:
        self.target = target
        self.array = array
        self.index = index
        self.span = span
        self.origin = origin
        self.role = role


class Store(Node):
    """`array[index] = value`; index and value are literals or variables."""

    __match_args__ = ("array", "index", "value")
    __slots__ = ("array", "index", "value")

    def __init__(
        self,
        array: str,
        index: Atom,
        value: Atom,
        span: Span | None = None,
        origin: Stmt | None = None,
        role: str = PRIMAL,
    ) -> None:
        self.array = array
        self.index = index
        self.value = value
        self.span = span
        self.origin = origin
        self.role = role


class Append(Node):
    """Put a literal or a variable behind the last entry of an array."""

    __match_args__ = ("array", "value")
    __slots__ = ("array", "value")

    def __init__(
        self,
        array: str,
        value: Atom,
        span: Span | None = None,
        origin: Stmt | None = None,
        role: str = PRIMAL,
    ) -> None:
        self.array = array
        self.value = value
        self.span = span
        self.origin = origin
        self.role = role


class Take(Node):
    """Take the last entry off an array into a variable; of an empty array it is an error."""

    __match_args__ = ("array", "target")
    __slots__ = ("array", "target")

    def __init__(
        self,
        array: str,
        target: str,
        span: Span | None = None,
        origin: Stmt | None = None,
        role: str = PRIMAL,
    ) -> None:
        self.array = array
        self.target = target
        self.span = span
        self.origin = origin
        self.role = role


class Length(Node):
    """`target = len(array)`."""

    __match_args__ = ("target", "array")
    __slots__ = ("array", "target")

    def __init__(
        self,
        target: str,
        array: str,
        span: Span | None = None,
        origin: Stmt | None = None,
        role: str = PRIMAL,
    ) -> None:
        self.target = target
        self.array = array
        self.span = span
        self.origin = origin
        self.role = role


class If(Node):
    """`if condition: then else: orelse`; the arms do not assign the condition."""

    __match_args__ = ("condition", "then", "orelse")
    __slots__ = ("condition", "orelse", "then")

    def __init__(
        self,
        condition: str,
        then: Sequence[Stmt],
        orelse: Sequence[Stmt] = (),
        span: Span | None = None,
        origin: Stmt | None = None,
        role: str = PRIMAL,
    ) -> None:
        self.condition = condition
        self.then = then
        self.orelse = orelse
        self.span = span
        self.origin = origin
        self.role = role


class While(Node):
    """`while condition: body`; the body computes the condition anew."""

    __match_args__ = ("condition", "body")
    __slots__ = ("body", "condition")

    def __init__(
        self,
        condition: str,
        body: Sequence[Stmt],
        span: Span | None = None,
        origin: Stmt | None = None,
        role: str = PRIMAL,
    ) -> None:
        self.condition = condition
        self.body = body
        self.span = span
        self.origin = origin
        self.role = role


class For(Node):
    """`for var in start..stop by step: body`, as Python's range counts.

    The bounds are integer literals or variables, evaluated once; the body does not assign `var`.
    """

    __match_args__ = ("var", "start", "stop", "step", "body")
    __slots__ = ("body", "start", "step", "stop", "var")

    def __init__(
        self,
        var: str,
        start: Atom,
        stop: Atom,
        step: Atom,
        body: Sequence[Stmt],
        span: Span | None = None,
        origin: Stmt | None = None,
        role: str = PRIMAL,
    ) -> None:
        self.var = var
        self.start = start
        self.stop = stop
        self.step = step
        self.body = body
        self.span = span
        self.origin = origin
        self.role = role


class Call(Node):
    """`targets = function(args)`; the arguments are literals or variables."""

    __match_args__ = ("targets", "function", "args")
    __slots__ = ("args", "function", "targets")

    def __init__(
        self,
        targets: tuple[str, ...],
        function: str,
        args: tuple[Atom, ...],
        span: Span | None = None,
        origin: Stmt | None = None,
        role: str = PRIMAL,
    ) -> None:
        self.targets = targets
        self.function = function
        self.args = args
        self.span = span
        self.origin = origin
        self.role = role


class Push(Node):
    """Put a literal or a variable on top of a tape."""

    __match_args__ = ("tape", "value")
    __slots__ = ("tape", "value")

    def __init__(
        self,
        tape: str,
        value: Atom,
        span: Span | None = None,
        origin: Stmt | None = None,
        role: str = SAVE,
    ) -> None:
        self.tape = tape
        self.value = value
        self.span = span
        self.origin = origin
        self.role = role


class Pop(Node):
    """Take the value on top of a tape into a variable."""

    __match_args__ = ("tape", "target")
    __slots__ = ("tape", "target")

    def __init__(
        self,
        tape: str,
        target: str,
        span: Span | None = None,
        origin: Stmt | None = None,
        role: str = RESTORE,
    ) -> None:
        self.tape = tape
        self.target = target
        self.span = span
        self.origin = origin
        self.role = role


#: The statements that make, read or change an array; those with blocks inside; those on tapes.
ArrayStmt = Alloc | Load | Store | Append | Take | Length
BlockStmt = If | While | For
TapeStmt = Push | Pop

#: Every statement but an assignment: there may be a million of those, so that loops over
#: statements often deal with them first.
NotLet = ArrayStmt | BlockStmt | TapeStmt | Call

#: Every statement there is.  A `match` that deals with all ends in `assert_never`, so that the type
#: checker lists the places where a new one is missing.
Stmt = Let | NotLet


class Rule:
    """The derivative that a function declares: functions that compute it in its stead.

    `forward` goes from parameters, results, and tangents of the real parameters to tangents of the
    real results; `reverse` from parameters, results, and adjoints of the real results to adjoints
    of the real parameters.  An empty name: there is none.  The function does not change arrays that
    it is given, and returns none of them.
    """

    __slots__ = ("forward", "reverse")

    def __init__(self, forward: str, reverse: str) -> None:
        self.forward = forward
        self.reverse = reverse


class Function:
    """Parameters, results and a body; `types` declares every variable.

    A result is assigned once, by a statement of the body itself: a copy, a call or a pop; and
    nothing mentions it.  `rule` says how it is differentiated, if not by its body.
    """

    __slots__ = ("body", "name", "params", "results", "rule", "span", "types")

    def __init__(
        self,
        name: str,
        params: tuple[str, ...],
        results: tuple[str, ...],
        types: dict[str, str],
        body: Sequence[Stmt],
        span: Span | None = None,
        rule: Rule | None = None,
    ) -> None:
        self.name = name
        self.params = params
        self.results = results
        self.types = types
        self.body = body
        self.span = span
        self.rule = rule


class Module:
    """Functions by name, the tapes they share with their types, and where to start.

    `normal` says that it is known to be in the normal form of `adcli.passes.normalise`; the `key`
    how it came about, see `adcli.ir.lazy_modules`, if that is known.
    """

    __slots__ = ("entry", "functions", "key", "normal", "tapes")

    def __init__(
        self,
        functions: dict[str, Function],
        entry: str,
        tapes: dict[str, str] | None = None,
        *,
        normal: bool = False,
        key: str = "",
    ) -> None:
        self.functions = functions
        self.entry = entry
        self.tapes = tapes or {}
        self.normal = normal
        self.key = key

    @property
    def main(self) -> Function:
        return self.functions[self.entry]


def blocks(stmt: Stmt) -> tuple[Sequence[Stmt], ...]:
    """The blocks directly inside a statement."""
    if stmt.__class__ is Let:  # nearly always
        return ()
    match stmt:
        case If(_, then, orelse):
            return then, orelse
        case While(_, body) | For(_, _, _, _, body):
            return (body,)
    return ()


def walk(body: Sequence[Stmt]) -> Iterator[Stmt]:
    """Every statement of a block and of the blocks inside it, in the order of the text."""
    return _walk(body, lambda block: block)


def control(body: Sequence[Stmt]) -> Iterator[Stmt]:
    """Like `walk`, without the assignments: there may be a million of them."""
    return _walk(body, lambda block: [s for s in block if s.__class__ is not Let])


def _walk(body: Sequence[Stmt], part: Callable[[Sequence[Stmt]], Sequence[Stmt]]) -> Iterator[Stmt]:
    """The chosen part of a block, and of the blocks inside each statement behind it."""
    todo = [iter(part(body))]
    while todo:
        for stmt in todo[-1]:
            yield stmt
            inner = blocks(stmt)
            if inner:
                todo.extend([iter(part(block)) for block in reversed(inner)])
                break
        else:
            todo.pop()


def assigned(stmt: Stmt) -> tuple[str, ...]:
    """The variables that a statement itself assigns, not counting the blocks inside it."""
    if isinstance(stmt, Let | Pop | Load | Alloc | Length | Take):
        return (stmt.target,)
    match stmt:
        case Call(targets, _, _):
            return targets
        case For(var, _, _, _, _):
            return (var,)
    return ()
