"""Checkpoint schedule: a loop is reversed piece by piece, from snapshots (revolve).

The functions made here are recursive: one runs ahead to where the last piece starts, reverses that,
and comes back to the rest.  Griewank & Walther, "Algorithm 799: revolve" (2000); *Evaluating
Derivatives*, section 12.2.

Invariant: no function here changes an array that it is given, so the snapshots are the variables,
arrays among them, of the calls that stand inside one another.

What a piece makes beside its results must not stay while others run.  Machine code frees the arrays
of an iteration after each iteration of a loop that leaves none behind; so a piece stands in a loop
of one iteration, and its results come out over a tape.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from adcli.expr import OPERATORS, Atom, Num, Var
from adcli.ir import nodes as ir
from adcli.ir.types import BOOL, INT, REAL, array_of, base, element, is_array, rank
from adcli.ops.elementary_functions import max_, min_
from adcli.passes.loop_function_draft import (
    FunctionDraft,
    LoopSignature,
    range_parameters,
    seeds_of,
)

#: No more snapshots than this are kept at a time; each is a call inside the others.
SNAPSHOTS = 1000

#: So many are kept, however large they are: with fewer the time would grow as a power of the number
#: of iterations.
FEWEST = 8

#: The variable that says by what the length of a piece is to be divided.
PARTS = "%parts"

_plus, _minus, _times, _over = (OPERATORS[sign] for sign in ("+", "-", "*", "//"))
_less, _at_most = OPERATORS["<"], OPERATORS["<="]
_lo, _hi, _left = Var("%lo"), Var("%hi"), Var("%left")


def reverse_rule(signature: LoopSignature, room: int, count: str = "") -> ir.Function:
    """The derivative that the loop declares: from parameters, results and adjoints of real results
    to adjoints of real parameters.  The result `count`, if it is there, says how many iterations
    there were."""
    outs = {f"%out.{n}": kind for n, kind in signature.state.items()}
    params = dict(signature.types) if count else range_parameters(signature)
    outs |= {f"%out.{count}": INT} if count else {}
    draft = FunctionDraft(signature, {**params, **outs, **seeds_of(signature)})
    snapshots = _snapshots(draft, room)
    bounds: tuple[Atom, ...] = (Num(0), Var(f"%out.{count}")) if count else (_lo, _hi)
    found = draft.counterparts("found", signature.wrt)
    args: list[Atom | str] = [*bounds, *signature.types, snapshots, *seeds_of(signature)]
    draft.body.append(draft.call(found, f"{signature.name}.revolve", args))
    return draft.function(f"{signature.name}.back", draft.adjoint_results(found))


def _snapshots(draft: FunctionDraft, room: int) -> Atom:
    """How many snapshots half of the room holds: their arrays are taken to be as long as they are
    before the loop and after it, together."""
    arrays = {n: kind for n, kind in draft.signature.state.items() if is_array(kind)}
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


def _add_entries(
    draft: FunctionDraft, entries: Var, array: str, kind: str, out: list[ir.Stmt]
) -> None:
    """Add to a variable how many entries an array has, those of the arrays in it among them."""
    size = draft.fresh(INT)
    out.append(ir.Length(size, array, draft.signature.span))
    out.append(draft.let(entries, _plus(entries, Var(size))))
    if rank(kind) > 1:
        row = draft.fresh(element(kind))
        index, body = draft.array_statements.over(array, out)
        body.append(ir.Load(row, array, index, draft.signature.span))
        _add_entries(draft, entries, row, element(kind), body)


def revolve_function(signature: LoopSignature, sweeps: ir.Function, longest: int) -> ir.Function:
    """The function that reverses a range of iterations, in pieces of no more than `longest`; its
    parameter `%left` says how many snapshots may still be taken."""
    draft = FunctionDraft(
        signature, {**range_parameters(signature), "%left": INT, **seeds_of(signature)}
    )
    draft.types |= {"%short": BOOL, "%more": BOOL}
    n, length = draft.integer("%n"), draft.integer("%turns")
    adjoints = draft.counterparts("d", signature.wrt)
    draft.body += [
        draft.let(n, _minus(_hi, _lo)),
        draft.let(length, max_(Num(1), _over(Num(longest), Var(PARTS)))),
        draft.let("%short", _at_most(n, length)),
        ir.If(
            "%short",
            draft.in_own_loop(adjoints, partial(_piece, draft, sweeps)),
            _halves(draft, n, length, adjoints),
            signature.span,
        ),
    ]
    return draft.function(f"{signature.name}.revolve", draft.adjoint_results(adjoints))


def _piece(draft: FunctionDraft, sweeps: ir.Function, adjoints: Sequence[str]) -> list[ir.Stmt]:
    """Both sweeps over a piece that is short enough."""
    signature, out = draft.signature, []
    ends = draft.counterparts("end", signature.state)
    shares: list[Atom] = []
    for name, kind in signature.state.items():
        if base(kind) == REAL:
            shares.append(Var(f"%seed.{name}"))
        elif is_array(kind):
            none = draft.fresh(array_of(REAL, rank(kind)))
            out.append(ir.Alloc(none, Num(0), signature.span))
            shares.append(Var(none))
        else:
            shares.append(Num(0.0))
    args: list[Atom | str] = [*range_parameters(signature), *shares]
    return [*out, draft.call([*ends, *adjoints], sweeps.name, args)]


def _halves(draft: FunctionDraft, n: Var, length: Var, adjoints: list[str]) -> list[ir.Stmt]:
    """Run ahead to the middle, reverse what lies behind it, then what lies before it."""
    signature = draft.signature
    middle = draft.integer("%mid")
    far = draft.counterparts("mid", signature.state)
    upper, lower = draft.counterparts("up", signature.wrt), draft.counterparts("low", signature.wrt)
    itself, handed = f"{signature.name}.revolve", upper[: len(signature.seeded)]
    rest = draft.integer("%rest")

    def ahead(targets: list[str]) -> list[ir.Stmt]:
        return [draft.call(targets, signature.name, (_lo, middle, *signature.types))]

    def above(targets: list[str]) -> list[ir.Stmt]:
        args: list[Atom | str] = [middle, _hi, *far, *signature.given, rest, *seeds_of(signature)]
        return [*draft.in_own_loop(far, ahead), draft.call(targets, itself, args)]

    def below(targets: list[str]) -> list[ir.Stmt]:
        args: list[Atom | str] = [_lo, middle, *signature.types, _left, *handed]
        return [draft.call(targets, itself, args)]

    out = _middle(draft, n, middle, length)
    out.append(draft.let(rest, _minus(_left, Num(1))))
    out += [*draft.in_own_loop(upper, above), *draft.in_own_loop(lower, below)]
    for name, adjoint, up, low in zip(signature.wrt, adjoints, upper, lower, strict=True):
        kind = signature.types[name]
        if name in signature.state:
            out.append(draft.let(adjoint, Var(low)))
        elif is_array(kind):
            draft.array_statements.add(up, low, kind, out)
            out.append(draft.let(adjoint, Var(up)))
        else:
            out.append(draft.let(adjoint, _plus(Var(up), Var(low))))
    return out


def _middle(draft: FunctionDraft, n: Var, middle: Var, length: Var) -> list[ir.Stmt]:
    """Find the middle such that no piece is run ahead more often than it must be.  With t times at
    most, and c snapshots left, C(c + t, c) pieces are covered; C(c + t - 1, c) of them lie before
    the middle."""
    pieces, t, covered, before = map(draft.integer, ("%pieces", "%t", "%all", "%before"))
    is_less = _less(covered, pieces)
    grow: list[ir.Stmt] = [
        draft.let(before, covered),
        draft.let(t, _plus(t, Num(1))),
        draft.let(covered, _over(_times(covered, _plus(_left, t)), t)),
        draft.let("%more", is_less),
    ]
    return [
        draft.let(pieces, _over(_plus(n, _minus(length, Num(1))), length)),
        draft.let(t, Num(0)),
        draft.let(covered, Num(1)),
        draft.let(before, Num(1)),
        draft.let("%more", is_less),
        ir.While("%more", grow, draft.signature.span),
        draft.let(middle, _plus(_lo, _times(before, length))),
    ]
