"""Lower statements: structured control with one exit.

Invariant: `break`, `continue` and an early `return` leave no trace in the IR but flags and nesting:
what follows a jump in the text stands in the arm that does not jump.  A variable that a branch or a
loop assigns has one IR variable throughout it; in straight-line code every assignment makes a new
one, so such code overwrites nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from adcli.errors import SyntaxFault, TypeFault
from adcli.expr import OPERATORS, App, Atom, Expr, Num, Var
from adcli.front.lower_arrays import Arrays, Bound, Iteration, described
from adcli.front.lower_expressions import Restart
from adcli.front.parse_tree import Tree
from adcli.front.scan import (
    LOOPS,
    assigned_names,
    bound_names,
    completes,
    contains,
    every,
    if_arms,
    jumps,
    subtree,
    target_names,
    targets,
    token,
    trees,
    truth_names,
)
from adcli.ir import nodes as ir
from adcli.ir.types import BOOL, INT, join, rank
from adcli.source import Span


class _Loop:
    """The flags of a loop: variables that say it was broken off, and that this turn was."""

    def __init__(self, broken: str | None, continued: str | None) -> None:
        self.broken = broken
        self.continued = continued


class Statements(Arrays):
    """Lowers the statements of one function."""

    def begin(self, statements: list[Tree]) -> None:
        self.nesting = 0
        self.loops: list[_Loop] = []
        self.owned: set[str] = set()
        self.loop_names = loop_names(statements)
        #: the variables that hold the results, and the one that says whether there are any
        self.results: list[str] | None = None
        self.returned: str | None = None
        self.statements = statements

    @cached_property
    def truths(self) -> set[str]:
        """The names that hold truth values, as far as the text tells."""
        return truth_names(self.statements, self.program.returned)

    # -- blocks ----------------------------------------------------------------------------------

    def block(self, statements: list[Tree]) -> bool:
        """Lower statements; whether their end can be reached."""
        for i, statement in enumerate(statements):
            if statement.rule == "if_" and jumps(statement):
                return self.branch(statement, statements[i + 1 :])
            if not self.statement(statement):
                return False
            if statement.rule in LOOPS and jumps(statement):
                return self.guarded(statements[i + 1 :], self.span(statement))
        return True

    def statement(self, tree: Tree) -> bool:
        """Lower one statement; whether its end can be reached."""
        match tree.rule:
            case "assign" | "annotated" | "augmented":
                self.assignment(tree)
            case "kept":
                self.keep(*trees(tree))
            case "labelled":
                raise SyntaxFault(
                    "a result with a name stands by itself, not inside another statement",
                    span=self.span(tree),
                    hint="for a variable write name = ...",
                )
            case "if_":
                return self.branch(tree, [])
            case "for_":
                self.for_loop(tree)
            case "while_":
                return self.while_loop(tree)
            case "return_":
                self.return_values(tree)
                return False
            case "break_" | "continue_":
                self.jump(tree)
                return False
            case "expression_statement":
                self.expression_statement(subtree(tree, 0))
            case "function" | "decorated":
                raise SyntaxFault("a function inside a function", span=self.span(tree))
            case "import_" | "from_import":
                raise SyntaxFault("import stands at the top of the file", span=self.span(tree))
        return True

    def inside(self, statements: list[Tree]) -> tuple[list[ir.Stmt], bool]:
        """Lower statements into a block of their own."""
        outer, self.build.code = self.build.code, []
        open_end = self.block(statements)
        inner, self.build.code = self.build.code, outer
        return inner, open_end

    def expression_statement(self, tree: Tree) -> None:
        """A value that nobody takes; a call may have given none."""
        if tree.rule == "call":
            self.call_values(tree)
        else:
            self.several(tree)

    # -- assignment ------------------------------------------------------------------------------

    def assignment(self, tree: Tree) -> None:
        span = self.span(tree)
        if tree.rule == "augmented":
            self.augmented(tree, span)
            return
        parts = trees(tree)
        targets = [parts[0]] if tree.rule == "annotated" else parts[:-1]
        value = parts[-1]
        if tree.rule == "annotated" and value.rule == "annotation":
            return
        if len(targets) == 1 and targets[0].rule == "name":
            self.store(token(targets[0]).value, self.value(value), self.span(value))
            return
        values = self.several(value)
        if len(values) > 1 and self.nesting:
            values = [self.copied(v, span) for v in values]
        for target in targets:
            self.assign(target, values[0] if len(values) == 1 else list(values), value, span)

    def keep(self, target: Tree, value: Tree) -> None:
        """Give a name a value that no later statement changes: of an array a copy."""
        found = self.value(value)
        if isinstance(found, Var) and self.is_array(found):
            found = self.copied_array(found.name, value)
        self.store(token(target).value, found, self.span(value))

    def assign(self, target: Tree, value: Bound, tree: Tree, span: Span) -> None:
        """Give a target a value; a tuple of targets one each."""
        if target.rule != "tuple":
            if isinstance(value, list):
                raise TypeFault("several values where one is wanted", span=self.span(tree))
            if target.rule == "subscript":
                array, index = self.place(target)
                self.put(array, index, value, tree, span)
            else:
                self.store(token(target).value, value, span)
            return
        parts = trees(target)
        values = value if isinstance(value, list) else None
        if values is None:
            assert isinstance(value, Expr)
            if len(parts) > 1 and not self.is_array(value):
                self.claim_array(value, 1)
                raise TypeFault(f"{len(parts)} names but 1 value", span=span)
            values = self.unpacked(value, len(parts), tree) if len(parts) > 1 else [value]
        if len(parts) != len(values):
            raise TypeFault(f"{len(parts)} names but {len(values)} values", span=span)
        for part, item in zip(parts, values, strict=True):
            self.assign(part, item, tree, span)

    def copied(self, value: Expr, span: Span) -> Atom:
        """A value that a later assignment to a variable cannot change."""
        atom = self.build.name(value, span)
        if isinstance(atom, Num):
            return atom
        name = self.build.declare("%", self.build.type_of(atom))
        self.build.assign(name, atom, span)
        self.share_claim(name, atom)
        return Var(name)

    def several(self, tree: Tree) -> list[Expr]:
        """The values of a tuple, of a call that returns several, or of one expression."""
        if tree.rule == "tuple":
            return [self.build.name(self.value(t), self.span(t)) for t in trees(tree)]
        if tree.rule == "call":
            values = self.call_values(tree)
            if not values:
                raise TypeFault("this call gives no value", span=self.span(tree))
            return [self.build.name(v, self.span(tree)) for v in values]
        return [self.build.name(self.value(tree), self.span(tree))]

    def augmented(self, tree: Tree, span: Span) -> None:
        """`x += a`, `x[i] += a`: the place is found once."""
        target = subtree(tree, 0)
        is_entry = target.rule == "subscript"
        left: Expr
        if is_entry:
            array, index = self.place(target)
            left = self.load(array, index, self.span(target))
        else:
            left = self.atom(target)
        right = self.atom(subtree(tree, 2))
        symbol = token(tree, 1).value[:-1]
        if self.is_array(right) and not self.is_array(left):
            self.claim_array(left, 1)
        if self.is_array(left):
            raise TypeFault(
                f"'{symbol}=' changes an array in Python, entries or length",
                span=span,
                hint=f"for a new array write x = x {symbol} ..., in place assign its entries",
            )
        if symbol == "^" and self.source.is_python:
            value = self.exclusive(left, right, tree)
        elif symbol in ("**", "^"):
            value = self.raised(left, right, subtree(tree, 2))
        else:
            value = self.applied(OPERATORS[symbol], (left, right), tree)
        if is_entry:
            self.put(array, index, value, tree, span)
        else:
            self.store(token(target).value, value, span)

    def store(self, name: str, value: Expr, span: Span) -> None:
        """Assign a name of the program."""
        if name in self.owned:
            variable = self.env[name]
            assert isinstance(variable, Var)
            kinds = (self.build.types[variable.name], self.build.type_of(value))
            if join(*kinds) is None and kinds[0]:
                was, now = sorted(map(described, kinds))
                raise TypeFault(f"'{name}' is {was} in one place and {now} in another", span=span)
            self.build.assign(variable.name, value, span)
            self.share_claim(variable.name, value)
        else:
            self.env[name] = self.build.name(value, span, name)
        if name in self.flags:
            self.build.assign(self.flags[name], Num(True), span)
        self.surely.add(name)
        self.maybe.add(name)

    def enter(self, names: list[str], span: Span) -> list[str]:
        """Begin a branch or loop: each name that it assigns gets a variable of its own for it.

        Returns the names that got one here, for `leave`.
        """
        self.nesting += 1
        new = [n for n in dict.fromkeys(names) if n not in self.owned | self.loop_names]
        for name in new:
            before = self.env.get(name)
            if before is None or not self.build.type_of(before):
                variable = self.build.declare(name, BOOL if name in self.truths else None)
                if name in self.wanted_flags and name not in self.flags:
                    self.flags[name] = self.build.declare(f"{name}.set", BOOL)
            else:
                variable = self.build.declare(name, self.build.type_of(before))
                self.build.assign(variable, before, span)
            self.env[name] = Var(variable)
        self.owned.update(new)
        return new

    def leave(self, new: list[str]) -> None:
        self.nesting -= 1
        self.owned.difference_update(new)

    # -- branches --------------------------------------------------------------------------------

    def branch(self, tree: Tree, rest: list[Tree]) -> bool:
        """An `if` with what follows it.  That goes into the one arm whose end is reached, if there
        is just one and nothing in it jumps; else it is guarded by the flags."""
        arms, has_else = if_arms(tree)
        if not has_else:
            arms.append((None, []))
        through = [i for i, (_, body) in enumerate(arms) if completes(body)]
        if rest and len(through) == 1 and not any(jumps(s) for s in arms[through[0]][1]):
            condition, body = arms[through[0]]
            arms[through[0]] = (condition, [*body, *rest])
            rest = []
        new = self.enter(assigned_names([s for _, body in arms for s in body]), self.span(tree))
        reached = self.arms(arms, tree)
        self.leave(new)
        return self.guarded(rest, self.span(tree)) if rest and reached else reached

    def arms(self, arms: list[tuple[Tree | None, list[Tree]]], tree: Tree) -> bool:
        """Lower `if a: ... elif b: ... else: ...`; whether some arm's end can be reached."""
        before = set(self.surely)
        ends: list[set[str]] = []
        outer = self.build.code
        for test, body in arms:
            if test is not None:
                condition = self.condition(test)
                here = self.build.code
            inner, open_end = self.inside(body)
            if open_end:
                ends.append(self.surely)
            self.surely = set(before)
            if test is None:
                self.build.code.extend(inner)
            else:
                orelse: list[ir.Stmt] = []
                here.append(ir.If(self.variable(condition, tree), inner, orelse, self.span(tree)))
                self.build.code = orelse
        self.build.code = outer
        if ends:
            self.surely = set.intersection(*ends)
        return bool(ends)

    def variable(self, atom: Expr, tree: Tree) -> str:
        """A condition as a variable that nothing else assigns."""
        if isinstance(atom, Var) and atom.name[:1] == "%":
            return atom.name
        name = self.build.fresh()
        self.build.types[name] = BOOL
        self.build.code.append(ir.Let(name, atom, self.span(tree)))
        return name

    def guarded(self, rest: list[Tree], span: Span) -> bool:
        """What follows statements that may have jumped runs only if they did not."""
        if not rest:
            return True
        flags = [self.returned] if self.returned else []
        if self.loops:
            flags += [f for f in (self.loops[-1].broken, self.loops[-1].continued) if f]
        jumped = self.any_of(flags, span)
        before = set(self.surely)
        new = self.enter(assigned_names(rest), span)
        inner, _ = self.inside(rest)
        self.leave(new)
        self.surely = before
        self.build.code.append(ir.If(jumped, [], inner, span))
        return True

    def any_of(self, flags: list[str], span: Span) -> str:
        """A fresh variable that is true if one of the flags is."""
        value: Expr = Var(flags[0]) if flags else Num(False)
        for flag in flags[1:]:
            value = App(OPERATORS["or"], (self.build.name(value, span), Var(flag)))
        name = self.build.fresh()
        self.build.types[name] = BOOL
        self.build.code.append(ir.Let(name, value, span))
        return name

    def jump(self, tree: Tree) -> None:
        if not self.loops:
            word = tree.rule.rstrip("_")
            raise SyntaxFault(f"'{word}' outside a loop", span=self.span(tree))
        loop = self.loops[-1]
        flag = loop.broken if tree.rule == "break_" else loop.continued
        assert flag is not None
        self.build.assign(flag, Num(True), self.span(tree))

    # -- loops -----------------------------------------------------------------------------------

    def loop(self, body: list[Tree], span: Span) -> _Loop:
        """Flags for a loop, as far as its body jumps."""
        broken = continued = None
        if contains(body, "break_", outside=LOOPS):
            broken = self.build.declare("%broken", BOOL)
            self.build.assign(broken, Num(False), span)
        if contains(body, "continue_", outside=LOOPS):
            continued = self.build.declare("%continued", BOOL)
        return _Loop(broken, continued)

    def turn(self, body: list[Tree], loop: _Loop, span: Span) -> list[ir.Stmt]:
        """Lower the body of a loop: one turn of it."""
        outer, self.build.code = self.build.code, []
        if loop.continued:
            self.build.assign(loop.continued, Num(False), span)
        self.loops.append(loop)
        before = set(self.surely)
        self.maybe.update(n for n in assigned_names(body) if n not in self.loop_names)
        self.block(body)
        self.surely = before
        self.loops.pop()
        inner, self.build.code = self.build.code, outer
        return inner

    def exits(self, loop: _Loop, body: list[Tree]) -> list[str]:
        """The flags that end a loop before its time."""
        found = [loop.broken] if loop.broken else []
        if self.returned and contains(body, "return_"):
            found.append(self.returned)
        return found

    def while_loop(self, tree: Tree) -> bool:
        test, suite = trees(tree)
        body, span = trees(suite), self.span(tree)
        new = self.enter(assigned_names(body), span)
        loop = self.loop(body, span)
        going = self.build.declare("%going", BOOL)
        condition = self.condition(test)
        endless = isinstance(condition, Num) and bool(condition.value)
        self.build.assign(going, condition, self.span(test))
        inner = self.turn(body, loop, span)

        def again() -> None:
            self.build.assign(going, self.condition(test), self.span(test))

        self.go_on(inner, self.exits(loop, body), going, again, span)
        self.build.code.append(ir.While(going, inner, span))
        self.leave(new)
        return not endless or loop.broken is not None

    def go_on(
        self,
        inner: list[ir.Stmt],
        exits: list[str],
        going: str,
        again: Callable[[], None],
        span: Span,
    ) -> None:
        """At the end of a turn: stop if a flag says so, else see whether there is another."""
        outer, self.build.code = self.build.code, inner
        if exits:
            stop = self.any_of(exits, span)
            self.build.code = []
            again()
            orelse = self.build.code
            self.build.code = inner
            inner.append(ir.If(stop, [ir.Let(going, Num(False), span)], orelse, span))
        else:
            again()
        self.build.code = outer

    def for_loop(self, tree: Tree) -> None:
        target, iterable, suite = trees(tree)
        span = self.span(tree)
        over = self.iteration(iterable)
        body = trees(suite)
        names = target_names(target)
        self.refuse_growth(iterable, body)
        new = self.enter([*assigned_names(body), *names], span)
        before = set(self.surely)
        loop = self.loop(body, span)
        if loop.broken or contains(body, "return_"):
            self.counted_while(target, over, body, loop, tree)
        else:
            counter = self.build.fresh(over.hint(target))
            self.build.types[counter] = INT
            head = self.bind(target, over, counter, span)
            inner = self.turn(body, loop, span)
            code = [*head, *inner]
            self.build.code.append(ir.For(counter, over.start, over.stop, over.step, code, span))
        self.surely.difference_update(n for n in names if n not in before)
        for name in names:
            if name in self.loop_names:
                self.env.pop(name, None)
        self.leave(new)

    def bind(self, target: Tree, over: Iteration, counter: str, span: Span) -> list[ir.Stmt]:
        """Give the loop's names their values; the statements that do so, if any are needed."""
        outer, self.build.code = self.build.code, []
        for name, value, tree in self.pairs(target, over.at(Var(counter))):
            if name in self.loop_names:
                self.env[name] = self.build.name(value, self.span(tree))
                self.surely.add(name)
            else:
                self.store(name, value, span)
        head, self.build.code = self.build.code, outer
        return head

    def refuse_growth(self, iterable: Tree, body: list[Tree]) -> None:
        """An array that grows while a loop runs over it: Python would go on for ever."""
        if iterable.rule != "name":
            return
        for node in (n for s in body for n in every(s)):
            if node.rule == "call" and subtree(node, 0).rule == "attribute":
                base, method = subtree(subtree(node, 0), 0), token(subtree(node, 0), 1).value
                same = base.rule == "name" and token(base).value == token(iterable).value
                if same and method in ("append", "extend", "pop"):
                    raise TypeFault(
                        "the length of an array cannot change while a loop runs over it",
                        span=self.span(node),
                    )

    def counted_while(
        self,
        target: Tree,
        over: Iteration,
        body: list[Tree],
        loop: _Loop,
        tree: Tree,
    ) -> None:
        """A `for` that may end before its time."""
        start, stop, step = over.start, over.stop, over.step
        span = self.span(tree)
        named = over.hint(target) in self.loop_names
        counter = self.build.declare(f"{over.hint(target)}.next" if named else "%next", INT)
        going = self.build.declare("%going", BOOL)
        self.build.assign(counter, start, span)
        if not isinstance(step, Num):  # the empty loop raises if the step is 0
            unused = self.build.fresh()
            self.build.types[unused] = INT
            self.build.code.append(ir.For(unused, start, stop, step, [], span))

        def test() -> None:
            if isinstance(step, Num):
                symbol = "<" if step.value > 0 else ">"
                more: Expr = App(OPERATORS[symbol], (Var(counter), stop))
            else:
                left = self.build.name(App(OPERATORS["-"], (stop, Var(counter))), span)
                way = self.build.name(App(OPERATORS["*"], (left, step)), span)
                more = App(OPERATORS[">"], (way, Num(0)))
            self.build.assign(going, more, span)

        def again() -> None:
            self.build.assign(counter, App(OPERATORS["+"], (Var(counter), step)), span)
            test()

        test()
        head = self.bind(target, over, counter, span)
        inner = [*head, *self.turn(body, loop, span)]
        self.go_on(inner, self.exits(loop, body), going, again, span)
        self.build.code.append(ir.While(going, inner, span))

    def steady(self, atom: Atom, tree: Tree) -> Atom:
        """A bound that assignments in the loop cannot change."""
        if isinstance(atom, Var) and any(self.env[n] is atom for n in self.owned if n in self.env):
            return self.copied(atom, self.span(tree))
        return atom

    # -- results ---------------------------------------------------------------------------------

    def expect_results(self, statements: list[Tree]) -> None:
        """Prepare for returns that stand inside branches and loops."""
        if any(s.rule != "return_" and jumps(s) for s in statements):
            self.returned = self.build.declare("%returned", BOOL)

    def return_values(self, tree: Tree) -> None:
        parts = trees(tree)
        self.deliver(self.several(parts[0]) if parts else [], self.span(tree))

    def deliver(self, values: list[Expr], span: Span) -> None:
        """Make values the results."""
        if self.returned is None:
            self.results = [self.final(self.build.name(v, span), span) for v in values]
            return
        if self.results is None:
            self.results = [self.build.declare("%result", None) for _ in values]
        if len(values) != len(self.results):
            raise TypeFault(
                f"{len(values)} results here but {len(self.results)} elsewhere", span=span
            )
        for variable, value in zip(self.results, values, strict=True):
            kind, known = self.build.type_of(value), self.build.types[variable]
            if known and join(kind, known) is None:
                self.claim_result(value, rank(known))
                self.claim_result(Var(variable), rank(kind))
                was, now = sorted((described(known), described(kind)))
                raise TypeFault(f"the result is {was} in one place and {now} in another", span=span)
            self.build.assign(variable, value, span)
            if isinstance(value, Var) and value.name in self.guesses:
                self.guesses[variable] = self.guesses[value.name]
        self.build.assign(self.returned, Num(True), span)

    def claim_result(self, value: Expr, ranks: int) -> None:
        """Start again if a value comes from a call inside the function itself whose result was
        taken for a number, and must be an array."""
        guess = self.guesses.get(value.name) if isinstance(value, Var) else None
        if guess is not None and ranks and guess(ranks):
            raise Restart

    def final(self, value: Expr, span: Span) -> str:
        """A variable of its own for a result, assigned once."""
        name = self.build.fresh("result")
        self.build.types[name] = self.build.type_of(value)
        self.build.code.append(ir.Let(name, value, span))
        if isinstance(value, Var) and self.is_array(value):
            self.build.unify(value.name, name)
        return name

    def finish(self, reached: bool, span: Span) -> list[str]:
        """The variables of the results; there may be none, for arrays can be changed instead."""
        if self.results is None:
            return []
        if self.returned is None:
            return self.results
        values: list[Expr] = [Var(r) for r in self.results]
        if reached:
            checked = [self.checked(v, self.returned, span) for v in values]
            values = [self.build.name(v, span) for v in checked]
        return [self.final(v, span) for v in values]


def loop_names(statements: list[Tree]) -> set[str]:
    """The names that only `for` statements assign and only their bodies read: they need no variable
    that outlives the loop."""
    if not contains(statements, "for_"):
        return set()
    private: set[str] = set()
    spoilt: set[str] = set()
    todo: list[tuple[Tree, frozenset[str]]] = [(s, frozenset()) for s in statements]
    while todo:
        node, bound = todo.pop()
        if node.rule == "function":
            continue
        if node.rule == "for_":
            target, iterable, suite = trees(node)
            names = target_names(target)
            private.update(names)
            spoilt.update(bound.intersection(names))
            todo += [(iterable, bound), (suite, bound.union(names))]
            continue
        if node.rule in ("assign", "augmented", "annotated"):
            spoilt.update(targets(node))
        if node.rule == "comprehension":
            bound = bound.union(bound_names(node))
        if node.rule == "name" and token(node).value not in bound:
            spoilt.add(token(node).value)
        todo.extend((c, bound) for c in trees(node))
    return private - spoilt
