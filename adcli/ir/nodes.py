"""The IR: structured three-address code over named variables, with explicit tapes.

Invariant: a statement is never changed after it is made.  Variables hold reals, integers or truth
values, which start at zero, or refer to arrays, which are there once they are assigned.  `origin`
is the statement of the program before the last pass that this one serves (None: itself), and
`role` says how.

A new statement is a class here, with the list of its fields and its text, and a member of one of
the unions behind the classes.  The printer, the parser, `walk` and `assigned` read the list; mypy
then names each `match` that must deal with the statement.

The classes are no dataclasses, because 13 of those take 5 ms to define.  They take 0.2 ms, which is
0.1 ms more than classes with each `__init__` written out, and nodes are made as quickly (measured).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import FunctionType
from typing import Any, ClassVar, dataclass_transform

from adcli.expr import Atom, Expr
from adcli.source import Span

#: What a statement does for its origin.
PRIMAL, TANGENT, ADJOINT, SAVE, RESTORE = "primal", "tangent", "adjoint", "save", "restore"

#: In place of an exception's class in a `Raise`: the program does what cannot be followed.
REFUSED = "refused"

#: Likewise: the derivative is one that this way of differentiation does not give.
UNSUPPORTED = "unsupported"

#: It raises an error where its origin has no one derivative.
SMOOTHNESS_CHECK = "smoothness check"


# -- how the classes of statements are made ------------------------------------------------------

# The name of a field's type says what the field is.  Further types are `Expr` and `Atom`, which are
# evaluated, and `Block`.

#: A variable that the statement assigns.
Target = str

#: Several of them.
Targets = tuple[str, ...]

#: A variable that it reads.
Variable = str

#: An array that it reads or changes.
Array = str

#: A tape that it pushes to or pops from.
Tape = str

#: A function that it calls.
FunctionName = str

#: The arguments of a call, or what a message shows.
Atoms = tuple[Atom, ...]

#: A variable that takes the status of a call; empty: a failure in the call ends the run.
Status = str

#: The name of a class of exceptions.
ClassName = str

#: A text with places {0}, {1:.3f}, ... for values.
Template = str


class Node:
    """Base of the statements: what a class knows of itself."""

    __slots__ = ()

    #: the fields, without `span`, `origin` and `role`, and the names of their types
    fields: ClassVar[Mapping[str, str]]
    #: how the statement is written down, see `adcli.ir.printer`
    syntax: ClassVar[str]
    #: the field with the target or the targets; empty: the statement assigns nothing
    targets_field: ClassVar[str]
    #: the fields with the blocks inside the statement
    block_fields: ClassVar[Sequence[str]]


@dataclass_transform(eq_default=False, frozen_default=True)
class _Statement(type):
    """Makes a slotted class from the list of fields in the class's body.

    The result is a plain class and no instance of this one, so that `isinstance` stays quick.
    """

    def __new__(
        cls, name: str, bases: tuple[type, ...], inside: dict[str, Any], syntax: str
    ) -> Any:
        types: dict[str, str] = inside["__annotations__"]
        names = tuple(types)
        defaults = tuple([inside.pop(field) for field in names if field in inside])
        own = dict(zip(names[:-3], types.values(), strict=False))
        inside["__slots__"] = inside["__match_args__"] = names
        inside["__init__"] = _constructor(names, defaults)
        inside["syntax"], inside["fields"] = syntax, own
        inside["targets_field"] = next((n for n in own if own[n] in ("Target", "Targets")), "")
        inside["block_fields"] = [n for n in own if own[n] == "Block"]
        return type(name, bases, inside)


def _constructor(names: tuple[str, ...], defaults: tuple[object, ...]) -> FunctionType:
    """An `__init__` that sets the attributes of these names.

    It has the code of a function below under other names: so it is as quick as an `__init__` that
    is written out, and nothing is compiled when the program starts.
    """
    code = _CODES[len(names)].replace(co_names=names, co_varnames=("self", *names))
    return FunctionType(code, {}, "__init__", defaults)


#: The value of a field.
_V = object


def _set_5(self: Any, a: _V, b: _V, c: _V, d: _V, e: _V) -> None:
    self.a = a
    self.b = b
    self.c = c
    self.d = d
    self.e = e


def _set_6(self: Any, a: _V, b: _V, c: _V, d: _V, e: _V, f: _V) -> None:
    self.a = a
    self.b = b
    self.c = c
    self.d = d
    self.e = e
    self.f = f


def _set_7(self: Any, a: _V, b: _V, c: _V, d: _V, e: _V, f: _V, g: _V) -> None:
    self.a = a
    self.b = b
    self.c = c
    self.d = d
    self.e = e
    self.f = f
    self.g = g


def _set_8(self: Any, a: _V, b: _V, c: _V, d: _V, e: _V, f: _V, g: _V, h: _V) -> None:
    self.a = a
    self.b = b
    self.c = c
    self.d = d
    self.e = e
    self.f = f
    self.g = g
    self.h = h


_CODES = {f.__code__.co_argcount - 1: f.__code__ for f in (_set_5, _set_6, _set_7, _set_8)}


# -- the statements ------------------------------------------------------------------------------


class Let(Node, metaclass=_Statement, syntax="{target} = {expr}"):
    """`target = expr`."""

    target: Target
    expr: Expr
    span: Span | None = None
    origin: Stmt | None = None
    role: str = PRIMAL


class Alloc(Node, metaclass=_Statement, syntax="{target} = array({size})"):
    """`target = array(size)`: a new array of zeros.

    An array that holds arrays is made empty (the size is 0) and grows, so no entry is ever missing.
    A negative size is an error.
    """

    target: Target
    size: Atom
    span: Span | None = None
    origin: Stmt | None = None
    role: str = PRIMAL


class Load(Node, metaclass=_Statement, syntax="{target} = {array}[{index}]"):
    """`target = array[index]`; an index below 0 counts from the end, as in Python."""

    target: Target
    array: Array
    index: Atom
    span: Span | None = None
    origin: Stmt | None = None
    role: str = PRIMAL


class Store(Node, metaclass=_Statement, syntax="{array}[{index}] = {value}"):
    """`array[index] = value`."""

    array: Array
    index: Atom
    value: Atom
    span: Span | None = None
    origin: Stmt | None = None
    role: str = PRIMAL


class Append(Node, metaclass=_Statement, syntax="append {array} {value}"):
    """Put a value behind the last entry of an array."""

    array: Array
    value: Atom
    span: Span | None = None
    origin: Stmt | None = None
    role: str = PRIMAL


class Take(Node, metaclass=_Statement, syntax="take {array} {target}"):
    """Take the last entry off an array into a variable; of an empty array it is an error."""

    array: Array
    target: Target
    span: Span | None = None
    origin: Stmt | None = None
    role: str = PRIMAL


class Length(Node, metaclass=_Statement, syntax="{target} = len({array})"):
    """`target = len(array)`."""

    target: Target
    array: Array
    span: Span | None = None
    origin: Stmt | None = None
    role: str = PRIMAL


class If(Node, metaclass=_Statement, syntax="if {condition}:"):
    """`if condition: then else: orelse`; the arms do not assign the condition."""

    condition: Variable
    then: Block
    orelse: Block = ()
    span: Span | None = None
    origin: Stmt | None = None
    role: str = PRIMAL


class While(Node, metaclass=_Statement, syntax="while {condition}:"):
    """`while condition: body`; the body computes the condition anew."""

    condition: Variable
    body: Block
    span: Span | None = None
    origin: Stmt | None = None
    role: str = PRIMAL


class For(Node, metaclass=_Statement, syntax="for {var} in {start}..{stop} by {step}:"):
    """`for var in start..stop by step: body`, as Python's range counts.

    The bounds are integers, evaluated once; the body does not assign `var`.
    """

    var: Target
    start: Atom
    stop: Atom
    step: Atom
    body: Block
    span: Span | None = None
    origin: Stmt | None = None
    role: str = PRIMAL


class Call(Node, metaclass=_Statement, syntax="{targets}call {function}({args}){status}"):
    """`targets = call function(args)`.

    With a `status` the call is protected: where the program of the user would raise an exception
    inside it, the run goes on behind the call.  The status is then the number of the exception's
    class (see `adcli.ir.exception_classes`), the targets keep what they held, and tapes are as
    they were before the call.  If nothing fails the status is 0.
    """

    targets: Targets
    function: FunctionName
    args: Atoms
    status: Status = ""
    span: Span | None = None
    origin: Stmt | None = None
    role: str = PRIMAL


class Raise(Node, metaclass=_Statement, syntax="raise {exception}({code}) {message} ({values})"):
    """Raise an exception: the innermost protected call around it fails, or else the run ends.

    `code` is the number of its class, or a variable with the status of a protected call, whose
    failure is raised again.  `message` takes the values when it is shown.  With the names `REFUSED`
    and `UNSUPPORTED` the run ends in any case: the message says what cannot be done.
    """

    exception: ClassName
    code: Atom
    message: Template
    values: Atoms
    span: Span | None = None
    origin: Stmt | None = None
    role: str = PRIMAL


class Push(Node, metaclass=_Statement, syntax="push {tape} {value}"):
    """Put a value on top of a tape."""

    tape: Tape
    value: Atom
    span: Span | None = None
    origin: Stmt | None = None
    role: str = SAVE


class Pop(Node, metaclass=_Statement, syntax="pop {tape} {target}"):
    """Take the value on top of a tape into a variable."""

    tape: Tape
    target: Target
    span: Span | None = None
    origin: Stmt | None = None
    role: str = RESTORE


#: The statements that make, read or change an array.
ArrayStmt = Alloc | Load | Store | Append | Take | Length

#: Those with blocks inside.
BlockStmt = If | While | For

#: Those that use a tape.
TapeStmt = Push | Pop

#: Every statement but an assignment.  A program may have a million assignments, so loops over
#: statements often handle them first.
NotLet = ArrayStmt | BlockStmt | TapeStmt | Call | Raise

#: Every statement there is.  A `match` that handles all of them ends in `assert_never`: there the
#: type checker reports a new statement that is not handled.
Stmt = Let | NotLet

#: The statements of a function, or those inside another statement.
Block = Sequence[Stmt]


class Rule:
    """The derivative that a function declares: the names of functions that compute it.

    `forward` goes from parameters, results, and tangents of the real parameters to tangents of the
    real results; `reverse` from parameters, results, and adjoints of the real results to adjoints
    of the real parameters.  If a name is empty, there is no such function.  A function with a rule
    does not change the arrays that it is given, and returns none of them.
    """

    __slots__ = ("forward", "reverse")

    def __init__(self, forward: str, reverse: str) -> None:
        self.forward = forward
        self.reverse = reverse


class Function:
    """Parameters, results and a body; `types` declares every variable.

    A result is assigned exactly once, by a copy, a call or a pop outside all inner blocks, and no
    statement reads it.  If there is a `rule`, the function is differentiated by it and not by its
    body.  If there is a `routine`, an engine may call the routine of that name instead of running
    the body: see `adcli.ir.blas_routines`.
    """

    __slots__ = ("body", "name", "params", "results", "routine", "rule", "span", "types")

    def __init__(
        self,
        name: str,
        params: tuple[str, ...],
        results: tuple[str, ...],
        types: dict[str, str],
        body: Block,
        span: Span | None = None,
        rule: Rule | None = None,
        routine: str = "",
    ) -> None:
        self.name = name
        self.params = params
        self.results = results
        self.types = types
        self.body = body
        self.span = span
        self.rule = rule
        self.routine = routine


class Module:
    """Functions by name, the tapes they share with their types, and where to start.

    `normal` says that the module is known to be in the normal form of `adcli.passes.normalise`.
    `span` is the name of the entry in the text that the module was read from, if it was.
    The `key` says how it was made, see `adcli.ir.lazy_module`; it is empty if nobody knows.
    """

    __slots__ = ("entry", "functions", "key", "normal", "span", "tapes")

    def __init__(
        self,
        functions: dict[str, Function],
        entry: str,
        tapes: dict[str, str] | None = None,
        *,
        normal: bool = False,
        key: str = "",
        span: Span | None = None,
    ) -> None:
        self.functions = functions
        self.entry = entry
        self.tapes = tapes or {}
        self.normal = normal
        self.key = key
        self.span = span

    @property
    def main(self) -> Function:
        return self.functions[self.entry]


class Assignments(tuple[Stmt, ...]):
    """A block that holds assignments alone, of which there may be a million: who looks for other
    statements need not look there."""

    __slots__ = ()


class SingleAssignments(Assignments):
    """Likewise, and each variable is assigned once, before it is read."""

    __slots__ = ()


def block_of(statements: Block) -> Block:
    """A block that knows whether it holds assignments alone."""
    return statements if non_assignments(statements) else Assignments(statements)


def blocks(stmt: Stmt) -> tuple[Block, ...]:
    """The blocks directly inside a statement."""
    fields = stmt.block_fields
    return tuple([getattr(stmt, field) for field in fields]) if fields else ()


def walk(body: Block) -> Iterator[Stmt]:
    """Every statement of a block and of the blocks inside it, in the order of the text."""
    return iter(body) if isinstance(body, Assignments) else _walk(body, lambda block: block)


def control(body: Block) -> Iterator[Stmt]:
    """Like `walk`, without the assignments, of which there may be a million."""
    return _walk(body, non_assignments)


def non_assignments(block: Block) -> Block:
    """The statements of a block, not of those inside it, that are no assignments."""
    if isinstance(block, Assignments):
        return ()
    return [s for s in block if s.__class__ is not Let]


def _walk(body: Block, part: Callable[[Block], Block]) -> Iterator[Stmt]:
    """The chosen part of a block, each statement followed by the same part of its blocks."""
    todo = [iter(part(body))]
    while todo:
        for stmt in todo[-1]:
            yield stmt
            if stmt.block_fields:
                todo.extend([iter(part(block)) for block in reversed(blocks(stmt))])
                break
        else:
            todo.pop()


def assigned(stmt: Stmt) -> tuple[str, ...]:
    """The variables that a statement itself may assign, not counting the blocks inside it."""
    if stmt.__class__ is Call:
        return (*stmt.targets, stmt.status) if stmt.status else stmt.targets
    field = stmt.targets_field
    return (getattr(stmt, field),) if field else ()
