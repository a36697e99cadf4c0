"""Lower arrays: lists, comprehensions, entries, slices, and operations entry by entry.

Invariant: a value that is an array is a variable that refers to it, as a name does in Python.  What
looks like one operation on arrays (`x + y`, `sin(x)`) becomes a loop over their entries; what has a
meaning of its own (`A @ B`, `sum(x)`) is a function of the prelude.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from adcli.errors import TypeFault, suggestion
from adcli.expr import OPERATORS, App, Atom, Expr, Num, Op, Var
from adcli.front.lower_expressions import Expressions
from adcli.front.names import ITERATORS, METHODS, PRELUDE
from adcli.front.parse_tree import Tree
from adcli.front.scan import bound_names, subtree, target_names, token, trees
from adcli.front.scope import Constant
from adcli.ir import nodes as ir
from adcli.ir.builder import InfiniteType
from adcli.ir.types import BOOL, INT, REAL, array_of, element, is_array, join, rank
from adcli.ops.comparisons import matched
from adcli.ops.registry import FUNCTIONS
from adcli.source import Span

#: What one turn of a loop binds: a value, or several for a tuple of targets.
Bound = Expr | list["Bound"]


class Iteration:
    """What a `for` runs over: the bounds of a count, and what a turn has for each number of it."""

    __slots__ = ("at", "is_count", "start", "step", "stop")

    def __init__(
        self, start: Atom, stop: Atom, step: Atom, at: Callable[[Atom], Bound] | None = None
    ) -> None:
        self.start = start
        self.stop = stop
        self.step = step
        self.is_count = at is None
        self.at: Callable[[Atom], Bound] = at or (lambda count: count)

    def hint(self, target: Tree) -> str:
        """What to call the count: as the program does, if its name stands for it."""
        named = self.is_count and target.rule == "name"
        return token(target).value if named else "%i"


class Arrays(Expressions):
    """Lowers the expressions of one function, arrays included."""

    # -- arrays as values ------------------------------------------------------------------------

    def is_array(self, value: Expr) -> bool:
        return isinstance(value, Var) and is_array(self.build.types[value.name])

    def array(self, tree: Tree, purpose: str, ranks: int = 1) -> str:
        """The variable of an array with at least so many indices."""
        return self.as_array(self.atom(tree), tree, purpose, ranks)

    def as_array(self, value: Expr, tree: Tree, purpose: str, ranks: int = 1) -> str:
        """A value as the variable of an array; a parameter that is used as one becomes one."""
        kind = self.build.type_of(value)
        if isinstance(value, Var) and rank(kind) >= ranks:
            return value.name
        self.claim_array(value, ranks)
        raise TypeFault(
            f"{purpose} is {described(kind)}, not {described('[]' * ranks)}", span=self.span(tree)
        )

    def new_array(self, kind: str, size: Atom, span: Span) -> Var:
        """A new array; one of arrays is empty at first."""
        name = self.build.declare("%array", kind)
        self.build.has_arrays = True
        self.build.code.append(ir.Alloc(name, size, span))
        return Var(name)

    def length(self, array: str, span: Span) -> Var:
        target = self.build.fresh()
        self.build.types[target] = INT
        self.build.code.append(ir.Length(target, array, span))
        return Var(target)

    def load(self, array: str, index: Atom, span: Span) -> Var:
        """An entry of an array; it is of the array's making, should more be asked of it."""
        build = self.build
        target = build.fresh()
        kind = element(build.types[array])
        build.types[target] = kind or INT  # a guess, for an array that nothing was put into yet
        build.code.append(ir.Load(target, array, index, span))
        if is_array(kind):
            build.unify(target, array, 1)
        if array in self.claims:
            claim, depth = self.claims[array]
            self.claims[target] = (claim, depth + 1)
        return Var(target)

    def fitted(self, value: Expr, array: str, tree: Tree) -> Expr:
        """A value as an entry of an array, whose type grows if it must."""
        build = self.build
        atom = build.name(value, self.span(tree))
        kind, wanted = build.type_of(atom), element(build.types[array])
        if isinstance(atom, Var) and is_array(kind):
            if wanted and join(kind, wanted) is None:
                raise self.misfit(kind, wanted, tree)
            try:
                build.unify(atom.name, array, 1)
            except InfiniteType:
                raise TypeFault("an array is put into itself", span=self.span(tree)) from None
            return atom
        wide = kind if not wanted else join(kind, wanted)
        if wide is None:
            raise self.misfit(kind, wanted, tree)
        build.widen(array, array_of(wide))
        return build.real(atom) if wide == REAL and kind == INT else atom

    def misfit(self, kind: str, wanted: str, tree: Tree) -> TypeFault:
        return TypeFault(
            f"{described(kind)} among entries that are {described(wanted, plural=True)}",
            span=self.span(tree),
        )

    def put(self, array: str, index: Atom, value: Expr, tree: Tree, span: Span) -> None:
        fitted = self.build.name(self.fitted(value, array, tree), span)
        self.build.code.append(ir.Store(array, index, fitted, span))

    def append(self, array: str, value: Expr, tree: Tree, span: Span) -> None:
        fitted = self.build.name(self.fitted(value, array, tree), span)
        self.build.code.append(ir.Append(array, fitted, span))

    # -- lists -----------------------------------------------------------------------------------

    def listing(self, tree: Tree) -> Expr:
        """`[a, b, c]`, or a comprehension; `(a, b, c)` where one value is wanted."""
        parts = trees(tree)
        if parts and parts[0].rule == "comprehension":
            return self.comprehension(parts[0])
        span = self.span(tree)
        values = [self.build.name(self.value(p), self.span(p)) for p in parts]
        kind = ""
        for part, value in zip(parts, values, strict=True):
            found = self.build.type_of(value)
            wide = join(kind, found) if kind else found
            if wide is None:
                raise self.misfit(found, kind, part)
            kind = wide
        self.refuse_ragged(parts)
        if not values or is_array(kind):
            made = self.new_array(array_of(kind), Num(0), span)
            for part, value in zip(parts, values, strict=True):
                self.append(made.name, value, part, span)
            return made
        made = self.new_array(array_of(kind), Num(len(values)), span)
        for i, (part, value) in enumerate(zip(parts, values, strict=True)):
            self.put(made.name, Num(i), value, part, self.span(part))
        return made

    def refuse_ragged(self, parts: list[Tree]) -> None:
        """The rows of a list that is written out have one length."""
        rows = [p for p in parts if p.rule in ("list", "tuple") and not is_comprehension(p)]
        for row in rows:
            if len(trees(row)) != len(trees(rows[0])):
                raise TypeFault(
                    f"a row of {len(trees(row))} entries below one of {len(trees(rows[0]))}",
                    span=self.span(row),
                    hint="the rows of a matrix have one length",
                )

    def comprehension(self, tree: Tree) -> Expr:
        """`[entry for x in xs if condition ...]`."""
        span = self.span(tree)
        made = self.new_array("[]", Num(0), span)
        outside = dict(self.env)
        known = (set(self.locals), set(self.surely), set(self.maybe))
        names = bound_names(tree)
        self.simple = {n: row for n, row in self.simple.items() if n not in names}
        entry, *clauses = trees(tree)
        self.clauses(clauses, lambda: self.append(made.name, self.value(entry), entry, span), span)
        self.locals, self.surely, self.maybe = known
        for name in names:
            self.env.pop(name, None)
            if name in outside:
                self.env[name] = outside[name]
        return made

    def clauses(self, clauses: Sequence[Tree], inmost: Callable[[], None], span: Span) -> None:
        """The loops and conditions of a comprehension, one inside the other."""
        if not clauses:
            inmost()
            return
        first, *rest = clauses
        build = self.build
        if first.rule == "condition":
            held = self.condition(subtree(first, 0))
            outer, build.code = build.code, []
            self.clauses(rest, inmost, span)
            inner, build.code = build.code, outer
            if isinstance(held, Var):
                build.code.append(ir.If(held.name, inner, (), self.span(first)))
            elif isinstance(held, Num) and held.value:
                build.code.extend(inner)
            return
        target, iterable = trees(first)
        over = self.iteration(iterable)
        names = target_names(target)

        def turn(count: Atom) -> None:
            self.locals.update(names)
            self.surely.update(names)
            self.bind_names(target, over.at(count))
            self.clauses(rest, inmost, span)

        self.counted(over, turn, self.span(first), over.hint(target))

    def bind_names(self, target: Tree, value: Bound) -> None:
        """Let the names of a comprehension stand for values."""
        for name, item, tree in self.pairs(target, value):
            self.env[name] = self.build.name(item, self.span(tree))

    def pairs(self, target: Tree, value: Bound) -> list[tuple[str, Expr, Tree]]:
        """Each name of a target with its value; an array is taken apart where a tuple is wanted."""
        if target.rule != "tuple":
            if isinstance(value, list):
                raise TypeFault(
                    f"{len(value)} values where one name is given",
                    span=self.span(target),
                    hint="write as many names: for i, v in enumerate(x)",
                )
            return [(token(target).value, value, target)]
        parts = trees(target)
        values = value if isinstance(value, list) else self.unpacked(value, len(parts), target)
        if len(values) != len(parts):
            raise TypeFault(f"{len(parts)} names but {len(values)} values", span=self.span(target))
        return [p for t, v in zip(parts, values, strict=True) for p in self.pairs(t, v)]

    def unpacked(self, value: Expr, count: int, tree: Tree) -> list[Bound]:
        """The entries of an array that has so many."""
        span = self.span(tree)
        array = self.as_array(self.build.name(value, span), tree, "what is taken apart")
        self.same_length(self.length(array, span), Num(count), tree)
        return [self.load(array, Num(i), span) for i in range(count)]

    def same_length(self, one: Atom, other: Atom, tree: Tree) -> Atom:
        """A length, checked when it runs to be another one."""
        return self.build.name(App(matched, (one, other)), self.span(tree))

    def counted(
        self, over: Iteration, turn: Callable[[Atom], None], span: Span, hint: str = "%i"
    ) -> None:
        """A loop of which nothing gets out but by arrays."""
        build = self.build
        counter = build.fresh(hint)
        build.types[counter] = INT
        outer, build.code = build.code, []
        turn(Var(counter))
        inner, build.code = build.code, outer
        build.code.append(ir.For(counter, over.start, over.stop, over.step, inner, span))

    def entries(self, array: str, span: Span) -> Iteration:
        return Iteration(
            Num(0), self.length(array, span), Num(1), lambda count: self.load(array, count, span)
        )

    # -- what a `for` runs over ------------------------------------------------------------------

    def iteration(self, tree: Tree) -> Iteration:
        """`range(...)`, an array, `enumerate(...)`, `zip(...)`, `reversed(...)`."""
        word = self.builtin_word(tree)
        if word == "range":
            return self.counting(tree)
        parts = trees(tree)[1:]
        if word == "enumerate":
            return self.numbered(parts, tree)
        if word == "zip":
            return self.abreast(parts, tree)
        if word == "reversed" and len(parts) == 1:
            return self.backwards(self.iteration(parts[0]), tree)
        value = self.atom(tree)
        if not self.is_array(value):
            self.claim_array(value, 1)
            raise TypeFault(
                "a for statement runs over range(...) or an array",
                span=self.span(tree),
                hint=None
                if tree.rule != "name"
                else f"for a count write range({token(tree).value})",
            )
        value = self.steady(value, tree)  # the loop goes on with it if the name gets another
        assert isinstance(value, Var)
        return self.entries(value.name, self.span(tree))

    def builtin_word(self, tree: Tree) -> str | None:
        """The name that a call calls, unless the program gives it a meaning of its own."""
        if tree.rule != "call" or subtree(tree, 0).rule != "name":
            return None
        word = token(subtree(tree, 0)).value
        is_ours = word in ITERATORS and self.is_unbound(word)
        return word if is_ours else None

    def counting(self, tree: Tree) -> Iteration:
        parts = trees(tree)[1:]
        if not 1 <= len(parts) <= 3 or any(p.rule == "keyword" for p in parts):
            raise TypeFault(
                f"range takes 1 to 3 arguments, {len(parts)} given", span=self.span(tree)
            )
        found = [self.steady(self.integer(p, "a bound of range"), p) for p in parts]
        if len(found) == 1:
            found.insert(0, Num(0))
        if len(found) == 2:
            found.append(Num(1))
        if isinstance(found[2], Num) and found[2].value == 0:
            raise TypeFault("the step of a range is 0", span=self.span(parts[2]))
        return Iteration(found[0], found[1], found[2])

    def steady(self, atom: Atom, tree: Tree) -> Atom:
        """A bound that assignments in the loop cannot change."""
        return atom

    def numbered(self, parts: list[Tree], tree: Tree) -> Iteration:
        first: Atom = Num(0)
        if len(parts) == 2:
            start = subtree(parts[1], 1) if parts[1].rule == "keyword" else parts[1]
            first = self.steady(self.integer(start, "the start of enumerate"), start)
        elif len(parts) != 1:
            raise TypeFault(
                f"enumerate takes 1 or 2 arguments, {len(parts)} given", span=self.span(tree)
            )
        over = self.from_zero(self.iteration(parts[0]), tree)
        span = self.span(tree)

        def at(count: Atom) -> Bound:
            number = count
            if not (isinstance(first, Num) and first.value == 0):
                number = self.build.name(App(OPERATORS["+"], (count, first)), span)
            return [number, over.at(count)]

        return Iteration(over.start, over.stop, over.step, at)

    def abreast(self, parts: list[Tree], tree: Tree) -> Iteration:
        if not parts or any(p.rule == "keyword" for p in parts):
            raise TypeFault("zip takes one array or more", span=self.span(tree))
        each = [self.from_zero(self.iteration(p), p) for p in parts]
        stop = each[0].stop
        for other in each[1:]:
            stop = self.build.name(
                self.apply(FUNCTIONS["min"], (stop, other.stop)), self.span(tree)
            )
        return Iteration(Num(0), stop, Num(1), lambda count: [e.at(count) for e in each])

    def from_zero(self, over: Iteration, tree: Tree) -> Iteration:
        """The same turns, counted 0, 1, 2, ..."""
        if _is(over.start, 0) and _is(over.step, 1):
            return over
        span = self.span(tree)
        count = self.trip_count(over, span)

        def at(number: Atom) -> Bound:
            return over.at(self.apart(over, number, span))

        return Iteration(Num(0), count, Num(1), at)

    def apart(self, over: Iteration, number: Atom, span: Span) -> Atom:
        """What an iteration counts at its turn of a number: start + number*step."""
        steps = self.build.name(self.apply(OPERATORS["*"], (number, over.step)), span)
        return self.build.name(self.apply(OPERATORS["+"], (over.start, steps)), span)

    def trip_count(self, over: Iteration, span: Span) -> Atom:
        """How many turns a loop has; the empty loop raises if the step is 0."""

        def named(symbol: str, *args: Atom) -> Atom:
            op = OPERATORS.get(symbol) or FUNCTIONS[symbol]
            return self.build.name(self.apply(op, args), span)

        way = named("-", over.stop, over.start)
        if not isinstance(over.step, Num):
            self.counted(Iteration(over.start, over.stop, over.step), lambda _: None, span)
        # ceil(way/step), for a step of either sign
        turns = named("neg", named("//", named("neg", way), over.step))
        return named("max", turns, Num(0))

    def backwards(self, over: Iteration, tree: Tree) -> Iteration:
        over = self.from_zero(over, tree)
        span = self.span(tree)
        last = self.build.name(self.apply(OPERATORS["-"], (over.stop, Num(1))), span)
        return Iteration(last, Num(-1), Num(-1), over.at)

    # -- entries and slices ----------------------------------------------------------------------

    def subscript(self, tree: Tree) -> Expr:
        """`x[i]`, `A[i][j]`, `A[i, j]`, `x[1:]`, `A[:, j]`, where that is no truth value."""
        found = self.entry(tree)
        if self.build.type_of(found) == BOOL:
            raise self.not_a_number(tree)
        return found

    def entry(self, tree: Tree) -> Expr:
        """What an array holds at an index, a number, a truth value or an array."""
        base, *indices = trees(tree)
        return self.selected(self.atom(base), base, indices, tree)

    def selected(self, value: Expr, base: Tree, indices: list[Tree], tree: Tree) -> Expr:
        if not indices:
            return value
        array = self.as_array(value, base, self.spoken(base))
        first, *rest = indices
        span = self.span(tree)
        if first.rule != "slice":
            index = self.integer(first, "an index")
            return self.selected(self.load(array, index, span), base, rest, tree)
        over = self.sliced(array, first)
        made = self.new_array("[]", Num(0), span)

        def turn(count: Atom) -> None:
            entry = over.at(count)
            assert isinstance(entry, Expr)
            self.append(made.name, self.selected(entry, base, rest, tree), tree, span)

        self.counted(over, turn, span)
        return made

    def spoken(self, tree: Tree) -> str:
        """What to call the value of a piece of syntax in a message."""
        return f"'{token(tree).value}'" if tree.rule == "name" else "this"

    def sliced(self, array: str, tree: Tree) -> Iteration:
        """The entries that `from:to:by` picks, as Python does: bounds are cut to the array."""
        span = self.span(tree)
        given = {t.rule: subtree(t, 0) for t in trees(tree)}
        count = self.length(array, span)
        step: Atom = Num(1)
        if "by_" in given:
            step = self.integer(given["by_"], "the step of a slice")
        if not isinstance(step, Num) or step.value == 0:
            raise TypeFault(
                "the step of a slice is a number that is not 0, written out",
                span=self.span(given["by_"]),
            )
        down = step.value < 0
        start: Atom = self.plus(count, Num(-1), span) if down else Num(0)
        stop: Atom = Num(-1) if down else count
        if "from_" in given:
            start = self.cut(given["from_"], count, down, span)
        if "to_" in given:
            stop = self.cut(given["to_"], count, down, span)
        return Iteration(start, stop, step, lambda at: self.load(array, at, span))

    def cut(self, tree: Tree, count: Atom, down: bool, span: Span) -> Atom:
        """A bound of a slice: counted from the end if it is negative, then cut to the array."""
        given = self.integer(tree, "a bound of a slice")
        if isinstance(given, Num):
            place: Expr = self.plus(count, given, span) if given.value < 0 else given
        else:
            negative = self.build.name(App(OPERATORS["<"], (given, Num(0))), span)
            outer, self.build.code = self.build.code, []
            from_end = self.plus(count, given, span)
            inner, self.build.code = self.build.code, outer
            place = self.merge(negative, [inner, []], [from_end, given], tree)
        highest = self.plus(count, Num(-1), span) if down else count
        if not (isinstance(place, Num) and place.value >= 0):
            lowest = Num(-1) if down else Num(0)
            place = self.build.name(self.apply(FUNCTIONS["max"], (place, lowest)), span)
        return self.build.name(self.apply(FUNCTIONS["min"], (place, highest)), span)

    def plus(self, one: Atom, other: Atom, span: Span) -> Atom:
        return self.build.name(self.apply(OPERATORS["+"], (one, other)), span)

    def place(self, target: Tree) -> tuple[str, Atom]:
        """Array and index of an entry that is assigned."""
        base, *indices = trees(target)
        name = token(base).value if base.rule == "name" else ""
        is_own = not name or name in self.locals
        if not is_own and isinstance(self.meaning(name, base), Constant):
            raise TypeFault(
                f"'{name}' is a constant of the file: its entries stay",
                span=self.span(target),
                hint=f"change a copy: {name.lower()} = {name}[:]",
            )
        value = self.atom(base)
        for index in indices:
            if index.rule == "slice":
                raise TypeFault(
                    "a slice cannot be assigned to",
                    span=self.span(index),
                    hint="assign the entries in a loop",
                )
        for index in indices[:-1]:
            array = self.as_array(value, base, self.spoken(base))
            value = self.load(array, self.integer(index, "an index"), self.span(target))
        array = self.as_array(value, base, self.spoken(base))
        return array, self.integer(indices[-1], "an index")

    # -- entry by entry --------------------------------------------------------------------------

    def elementwise(self, op: Op, args: Sequence[Expr], tree: Tree) -> Var:
        """An operation on arrays of one shape, and on numbers that go with every entry."""
        span = self.span(tree)
        arrays = [a.name for a in args if isinstance(a, Var) and self.is_array(a)]
        count: Atom = self.length(arrays[0], span)
        for other in arrays[1:]:
            count = self.same_length(count, self.length(other, span), tree)
        deep = any(rank(self.build.types[a]) > 1 for a in arrays)
        made = self.new_array("[]", Num(0) if deep else count, span)

        def turn(number: Atom) -> None:
            parts: list[Expr] = []
            for arg in args:
                if isinstance(arg, Var) and self.is_array(arg):
                    parts.append(self.load(arg.name, number, span))
                else:
                    parts.append(arg)
            value = self.applied(op, tuple(parts), tree)
            if deep:
                self.append(made.name, value, tree, span)
            else:
                self.put(made.name, number, value, tree, span)

        self.counted(Iteration(Num(0), count, Num(1)), turn, span)
        return made

    def list_chain(self, first: Tree, chain: Sequence[Tree]) -> Expr | None:
        """`[0.0]*n`, `xs + [t]`: what is done with a list in brackets is done to the list.  None if
        there is none in a chain of operators."""
        shown = [shows_list(first), *[shows_list(subtree(link, 2)) for link in chain]]
        if not any(shown):
            return None
        left, is_list = self.atom(first) if not shown[0] else None, shown[0]
        value: Expr | None = left
        before = first
        for link, is_right in zip(chain, shown[1:], strict=True):
            symbol, right = token(link, 1).value, subtree(link, 2)
            if symbol == "*" and is_list:
                value = self.repeated(before, value, right, link)
            elif symbol == "*" and is_right:
                value = self.repeated(right, None, before, link)
            else:
                value = self.atom(before) if value is None else value
                other = self.atom(right)
                if symbol == "+" and (is_list or is_right):
                    value = self.joined(value, other, link)
                elif symbol == "@":
                    value = self.product(value, other, link)
                elif symbol == "^":
                    value = self.exclusive(value, other, link)
                else:
                    value = self.applied(OPERATORS[symbol], (value, other), link)
            value = self.build.name(value, self.span(link))
            is_list, before = is_list or is_right, link
        return value

    def repeated(self, tree: Tree, value: Expr | None, times: Tree, whole: Tree) -> Expr:
        """`[0.0]*n`: the entries of a list, itself known by its syntax or its value, repeated."""
        span = self.span(whole)
        parts = [] if is_comprehension(tree) else trees(tree)
        if value is None and tree.rule == "list" and len(parts) == 1:
            entry = self.build.name(self.value(parts[0]), self.span(parts[0]))
            count = self.integer(times, "the number of repetitions")
            return self.filled(entry, count, parts[0], span)
        array = self.as_array(value or self.atom(tree), tree, "what is repeated")
        count = self.integer(times, "the number of repetitions")
        self.new_array("int[]", count, span)  # raises if the size is negative
        made = self.new_array(self.build.types[array], Num(0), span)

        def again(_: Atom) -> None:
            self.extend(made.name, array, tree, span)

        self.counted(Iteration(Num(0), count, Num(1)), again, span)
        return made

    def filled(self, value: Expr, count: Atom, tree: Tree, span: Span) -> Expr:
        """An array whose entries are all the same."""
        kind = self.build.type_of(value)
        is_deep = is_array(kind)
        if is_deep:
            self.new_array("int[]", count, span)  # raises if the size is negative
        made = self.new_array(array_of(kind), Num(0) if is_deep else count, span)
        if isinstance(value, Num) and not value.value and str(value.value) != "-0.0":
            return made

        def turn(number: Atom) -> None:
            if is_deep:
                self.append(made.name, value, tree, span)
            else:
                self.put(made.name, number, value, tree, span)

        self.counted(Iteration(Num(0), count, Num(1)), turn, span)
        return made

    def joined(self, left: Expr, right: Expr, tree: Tree) -> Expr:
        """The entries of one array, then those of another."""
        span = self.span(tree)
        made = self.new_array("[]", Num(0), span)
        for part in (left, right):
            self.extend(made.name, self.as_array(part, tree, "one side"), tree, span)
        return made

    def extend(self, array: str, other: str, tree: Tree, span: Span) -> None:
        """Append the entries of another array."""

        def turn(count: Atom) -> None:
            self.append(array, self.load(other, count, span), tree, span)

        self.counted(self.entries(other, span), turn, span)

    def copied_array(self, array: str, tree: Tree) -> Expr:
        """A new array with the same entries."""
        made = self.new_array(self.build.types[array], Num(0), self.span(tree))
        self.extend(made.name, array, tree, self.span(tree))
        return made

    # -- functions of arrays ---------------------------------------------------------------------

    def array_builtin(self, name: str, parts: Sequence[Tree], tree: Tree) -> Expr | None:
        """A call of `len`, `sum`, `norm` and their like; None if it is none of these."""
        if name in ("min", "max"):
            return self.extreme(name, parts, tree)
        if name not in PRELUDE:
            return None
        least, most = PRELUDE[name]
        if not least <= len(parts) <= most or any(p.rule == "keyword" for p in parts):
            given = f"{least}" if least == most else f"{least} to {most}"
            many = "argument" if given == "1" else "arguments"
            raise TypeFault(
                f"{name} takes {given} {many}, {len(parts)} given", span=self.span(tree)
            )
        if name == "list":
            return self.listed(parts, tree)
        args = [self.argument(p) for p in parts]
        if name == "len":
            return self.length(self.as_array(args[0], parts[0], "what len counts"), self.span(tree))
        return self.one(self.prelude_call(name, args, tree), tree)

    def extreme(self, name: str, parts: Sequence[Tree], tree: Tree) -> Expr | None:
        """`min(xs)`; None for `min(a, b)`."""
        if len(parts) != 1 or parts[0].rule == "keyword":
            return None
        value = self.argument(parts[0])
        if not self.is_array(value):
            self.claim_array(value, 1)
            raise self.wrong_arity(name, 2, 1, tree)
        return self.one(self.prelude_call(name, [value], tree), tree)

    def listed(self, parts: Sequence[Tree], tree: Tree) -> Expr:
        """`list(range(n))`, `list(xs)`: a new list of what is run over."""
        if parts and parts[0].rule == "comprehension":
            return self.comprehension(parts[0])
        span = self.span(tree)
        made = self.new_array("[]", Num(0), span)
        if parts:
            over = self.iteration(parts[0])

            def turn(count: Atom) -> None:
                entry = over.at(count)
                if isinstance(entry, list):
                    raise TypeFault("a list of tuples", span=span, hint="make a list of lists")
                self.append(made.name, entry, tree, span)

            self.counted(over, turn, span)
        return made

    # -- methods ---------------------------------------------------------------------------------

    def method(self, callee: Tree, tree: Tree) -> list[Expr]:
        """`x.append(v)` and the like: the values that it gives."""
        base, name = subtree(callee, 0), token(callee, 1)
        parts = trees(tree)[1:]
        if name.value not in METHODS:
            raise TypeFault(
                f"arrays have no '{name.value}' here",
                span=self.span(callee),
                hint=suggestion(name.value, METHODS),
            )
        wanted = METHODS[name.value]
        if len(parts) != wanted or any(p.rule == "keyword" for p in parts):
            raise self.wrong_arity(name.value, wanted, len(parts), tree)
        array = self.array(base, self.spoken(base))
        span = self.span(tree)
        if name.value == "append":
            self.append(array, self.value(parts[0]), parts[0], span)
        elif name.value == "extend":
            other = self.array(parts[0], "what is appended")
            self.extend(array, other, parts[0], span)
        elif name.value == "copy":
            return [self.copied_array(array, tree)]
        else:
            target = self.build.fresh()
            kind = element(self.build.types[array])
            self.build.types[target] = kind or INT
            self.build.code.append(ir.Take(array, target, span))
            if is_array(kind):
                self.build.unify(target, array, 1)
            return [Var(target)]
        return []


def _is(atom: Expr, number: int) -> bool:
    return isinstance(atom, Num) and atom.value == number


def described(kind: str, *, plural: bool = False) -> str:
    """What messages call a value of a type."""
    if rank(kind) > 1:
        return "matrices" if plural else "a matrix"
    if is_array(kind):
        return "arrays" if plural else "an array"
    if kind == BOOL:
        return "truth values" if plural else "a truth value"
    return "numbers" if plural else "a number"


def shows_list(tree: Tree) -> bool:
    """Whether a list in brackets is what an expression is made of: `[0.0]*n`, not `x`."""
    if tree.rule == "binary" and token(tree, 1).value in ("*", "+"):
        return shows_list(subtree(tree, 0)) or shows_list(subtree(tree, 2))
    return tree.rule in ("list", "tuple")


def is_comprehension(tree: Tree) -> bool:
    parts = trees(tree)
    return tree.rule == "list" and bool(parts) and parts[0].rule == "comprehension"
