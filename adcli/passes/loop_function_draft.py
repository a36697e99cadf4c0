"""Functions that stand for a loop, while they are written: what they take, and their statements.

Invariant: every variable of a draft is declared with its type when it is made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from adcli.expr import OPERATORS, Atom, Expr, Num, Var
from adcli.ir import nodes as ir
from adcli.ir.types import BOOL, INT, REAL, base, element, is_array
from adcli.passes.whole_array_loop_builder import WholeArrayStatements
from adcli.source import Span


class LoopSignature:
    """What the functions that stand for a loop have in common: their names begin with `name`, and
    they take the loop's `state`, which it changes, and what it is only `given`, with types."""

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


class FunctionDraft:
    """A function that is being written: its variables and its body."""

    def __init__(self, signature: LoopSignature, types: Mapping[str, str]) -> None:
        self.signature = signature
        self.types = dict(types)
        self.params = tuple(types)
        self.body: list[ir.Stmt] = []
        self.array_statements = WholeArrayStatements(self.fresh, "primal", signature.span)

    def fresh(self, kind: str) -> str:
        name = f"%s{len(self.types)}"
        self.types[name] = kind
        return name

    def counterparts(self, prefix: str, names: Iterable[str]) -> list[str]:
        """A variable for each of some variables of the loop, of its type."""
        made = {f"%{prefix}.{n}": self.signature.types[n] for n in names}
        self.types |= made
        return list(made)

    def integer(self, name: str) -> Var:
        self.types[name] = INT
        return Var(name)

    def let(self, target: str | Var, expr: Expr) -> ir.Let:
        name = target if isinstance(target, str) else target.name
        return ir.Let(name, expr, self.signature.span)

    def call(self, targets: Sequence[str], function: str, args: Iterable[Atom | str]) -> ir.Call:
        atoms = tuple([Var(a) if isinstance(a, str) else a for a in args])
        return ir.Call(tuple(targets), function, atoms, span=self.signature.span)

    def in_own_loop(
        self, targets: Sequence[str], make: Callable[[list[str]], list[ir.Stmt]]
    ) -> list[ir.Stmt]:
        """The statements that `make` has to assign some variables, in a loop of one iteration that
        leaves no arrays behind: those that are assigned come out over a tape."""
        arrays = {t: self.types[t] for t in targets if is_array(self.types[t])}
        if not arrays:
            return make(list(targets))
        inside = {t: self.fresh(kind) for t, kind in arrays.items()}
        body = make([inside.get(t, t) for t in targets])
        for target, kind in arrays.items():
            self.save(inside[target], kind, body)
        span = self.signature.span
        out: list[ir.Stmt] = [ir.For(self.fresh(INT), Num(0), Num(1), Num(1), body, span)]
        for target, kind in reversed(arrays.items()):
            self.restore(target, kind, out)
        return out

    def save(self, array: str, kind: str, out: list[ir.Stmt]) -> None:
        """Push the entries of an array, from the last to the first, and then its length."""
        span, entry, inner = self.signature.span, self.fresh(element(kind)), element(kind)
        size, index = self.array_statements.length(array, out), Var(self.fresh(INT))
        last = Var(self.fresh(INT))
        body: list[ir.Stmt] = [ir.Load(entry, array, index, span)]
        if is_array(inner):
            self.save(entry, inner, body)
        else:
            body.append(ir.Push(self.tape(inner), Var(entry), span))
        out.append(self.let(last, OPERATORS["-"](size, Num(1))))
        out.append(ir.For(index.name, last, Num(-1), Num(-1), body, span))
        out.append(ir.Push(self.tape(INT), size, span))

    def restore(self, array: str, kind: str, out: list[ir.Stmt]) -> None:
        """Make an array of what was pushed last."""
        span, entry, inner = self.signature.span, self.fresh(element(kind)), element(kind)
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
        return f"{self.signature.name}.{kind}"

    def adjoint_results(self, values: Sequence[str]) -> tuple[str, ...]:
        """Results that return adjoints of state and given; `values` holds them."""
        results = self.counterparts("result", self.signature.wrt)
        self.body += [self.let(r, Var(v)) for r, v in zip(results, values, strict=True)]
        return tuple(results)

    def function(self, name: str, results: tuple[str, ...]) -> ir.Function:
        return ir.Function(name, self.params, results, self.types, self.body, self.signature.span)


def range_parameters(signature: LoopSignature) -> dict[str, str]:
    """The parameters of a function for the iterations from `%lo` to `%hi`."""
    return {"%lo": INT, "%hi": INT, **signature.types}


def seeds_of(signature: LoopSignature) -> dict[str, str]:
    return {f"%seed.{n}": signature.state[n] for n in signature.seeded}
