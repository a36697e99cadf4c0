"""Writing lines of LLVM's assembly language: values, variables, expressions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.engines.native.llvm_types import UNFIT, callback, is_int, literal, llvm
from adcli.expr import Expr, Num, Var, is_number
from adcli.ir import nodes as ir
from adcli.ir.types import BOOL, INT, REAL
from adcli.ops.arithmetic import mul, pow_
from adcli.ops.comparisons import Check, and_, not_, or_, select
from adcli.ops.composite import Formula
from adcli.ops.primitive import SAME, Primitive

if TYPE_CHECKING:
    from adcli.engines.native.llvm_module import Text


#: Functions of the C library that Python has its own of.
_AS_PYTHON_HAS_IT = ("hypot",)

#: Smaller integers are doubles too.
SMALL = 1 << 53


class Writer:
    """Writes lines of one function."""

    def __init__(self, whole: Text, function: ir.Function) -> None:
        self.whole = whole
        self.function = function
        self.types = function.types
        self.names = {v: f"%v{i}" for i, v in enumerate(function.types)}
        self.lines: list[str] = []
        #: variables beside those of the function
        self.slots: list[str] = []
        self.count = 0
        self.label = "entry"
        #: the conditions under which the statement that is being written has no value
        self.bad: list[str] = []
        self.is_primal = False
        self.failures: dict[tuple[int, int], str] = {}
        #: the statement that is being written, if a failure is to tell which it was
        self.current: ir.Stmt | None = None
        #: whether what has no value is noted for the end of a chunk of turns
        self.is_noting = False
        #: integers that are known to be doubles too
        self.small: set[str] = set()

    def line(self, text: str) -> None:
        self.lines.append("  " + text)

    def new(self, text: str) -> str:
        """The name of a new value."""
        self.count += 1
        name = f"%t{self.count}"
        self.line(f"{name} = {text}")
        return name

    def fresh_label(self) -> str:
        self.count += 1
        return f"L{self.count}"

    def start(self, label: str) -> None:
        self.lines.append(f"{label}:")
        self.label = label

    def jump(self, label: str) -> None:
        self.line(f"br label %{label}")

    def fail_if(self, condition: str, status: int = UNFIT, stmt: ir.Stmt | None = None) -> None:
        """Leave with a status if something holds, which is not expected."""
        if self.is_noting and status == UNFIT:
            noted = self.new("load i1, ptr %flag")
            self.line(f"store i1 {self.new(f'or i1 {noted}, {condition}')}, ptr %flag")
            return
        place, stmt = 0, stmt or self.current
        if stmt is not None and (status == UNFIT or stmt.span is not None):
            self.whole.places.append(stmt)
            self.whole.owners.append(self.function)
            place = len(self.whole.places)
        failure = self.failures.setdefault((status, place), f"F{len(self.failures)}")
        onward = self.fresh_label()
        self.line(f"br i1 {condition}, label %{failure}, label %{onward}, !prof !0")
        self.start(onward)

    def two_labels(self) -> tuple[str, str]:
        return self.fresh_label(), self.fresh_label()

    # -- variables -------------------------------------------------------------------------------

    def reserve(self) -> str:
        self.count += 1
        return f"%t{self.count}"

    def load(self, name: str) -> str:
        return self.new(f"load {llvm(self.types[name])}, ptr {self.names[name]}")

    def save(self, name: str, value: str) -> None:
        self.line(f"store {llvm(self.types[name])} {value}, ptr {self.names[name]}")

    def atom(self, expr: Expr, kind: str) -> str:
        """An operand as a value of a type."""
        if isinstance(expr, Num):
            return literal(expr.value, kind)
        assert isinstance(expr, Var)
        found = self.load(expr.name)
        return self.converted(found, self.types[expr.name], kind)

    def converted(self, value: str, kind: str, wanted: str) -> str:
        if kind == INT and wanted == REAL:
            return self.new(f"sitofp i64 {value} to double")
        return value

    def stored(self, value: str, kind: str) -> str:
        return self.new(f"zext i1 {value} to i8") if kind == BOOL else value

    def loaded(self, value: str, kind: str) -> str:
        return self.new(f"trunc i8 {value} to i1") if kind == BOOL else value

    # -- statements ------------------------------------------------------------------------------
    def is_not_finite(self, value: str) -> str:
        nothing = self.new(f"fsub double {value}, {value}")
        return self.new(f"fcmp uno double {nothing}, 0.0")

    def any_of(self, conditions: Sequence[str]) -> str:
        found = conditions[0]
        for other in conditions[1:]:
            found = self.new(f"or i1 {found}, {other}")
        return found

    # -- expressions -----------------------------------------------------------------------------

    def expression(self, expr: Expr) -> tuple[str, str]:
        """A value and its type; what makes it none goes to `bad`."""
        if isinstance(expr, Num):
            kind = BOOL if isinstance(expr.value, bool) else INT if is_int(expr) else REAL
            return literal(expr.value, kind), kind
        if isinstance(expr, Var):
            return self.load(expr.name), self.types[expr.name]
        op = expr.op
        if isinstance(op, Formula):
            return self.expression(op.expand(expr.args, lean=True))
        if op is select:
            return self.selected(*expr.args)
        if isinstance(op, Check):
            self.bad.append(self.expression(op.fails(*expr.args))[0])
            return self.expression(expr.args[0])
        assert isinstance(op, Primitive)
        if op is pow_ and is_number(expr.args[1], 2) and self.is_primal and not self.whole.precise:
            return self.square(expr.args[0])
        parts = [self.expression(a) for a in expr.args]
        if op.kind == BOOL or op.kind == SAME or op.name == "floor":
            return self.uniform(op, parts)
        return self.applied(op, parts)

    def square(self, base: Expr) -> tuple[str, str]:
        """x^2 as a product, whose overflow is found where that of products is."""
        value, kind = self.expression(base)
        if kind == INT:
            return self.integer(mul, [(value, kind)] * 2)
        return self.new(f"fmul double {value}, {value}"), REAL

    def uniform(self, op: Primitive, parts: list[tuple[str, str]]) -> tuple[str, str]:
        """An operation that has an integer form for integers."""
        kinds = {kind for _, kind in parts}
        if kinds == {BOOL} and op in (and_, or_, not_):
            values = [v for v, _ in parts]
            text = (
                f"xor i1 {values[0]}, true"
                if op is not_
                else f"{op.llvm_int} i1 {', '.join(values)}"
            )
            return self.new(text), BOOL
        if kinds <= {INT, BOOL} and op.llvm_int:
            return self.integer(op, parts)
        if kinds <= {INT} and op.kind == INT:
            return parts[0]  # floor of an integer
        return self.applied(op, parts)

    def integer(self, op: Primitive, parts: list[tuple[str, str]]) -> tuple[str, str]:
        values = [v for v, _ in parts]
        kind = "i1" if {k for _, k in parts} == {BOOL} else "i64"
        found = BOOL if op.kind == BOOL else INT
        if not op.llvm_int.startswith("@"):
            return self.new(f"{op.llvm_int} {kind} {', '.join(values)}"), found
        args = ", ".join(f"i64 {v}" for v in values)
        pair = self.new(f"call {{ i64, i1 }} {op.llvm_int}({args})")
        self.bad.append(self.new(f"extractvalue {{ i64, i1 }} {pair}, 1"))
        return self.new(f"extractvalue {{ i64, i1 }} {pair}, 0"), INT

    def applied(self, op: Primitive, parts: list[tuple[str, str]]) -> tuple[str, str]:
        """An operation on doubles."""
        if op.name == "real" and parts[0][1] == REAL:
            return parts[0]
        are_whole = op.kind == SAME and {kind for _, kind in parts} == {INT}
        if not op.llvm or are_whole or (self.whole.precise and op.name in _AS_PYTHON_HAS_IT):
            return self.called_back(op, parts)
        values = []
        for i, (value, kind) in enumerate(parts):
            is_whole = i in op.integers or (op.name == "real" and kind == INT)
            if kind == INT and not is_whole:
                value = self.exactly(value)
            values.append(f"{'i64' if is_whole else 'double'} {value}")
        if op.name == "real":
            return self.exactly(parts[0][0]), REAL
        if op.kind == BOOL or not op.llvm.startswith("@"):
            operands = ", ".join(v.split(" ", 1)[1] for v in values)
            found = self.new(f"{op.llvm} double {operands}")
        else:
            # LLVM would make roots of powers
            as_is = " nobuiltin" if self.whole.precise and op is pow_ else ""
            self.whole.imports.add(op.llvm)
            found = self.new(f"call double {op.llvm}({', '.join(values)}){as_is}")
        if op.kind == BOOL:
            return found, BOOL
        if op.kind == INT:
            return self.whole_number(found), INT
        if not op.total:
            self.bad.append(self.is_not_finite(found))
        return found, REAL

    def called_back(self, op: Primitive, parts: list[tuple[str, str]]) -> tuple[str, str]:
        """An operation that the host does, for it has no spelling in machine code."""
        are_whole = op.kind != REAL and {kind for _, kind in parts} == {INT}
        values, kinds = [], []
        for i, (value, kind) in enumerate(parts):
            is_whole = i in op.integers or are_whole
            kinds.append(INT if is_whole else REAL)
            value = self.exactly(value) if kind == INT and not is_whole else value
            values.append(f"{llvm(kinds[-1])} {value}")
        name = callback(op.name, kinds)
        self.whole.imports.add(name)
        found = self.new(f"call double {name}({', '.join(values)})")
        if op.kind == BOOL:
            return self.new(f"fcmp une double {found}, 0.0"), BOOL
        if op.kind == INT or are_whole:
            return self.whole_number(found), INT
        if not op.total:
            self.bad.append(self.is_not_finite(found))
        return found, REAL

    def exactly(self, value: str) -> str:
        """An integer as a double that equals it."""
        found = self.new(f"sitofp i64 {value} to double")
        if value in self.small:
            return found
        back = self.new(f"call i64 @llvm.fptosi.sat.i64.f64(double {found})")
        self.bad.append(self.new(f"icmp ne i64 {back}, {value}"))
        return found

    def whole_number(self, value: str) -> str:
        """A double without a fraction as an integer."""
        size = self.new(f"call double @llvm.fabs.f64(double {value})")
        self.bad.append(self.new(f"fcmp uge double {size}, {literal(2.0**62, REAL)}"))
        return self.new(f"call i64 @llvm.fptosi.sat.i64.f64(double {value})")

    def selected(self, condition: Expr, then: Expr, orelse: Expr) -> tuple[str, str]:
        """Both sides are computed; what has no value counts on the side that is chosen."""
        chosen, _ = self.expression(condition)
        outside, sides = self.bad, []
        for side in (then, orelse):
            self.bad = []
            sides.append((*self.expression(side), self.bad))
        (a, kind_a, bad_a), (b, kind_b, bad_b) = sides
        self.bad = outside
        kind = kind_a
        if kind_a != kind_b:
            kind = REAL
            a, b = self.converted(a, kind_a, REAL), self.converted(b, kind_b, REAL)
        if bad_a or bad_b:
            first, second = (self.any_of(bad) if bad else "false" for bad in (bad_a, bad_b))
            self.bad.append(self.new(f"select i1 {chosen}, i1 {first}, i1 {second}"))
        type_ = llvm(kind)
        found = self.new(f"select i1 {chosen}, {type_} {a}, {type_} {b}")
        if kind == INT and all(isinstance(s, Num) and abs(s.value) < SMALL for s in (then, orelse)):
            self.small.add(found)
        return found, kind
