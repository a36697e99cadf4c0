"""Step counts: how many steps each statement counts against the limit.

Invariant: every engine counts alike, so that a run ends at the same place whatever runs it.  What
counts is known before it runs: the statements of the entry when it starts; those of a loop's body
for each iteration, of a `for` for all iterations at once; the entries of a new array; and in a
module with recursion the statements of each function when it is called.  Only where machine code
calls a routine of BLAS instead of a function's body (`adcli.ir.blas_routines`), the loops of that
do not count.
"""

from __future__ import annotations

from collections.abc import Sequence

from adcli.ir import nodes as ir


class StepCounts:
    """The counts of one module."""

    def __init__(self, module: ir.Module) -> None:
        self._functions = module.functions
        self._main = module.main
        self._known: dict[int, int] = {}
        self.is_recursive = is_recursive(module)

    def of(self, body: Sequence[ir.Stmt]) -> int:
        """For a block that runs once: its statements, of an `if` the longer arm, and in a module
        without recursion those of the functions that it calls.  Loops in it count by themselves."""
        found = self._known.get(id(body))
        if found is None:
            found = len(body)
            for stmt in ir.non_assignments(body):
                if isinstance(stmt, ir.If):
                    found += max(self.of(stmt.then), self.of(stmt.orelse))
                elif isinstance(stmt, ir.Call) and not self.is_recursive:
                    found += self.of(self._functions[stmt.function].body)
            self._known[id(body)] = found
        return found

    def of_iteration(self, body: Sequence[ir.Stmt]) -> int:
        """For an iteration of a `while`, which counts 1 at least."""
        return max(1, self.of(body))

    def of_call(self, function: ir.Function) -> int:
        """For a function when it starts."""
        if self.is_recursive:
            return self.of(function.body) + 1
        return self.of(function.body) if function is self._main else 0


def is_recursive(module: ir.Module) -> bool:
    """Whether a function may be called while it runs."""
    calls = {
        name: {s.function for s in ir.control(f.body) if isinstance(s, ir.Call)}
        for name, f in module.functions.items()
    }
    callers: dict[str, list[str]] = {}
    for name, callees in calls.items():
        for callee in callees:
            callers.setdefault(callee, []).append(name)
    # topological order, from the functions that call none (Kahn, CACM 5(11), 1962)
    waiting = {name: len(callees) for name, callees in calls.items()}
    free = [name for name, count in waiting.items() if not count]
    done = 0
    while free:
        done += 1
        for caller in callers.get(free.pop(), ()):
            waiting[caller] -= 1
            if not waiting[caller]:
                free.append(caller)
    return done < len(calls)
