"""Formulas of a program's results or of their derivatives, simplified, with their derivations.

Invariant: a formula has the value that unsimplified rules give wherever the program has one.  Where
it has a value and the program has none, `DerivedFormula.conditions` exclude that.  The lines of a
derivation come from the rules that made the formula, and end with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from adcli import display_hooks
from adcli.backends.symbolic import declared, declares, unfolded
from adcli.engines.interface import Limits
from adcli.errors import LimitError
from adcli.expr import App, Expr
from adcli.ir import nodes as ir
from adcli.nested_lists import entry_names, rebuilt
from adcli.ops.comparisons_logic_and_choice import eq, ne, or_, select
from adcli.recursion_limit import deep
from adcli.source import Span
from adcli.symbolic.canonical.canonical_form_arithmetic import CanonicalForms
from adcli.symbolic.canonical.from_graph import GraphReader
from adcli.symbolic.canonical.terms import Sum
from adcli.symbolic.canonical.to_graph import GraphWriter
from adcli.symbolic.canonical_derivative_rules import AppliedRule
from adcli.symbolic.conditions_lost_by_simplification import hidden, learn
from adcli.symbolic.declared_derivative_nodes import without_markers
from adcli.symbolic.derivation import Derivation, pending
from adcli.symbolic.domain_conditions import Condition, DomainConditions
from adcli.symbolic.graph_differentiation import Differentiator
from adcli.symbolic.narrowed_derivative_domains import NarrowedDomains, TakenPartial
from adcli.symbolic.node_text import LARGEST_TEXT, operations, to_text
from adcli.symbolic.places_without_derivative import Place, PlacesWithoutDerivative
from adcli.symbolic.shared_expression_graph import Graph
from adcli.symbolic.simplification_budgets import EFFORTS
from adcli.symbolic.simplifier import Simplifier
from adcli.symbolic.symbolic_execution import Unfolded

if TYPE_CHECKING:
    from adcli.backends.choices_at_single_points import ChoicesAtSinglePoints

#: A formula of more operations is not shown in a line.
_BRIEF = 50


class DerivationLine(NamedTuple):
    """A line of a derivation: the rule that led to it, the inner function of a chain rule, and the
    whole expression."""

    rule: str
    inner: Expr | None
    node: Expr


class DerivedFormula(NamedTuple):
    """A formula as a node, the lines that led to it if they were asked for, and the conditions
    under which it has the meaning of the program; elsewhere the program or the formula has no
    value."""

    node: Expr
    lines: tuple[DerivationLine, ...]
    conditions: tuple[Condition, ...]
    span: Span | None

    def __repr__(self) -> str:
        return f"DerivedFormula({_brief(self)})"

    def __str__(self) -> str:
        return display_hooks.text(self)

    def _repr_html_(self) -> str | None:
        return display_hooks.html(self)

    def _repr_latex_(self) -> str | None:
        return display_hooks.latex(self)

    @property
    def text(self) -> str:
        return to_text(self.node, self.span)

    @property
    def operations(self) -> int:
        return operations(self.node)


def _brief(formula: DerivedFormula) -> str:
    """A formula in a line of a console; a long one by its size."""
    count = formula.operations
    return formula.text if count <= _BRIEF else f"a formula of {count} operations"


class Formulas:
    """`rows[i][x]` is the formula for number i of the results and number x of the inputs; `shapes`
    has for each input something of its shape, `variables` for each formula of a row what it is
    differentiated by, which is every two inputs if `mixed`; `notes` are sentences to be read beside
    them."""

    def __init__(
        self,
        rows: list[dict[str, DerivedFormula]],
        notes: tuple[str, ...],
        shapes: Mapping[str, Any],
        variables: Mapping[str, Sequence[str]],
        *,
        mixed: bool = False,
    ) -> None:
        self.rows = rows
        self.notes = notes
        #: whether they hold on the path of a point only
        self.on_path = bool(notes)
        #: the inputs of the program
        self.inputs: tuple[str, ...] = ()
        #: whether they are the same at every point, though one was given
        self.ignore_point = False
        #: what the results are called
        self.names: Sequence[str] = [f"value{i}" for i in range(1, len(rows) + 1)]
        self.shapes = shapes
        self.variables = variables
        self.mixed = mixed

    def __repr__(self) -> str:
        parts = [f"{head}: {_brief(f)}" if head else _brief(f) for head, f in self.named()]
        return f"Formulas({', '.join(parts)})"

    __str__ = display_hooks.text
    _repr_html_ = display_hooks.html
    _repr_latex_ = display_hooks.latex

    def by_name(self, part: Callable[[DerivedFormula], Any]) -> dict[str, Any]:
        """For each input a part of its formulas in the input's shape; with several results a list
        with one such part per result.  Of second derivatives for each input and each other one."""
        make = self._mixed if self.mixed else self._single
        rows = [make({title: part(formula) for title, formula in row.items()}) for row in self.rows]
        return rows[0] if len(rows) == 1 else {n: [row[n] for row in rows] for n in self.shapes}

    def _single(self, parts: Mapping[str, Any]) -> dict[str, Any]:
        return {
            name: rebuilt(iter([parts[entry] for entry in entry_names(name, shape)]), shape)
            for name, shape in self.shapes.items()
        }

    def _mixed(self, parts: Mapping[str, Any]) -> dict[str, Any]:
        def row(entry: str, other: str) -> Any:
            shape = self.shapes[other]
            found = [parts[f"{entry},{second}"] for second in entry_names(other, shape)]
            return rebuilt(iter(found), shape)

        return {
            name: {
                other: rebuilt(iter([row(e, other) for e in entry_names(name, shape)]), shape)
                for other in self.shapes
            }
            for name, shape in self.shapes.items()
        }

    def named(self) -> list[tuple[str, DerivedFormula]]:
        """The formulas with their headings: nothing, the input, or result and input."""
        if len(self.rows) > 1:
            return [
                (f"{result}/{name}" if name else result, formula)
                for result, row in zip(self.names, self.rows, strict=True)
                for name, formula in row.items()
            ]
        row = self.rows[0]
        return [(name if len(row) > 1 else "", formula) for name, formula in row.items()]


class Request(NamedTuple):
    """What is asked for: the derivatives of that order, or the values themselves with order 0; with
    `mixed` those by every two inputs; `effort` is the budget of simplification; with `steps` every
    formula has the lines of its derivation."""

    order: int = 1
    mixed: bool = False
    effort: int = EFFORTS["normal"]
    steps: bool = False


@deep()
def formulas(
    module: ir.Module,
    wrt: Sequence[str],
    point: Mapping[str, Any] | None = None,
    request: Request | None = None,
    *,
    limits: Limits | None = None,
) -> Formulas:
    """The formulas that a request asks for.

    `point` gives the integer inputs, the shapes of arrays, and all inputs where the program's
    course depends on them.
    """
    given = point or {}
    request, limits = request or Request(), limits or Limits()
    place = [given.get(name) for name in module.main.params]
    graph = Graph()
    found, notes = unfolded(graph, module, place, limits)
    names = [n for name in wrt for n in entry_names(name, given.get(name))]
    targets = _targets(names, request)
    worker = _FormulaMaker(graph, found, request, len(targets) * len(found.results))
    choices = _choices(worker, module, place, limits)
    span = module.main.span
    rows: list[dict[str, DerivedFormula]] = [{} for _ in found.results]
    if notes and declares(module):
        for title, variables in targets.items():
            nodes = declared(graph, module, wrt, place, variables, limits)
            for row, node in zip(rows, without_markers(graph, nodes), strict=True):
                row[title] = worker.formula(node, (), span)
    else:
        for i in range(len(found.results)):
            for title, variables in targets.items():
                if choices is not None and variables:
                    rows[i][title] = worker.formula_of_choices(choices, i, variables, span)
                else:
                    rows[i][title] = worker.formula(found.results[i], variables, span)
    shapes = {name: given.get(name) for name in wrt} if request.order else {"": None}
    made = Formulas(rows, (*notes, *worker.notes()), shapes, targets, mixed=request.mixed)
    made.notes += worker.places()
    return made


def _choices(
    worker: _FormulaMaker, module: ir.Module, place: Sequence[Any], limits: Limits
) -> ChoicesAtSinglePoints | None:
    """What knows the choices of a program; None if it has none, or has a value nowhere."""
    below = worker.graph.below(worker.results)
    if worker.impossible or select not in {n.op for n in below if isinstance(n, App)}:
        return None
    from adcli.backends.choices_at_single_points import ChoicesAtSinglePoints

    return ChoicesAtSinglePoints(worker.conditions, worker.results, module, place, limits)


def _targets(names: Sequence[str], request: Request) -> dict[str, list[str]]:
    """For each formula its name and the variables to differentiate by, one after the other."""
    if request.order == 0:
        return {"": []}
    if request.mixed:
        return {f"{a},{b}": [a, b] for a in names for b in names}
    return {name: [name] * request.order for name in names}


class _FormulaMaker:
    """Makes formulas of nodes of one graph; what they share is made once."""

    def __init__(self, graph: Graph, found: Unfolded, request: Request, count: int) -> None:
        self.graph = graph
        self.results = found.results
        self.request = request
        self.forms = CanonicalForms()
        self.reader = GraphReader(self.forms, graph)
        # a reader that knows no facts
        self.conditions = DomainConditions(graph, GraphReader(CanonicalForms(), graph))
        asking = [*found.results, *found.evaluated]
        self.asked = self.conditions.of(asking, found.required)
        self.impossible = tuple(c for c in self.asked if c.is_impossible(self.conditions.forms))
        self._learn(asking, found.required)
        self.writer = GraphWriter(self.forms, graph)
        self.simplifier = Simplifier(self.forms, self.writer, request.effort)
        self.derivations: dict[str, Derivation] = {}
        self.known: dict[tuple[Sum, str], tuple[Sum, tuple[DerivationLine, ...]]] = {}
        self.left = count * max(request.order, 1)
        #: the forms that were differentiated, with their derivatives one after the other
        self.taken: dict[Sum, list[Sum]] = {}
        #: places without a derivative where choices hold at single points, and where it is unknown
        self.places_of_choices: dict[Place, None] = {}
        self.unknown: dict[Expr, None] = {}

    def _learn(self, asking: Sequence[Expr], required: Sequence[Expr]) -> None:
        """Read forms under the conditions that the program's operations need."""
        self.reader.read(asking)  # variables stand in the order of the program
        for _ in range(2) if self.asked else ():
            found = DomainConditions(self.graph, self.reader).of(asking, required)
            learn(self.forms.signs, found)
            self.reader = GraphReader(self.forms, self.graph)

    def formula_of_choices(
        self,
        choices: ChoicesAtSinglePoints,
        row: int,
        variables: Sequence[str],
        span: Span | None,
    ) -> DerivedFormula:
        """The formula of a result, whose choices may have conditions that hold at single points."""
        node = choices.results[row]
        found = choices.of(node, variables)
        if found is None:
            return self.formula(node, variables, span)
        made = self.formula(found.around, variables, span)
        lines = made.lines
        if lines:
            from adcli.backends.choices_at_single_points import opposite

            whole = self.graph.make(pending, (node, self.graph.variable(variables[0])))
            away = " and ".join([to_text(opposite(self.graph, e)) for e in found.points])
            lines = (DerivationLine("", None, whole), lines[0]._replace(rule=f"where {away}"))
            lines += made.lines[1:]
        taken = dict(self.taken)
        everything = cache(lambda: self.formula(node, variables, span))
        verdict = choices.judged(found, row, variables, made.node, lambda: everything().node)
        self.taken = taken
        self.places_of_choices.update(dict.fromkeys(verdict.places))
        self.unknown.update(dict.fromkeys(verdict.unknown))
        if verdict.formula is made.node:
            return made._replace(lines=lines)
        if verdict.formula is everything().node:
            return everything()
        if lines:
            lines += (DerivationLine("limit of difference quotients", None, verdict.formula),)
        return DerivedFormula(verdict.formula, lines, made.conditions, span)

    def formula(self, node: Expr, variables: Sequence[str], span: Span | None) -> DerivedFormula:
        if self.impossible:
            return self._as_it_stands(node, variables, span)
        (value,) = self.reader.read([node])
        lines: tuple[DerivationLine, ...] = ()
        if not variables:
            value, lines = self._simplified(value, self._first(node, value))
        if variables and self.request.steps:
            lines = self._as_given(node, value, variables[0])
        taken = self.taken.setdefault(value, [])
        for variable in variables if value is not self.forms.zero else ():
            value, more = self._derivative(value, variable)
            taken.append(value)
            lines += more
        node = self.writer.write(value)
        (plain,) = without_markers(self.graph, [node])
        if plain is not node:
            (again,) = self.reader.read([plain])
            plain = self.writer.write(self.simplifier.simplified(again))
            lines = (*self._released(lines), DerivationLine("like terms and powers", None, plain))
        forms, after = self.conditions.forms, self.conditions.of([plain])
        domains = NarrowedDomains(self.conditions)
        narrowed = [
            *domains.narrowed(self.asked, after),
            *domains.quotients(self.asked, after, self._textbook_partials()),
        ]
        excluded = [*narrowed, *hidden(forms, self.asked, [*after, *narrowed])]
        conditions = tuple(
            {
                c.node: c
                for c in map(self.conditions.unconditional, excluded)
                if not _always_holds(c.node)
            }.values()
        )
        return DerivedFormula(plain, tuple(_changing(lines)), conditions, span)

    def _textbook_partials(self) -> Iterator[TakenPartial]:
        """The partials that were taken so far in the textbook's form."""
        for derivation in self.derivations.values():
            for call, index in derivation.rules.textbook_partials:
                yield call.op, tuple([self.writer.write(arg) for arg in call.args]), index

    def _as_it_stands(
        self, node: Expr, variables: Sequence[str], span: Span | None
    ) -> DerivedFormula:
        """The formula of a program that has a value nowhere: it is not simplified."""
        for variable in variables:
            (node,) = Differentiator(self.graph).derivatives([node], variable)
        (plain,) = without_markers(self.graph, [node])
        return DerivedFormula(plain, (), self.impossible, span)

    def notes(self) -> tuple[str, ...]:
        """That there is no value, if the numbers are exact; 0.1 + 0.2 - 0.3 is 0 to a reader, and
        not to a machine."""
        if not self.impossible or self.conditions.forms.decimal:
            return ()
        nowhere = " and ".join(to_text(c.node) for c in self.impossible)
        return (f"there is no value at any point, as nowhere {nowhere}",)

    def places(self) -> tuple[str, ...]:
        """Where there are values and no derivatives, as notes."""
        if self.impossible or not self.request.order:
            return ()
        finder = PlacesWithoutDerivative(self.conditions, self.asked)
        found = {**self.places_of_choices}
        for value, taken in self.taken.items():
            node, *derivatives = without_markers(
                self.graph, [self.writer.write(form) for form in (value, *taken)]
            )
            found.update(dict.fromkeys(finder.of(node, derivatives) if taken else ()))
        unknown = [
            f"the derivative where {to_text(equation)} is not known: the program takes another "
            "branch there"
            for equation in self.unknown
        ]
        return (*map(_place_note, found), *unknown)

    def _released(self, lines: Sequence[DerivationLine]) -> list[DerivationLine]:
        """Lines in which declared derivatives are formulas again."""
        nodes = without_markers(self.graph, [line.node for line in lines])
        return [line._replace(node=node) for line, node in zip(lines, nodes, strict=True)]

    def _derivative(self, value: Sum, variable: str) -> tuple[Sum, tuple[DerivationLine, ...]]:
        """A derivative by one variable, simplified, and its lines; made once."""
        key = value, variable
        if key not in self.known:
            if variable not in self.derivations:
                self.derivations[variable] = Derivation(self.forms, variable)
            derivation = self.derivations[variable]
            bare = derivation.rules.derivative(value)
            lines: list[DerivationLine] = []
            if self.request.steps:
                lines = self._lines(derivation.steps(value))
            self.known[key] = self._simplified(bare, lines)
        return self.known[key]

    def _lines(self, steps: Iterator[tuple[AppliedRule, Sum]]) -> list[DerivationLine]:
        """The lines of a derivation.  Raises `LimitError` for one that is too long to be read."""
        lines: list[DerivationLine] = []
        total = 0
        for rule, form in steps:
            lines.append(self._line(rule, form))
            total += self.writer.cost(form).operations
            if total > LARGEST_TEXT:
                raise LimitError(
                    f"the derivation would have more than {LARGEST_TEXT:,} operations",
                    hint="without --steps there is the derivative alone",
                )
        return lines

    def _simplified(
        self, value: Sum, lines: list[DerivationLine]
    ) -> tuple[Sum, tuple[DerivationLine, ...]]:
        found = self.simplifier.simplified(value, max(self.left, 1))
        self.left -= 1
        if self.request.steps:
            path = self.simplifier.path(value, found)
            lines += [self._line(AppliedRule(rule), form) for rule, form in path]
        return found, tuple(_changing(lines)) if self.request.steps else ()

    def _as_given(self, node: Expr, value: Sum, variable: str) -> tuple[DerivationLine, ...]:
        """What is differentiated as it was given, if reading it has put terms together, or always
        if nothing is to be simplified; the line after it has what was read."""
        (plain,) = without_markers(self.graph, [node])
        read = self.writer.write(value)
        is_same = operations(plain) == operations(read) and self.request.effort != EFFORTS["none"]
        if plain is read or is_same:
            return ()
        x = self.graph.variable(variable)
        return (
            DerivationLine("", None, self.graph.make(pending, (plain, x))),
            DerivationLine("like terms and powers", None, self.graph.make(pending, (read, x))),
        )

    def _first(self, node: Expr, value: Sum) -> list[DerivationLine]:
        """The expression as it was given, and as it was read."""
        given = DerivationLine("", None, node)
        return [given, self._line(AppliedRule("like terms and powers"), value)]

    def _line(self, rule: AppliedRule, form: Sum) -> DerivationLine:
        inner = self.writer.write(rule.inner) if rule.inner is not None else None
        return DerivationLine(rule.name, inner, self.writer.write(form))


def _always_holds(condition: Expr) -> bool:
    """Whether a condition says that two numbers are equal or are not."""
    match condition:
        case App(top, (App(one, sides), App(other, same))) if top is or_:
            return {one, other} == {eq, ne} and sides == same
    return False


def _place_note(place: Place) -> str:
    why = "the value jumps" if place.jumps else "the derivatives on the two sides differ"
    places = "at places where" if place.partly else "where"
    return f"no derivative {places} {to_text(place.where)}: {why} there"


def _changing(lines: Sequence[DerivationLine]) -> Iterator[DerivationLine]:
    """The lines without those that are the same as the one before."""
    last: Expr | None = None
    for line in lines:
        if line.node is not last:
            yield line
        last = line.node
