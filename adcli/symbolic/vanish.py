"""Where a node is 0: at single points, or on whole intervals as steps and choices are.

Invariant: a node that is said to vanish rarely is a number that is not 0, or is made of variables
by operations none of which is constant on an interval.  That is a matter of form: x-x is taken for
one that varies, and its formula has then no value where a guard would have given one.
"""

from __future__ import annotations

from adcli.expr import App, Expr, Num, Var, is_number
from adcli.ops.compare import eq, select
from adcli.ops.primitive import BOOL, INT, Primitive

#: What is known of a node: its number, or that it varies everywhere, or may stand still.
_VARIES, _RESTS = "varies", "rests"


class Vanishing:
    """Looks at each node once."""

    def __init__(self) -> None:
        self._known: dict[Expr, float | str] = {}

    def is_rare(self, root: Expr) -> bool:
        """Whether a node is 0 at single points at most."""
        known, todo = self._known, [root]
        while todo:
            node = todo[-1]
            missing = [a for a in node.args if a not in known] if isinstance(node, App) else []
            if missing:
                todo.extend(missing)
            else:
                known[todo.pop()] = self._look(node)
        found = known[root]
        return found == _VARIES or (found != _RESTS and found != 0)

    def _look(self, node: Expr) -> float | str:
        if isinstance(node, Num):
            return node.value
        if isinstance(node, Var):
            return _VARIES
        assert isinstance(node, App)
        assert isinstance(node.op, Primitive)
        args = [self._known[a] for a in node.args]
        numbers = [a for a in args if not isinstance(a, str)]
        if len(numbers) == len(args):
            try:
                value: float = node.op.value(*numbers)
            except ValueError:
                return _RESTS  # a check that fails: nobody gets here
            return value
        return _RESTS if _RESTS in args or _has_steps(node.op) else _VARIES


_steps: dict[Primitive, bool] = {}


def _has_steps(op: Primitive) -> bool:
    """Whether a row is constant somewhere: a whole number, or its partial is 0 or a choice."""
    if op not in _steps:
        names = tuple([Var(str(i)) for i in range(op.arity)])
        partials = [op.partial(i, Var("y"), names) for i in range(op.arity)]
        _steps[op] = op.kind in (BOOL, INT) or op is select or any(map(_is_step, partials))
    return _steps[op]


def _is_step(partial: Expr | None) -> bool:
    match partial:
        case App(op, (condition, _, _)) if op is select:
            return not _mentions_equation(condition)
    return partial is not None and is_number(partial, 0)


def _mentions_equation(condition: Expr) -> bool:
    match condition:
        case App(op, args):
            return op is eq or any(map(_mentions_equation, args))
    return False
