"""Outlining: code that is protected becomes a function of its own.

While a function is lowered, protected code is kept aside and a call without arguments stands for
it.  When all code of the function is there, what the protected code reads that is assigned outside
becomes its arguments, and what it assigns that is read outside its results.

Invariant: a function of the IR calls no protected code that is not one of the module's functions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from adcli.expr import Var
from adcli.ir import nodes as ir
from adcli.ir.dataflow import used_variables
from adcli.source import Span


class _Uses:
    """How often code reads and assigns each variable, protected code in it too."""

    def __init__(self) -> None:
        self.reads: Counter[str] = Counter()
        self.assigned: Counter[str] = Counter()
        #: in the order met
        self.order: dict[str, None] = {}

    def add(self, other: _Uses) -> None:
        self.reads.update(other.reads)
        self.assigned.update(other.assigned)
        self.order.update(other.order)


class Outlined:
    """The functions that the protected code of one function becomes."""

    def __init__(
        self,
        types: dict[str, str],
        regions: Mapping[str, list[ir.Stmt]],
        span: Span | None,
        params: Sequence[str],
    ) -> None:
        self.types = types
        self.regions = regions
        self.span = span
        self.params = params
        self.functions: dict[str, ir.Function] = {}
        self._uses: dict[str, _Uses] = {}

    def finished(self, code: Sequence[ir.Stmt], results: Sequence[str]) -> list[ir.Stmt]:
        """The code of the function, with calls of the functions that its protected code became."""
        whole = self._of(code)
        whole.reads.update(results)
        whole.assigned.update(self.params)
        return self._block(code, whole)

    def _of(self, code: Sequence[ir.Stmt]) -> _Uses:
        found = _Uses()
        for stmt in ir.walk(code):
            if isinstance(stmt, ir.Call) and stmt.function in self.regions:
                found.assigned[stmt.status] += 1
                found.order[stmt.status] = None
                if stmt.function not in self._uses:
                    self._uses[stmt.function] = self._of(self.regions[stmt.function])
                found.add(self._uses[stmt.function])
                continue
            names = used_variables(stmt)
            found.reads.update(names)
            found.order.update(dict.fromkeys(names))
            targets = ir.assigned(stmt)
            found.assigned.update(targets)
            found.order.update(dict.fromkeys(targets))
        return found

    def _block(self, code: Sequence[ir.Stmt], whole: _Uses) -> list[ir.Stmt]:
        found: list[ir.Stmt] = []
        for stmt in code:
            match stmt:
                case ir.Call() if stmt.function in self.regions:
                    found.extend(self._call(stmt, whole))
                case ir.If():
                    then, orelse = self._block(stmt.then, whole), self._block(stmt.orelse, whole)
                    found.append(ir.If(stmt.condition, then, orelse, stmt.span))
                case ir.While():
                    found.append(ir.While(stmt.condition, self._block(stmt.body, whole), stmt.span))
                case ir.For():
                    body = self._block(stmt.body, whole)
                    found.append(
                        ir.For(stmt.var, stmt.start, stmt.stop, stmt.step, body, stmt.span)
                    )
                case _:
                    found.append(stmt)
        return found

    def _call(self, call: ir.Call, whole: _Uses) -> list[ir.Stmt]:
        """A call of the function that protected code becomes."""
        name = call.function
        uses = self._uses[name]
        params = [
            v for v in uses.order
            if uses.reads[v] and whole.assigned[v] > uses.assigned[v]
        ]  # fmt: skip
        outs = [
            v for v in uses.order
            if uses.assigned[v] and whole.reads[v] > uses.reads[v]
        ]  # fmt: skip
        body = self._block(self.regions[name], whole)
        if _returns(body):
            body += [ir.Let(f"{v}.out", Var(v), call.span) for v in outs]
            results = tuple([f"{v}.out" for v in outs])
        else:
            outs, results = [], ()
        types = {v: self.types[v] for v in (*uses.order, *params)}
        types.update({f"{v}.out": self.types[v] for v in outs})
        self.functions[name] = ir.Function(
            name, tuple(params), results, types, body, call.span or self.span
        )
        args = tuple([Var(p) for p in params])
        return [ir.Call(tuple(outs), name, args, call.status, call.span)]


def _returns(body: Sequence[ir.Stmt]) -> bool:
    return not body or not isinstance(body[-1], ir.Raise)
