"""`super()`: the members of the classes that come later in the order of an instance's class."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.lowering import class_members
from adcli.lowering.class_statements import owner_of_method
from adcli.lowering.classes import OBJECT, Class
from adcli.lowering.exception_values import ExceptionClass
from adcli.lowering.refusals import Refusal
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame


class Super(Value):
    """`super()` of a class and an instance, or a class that derives from it."""

    __slots__ = ("after", "me")
    what = "super()"

    def __init__(self, after: Class, me: Value) -> None:
        self.after = after
        self.me = me

    def is_plain(self, f: Frame) -> bool:
        return False

    def attribute(self, f: Frame, name: str, node: ast.AST) -> Value:
        kind = self.me if isinstance(self.me, Class) else self.me.attribute(f, "__class__", node)
        if isinstance(kind, ExceptionClass):
            kind = f.session.modules.findings.exception_instances.get(kind) or kind
        if not isinstance(kind, Class) or not kind.derives_from(self.after):
            raise f.raises(
                "TypeError", "super(type, obj): obj must be an instance or subtype of type", node
            )
        owner = None if self.me is kind else self.me
        for later in kind.mro[kind.mro.index(self.after) + 1 :]:
            if name in later.namespace:
                return class_members.bound(f, later.namespace[name], owner, kind, node)
        if name[:2] == "__" and name in dir(object):
            raise Refusal(f"the attribute {name} of object", node)
        raise f.raises("AttributeError", f"'super' object has no attribute '{name}'", node)


def made_super(f: Frame, args: Sequence[Value], keywords: dict[str, Value], node: ast.AST) -> Value:
    """`super()`, `super(kind, me)`."""
    if not args:
        return Super(*owner_of_method(f, node))
    if len(args) != 2 or not isinstance(args[0], Class):
        raise Refusal("super with these arguments", node)
    return Super(args[0], args[1])


__all__ = ["OBJECT", "Super", "made_super"]
