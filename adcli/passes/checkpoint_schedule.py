"""The way back over the turns of a loop, piece by piece, as functions of the IR.

Invariant: no function here changes an array that it is given, so the snapshots are the variables,
arrays among them, of the calls that stand inside one another.  Griewank & Walther, "Algorithm 799:
revolve" (2000); *Evaluating Derivatives*, section 12.2.

What a piece makes beside its results must not stay while others run.  Machine code uses the memory
of arrays again after each turn of a loop that leaves none behind; so a piece stands in a loop of
one turn, and its results come out over a tape.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

from adcli.expr import OPERATORS, Atom, Expr, Num, Var
from adcli.ir import nodes as ir
from adcli.ir.types import BOOL, INT, REAL, array_of, base, element, is_array, rank
from adcli.ops.elementary import max_, min_
from adcli.passes.array_statements import ArrayStatements
from adcli.source import Span

#: No more snapshots than this are kept at a time; each is a call inside the others.
SNAPSHOTS = 1000

#: So many are kept, however large they are: with fewer the time would grow as a power of the turns.
FEWEST = 8

#: The variable that says by what the turns of a piece are to be divided.
PARTS = "%parts"

_plus, _minus, _times, _over = (OPERATORS[sign] for sign in ("+", "-", "*", "//"))
_less, _at_most = OPERATORS["<"], OPERATORS["<="]
_lo, _hi, _left = Var("%lo"), Var("%hi"), Var("%left")


class Shape:
    """What the functions that stand for a loop have in common: they are called after its `name`
    and take its `state` and what it is only `given`, with their types."""

    def __init__(
        self,
        name: str,
        state: Mapping[str, str],
        given: Mapping[str, str],
        span: Span | None,
    ) -> None:
        self.name = name
        self.state = state
        self.given = given
        self.span = span
        self.types = {**state, **given}
        #: the numbers and arrays that have adjoints
        self.wrt = [n for n in self.types if base(self.types[n]) == REAL]
        self.seeded = [n for n in state if base(state[n]) == REAL]
        #: the tapes over which arrays come out of pieces
        self.tapes = {f"{name}.{kind}": kind for kind in (REAL, INT, BOOL)}


class Draft:
    """A function that is being written: its variables and its body."""

    def __init__(self, shape: Shape, types: Mapping[str, str]) -> None:
        self.shape = shape
        self.types = dict(types)
        self.params = tuple(types)
        self.body: list[ir.Stmt] = []
        self.whole = ArrayStatements(self.fresh, "primal", shape.span)

    def fresh(self, kind: str) -> str:
        name = f"%s{len(self.types)}"
        self.types[name] = kind
        return name

    def named(self, prefix: str, names: Iterable[str]) -> list[str]:
        """A variable for each of some of the loop's, of its type."""
        made = {f"%{prefix}.{n}": self.shape.types[n] for n in names}
        self.types |= made
        return list(made)

    def integer(self, name: str) -> Var:
        self.types[name] = INT
        return Var(name)

    def let(self, target: str | Var, expr: Expr) -> ir.Let:
        name = target if isinstance(target, str) else target.name
        return ir.Let(name, expr, self.shape.span)

    def call(self, targets: Sequence[str], function: str, args: Iterable[Atom | str]) -> ir.Call:
        atoms = tuple([Var(a) if isinstance(a, str) else a for a in args])
        return ir.Call(tuple(targets), function, atoms, self.shape.span)

    def apart(
        self, targets: Sequence[str], make: Callable[[list[str]], list[ir.Stmt]]
    ) -> list[ir.Stmt]:
        """What `make` has for some variables, in a loop of one turn that leaves no arrays behind:
        theirs come over a tape."""
        arrays = {t: self.types[t] for t in targets if is_array(self.types[t])}
        if not arrays:
            return make(list(targets))
        inside = {t: self.fresh(kind) for t, kind in arrays.items()}
        body = make([inside.get(t, t) for t in targets])
        for target, kind in arrays.items():
            self.save(inside[target], kind, body)
        span = self.shape.span
        out: list[ir.Stmt] = [ir.For(self.fresh(INT), Num(0), Num(1), Num(1), body, span)]
        for target, kind in reversed(arrays.items()):
            self.restore(target, kind, out)
        return out

    def save(self, array: str, kind: str, out: list[ir.Stmt]) -> None:
        """Put what an array holds on tapes, from its end to its beginning, and then its length."""
        span, entry, inner = self.shape.span, self.fresh(element(kind)), element(kind)
        size, index = self.whole.length(array, out), Var(self.fresh(INT))
        last = Var(self.fresh(INT))
        body: list[ir.Stmt] = [ir.Load(entry, array, index, span)]
        if is_array(inner):
            self.save(entry, inner, body)
        else:
            body.append(ir.Push(self.tape(inner), Var(entry), span))
        out.append(self.let(last, _minus(size, Num(1))))
        out.append(ir.For(index.name, last, Num(-1), Num(-1), body, span))
        out.append(ir.Push(self.tape(INT), size, span))

    def restore(self, array: str, kind: str, out: list[ir.Stmt]) -> None:
        """Make an array of what was saved last."""
        span, entry, inner = self.shape.span, self.fresh(element(kind)), element(kind)
        size, index = Var(self.fresh(INT)), Var(self.fresh(INT))
        body: list[ir.Stmt] = []
        if is_array(inner):
            self.restore(entry, inner, body)
            body.append(ir.Append(array, Var(entry), span))
        else:
            body.append(ir.Pop(self.tape(inner), entry, span))
            body.append(ir.Store(array, index, Var(entry), span))
        out.append(ir.Pop(self.tape(INT), size.name, span))
        out.append(ir.Alloc(array, Num(0) if is_array(inner) else size, span))
        out.append(ir.For(index.name, Num(0), size, Num(1), body, span))

    def tape(self, kind: str) -> str:
        return f"{self.shape.name}.{kind}"

    def returning(self, values: Sequence[str]) -> tuple[str, ...]:
        """Results for the adjoints of what has some."""
        results = self.named("result", self.shape.wrt)
        self.body += [self.let(r, Var(v)) for r, v in zip(results, values, strict=True)]
        return tuple(results)

    def function(self, name: str, results: tuple[str, ...]) -> ir.Function:
        return ir.Function(name, self.params, results, self.types, self.body, self.shape.span)


def bounded(shape: Shape) -> dict[str, str]:
    """The parameters of a function for turns from `%lo` to `%hi`."""
    return {"%lo": INT, "%hi": INT, **shape.types}


def seeds_of(shape: Shape) -> dict[str, str]:
    return {f"%seed.{n}": shape.state[n] for n in shape.seeded}


def back(shape: Shape, room: int, count: str = "") -> ir.Function:
    """The derivative that the loop declares: from parameters, results and adjoints of real results
    to adjoints of real parameters.  The result `count`, if it is there, says how many turns there
    were."""
    outs = {f"%out.{n}": kind for n, kind in shape.state.items()}
    params = dict(shape.types) if count else bounded(shape)
    outs |= {f"%out.{count}": INT} if count else {}
    draft = Draft(shape, {**params, **outs, **seeds_of(shape)})
    snapshots = _snapshots(draft, room)
    bounds: tuple[Atom, ...] = (Num(0), Var(f"%out.{count}")) if count else (_lo, _hi)
    found = draft.named("found", shape.wrt)
    args: list[Atom | str] = [*bounds, *shape.types, snapshots, *seeds_of(shape)]
    draft.body.append(draft.call(found, f"{shape.name}.revolve", args))
    return draft.function(f"{shape.name}.back", draft.returning(found))


def _snapshots(draft: Draft, room: int) -> Atom:
    """How many snapshots half of the room holds: their arrays are taken to be as long as they are
    before the loop and after it, together."""
    arrays = {n: kind for n, kind in draft.shape.state.items() if is_array(kind)}
    if not arrays:
        return Num(SNAPSHOTS)
    entries = draft.integer("%entries")
    draft.body.append(draft.let(entries, Num(1)))
    for name, kind in arrays.items():
        for array in (name, f"%out.{name}"):
            _add_entries(draft, entries, array, kind, draft.body)
    fitting = _over(Num(room // 16), entries)
    snapshots = draft.integer("%snapshots")
    most = min_(Num(SNAPSHOTS), max_(Num(min(FEWEST, SNAPSHOTS)), fitting))
    draft.body.append(draft.let(snapshots, most))
    return snapshots


def _add_entries(draft: Draft, entries: Var, array: str, kind: str, out: list[ir.Stmt]) -> None:
    """Add to a variable how many entries an array has, those of the arrays in it among them."""
    size = draft.fresh(INT)
    out.append(ir.Length(size, array, draft.shape.span))
    out.append(draft.let(entries, _plus(entries, Var(size))))
    if rank(kind) > 1:
        row = draft.fresh(element(kind))
        index, body = draft.whole.over(array, out)
        body.append(ir.Load(row, array, index, draft.shape.span))
        _add_entries(draft, entries, row, element(kind), body)


def revolve(shape: Shape, sweeps: ir.Function, longest: int) -> ir.Function:
    """The way back over pieces of no more than so many turns, with snapshots that are left to be
    used."""
    draft = Draft(shape, {**bounded(shape), "%left": INT, **seeds_of(shape)})
    draft.types |= {"%short": BOOL, "%more": BOOL}
    n, turns = draft.integer("%n"), draft.integer("%turns")
    adjoints = draft.named("d", shape.wrt)
    draft.body += [
        draft.let(n, _minus(_hi, _lo)),
        draft.let(turns, max_(Num(1), _over(Num(longest), Var(PARTS)))),
        draft.let("%short", _at_most(n, turns)),
        ir.If(
            "%short",
            draft.apart(adjoints, partial(_piece, draft, sweeps)),
            _halves(draft, n, turns, adjoints),
            shape.span,
        ),
    ]
    return draft.function(f"{shape.name}.revolve", draft.returning(adjoints))


def _piece(draft: Draft, sweeps: ir.Function, adjoints: Sequence[str]) -> list[ir.Stmt]:
    """Both sweeps over turns that are few enough."""
    shape, out = draft.shape, []
    ends = draft.named("end", shape.state)
    shares: list[Atom] = []
    for name, kind in shape.state.items():
        if base(kind) == REAL:
            shares.append(Var(f"%seed.{name}"))
        elif is_array(kind):
            none = draft.fresh(array_of(REAL, rank(kind)))
            out.append(ir.Alloc(none, Num(0), shape.span))
            shares.append(Var(none))
        else:
            shares.append(Num(0.0))
    args: list[Atom | str] = [*bounded(shape), *shares]
    return [*out, draft.call([*ends, *adjoints], sweeps.name, args)]


def _halves(draft: Draft, n: Var, turns: Var, adjoints: list[str]) -> list[ir.Stmt]:
    """Run ahead to where the last part begins, and come back over both parts."""
    shape = draft.shape
    middle = draft.integer("%mid")
    far = draft.named("mid", shape.state)
    upper, lower = draft.named("up", shape.wrt), draft.named("low", shape.wrt)
    itself, handed = f"{shape.name}.revolve", upper[: len(shape.seeded)]
    rest = draft.integer("%rest")

    def ahead(targets: list[str]) -> list[ir.Stmt]:
        return [draft.call(targets, shape.name, (_lo, middle, *shape.types))]

    def above(targets: list[str]) -> list[ir.Stmt]:
        args: list[Atom | str] = [middle, _hi, *far, *shape.given, rest, *seeds_of(shape)]
        return [*draft.apart(far, ahead), draft.call(targets, itself, args)]

    def below(targets: list[str]) -> list[ir.Stmt]:
        args: list[Atom | str] = [_lo, middle, *shape.types, _left, *handed]
        return [draft.call(targets, itself, args)]

    out = _where_to_cut(draft, n, middle, turns)
    out.append(draft.let(rest, _minus(_left, Num(1))))
    out += [*draft.apart(upper, above), *draft.apart(lower, below)]
    for name, adjoint, up, low in zip(shape.wrt, adjoints, upper, lower, strict=True):
        kind = shape.types[name]
        if name in shape.state:
            out.append(draft.let(adjoint, Var(low)))
        elif is_array(kind):
            draft.whole.add(up, low, kind, out)
            out.append(draft.let(adjoint, Var(up)))
        else:
            out.append(draft.let(adjoint, _plus(Var(up), Var(low))))
    return out


def _where_to_cut(draft: Draft, n: Var, middle: Var, turns: Var) -> list[ir.Stmt]:
    """The place such that no piece is run ahead more often than it must be.  With t times at most,
    and c snapshots left, C(c + t, c) pieces are covered; C(c + t - 1, c) of them lie before it."""
    pieces, t, covered, before = map(draft.integer, ("%pieces", "%t", "%all", "%before"))
    is_less = _less(covered, pieces)
    grow: list[ir.Stmt] = [
        draft.let(before, covered),
        draft.let(t, _plus(t, Num(1))),
        draft.let(covered, _over(_times(covered, _plus(_left, t)), t)),
        draft.let("%more", is_less),
    ]
    return [
        draft.let(pieces, _over(_plus(n, _minus(turns, Num(1))), turns)),
        draft.let(t, Num(0)),
        draft.let(covered, Num(1)),
        draft.let(before, Num(1)),
        draft.let("%more", is_less),
        ir.While("%more", grow, draft.shape.span),
        draft.let(middle, _plus(_lo, _times(before, turns))),
    ]
