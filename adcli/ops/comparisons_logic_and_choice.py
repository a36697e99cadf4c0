"""Comparisons, logic and choice.  Their results have no derivative; a choice passes it through."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from adcli.expr import Expr
from adcli.ops.operation_notation import (
    AND,
    COMPARE,
    CONDITIONAL,
    NOT,
    OR,
    POWER,
    Form,
    Python,
    Spelling,
    infix,
    prefix,
)
from adcli.ops.primitive import (
    BOOL,
    INT,
    SAME,
    Calculus,
    Domain,
    Native,
    Numerics,
    Overloads,
    Partials,
    Primitive,
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
        numerics=Numerics(absorbs=(0, 1), total=True, cheap=True),
        spelling=Spelling(
            operator=symbol,
            text=form,
            trace=Form(f"{{0}} {sign} {{1}}", COMPARE, sides),
            latex=Form(f"{{0}} {latex} {{1}}", COMPARE, sides),
        ),
        python=Python(form=form),
        native=Native(f"fcmp {real}", integer=f"icmp {integer}"),
        overloads=Overloads(
            complex=_by_real_part(function),
            puiseux=lambda on, a, b: on.conditions.compared(function, a, b),
        ),
    )


lt = _compare("lt", operator.lt, "<", "<", "<", "olt slt")
le = _compare("le", operator.le, "<=", "≤", r"\le", "ole sle")
gt = _compare("gt", operator.gt, ">", ">", ">", "ogt sgt")
ge = _compare("ge", operator.ge, ">=", "≥", r"\ge", "oge sge")
eq = _compare("eq", operator.eq, "==", "=", "=", "oeq eq")
ne = _compare("ne", operator.ne, "!=", "≠", r"\neq", "une ne")

COMPARISONS = (lt, le, gt, ge, eq, ne)

#: What holds where a comparison does not.
OPPOSITE: dict[object, Primitive] = {gt: le, le: gt, lt: ge, ge: lt, eq: ne, ne: eq}


def _logic(name: str, function: Any, form: Form, latex: Form, llvm: str, puiseux: Any) -> Primitive:
    arity = len(form.operands)
    return Primitive(
        name,
        function,
        arity=arity,
        kind=BOOL,
        numerics=Numerics(total=True, cheap=True),
        spelling=Spelling(operator=name, text=form, trace=form, latex=latex),
        python=Python(form=form),
        native=Native(integer=llvm),
        overloads=Overloads(complex=function, puiseux=puiseux),
    )


and_ = _logic(
    "and",
    lambda a, b: a and b,
    infix("and", AND),
    infix(r"\land", AND),
    "and",
    lambda on, a, b: on.conditions.both(a, b),
)
or_ = _logic(
    "or",
    lambda a, b: a or b,
    infix("or", OR),
    infix(r"\lor", OR),
    "or",
    lambda on, a, b: on.conditions.either(a, b),
)
not_ = _logic(
    "not",
    operator.not_,
    prefix("not ", NOT, NOT),
    prefix(r"\lnot ", NOT, POWER),
    "not",
    lambda on, a: on.conditions.opposite(a),
)

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
    kind=SAME,
    calculus=Calculus(lambda y, c, a, b: (None, select(c, 1, 0), select(c, 0, 1))),
    numerics=Numerics(exact=True),
    spelling=Spelling(text=_CHOICE, trace=_CHOICE, latex=_CASES),
    python=Python(form=_CHOICE),
    overloads=Overloads(
        complex=lambda c, a, b: a if c else b,
        puiseux=lambda on, c, a, b: a if c else b,
    ),
)


class Check(Primitive):
    """A row that only looks whether something holds; if not, there is no value to go on with.

    Its value is its first argument; `fails` is the condition under which it has none, `raised` the
    class of the exception that Python raises there, None if the check is ours alone.
    """

    __slots__ = ("fails",)

    def __init__(
        self,
        name: str,
        function: Callable[..., Any],
        *,
        fails: Callable[..., Expr],
        arity: int = 1,
        kind: str = SAME,
        partials: Partials | None = None,
        raised: type[Exception] | None = None,
        puiseux: Callable[..., Any] | None = None,
    ) -> None:
        super().__init__(
            name,
            function,
            arity=arity,
            kind=kind,
            calculus=Calculus(partials),
            domain=Domain(raises=((raised, None),)),
            spelling=Spelling(inner=True),
            overloads=Overloads(complex=function, puiseux=puiseux),
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
    kind=SAME,
    partials=lambda y, v, c: (1, None),
    raised=UnboundLocalError,
    puiseux=lambda on, value, assigned: _defined(value, assigned),
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
    kind=SAME,
    partials=lambda y, p: (1,),
    puiseux=lambda on, a: on.arithmetic.stripped(a) and a,
)


def _matched(length: Any, other: Any) -> Any:
    if length != other:
        raise ValueError("unequal")
    return length


#: matched(n, m) is n, and an error unless m is n: the lengths of arrays that go together.
matched = Check("matched", _matched, fails=lambda n, m: ne(n, m), arity=2, kind=INT)


def _steady(holds: Any) -> Any:
    if not holds:
        raise ValueError("a tie")
    return holds


#: steady(c) is c, and an error unless c holds: the program might go another way close by.
steady = Check(
    "steady",
    _steady,
    fails=lambda c: not_(c),
    kind=BOOL,
)
