"""Changes before a failure: may a function fail after it has changed an array that others know?

What a call did to arrays stays done when it fails.  The backward sweep has no record of how far
such a call came, so it must know whether there can be any change.

Invariant: if a function may not, a call of it that failed has changed no number in an active array
that was there before the call.
"""

from __future__ import annotations

from collections.abc import Sequence

from adcli.ir import nodes as ir
from adcli.ir.raising_statements import may_raise
from adcli.ir.types import REAL, array_of
from adcli.passes.activity_analysis import Activity
from adcli.passes.flow_sensitive_mutations import LocalArrays


def may_fail_after_changes(module: ir.Module, name: str, activity: Activity) -> bool:
    """Whether a function may."""
    return _Survey(module, activity).of(name).fails_after_changes


class _Summary:
    """What a function may do; of one that calls itself, all of it."""

    def __init__(self, *, fails: bool, changes: bool, fails_after_changes: bool) -> None:
        self.fails = fails
        self.changes = changes
        self.fails_after_changes = fails_after_changes


class _Survey:
    """The summaries of a module's functions."""

    def __init__(self, module: ir.Module, activity: Activity) -> None:
        self.module = module
        self.activity = activity
        self.known: dict[str, _Summary] = {}

    def of(self, name: str) -> _Summary:
        if name not in self.known:
            may_change = bool(self.activity.arrays(name))
            self.known[name] = _Summary(
                fails=True, changes=may_change, fails_after_changes=may_change
            )
            flow = _Flow(self, self.module.functions[name])
            changes = flow.block(self.module.functions[name].body, False)
            self.known[name] = _Summary(
                fails=flow.fails, changes=changes, fails_after_changes=flow.fails_after_changes
            )
        return self.known[name]


class _Flow:
    """Goes through one function."""

    def __init__(self, survey: _Survey, function: ir.Function) -> None:
        self.survey = survey
        self.types = function.types
        self.active = survey.activity.arrays(function.name)
        self.local = LocalArrays(function)
        self.fails = self.fails_after_changes = False

    def block(self, body: Sequence[ir.Stmt], has_changed: bool) -> bool:
        """Whether an array may have been changed behind a block, from whether one may have been
        before it."""
        for stmt in body:
            if isinstance(stmt, ir.Call):
                has_changed = self.call(stmt, has_changed)
                continue
            if may_raise(stmt):
                self.fail(has_changed)
            if isinstance(stmt, ir.Store | ir.Append | ir.Take):
                holds_numbers = self.types[stmt.array] == array_of(REAL)
                has_changed |= holds_numbers and self.is_seen(stmt.array)
            elif isinstance(stmt, ir.If):
                then = self.block(stmt.then, has_changed)
                has_changed = self.block(stmt.orelse, has_changed) or then
            elif isinstance(stmt, ir.For | ir.While):
                once = self.block(stmt.body, has_changed) or has_changed
                has_changed = self.block(stmt.body, once) or once
        return has_changed

    def call(self, call: ir.Call, has_changed: bool) -> bool:
        callee = self.survey.of(call.function)
        changes = callee.changes and any(map(self.is_seen, self.local.passed(call)))
        if not call.status and callee.fails:
            self.fail(has_changed or (changes and callee.fails_after_changes))
        return has_changed or changes

    def fail(self, has_changed: bool) -> None:
        self.fails = True
        self.fails_after_changes |= has_changed

    def is_seen(self, array: str) -> bool:
        """Whether an array has a part in derivatives, and others may see it."""
        return array in self.active and self.local.may_come_from_outside(array)
