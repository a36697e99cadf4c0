"""Lower expressions: from syntax trees to three-address code.

Invariant: an expression leaves statements in the builder and returns an atom or one application of
a row to atoms.  The operands of a sum (or product) are evaluated first, from left to right, then
they are added up: that is the order in which the textbooks number an evaluation trace.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from adcli.errors import AdcliError, NameFault, TypeFault, suggestion
from adcli.expr import OPERATORS, App, Atom, Expr, Num, Op, Var
from adcli.front.literals import computed, number_of
from adcli.front.names import CHAINED, CONSTANTS, CONVERSIONS, REAL_ONLY, known_functions, overload
from adcli.front.parse_tree import Tree
from adcli.front.scan import every, subtree, token, trees
from adcli.front.scope import Constant, Definition, Imported, MathModule, Meaning
from adcli.ir import nodes as ir
from adcli.ir.builder import Builder
from adcli.ir.types import BOOL, INT, REAL, array_of, base, is_array, join, rank
from adcli.ops import compensated_sum
from adcli.ops.arithmetic import pow_
from adcli.ops.comparisons import defined
from adcli.ops.primitive import Primitive
from adcli.ops.registry import FUNCTIONS, TABLE
from adcli.source import Span

if TYPE_CHECKING:
    from adcli.front.lower import Lowering

_SUMS = frozenset("+-")


class Restart(Exception):
    """A parameter turned out to be an integer or an array: build again with that known."""


class Expressions(ABC):
    """Lowers the expressions of one function."""

    def __init__(
        self,
        program: Lowering,
        definition: Definition | None,
        build: Builder,
        wanted_flags: set[str],
        at: int | None = None,
    ) -> None:
        self.program = program
        self.definition = definition
        self.is_prelude = definition is not None and definition.is_prelude
        self.has_brackets = self.is_prelude or program.has_brackets
        self.source = program.source if definition is None else definition.source
        #: what other names mean than the function's own, and the place that it is called from
        self.scope = program.scope if definition is None else definition.scope
        self.at = at
        self.build = build
        #: what the names of the program stand for here
        self.env: dict[str, Expr] = {}
        #: the names that this function assigns somewhere; those surely and maybe assigned so far
        self.locals: set[str] = set()
        self.surely: set[str] = set()
        self.maybe: set[str] = set()
        #: for names that may be read unassigned, the variable that says whether they are; and the
        #: names for which an earlier round found that they need one
        self.flags: dict[str, str] = {}
        self.wanted_flags = wanted_flags
        #: for variables that may turn out to be arrays, who is to know, and how many indices lead
        #: there from what he knows
        self.claims: dict[str, tuple[Callable[[int], bool], int]] = {}
        #: the same for results of calls whose types are guessed, for the function that gives them
        self.guesses: dict[str, Callable[[int], bool]] = {}
        #: the constants of the file that are worked out at the start, and what does so
        self.constants: dict[Constant, Expr] = {}
        self.constants_code: list[ir.Stmt] = []
        #: whether what is lowered is the value of a constant
        self.is_constant = False
        #: real variables that hold the parameters throughout: to read them needs no thought
        self.sure_reals: set[str] = set()
        #: the functions of one argument that no name of the program hides
        self.simple: dict[str, Primitive] = {}
        self.rules = {
            "number": self.number,
            "name": self.name,
            "attribute": self.attribute,
            "binary": self.binary,
            "power": self.power,
            "unary": self.unary,
            "juxtaposed": self.juxtaposed,
            "call": self.call,
            "conditional": self.conditional,
            "list": self.listing,
            "tuple": self.listing,
            "subscript": self.subscript,
        }

    def span(self, tree: Tree) -> Span:
        return Span(self.source, tree.start, tree.end)

    # -- arrays, see `adcli.front.lower_arrays` --------------------------------------------------

    @abstractmethod
    def listing(self, tree: Tree) -> Expr: ...

    @abstractmethod
    def comprehension(self, tree: Tree) -> Expr: ...

    @abstractmethod
    def subscript(self, tree: Tree) -> Expr: ...

    @abstractmethod
    def entry(self, tree: Tree) -> Expr: ...

    @abstractmethod
    def method(self, callee: Tree, tree: Tree) -> Sequence[Expr]: ...

    @abstractmethod
    def elementwise(self, op: Op, args: Sequence[Expr], tree: Tree) -> Var: ...

    @abstractmethod
    def list_chain(self, first: Tree, chain: Sequence[Tree]) -> Expr | None: ...

    @abstractmethod
    def array_builtin(self, name: str, parts: Sequence[Tree], tree: Tree) -> Expr | None: ...

    def claim_array(self, value: Expr, ranks: int) -> None:
        """Start again if the value may be an array, or may be made of arrays; else nothing."""
        todo, claimed = [value], False
        while todo:
            value = todo.pop()
            if isinstance(value, Var) and value.name in self.claims:
                claim, depth = self.claims[value.name]
                claimed |= claim(depth + ranks)
            elif isinstance(value, Var):
                made = [
                    s for s in self.build.code if isinstance(s, ir.Let) and s.target == value.name
                ]
                todo += [a for s in made if isinstance(s.expr, App) for a in s.expr.args]
        if claimed:
            raise Restart

    def share_claim(self, target: str, value: Expr) -> None:
        """What may be found of a variable goes for the value that it was given."""
        if isinstance(value, Var) and value.name in self.claims:
            self.claims[target] = self.claims[value.name]

    def number_only(self, value: Expr, tree: Tree) -> None:
        """Refuse an array."""
        if is_array(self.build.type_of(value)):
            raise TypeFault("an array where a number is wanted", span=self.span(tree))

    # -- entry points ----------------------------------------------------------------------------

    def expression(self, tree: Tree) -> Expr:
        """A number: an atom or one operation on atoms."""
        lower = self.rules.get(tree.rule)
        if lower is None:
            raise self.not_a_number(tree)
        return lower(tree)

    def atom(self, tree: Tree, hint: str = "%") -> Atom:
        """A number as an atom."""
        rule = tree.rule
        if rule == "name":  # nearly half of all atoms; `name` says the same at leisure
            found = self.env.get(tree.children[0].value)  # type: ignore[union-attr]
            if found.__class__ is Var and found.name in self.sure_reals:
                return found
        lower = self.rules.get(rule)
        if lower is None:
            raise self.not_a_number(tree)
        found = lower(tree)
        if not isinstance(found, App):
            return found
        return self.build.name(found, Span(self.source, tree.start, tree.end), hint)

    def integer(self, tree: Tree, purpose: str) -> Atom:
        """An atom that must be an integer; parameters used for it become integers."""
        found = self.atom(tree)
        if self.build.type_of(found) == INT:
            return found
        self.number_only(found, tree)
        if self.claim_integers(tree):
            raise Restart
        raise TypeFault(
            f"{purpose} must be an integer",
            span=self.span(tree),
            hint="annotate the parameter that it comes from, as in n: int",
        )

    def claim_integers(self, tree: Tree) -> bool:
        """Declare the real parameters that an expression mentions integers; whether there were."""
        if self.definition is None:
            return False
        claimed = False
        for node in trees_of_names(tree):
            claimed |= self.definition.claim_integer(token(node).value)
        return claimed

    def not_a_number(self, tree: Tree) -> TypeFault:
        return TypeFault(
            "a comparison where a number is wanted",
            span=self.span(tree),
            hint="write a choice: 1 if x > 0 else 0",
        )

    # -- leaves ----------------------------------------------------------------------------------

    def number(self, tree: Tree) -> Expr:
        found = number_of(token(tree).value)
        if found is None:
            raise self.too_large(tree)
        return found

    def too_large(self, tree: Tree) -> TypeFault:
        return TypeFault("this number is too large for a double", span=self.span(tree))

    def name(self, tree: Tree) -> Expr:
        found = self.read(tree)
        if isinstance(found, Num | Var) and self.build.type_of(found) == BOOL:
            raise self.not_a_number(tree)
        return found

    def read(self, tree: Tree) -> Expr:
        """What a name holds, a number or a truth value."""
        name = token(tree).value
        if name in self.locals:
            return self.local(name, tree)
        meaning = self.meaning(name, tree)
        if isinstance(meaning, Constant):
            return self.program.constant(self, meaning)
        if isinstance(meaning, Imported):
            name = meaning.name
        elif meaning is not None:
            raise self.unknown_name(name, tree)
        if name in CONSTANTS:
            return Num(CONSTANTS[name])
        if name in ("True", "False"):
            return Num(name == "True")
        raise self.unknown_name(name, tree)

    def meaning(self, name: str, tree: Tree) -> Meaning | None:
        """What a name means that is none of the function's own; None: what it means everywhere."""
        if self.scope.is_later(name, self.at):
            raise NameFault(f"'{name}' is read before it is assigned", span=self.span(tree))
        return self.scope.meaning(name, self.at)

    def is_unbound(self, name: str) -> bool:
        """Whether a name means what it means everywhere."""
        if name in self.locals or self.scope.is_later(name, self.at):
            return False
        meaning = self.scope.meaning(name, self.at)
        return meaning is None or (isinstance(meaning, Imported) and meaning.name == name)

    def local(self, name: str, tree: Tree) -> Expr:
        if name in self.surely:
            return self.env[name]
        if name in self.maybe:
            value = self.env[name]
            if isinstance(value, Var):
                self.build.guess(value.name)
            if name not in self.flags:
                self.wanted_flags.add(name)
                self.build.changed = True
                return value
            return self.checked(value, self.flags[name], self.span(tree))
        raise NameFault(f"'{name}' is read before it is assigned", span=self.span(tree))

    def checked(self, value: Expr, flag: str, span: Span) -> Expr:
        """A value that must have been assigned; it has if the flag is set."""
        if is_array(self.build.type_of(value)):
            self.build.name(defined(Num(0), Var(flag)), span)
            return value
        return defined(value, Var(flag))

    def unknown_name(self, name: str, tree: Tree) -> NameFault:
        if name in self.program.modules or name == "math":
            return NameFault(
                f"'{name}' is a module", span=self.span(tree), hint=f"write {name}.sin(...)"
            )
        functions = known_functions() | set(self.program.definitions)
        if name in functions:
            return NameFault(
                f"'{name}' is a function", span=self.span(tree), hint=f"write {name}(...)"
            )
        candidates = [*self.locals, *self.program.constants, *CONSTANTS]
        return NameFault(
            f"unknown name '{name}'", span=self.span(tree), hint=suggestion(name, candidates)
        )

    def attribute(self, tree: Tree) -> Expr:
        name = self.math_name(tree)
        if name in CONSTANTS:
            return Num(CONSTANTS[name])
        if name in FUNCTIONS:
            raise NameFault(
                f"'math.{name}' is a function",
                span=self.span(tree),
                hint=f"write math.{name}(...)",
            )
        raise self.no_such_math(name, tree)

    def math_name(self, tree: Tree) -> str:
        """The name after `math.`; nothing else has attributes."""
        if not self.is_module(subtree(tree, 0)):
            raise NameFault(
                "attributes are not part of the language", span=self.span(tree), hint=None
            )
        return token(tree, 1).value

    def no_such_math(self, name: str, tree: Tree) -> NameFault:
        return NameFault(
            f"math has no '{name}' here",
            span=self.span(tree),
            hint=suggestion(name, [*FUNCTIONS, *CONSTANTS]),
        )

    # -- operations ------------------------------------------------------------------------------

    def apply(self, op: Op, args: tuple[Expr, ...]) -> Expr:
        """An application; of integer literals it is done at once, since it is exact."""
        found = computed(op, args)
        return App(op, args) if found is None else found

    def applied(self, op: Op, args: tuple[Expr, ...], tree: Tree) -> Expr:
        """An application to numbers or, entry by entry, to arrays."""
        if self.build.has_arrays:
            types = self.build.types
            for arg in args:
                if arg.__class__ is Var and is_array(types[arg.name]):
                    return self.elementwise(op, args, tree)
        return self.apply(op, args)

    def binary(self, tree: Tree) -> Expr:
        """A chain of operators that bind alike, from the left."""
        chain: list[Tree] = []
        node = tree
        in_sum = node.children[1].value in _SUMS  # type: ignore[union-attr]
        while node.rule == "binary":
            left, symbol, _ = node.children
            if (symbol.value in _SUMS) != in_sum:  # type: ignore[union-attr]
                break
            chain.append(node)
            node = left  # type: ignore[assignment]
        chain.reverse()
        if self.has_brackets:
            found = self.list_chain(node, chain)
            if found is not None:
                return found
        first = self.atom(node)
        operands = [self.atom(link.children[2]) for link in chain]  # type: ignore[arg-type]
        value: Expr = first
        source, start, done = self.source, node.start, node.end
        for link, operand in zip(chain, operands, strict=True):
            before = value
            if value.__class__ is App:
                before = self.build.name(value, Span(source, start, done))
            done = link.end
            sign: str = link.children[1].value  # type: ignore[union-attr]
            if sign == "@":
                value = self.product(before, operand, link)
            elif sign == "^":
                value = self.exclusive(before, operand, link)
            elif self.build.has_arrays:
                self.refuse_two_readings(sign, before, operand, link)
                value = self.applied(OPERATORS[sign], (before, operand), link)
            else:
                value = self.apply(OPERATORS[sign], (before, operand))
        return value

    def product(self, left: Expr, right: Expr, tree: Tree) -> Expr:
        """`A @ B`, by the shapes of its sides."""
        for side in (left, right):
            if not is_array(self.build.type_of(side)):
                self.claim_array(side, 1)
                raise TypeFault("'@' multiplies vectors and matrices", span=self.span(tree))
        return self.one(self.prelude_call("@", [left, right], tree), tree)

    def exclusive(self, left: Expr, right: Expr, tree: Tree) -> Expr:
        """Python's `^`, the exclusive or of integers."""
        if any(self.build.type_of(side) != INT for side in (left, right)):
            raise TypeFault(
                "'^' is Python's exclusive or, which only integers have",
                span=self.span(tree),
                hint="for a power write **; for an integer annotate the parameter, as in n: int",
            )
        return self.apply(OPERATORS["^"], (left, right))

    def refuse_two_readings(self, symbol: str, left: Expr, right: Expr, tree: Tree) -> None:
        """Where Python joins and repeats lists, a file that is plain Python must not mean sums."""
        kinds = [self.build.type_of(side) for side in (left, right)]
        count = sum(map(is_array, kinds))
        if not (symbol == "+" and count == 2) and not (
            symbol == "*" and count == 1 and INT in kinds
        ):
            return
        if not self.is_prelude and self.program.is_plain_python:
            what = "joins the lists" if symbol == "+" else "repeats the list"
            sure = "[u + v for u, v in zip(x, y)]" if symbol == "+" else "[v*n for v in x]"
            raise TypeFault(
                f"Python {what} here: did you mean each entry?",
                span=self.span(tree),
                hint=f"for the entries write {sure}; for lists put one of them in brackets",
            )

    def power(self, tree: Tree) -> Expr:
        base, exponent = self.atom(subtree(tree, 0)), self.atom(subtree(tree, 1))
        return self.raised(base, exponent, subtree(tree, 1))

    def raised(self, base: Expr, exponent: Expr, tree: Tree) -> Expr:
        """A power, `tree` being the exponent; an integer to one with a minus sign is real."""
        kinds = {self.build.type_of(base), self.build.type_of(exponent)}
        signed = tree.rule == "unary" and token(tree).value == "-"
        if kinds == {INT} and signed:
            base = self.build.name(self.build.real(base), self.span(tree))
        return self.applied(pow_, (base, exponent), tree)

    def unary(self, tree: Tree) -> Expr:
        """Signs, as many as there are: they are counted, not nested."""
        negative = False
        node = tree
        while node.rule == "unary":
            negative ^= token(node).value == "-"
            node = subtree(node, 1)
        value = self.expression(node)
        if not negative:
            return value
        operand = self.build.name(value, self.span(node))
        if isinstance(operand, Num):
            return Num(-operand.value)
        return self.applied(OPERATORS["neg"], (operand,), tree)

    def juxtaposed(self, tree: Tree) -> Expr:
        factors = (self.atom(subtree(tree, 0)), self.atom(subtree(tree, 1)))
        return self.applied(OPERATORS["*"], factors, tree)

    def conditional(self, tree: Tree) -> Expr:
        """A choice: only the chosen side is evaluated.

        A chain `a if c else b if d else ...` is taken link by link, so that it may be long.
        """
        then, test, otherwise = trees(tree)
        condition = self.condition(test)
        outer = self.build.code
        arms: list[list[ir.Stmt]] = []
        values: list[Expr] = []
        for side in (then, otherwise):
            self.build.code = []
            values.append(self.atom(side))
            arms.append(self.build.code)
        self.build.code = outer
        return self.merge(condition, arms, values, tree)

    def merge(
        self, condition: Expr, arms: list[list[ir.Stmt]], values: list[Expr], tree: Tree
    ) -> Expr:
        """The variable that holds one of two values, each computed in its arm."""
        if isinstance(condition, Num):
            chosen = 0 if condition.value else 1
            self.build.code.extend(arms[chosen])
            return values[chosen]
        kinds = [self.build.type_of(v) for v in values]
        kind = join(*kinds)
        if kind is None:
            raise TypeFault(
                "an array on one side and something else on the other", span=self.span(tree)
            )
        target = self.build.fresh()
        self.build.types[target] = kind
        for value in values:
            if is_array(kind) and isinstance(value, Var):
                self.build.unify(value.name, target)
        for arm, value, own in zip(arms, values, kinds, strict=True):
            converted = self.build.real(value) if own == INT and kind == REAL else value
            arm.append(ir.Let(target, converted, self.span(tree)))
        assert isinstance(condition, Var)
        self.build.code.append(ir.If(condition.name, arms[0], arms[1], self.span(tree)))
        return Var(target)

    # -- conditions ------------------------------------------------------------------------------

    def condition(self, tree: Tree) -> Expr:
        """A truth value as an atom."""
        return self.build.name(self.truth(tree), self.span(tree))

    def truth(self, tree: Tree) -> Expr:
        match tree.rule:
            case "compare":
                return self.compare(tree)
            case "and_" | "or_":
                return self.logic(tree)
            case "not_":
                inner = self.condition(subtree(tree, 0))
                if isinstance(inner, Num):
                    return Num(not inner.value)
                return App(OPERATORS["not"], (inner,))
            case "name":
                value: Expr = self.build.name(self.read(tree), self.span(tree))
            case "subscript":
                value = self.entry(tree)
            case "call":
                value = self.build.name(self.called(tree), self.span(tree))
            case _:
                value = self.atom(tree)
        if self.build.type_of(value) == BOOL:
            return value
        self.number_only(value, tree)
        return App(OPERATORS["!="], (value, Num(0)))

    def compare(self, tree: Tree) -> Expr:
        """A chain `a < b < c`: what follows a link is looked at only if that holds."""
        left = self.atom(subtree(tree, 0))
        self.number_only(left, subtree(tree, 0))
        last = len(tree.children) - 2
        open_links: list[tuple[Expr, list[ir.Stmt]]] = []
        for index in range(1, last + 1, 2):
            right = self.atom(subtree(tree, index + 1))
            self.number_only(right, subtree(tree, index + 1))
            value: Expr = App(OPERATORS[token(tree, index).value], (left, right))
            if index < last:
                open_links.append((self.build.name(value, self.span(tree)), self.build.code))
                self.build.code = []
            left = right
        for held, outer in reversed(open_links):
            value = self.shortcut(held, True, value, outer, tree)
        return value

    def logic(self, tree: Tree) -> Expr:
        """`and`, `or`: from the left, and no further than needed."""
        first, *others = trees(tree)
        value = self.condition(first)
        for part in others:
            outer, self.build.code = self.build.code, []
            value = self.shortcut(value, tree.rule == "and_", self.truth(part), outer, tree)
        return value

    def shortcut(
        self, first: Expr, goes_on: bool, second: Expr, outer: list[ir.Stmt], tree: Tree
    ) -> Expr:
        """`second`, for which the code so far is, if `first` is `goes_on`, else `first`; the code
        around it is `outer`."""
        second = self.build.name(second, self.span(tree))
        inner, self.build.code = self.build.code, outer
        arms: list[list[ir.Stmt]] = [inner, []]
        values: list[Expr] = [second, Num(not goes_on)]
        if not goes_on:
            arms.reverse()
            values.reverse()
        return self.merge(first, arms, values, tree)

    # -- calls -----------------------------------------------------------------------------------

    def value(self, tree: Tree) -> Expr:
        """A number or a truth value, as an atom or one operation on atoms."""
        if tree.rule in ("compare", "and_", "or_", "not_"):
            return self.truth(tree)
        if tree.rule == "name":
            return self.read(tree)
        if tree.rule == "subscript":
            return self.entry(tree)
        return self.called(tree) if tree.rule == "call" else self.expression(tree)

    def call(self, tree: Tree) -> Expr:
        if len(tree.children) == 2:  # the frequent case, without the questions that others need
            callee, arg = trees(tree)
            row = self.simple.get(callee.children[0].value) if callee.rule == "name" else None  # type: ignore[union-attr]
            if row is not None and arg.rule not in ("keyword", "comprehension"):
                return self.applied(row, (self.atom(arg),), tree)
        found = self.called(tree)
        if isinstance(found, Var) and self.build.type_of(found) == BOOL:
            raise self.not_a_number(tree)
        return found

    def called(self, tree: Tree) -> Expr:
        """The one value of a call."""
        return self.one(self.call_values(tree), tree)

    def one(self, values: Sequence[Expr], tree: Tree) -> Expr:
        if len(values) != 1:
            count = len(values) or "no"
            raise TypeFault(
                f"this call gives {count} values where one is wanted", span=self.span(tree)
            )
        return values[0]

    def call_values(self, tree: Tree) -> Sequence[Expr]:
        """The values of a call; several for a function of the program that returns several."""
        callee = subtree(tree, 0)
        if callee.rule == "attribute":
            if self.is_module(subtree(callee, 0)):
                return [self.builtin(self.math_name(callee), callee, tree, is_math=True)]
            return self.method(callee, tree)
        if callee.rule != "name":
            raise TypeFault(
                "only a name can be called",
                span=self.span(callee),
                hint="write * for a product",
            )
        name = token(callee).value
        if name in self.locals:
            raise TypeFault(
                f"'{name}' is a value, not a function",
                span=self.span(callee),
                hint=f"write {name}*(...) for a product",
            )
        meaning = self.meaning(name, callee)
        if isinstance(meaning, Definition):
            return self.user_call(meaning, tree)
        if isinstance(meaning, Constant):
            raise TypeFault(f"'{name}' is a value, not a function", span=self.span(callee))
        if isinstance(meaning, MathModule):
            raise self.unknown_name(name, callee)
        if isinstance(meaning, Imported):
            return [self.builtin(meaning.name, callee, tree, is_math=True)]
        return [self.builtin(name, callee, tree, is_math=False)]

    def is_module(self, tree: Tree) -> bool:
        if tree.rule != "name" or token(tree).value in self.locals:
            return False
        meaning = self.meaning(token(tree).value, tree)
        is_math = meaning is None and token(tree).value == "math"
        return is_math or isinstance(meaning, MathModule)

    def builtin(self, name: str, callee: Tree, tree: Tree, *, is_math: bool) -> Expr:
        """A call of a function of the language, or of Python's math if that is meant."""
        parts = trees(tree)[1:]
        if not is_math or name in ("dist", "prod", "sumprod"):
            found = self.array_builtin(name, parts, tree)
            if found is not None:
                return found
        row = FUNCTIONS.get(name) or CONVERSIONS.get(name)
        if self.is_prelude:
            row = row or TABLE.get(name)
        if row is None:
            if is_math:
                raise self.no_such_math(name, callee)
            raise self.unknown_function(name, callee)
        args: list[Expr] = []
        for i, arg in enumerate(parts):
            if arg.rule == "keyword":
                raise TypeFault(f"{name} takes no keyword arguments", span=self.span(arg))
            if i in row.integers:
                args.append(self.integer(arg, f"argument {i + 1} of {name}"))
            else:
                args.append(self.argument(arg))
        if name == "fabs" or (is_math and name == "pow"):  # math's own work on reals only
            args = [self.as_real(a, tree) for a in args]
        elif name == "pow" and len(args) == 2:
            return self.raised(args[0], args[1], parts[1])
        return self.apply_row(name, row, args, tree)

    def argument(self, tree: Tree) -> Expr:
        """An argument as an atom; a comprehension stands for the list of its entries."""
        return self.comprehension(tree) if tree.rule == "comprehension" else self.atom(tree)

    def as_real(self, atom: Expr, tree: Tree) -> Expr:
        """An atom as a real one."""
        kind = self.build.type_of(atom)
        if is_array(kind):
            return self.elementwise(CONVERSIONS["float"], (atom,), tree)
        if kind != INT:
            return atom
        return self.build.name(self.build.real(atom), self.span(tree))

    def apply_row(self, name: str, row: Primitive, args: list[Expr], tree: Tree) -> Expr:
        if len(args) == row.arity == 1:
            return self.applied(row, (args[0],), tree)
        if name in CHAINED and len(args) > 1:
            kinds = {self.build.type_of(a) for a in args}
            if len(kinds) > 1:  # what comes out may be any of them
                args = [self.as_real(a, tree) for a in args]
            value = args[0]
            for arg in args[1:]:
                left = self.build.name(value, self.span(tree))
                value = self.applied(row, (left, arg), tree)
            return value
        if name == "log" and len(args) == 2:
            span = self.span(tree)
            parts = [self.build.name(self.applied(row, (a,), tree), span) for a in args]
            return self.applied(OPERATORS["/"], tuple(parts), tree)
        if len(args) != row.arity:
            raise self.wrong_arity(name, row.arity, len(args), tree)
        return self.applied(row, tuple(args), tree)

    def wrong_arity(self, name: str, wanted: int, given: int, tree: Tree) -> TypeFault:
        many = "argument" if wanted == 1 else "arguments"
        least = " at least" if name in CHAINED else ""
        return TypeFault(
            f"{name} takes{least} {wanted} {many}, {given} given", span=self.span(tree)
        )

    def unknown_function(self, name: str, callee: Tree) -> NameFault:
        if name in CONSTANTS:
            return NameFault(
                f"'{name}' is a number, not a function",
                span=self.span(callee),
                hint=f"write {name}*(...) for a product",
            )
        if name in ("range", "enumerate", "zip", "reversed"):
            return NameFault(f"{name} stands only after 'in'", span=self.span(callee))
        candidates = {*known_functions(), *self.program.definitions}
        hint = suggestion(name, candidates)
        if hint is None and self.program.is_script:
            hint = f"to multiply, write {name}*(...)"
        return NameFault(f"unknown function '{name}'", span=self.span(callee), hint=hint)

    def user_call(self, definition: Definition, tree: Tree) -> list[Expr]:
        name = definition.name
        args: dict[str, Expr] = {}
        for parameter, given in self.matched(definition, tree):
            is_default = given is definition.defaults.get(parameter)
            start = len(self.build.code)
            # a default does not see the caller's names
            scope = self.program.bare_scope(self.build, definition.at) if is_default else self
            if given.rule == "comprehension":
                value = scope.comprehension(given)
            elif parameter in definition.integers and not definition.ranks.get(parameter):
                value = scope.integer(given, f"'{parameter}' of {name}")
            else:
                value = self.build.name(scope.value(given), self.span(given))
                self.expect_array(value, definition, parameter, given)
            if is_default and isinstance(value, Var) and is_array(self.build.type_of(value)):
                self.build.read_only.setdefault(value.name, f"the default of '{parameter}'")
                self.build.read_only_makers += self.build.code[start:]
            args[parameter] = value
        return self.invoke(definition, [args[p] for p in definition.parameters], tree)

    def expect_array(self, value: Expr, definition: Definition, parameter: str, tree: Tree) -> None:
        """An argument of a parameter that is an array is one."""
        wanted = definition.ranks.get(parameter, 0)
        if rank(self.build.type_of(value)) < wanted:
            self.claim_array(value, wanted)
            what = "an array" if wanted == 1 else "a matrix"
            raise TypeFault(
                f"'{parameter}' of {definition.name} is {what}, this is not", span=self.span(tree)
            )

    def prelude_call(self, name: str, args: Sequence[Expr], tree: Tree) -> list[Expr]:
        """Call a function of the prelude, chosen by the shapes of its arguments."""
        kinds = [self.build.type_of(a) for a in args]
        chosen = overload(name, [rank(k) for k in kinds])
        if compensated_sum.COMPENSATES and name == "sum" and kinds[0] == array_of(REAL):
            args = [*args, Num(0.0)][:2]
            is_real = self.build.type_of(args[1]) == REAL
            chosen = "compensated_sum" if is_real else "compensated_sum_from_integer"
        if chosen not in self.program.prelude:
            raise TypeFault(f"{name} does not take a matrix", span=self.span(tree))
        definition = self.program.prelude[chosen]
        if chosen in REAL_ONLY:
            args = [self.as_reals(a, tree) for a in args]
        for parameter, arg in zip(definition.parameters, args, strict=True):
            if parameter in definition.integers and self.build.type_of(arg) != INT:
                raise TypeFault(f"'{parameter}' of {name} must be an integer", span=self.span(tree))
            self.expect_array(arg, definition, parameter, tree)
            if rank(self.build.type_of(arg)) > definition.ranks.get(parameter, 0):
                raise TypeFault(
                    f"'{parameter}' of {name} has too many indices", span=self.span(tree)
                )
        return self.invoke(definition, list(args), tree)

    def as_reals(self, value: Expr, tree: Tree) -> Expr:
        """An array of integers as one of reals."""
        kind = self.build.type_of(value)
        if not is_array(kind) or base(kind) == REAL:
            return value
        made = self.elementwise(TABLE["real"], [value], tree)
        self.build.widen(made.name, array_of(REAL, rank(kind)))
        return made

    def invoke(self, definition: Definition, args: list[Expr], tree: Tree) -> list[Expr]:
        """Call a function with arguments that are atoms."""
        build, span = self.build, self.span(tree)
        kinds = tuple([build.type_of(a) for a in args])
        try:
            instance = self.program.instance(definition, kinds, self.at)
        except AdcliError as fault:
            if definition.is_prelude and not self.is_prelude:
                fault.span = span  # the prelude is not the user's text
            raise
        for i, wide in instance.grown.items():
            array = args[i]
            assert isinstance(array, Var)
            build.widen(array.name, wide)
        targets: list[str] = []
        for i, kind in enumerate(instance.result_kinds):
            target = build.fresh()
            targets.append(target)
            build.types[target] = kind
            if is_array(kind):
                build.has_arrays = True
                build.on_widening[target] = partial(self.program.want_result, instance, i)
            if not instance.is_settled:
                self.guesses[target] = partial(definition.claim_result, i)
                self.claims[target] = (self.guesses[target], 0)
        atoms = tuple([build.name(arg, span) for arg in args])
        build.code.append(ir.Call(tuple(targets), instance.name, atoms, span=span))
        return [Var(t) for t in targets]

    def matched(self, definition: Definition, tree: Tree) -> list[tuple[str, Tree]]:
        """Each parameter with the syntax of its argument, in the order in which they are written;
        then those that have their default."""
        given: dict[str, Tree] = {}
        free = list(definition.parameters)
        for arg in trees(tree)[1:]:
            if arg.rule == "keyword":
                name, value = token(arg).value, subtree(arg, 1)
                if name not in definition.parameters:
                    raise TypeFault(
                        f"{definition.name} has no parameter '{name}'",
                        span=self.span(arg),
                        hint=suggestion(name, definition.parameters),
                    )
                if name in given:
                    raise TypeFault(f"'{name}' is given twice", span=self.span(arg))
                free.remove(name)
            else:
                if not free:
                    wanted = len(definition.parameters)
                    count = len(trees(tree)) - 1
                    raise self.wrong_arity(definition.name, wanted, count, tree)
                name, value = free.pop(0), arg
            given[name] = value
        missing = [p for p in free if p not in definition.defaults]
        if missing:
            raise TypeFault(
                f"{definition.name} is called without '{missing[0]}'", span=self.span(tree)
            )
        return [*given.items(), *[(p, definition.defaults[p]) for p in free]]


def trees_of_names(tree: Tree) -> list[Tree]:
    return [node for node in every(tree) if node.rule == "name"]
