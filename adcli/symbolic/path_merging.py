"""Path merging: a branch on an input becomes a choice between the values of its arms.

Invariant: both arms start from the same arrays and variables; what either of them changes is a
choice afterwards, entry by entry.  What follows an arm that surely fails is the other arm alone.

King, "Symbolic execution and program testing", CACM 19 (1976).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from adcli.expr import Expr, Num
from adcli.ir import nodes as ir
from adcli.ir.types import is_array
from adcli.ops.comparisons_logic_and_choice import select
from adcli.symbolic.symbolic_values import (
    AlwaysFails,
    Contents,
    DataDependent,
    Environment,
    SymbolicEvaluator,
    SymbolicValue,
)

RunBlock = Callable[[Sequence[ir.Stmt], Environment, ir.Function], None]


class PathMerging:
    """Runs both arms of branches, with `run`; `heap` has all arrays that there are."""

    def __init__(
        self,
        module: ir.Module,
        evaluator: SymbolicEvaluator,
        heap: list[list[Contents]],
        run: RunBlock,
    ) -> None:
        self.module = module
        self.evaluator = evaluator
        self.heap = heap
        self.run = run
        self._changing: dict[str, bool] = {}

    def branch(self, stmt: ir.If, condition: Expr, env: Environment, function: ir.Function) -> None:
        """Run a branch whose condition depends on the inputs."""
        if any(isinstance(s, ir.Push | ir.Pop) for s in ir.control([stmt])):
            raise DataDependent(stmt.span)
        arrays = list(self.heap) if self._changes_arrays([stmt]) else []
        before = [list(a) for a in arrays]
        then = self._arm(stmt.then, env, function, condition, True)
        after = [list(a) for a in arrays]
        self._restore(arrays, before)
        if then is None:
            self._only(stmt.orelse, env, function, condition, False)
            return
        otherwise = self._arm(stmt.orelse, env, function, condition, False)
        if otherwise is None:
            self._restore(arrays, before)
            self._only(stmt.then, env, function, condition, True)
            return
        for array, entries in zip(arrays, after, strict=True):
            if len(array) != len(entries):
                raise DataDependent(stmt.span)
            pairs = zip(entries, list(array), strict=True)
            array[:] = [self._merged(condition, a, b, stmt) for a, b in pairs]
        for name in {**then, **otherwise}:
            if is_array(function.types[name]) and name not in env:
                if name in then and name in otherwise:
                    raise DataDependent(stmt.span)
                # an array of one arm only is read only where that arm was taken
                env[name] = then[name] if name in then else otherwise[name]
                continue
            first, second = (
                arm[name] if name in arm else self.evaluator.read(env, function, name)
                for arm in (then, otherwise)
            )
            env[name] = self._merged(condition, first, second, stmt)

    @staticmethod
    def _restore(arrays: Sequence[list[Contents]], before: Sequence[list[Contents]]) -> None:
        for array, entries in zip(arrays, before, strict=True):
            array[:] = entries

    def _only(
        self,
        body: Sequence[ir.Stmt],
        env: Environment,
        function: ir.Function,
        condition: Expr,
        truth: bool,
    ) -> None:
        """Run one arm as what follows, as the other one surely fails."""
        self.evaluator.require(condition, truth)
        self.run(body, env, function)

    def _changes_arrays(self, body: Sequence[ir.Stmt]) -> bool:
        """Whether statements may change an array, themselves or in what they call."""
        for stmt in ir.control(body):
            if isinstance(stmt, ir.Store | ir.Append | ir.Take):
                return True
            if isinstance(stmt, ir.Call):
                name = stmt.function
                if name not in self._changing:
                    self._changing[name] = False  # for a call of itself
                    inner = self.module.functions[name].body
                    self._changing[name] = self._changes_arrays(inner)
                if self._changing[name]:
                    return True
        return False

    def _arm(
        self,
        body: Sequence[ir.Stmt],
        env: Environment,
        function: ir.Function,
        condition: Expr,
        truth: bool,
    ) -> dict[str, Contents] | None:
        """The variables that one arm assigns; None if it surely fails."""
        if not body:
            return {}
        evaluator = self.evaluator
        with evaluator.inside(condition, truth):
            inside = dict(env)
            try:
                self.run(body, inside, function)
            except AlwaysFails:
                return None
        return {name: value for name, value in inside.items() if env.get(name) is not value}

    def _merged(
        self, condition: Expr, then: Contents, otherwise: Contents, stmt: ir.Stmt
    ) -> Contents:
        """The choice between the contents that two arms leave."""
        if isinstance(then, list) or isinstance(otherwise, list):
            if then is not otherwise:
                raise DataDependent(stmt.span)
            return then
        if then.node is otherwise.node:
            return then
        graph = self.evaluator.graph
        first = graph.number(True) if then.node is condition else then.node
        second = graph.number(False) if otherwise.node is condition else otherwise.node
        node = graph.apply(select, (condition, first, second))
        known = node.value if isinstance(node, Num) and isinstance(node.value, bool) else None
        return SymbolicValue(node, known)
