"""Comparisons, logic and choice.  Their results have no derivative; a choice passes it through."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from adcli.expr import Expr, Scalar
from adcli.ops.primitive import (
    AND,
    BOOL,
    COMPARE,
    CONDITIONAL,
    INT,
    NOT,
    OR,
    POWER,
    SAME,
    Form,
    Primitive,
    infix,
    prefix,
)


def _by_real_part(function: Any) -> Any:
    return lambda a, b: function(a.real, b.real)


def _compare(name: str, function: Any, symbol: str, sign: str, latex: str, llvm: str) -> Primitive:
    real, integer = llvm.split()
    sides = (COMPARE + 1, COMPARE + 1)  # Python chains comparisons, so neither side is bare
    form = Form(f"{{0}} {symbol} {{1}}", COMPARE, sides)
    return Primitive(
        name,
        function,
        arity=2,
        kind=BOOL,
        analytic=_by_real_part(function),
        absorbs=(0, 1),
        operator=symbol,
        text=form,
        trace=Form(f"{{0}} {sign} {{1}}", COMPARE, sides),
        latex=Form(f"{{0}} {latex} {{1}}", COMPARE, sides),
        python=form,
        llvm=f"fcmp {real}",
        llvm_int=f"icmp {integer}",
        total=True,
    )


lt = _compare("lt", operator.lt, "<", "<", "<", "olt slt")
le = _compare("le", operator.le, "<=", "≤", r"\le", "ole sle")
gt = _compare("gt", operator.gt, ">", ">", ">", "ogt sgt")
ge = _compare("ge", operator.ge, ">=", "≥", r"\ge", "oge sge")
eq = _compare("eq", operator.eq, "==", "=", "=", "oeq eq")
ne = _compare("ne", operator.ne, "!=", "≠", r"\neq", "une ne")

COMPARISONS = (lt, le, gt, ge, eq, ne)


def _logic(name: str, function: Any, form: Form, latex: Form, llvm: str) -> Primitive:
    arity = len(form.operands)
    return Primitive(
        name,
        function,
        arity=arity,
        kind=BOOL,
        analytic=function,
        operator=name,
        text=form,
        trace=form,
        latex=latex,
        python=form,
        llvm_int=llvm,
        total=True,
    )


and_ = _logic("and", lambda a, b: a and b, infix("and", AND), infix(r"\land", AND), "and")
or_ = _logic("or", lambda a, b: a or b, infix("or", OR), infix(r"\lor", OR), "or")
not_ = _logic("not", operator.not_, prefix("not ", NOT, NOT), prefix(r"\lnot ", NOT, POWER), "not")

_CHOICE = Form("{1} if {0} else {2}", CONDITIONAL, (OR, OR, CONDITIONAL))
_CASES = Form(
    r"\begin{cases} {1} & \text{if } {0} \\ {2} & \text{otherwise} \end{cases}",
    CONDITIONAL,
    (OR, OR, CONDITIONAL),
)

#: select(c, a, b) is a where c holds and b elsewhere.  Only the chosen side is evaluated: engines
#: and passes treat it as the branch that it is.
select: Primitive = Primitive(
    "select",
    lambda c, a, b: a if c else b,
    arity=3,
    partials=lambda y, c, a, b: (None, select(c, 1, 0), select(c, 0, 1)),
    kind=SAME,
    analytic=lambda c, a, b: a if c else b,
    text=_CHOICE,
    trace=_CHOICE,
    latex=_CASES,
    python=_CHOICE,
)


class Check(Primitive):
    """A row that only looks whether something holds; if not, there is no value to go on with.

    Its value is its first argument; `fails` is the condition under which it has none.
    """

    __slots__ = ("fails",)

    def __init__(
        self,
        name: str,
        function: Callable[..., Any],
        *,
        fails: Callable[..., Expr],
        arity: int = 1,
        partials: Callable[..., tuple[Expr | Scalar | None, ...]] | None = None,
        kind: str = SAME,
        analytic: Callable[..., Any] | None = None,
    ) -> None:
        super().__init__(
            name, function, arity=arity, partials=partials, kind=kind, analytic=analytic
        )
        self.fails = fails

    def value(self, *args: Any) -> Any:
        return self.function(*args)


def _defined(value: Any, assigned: bool) -> Any:
    if not assigned:
        raise ValueError("undefined")
    return value


#: defined(v, c) is v, and an error unless c says that v was assigned.
defined = Check(
    "defined",
    _defined,
    fails=lambda v, c: not_(c),
    arity=2,
    partials=lambda y, v, c: (1, None),
    kind=SAME,
    analytic=_defined,
)


def _regular(pivot: Any) -> Any:
    if pivot == 0:
        raise ValueError("singular")
    return pivot


#: regular(p) is p, and an error if that is 0: a pivot by which a matrix is eliminated.
regular = Check(
    "regular",
    _regular,
    fails=lambda p: eq(p, 0),
    partials=lambda y, p: (1,),
    kind=SAME,
    analytic=_regular,
)


def _matched(length: Any, other: Any) -> Any:
    if length != other:
        raise ValueError("unequal")
    return length


#: matched(n, m) is n, and an error unless m is n: the lengths of arrays that go together.
matched = Check(
    "matched", _matched, fails=lambda n, m: ne(n, m), arity=2, kind=INT, analytic=_matched
)


def _steady(holds: Any) -> Any:
    if not holds:
        raise ValueError("a tie")
    return holds


#: steady(c) is c, and an error unless c holds: the program might go another way close by.
steady = Check("steady", _steady, fails=lambda c: not_(c), kind=BOOL, analytic=_steady)
