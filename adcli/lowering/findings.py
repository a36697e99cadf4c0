"""Findings: what lowering a program has shown that it must be lowered again with.

Invariant: a finding is never taken back, and there are finitely many, so lowering comes to an end.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from adcli.lowering.refusals import Again

if TYPE_CHECKING:
    from adcli.lowering.classes import Class
    from adcli.lowering.modules import Module
    from adcli.lowering.scopes import FunctionText
    from adcli.lowering.values import Value


class Findings:
    """What is asked of exceptions and objects, and what calls change."""

    def __init__(self) -> None:
        #: whether exceptions of the program have what is in them, and the statements `try` whose
        #: calls are followed for that
        self.holds_exceptions = False
        self.following_calls: set[ast.AST] = set()
        #: the classes whose instances are exceptions, see `adcli.lowering.exception_instances`
        self.exception_instances: dict[Value, Class | None] = {}
        #: whether objects in lists that loops make are known one by one, if they are few
        self.keeps_objects_apart = False
        #: whether what NumPy computes is told from what Python does, see `protected_code`
        self.tells_numpy_apart = False
        #: the global names that functions assign
        self.changing: set[tuple[Module, str]] = set()
        #: the attributes of functions; those that calls set have one value
        self.function_attributes: dict[tuple[FunctionText, str], Value] = {}
        self.changed_attribute: Value | None = None

    def hold_exceptions(self, origin: ast.Try | None = None) -> None:
        """Note that a handler asks what an exception holds that a `try` has caught."""
        if not self.holds_exceptions:
            self.holds_exceptions = True
            if origin is not None:
                self.following_calls.add(origin)
            raise Again
        if origin is not None:
            self.follow_calls(origin)

    def follow_calls(self, origin: ast.Try) -> None:
        """Note that what happens in calls of a `try` before they fail is asked for."""
        if origin not in self.following_calls:
            self.following_calls.add(origin)
            raise Again

    def tell_numpy_apart(self) -> None:
        """Note that a `try` has arithmetic of NumPy in it, which raises nothing."""
        if not self.tells_numpy_apart:
            self.tells_numpy_apart = True
            raise Again

    def keep_objects_apart(self) -> None:
        """Note that the program changes, or compares, objects in a list that a loop has made."""
        if not self.keeps_objects_apart:
            self.keeps_objects_apart = True
            raise Again

    def note_changing(self, module: Module, name: str) -> None:
        """Note that functions assign a global name."""
        if (module, name) not in self.changing:
            self.changing.add((module, name))
            raise Again

    def note_changed_attribute(self, text: FunctionText, name: str) -> None:
        """Note that calls set an attribute of a function."""
        from adcli.lowering.readings import Changing

        if self.changed_attribute is None:
            self.changed_attribute = Changing("an attribute of a function")
        self.function_attributes[text, name] = self.changed_attribute
        raise Again
