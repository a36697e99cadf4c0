"""Expressions in LLVM: from a tree of operations to values.

Invariant: operations run in the order in which the other engines run them.  Both sides of a choice
are computed; the conditions under which an operation has no value are collected and count only on
the side that is chosen.
"""

from __future__ import annotations

from collections.abc import Sequence

from adcli.engines.native.llvm_builder import LlvmBuilder
from adcli.engines.native.llvm_module_context import ModuleContext
from adcli.engines.native.llvm_types import GREATEST, callback_name, is_int, literal, llvm_type
from adcli.expr import App, Expr, Num, Var
from adcli.ir.types import BOOL, INT, REAL
from adcli.ops.arithmetic import mul, pow_, real
from adcli.ops.comparisons_logic_and_choice import Check, and_, not_, or_, select
from adcli.ops.elementary_functions import floor
from adcli.ops.expression_as_operation import FusedOperation
from adcli.ops.primitive import SAME, Primitive

#: Every integer below equals a double.
_EXACT_AS_DOUBLE = 1 << 53

#: Instructions that a fused multiply-add may take the place of.
_CONTRACTIBLE = frozenset(["fadd", "fsub", "fmul", "fneg"])

#: The exponents of powers that are computed without a function.
_EXPONENTS = frozenset([2, 3, 4, 0.5, 1.5, -0.5, -1.5])

#: A value and its type in the IR.
Typed = tuple[str, str]


class ExpressionWriter:
    """Writes the expressions of one function."""

    def __init__(self, builder: LlvmBuilder, context: ModuleContext) -> None:
        self.builder = builder
        self.context = context
        #: conditions under which what was written since this was emptied has no value
        self.invalid: list[str] = []
        #: whether the statement that is being written belongs to the program itself
        self.is_primal = False
        #: whether the factor 2 of a partial derivative is multiplied with the adjoint first
        self.doubles_first = False
        #: integers that are known to equal a double
        self._exact: set[str] = set()

    def value(self, expr: Expr) -> Typed:
        if isinstance(expr, Num):
            kind = BOOL if isinstance(expr.value, bool) else INT if is_int(expr) else REAL
            return literal(expr.value, kind), kind
        if isinstance(expr, Var):
            return self.builder.load(expr.name), self.builder.types[expr.name]
        op = expr.op
        if isinstance(op, FusedOperation):
            return self.value(op.expand(expr.args, lean=True))
        if op is select:
            return self.selected(*expr.args)
        if isinstance(op, Check):
            self.invalid.append(self.value(op.fails(*expr.args))[0])
            return self.value(expr.args[0])
        assert isinstance(op, Primitive)
        if self.doubles_first:
            expr = _doubled_first(expr)
        body = op.expanded(expr.args)
        if body is not None and not op.native.real:
            return self.value(body)
        if op is pow_ and not self.context.precise:
            found = self.power(*expr.args)
            if found is not None:
                return found
        parts = [self.value(a) for a in expr.args]
        if op.kind == BOOL or op.kind == SAME or op is floor:
            return self.overloaded(op, parts)
        return self.on_doubles(op, parts)

    def power(self, base: Expr, exponent: Expr) -> Typed | None:
        """A power with one of a few exponents as products, roots and quotients, which take a tenth
        of the time; None for others.  No step underflows or overflows but where the power does."""
        if not isinstance(exponent, Num) or exponent.value not in _EXPONENTS:
            return None
        if exponent.value == 2 and not self.is_primal:
            return None  # LLVM knows this one
        value, kind = self.value(base)
        if kind == INT:
            if exponent.value == 2 and is_int(exponent):
                return self.on_integers(mul, [(value, kind)] * 2)
            return self.on_doubles(pow_, [(value, kind), self.value(exponent)])
        if exponent.value == 2:  # its overflow is found where that of products is
            return self.on_values("fmul", [value, value]), REAL
        return self.result_of(pow_, self.unchecked_power(value, exponent.value), is_integer=False)

    def unchecked_power(self, value: str, exponent: float) -> str:
        """A power with an exponent of the list but 2; what overflows is infinite."""
        if exponent in (3, 4):
            square = self.on_values("fmul", [value, value])
            return self.on_values("fmul", [square, value if exponent == 3 else square])
        positive = self.builder.new(f"fadd double {value}, 0.0")  # (-0.0)^0.5 is 0.0
        root = self.builder.new(f"call double @llvm.sqrt.f64(double {positive})")
        if exponent == 0.5:
            return root
        if exponent == 1.5:
            return self.on_values("fmul", [positive, root])
        one = literal(1.0, REAL)
        inverse = self.on_values("fdiv", [one, root])
        return inverse if exponent == -0.5 else self.on_values("fdiv", [inverse, value])

    def overloaded(self, op: Primitive, parts: list[Typed]) -> Typed:
        """An operation that is another one for integers or truth values."""
        kinds = {kind for _, kind in parts}
        if kinds == {BOOL} and op in (and_, or_, not_):
            values = [v for v, _ in parts]
            text = (
                f"xor i1 {values[0]}, true"
                if op is not_
                else f"{op.native.integer} i1 {', '.join(values)}"
            )
            return self.builder.new(text), BOOL
        if kinds <= {INT, BOOL} and op.native.integer:
            return self.on_integers(op, parts)
        if kinds <= {INT} and op.kind == INT:
            return parts[0]  # floor of an integer
        return self.on_doubles(op, parts)

    def on_integers(self, op: Primitive, parts: list[Typed]) -> Typed:
        new, values = self.builder.new, [v for v, _ in parts]
        kind = "i1" if {k for _, k in parts} == {BOOL} else "i64"
        found = BOOL if op.kind == BOOL else INT
        if not op.native.integer.startswith("@"):
            return new(f"{op.native.integer} {kind} {', '.join(values)}"), found
        args = ", ".join(f"i64 {v}" for v in values)
        pair = new(f"call {{ i64, i1 }} {op.native.integer}({args})")
        self.invalid.append(new(f"extractvalue {{ i64, i1 }} {pair}, 1"))
        return new(f"extractvalue {{ i64, i1 }} {pair}, 0"), INT

    def on_doubles(self, op: Primitive, parts: list[Typed]) -> Typed:
        if op is real and parts[0][1] == REAL:
            return parts[0]
        are_integers = op.kind == SAME and {kind for _, kind in parts} == {INT}
        is_own = self.context.precise and op.native.own_bits
        if not op.native.real or are_integers or is_own:
            return self.called_back(op, parts)
        values = []
        for i, (value, kind) in enumerate(parts):
            is_integer = i in op.integers or (op is real and kind == INT)
            if kind == INT and not is_integer:
                value = self.exact_double(value)
            values.append(f"{'i64' if is_integer else 'double'} {value}")
        if op is real:
            return self.exact_double(parts[0][0]), REAL
        if not op.native.real.startswith("@"):
            found = self.on_values(op.native.real, [v.split(" ", 1)[1] for v in values])
        else:
            attribute = " nobuiltin" if self.context.precise and op.native.literal else ""
            self.context.imports.add(op.native.real)
            found = self.builder.new(
                f"call {llvm_type(BOOL if op.kind == BOOL else REAL)} "
                f"{op.native.real}({', '.join(values)}){attribute}"
            )
        if op.kind == BOOL:
            return found, BOOL
        return self.result_of(op, found, is_integer=op.kind == INT)

    def on_values(self, instruction: str, values: Sequence[str]) -> str:
        """An instruction on doubles.  A product and the sum that it goes into may be one operation
        with one rounding (*LLVM Language Reference Manual*, fast-math flags: contract)."""
        if not self.context.precise and instruction in _CONTRACTIBLE:
            instruction += " contract"
        return self.builder.new(f"{instruction} double {', '.join(values)}")

    def called_back(self, op: Primitive, parts: list[Typed]) -> Typed:
        """An operation that the host computes, as it has no form in machine code."""
        are_integers = op.kind != REAL and {kind for _, kind in parts} == {INT}
        values, kinds = [], []
        for i, (value, kind) in enumerate(parts):
            is_integer = i in op.integers or are_integers
            kinds.append(INT if is_integer else REAL)
            value = self.exact_double(value) if kind == INT and not is_integer else value
            values.append(f"{llvm_type(kinds[-1])} {value}")
        name = callback_name(op.name, kinds)
        self.context.imports.add(name)
        found = self.builder.new(f"call double {name}({', '.join(values)})")
        if op.kind == BOOL:
            return self.builder.new(f"fcmp une double {found}, 0.0"), BOOL
        return self.result_of(op, found, is_integer=op.kind == INT or are_integers)

    def result_of(self, op: Primitive, found: str, *, is_integer: bool) -> Typed:
        """The double that an operation returned, in its type."""
        if is_integer:
            return self.exact_integer(found), INT
        if not op.numerics.total:
            self.invalid.append(self.builder.is_not_finite(found))
        return found, REAL

    def exact_double(self, value: str) -> str:
        """An integer as the double that equals it; there may be none."""
        new = self.builder.new
        found = new(f"sitofp i64 {value} to double")
        if value in self._exact:
            return found
        back = new(f"call i64 @llvm.fptosi.sat.i64.f64(double {found})")
        self.invalid.append(new(f"icmp ne i64 {back}, {value}"))
        # the greatest integer becomes 2^63, which saturates to the greatest integer
        self.invalid.append(new(f"icmp eq i64 {back}, {GREATEST}"))
        return found

    def exact_integer(self, value: str) -> str:
        """A double without a fraction as an integer."""
        new = self.builder.new
        size = new(f"call double @llvm.fabs.f64(double {value})")
        self.invalid.append(new(f"fcmp uge double {size}, {literal(2.0**62, REAL)}"))
        return new(f"call i64 @llvm.fptosi.sat.i64.f64(double {value})")

    def selected(self, condition: Expr, then: Expr, orelse: Expr) -> Typed:
        builder = self.builder
        chosen, _ = self.value(condition)
        outside, sides = self.invalid, []
        for side in (then, orelse):
            self.invalid = []
            sides.append((*self.value(side), self.invalid))
        (a, kind_a, invalid_a), (b, kind_b, invalid_b) = sides
        self.invalid = outside
        kind = kind_a
        if kind_a != kind_b:
            kind = REAL
            a, b = builder.converted(a, kind_a, REAL), builder.converted(b, kind_b, REAL)
        if invalid_a or invalid_b:
            first, second = (
                builder.any_of(invalid) if invalid else "false"
                for invalid in (invalid_a, invalid_b)
            )
            self.invalid.append(builder.new(f"select i1 {chosen}, i1 {first}, i1 {second}"))
        type_ = llvm_type(kind)
        found = builder.new(f"select i1 {chosen}, {type_} {a}, {type_} {b}")
        if kind == INT and _is_exact(then) and _is_exact(orelse):
            self._exact.add(found)
        return found, kind


def _doubled_first(expr: App) -> App:
    """`a * (2 * b)` as `(a * 2) * b`: doubling is exact, and if `a` does not change in a loop, LLVM
    doubles it before the loop."""
    match expr:
        case App(outer, (a, App(inner, (Num(2.0) as two, b)))) if outer is mul and inner is mul:
            return App(mul, (App(mul, (a, two)), b))
    return expr


def _is_exact(expr: Expr) -> bool:
    """Whether an integer is a literal that equals a double."""
    return isinstance(expr, Num) and abs(expr.value) < _EXACT_AS_DOUBLE
