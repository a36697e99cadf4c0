"""The entry: from a function of a file, and what is known of its arguments, to a module of the IR.

Invariant: the parameters of the entry are its inputs, or known.  A real number that the program
uses as an integer or as a list becomes one: then the entry is lowered again, at most once for each
index of each parameter.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Protocol

from adcli.errors import NameFault, NotFollowed, ProgramError, TypeFault, suggestion
from adcli.front.builtin_names import CONSTANTS
from adcli.front.lowered_program import Input, Lowered
from adcli.ir import nodes as ir
from adcli.ir.lazy_module import described_by_content
from adcli.lowering.dead_code_removal import cleaned
from adcli.lowering.entry_inputs import Given, Parameters, bind
from adcli.lowering.entry_results import Results
from adcli.lowering.foreign_values import Foreign
from adcli.lowering.frame import Frame
from adcli.lowering.known_names import builtin_named
from adcli.lowering.lowering_session import Session, Variant
from adcli.lowering.modules import Modules
from adcli.lowering.refusals import Again, Claim, Grown, PathEnds, Poisoned, Refusal
from adcli.lowering.scopes import FunctionText, LocalScope, bound_names, own_statements
from adcli.lowering.user_functions import Function, body_value
from adcli.lowering.values import Value
from adcli.ops import compensated_sum
from adcli.recursion_limit import deep
from adcli.source import Source, Span

if TYPE_CHECKING:
    from adcli.lowering.derivative_declarations import Declared
    from adcli.lowering.modules import Module


class Entered(Protocol):
    """A function that a program is made of: that of a file, or an object of the running Python."""

    source: Source
    modules: Modules
    text: FunctionText
    is_script: bool

    def function(self, session: Session) -> Function | Declared:
        """The function with its defaults."""
        ...

    def meaning(self, name: str) -> str | None:
        """What a name that is no input stands for in the text."""
        ...


class Entry:
    """The function that is asked for, found in its file.

    `name` is that of the function, by default the last one defined.  Raises `NameFault`,
    `NotFollowed` or `TypeFault` if there is none.
    """

    def __init__(self, source: Source, name: str | None, modules: Modules) -> None:
        self.source = source
        self.modules = modules
        self.module: Module = self.modules.main
        self.is_script = False
        body = self.module.file.tree.body
        names = [s.name for s in own_statements(body) if isinstance(s, ast.FunctionDef)]
        if name is None and not any([isinstance(s, _DEFINITIONS) for s in own_statements(body)]):
            from adcli.lowering.scripts_as_functions import script

            self.is_script = True
            self.text = FunctionText(script(source, body, self._is_known), self.module)
        elif name is None and not names:
            raise TypeFault("the file defines no function", span=Span(source, 0, 0))
        else:
            self.text = self._named(name or names[-1], names)

    def _named(self, name: str, names: list[str]) -> FunctionText:
        """The function that a name is in the end.  Others are found by `function`."""
        self.name = name
        if name not in self.module.bindings and "*" not in self.module.bindings:
            raise NameFault(
                f"no function '{name}' in {self.source.name}",
                hint=_hint(name, names),
            )
        value = self._value(Session(self.modules, Frame))
        if isinstance(value, Function):
            return value.text
        from adcli.lowering.derivative_declarations import Declared

        if isinstance(value, Declared):
            return value.function.text
        if isinstance(value, Foreign):
            raise NotFollowed(f"{name} cannot be followed: {value.why}")
        if value is None:
            raise NameFault(
                f"no function '{name}' in {self.source.name}",
                hint=_hint(name, names),
            )
        raise TypeFault(f"'{name}' is {value.what}, not a function that can be followed")

    def _value(self, session: Session) -> Value | None:
        f = Frame(session, LocalScope(session.next_number(), None, self.module, None), None)
        self.modules.note_changes_of_imports(f)
        return self.module.value_before(f, self.name, len(self.module.file.tree.body))

    def function(self, session: Session) -> Function | Declared:
        """The function with its defaults."""
        if self.is_script:
            return Function(self.text, None, {})
        value = self._value(session)
        if isinstance(value, Function):
            return value
        from adcli.lowering.derivative_declarations import Declared

        assert isinstance(value, Declared)
        return value

    def _is_known(self, name: str) -> bool:
        """Whether a name of a script has a meaning in Python, or by an import."""
        if name in self.module.bindings or name in ("True", "False", "None", "__name__"):
            return True
        session = Session(self.modules, Frame)
        f = Frame(session, LocalScope(session.next_number(), None, self.module, None), None)
        if builtin_named(f, name) is not None:
            return True
        return self.module.value_before(f, name, len(self.module.file.tree.body)) is not None

    def meaning(self, name: str) -> str | None:
        """What a name that is no input stands for in the text."""
        if name == self.text.rest:
            return f"'*{name}' takes any number of arguments"
        body = self.module.file.tree.body
        bound = [s for s in body if name in self.module.bindings and _binds(s, name)]
        if any([isinstance(s, ast.FunctionDef | ast.ClassDef) for s in bound]):
            return f"'{name}' is a function"
        if any([isinstance(s, ast.Assign | ast.AnnAssign | ast.AugAssign) for s in bound]):
            by_whom = "computed by the program" if self.is_script else "a constant of the file"
            return f"'{name}' is {by_whom}"
        if bound and name in CONSTANTS:
            return f"'{name}' is the constant {CONSTANTS[name]:.6g}"
        return f"'{name}' is imported" if bound else None


def _hint(name: str, names: list[str]) -> str | None:
    from adcli.front.entry_function import listed

    return suggestion(name, names) or listed(names)


_DEFINITIONS = (ast.FunctionDef, ast.ClassDef)


def _binds(statement: ast.stmt, name: str) -> bool:
    return name in bound_names([statement])


@deep()
def opened(source: Source, name: str | None, modules: Modules | None = None) -> Entry:
    """The entry of a file, see `Entry`."""
    shared = modules or Modules(source)
    while True:
        try:
            return Entry(source, name, shared)
        except Again:
            continue


@deep()
def lower_python(
    entry: Entered, ranks: Given | None = None, *, exact: bool = False, any_order: bool = False
) -> Lowered:
    """The module of a function of a Python file, for what a point says of its arguments.  With
    `any_order` it adds up arrays in another order than NumPy does."""
    given = dict(ranks or {})
    parameters = Parameters(entry.text, given)
    while True:
        try:
            lowering = _Lowering(entry, parameters)
            lowering.session.adds_in_any_order = any_order
            lowered = lowering.lowered(exact=exact)
        except Again:
            continue
        except NotFollowed as fault:
            raise _not_followed(refusals(entry, given) or [_as_refusal(fault)]) from None
        texts = entry.modules.files.texts()
        lowered.module = described_by_content(
            lowered.module, texts, exact, any_order, compensated_sum.COMPENSATES
        )
        if lowering.session.adds_in_pairs:
            lowered.in_any_order = partial(lower_python, entry, given, any_order=True)
        return lowered


@deep()
def refusals(entry: Entered, ranks: Given | None = None) -> list[Refusal]:
    """All constructs that the entry reaches and that cannot be followed, each once."""
    parameters = Parameters(entry.text, ranks or {})
    while True:
        try:
            lowering = _Lowering(entry, parameters, collects=True)
            lowering.lowered(exact=False)
        except Again:
            continue
        except ProgramError as fault:
            if not lowering.session.refusals:
                return [_as_refusal(fault)]
        found: dict[object, Refusal] = {}
        for refusal in lowering.session.refusals:
            place = (refusal.span.source.name, refusal.span.start) if refusal.span else None
            found.setdefault((refusal.why, place), refusal)
        return list(found.values())


def _as_refusal(fault: ProgramError) -> Refusal:
    refusal = Refusal(fault.message, None, fault.hint)
    refusal.span = fault.span
    return refusal


def _not_followed(found: list[Refusal]) -> NotFollowed:
    """The error that tells all refusals."""
    first, *others = [NotFollowed(r.text(), span=r.span, hint=r.hint) for r in found]
    first.others = tuple(others)
    return first


class _EntryVariant(Variant):
    """The entry as a variant: what it claims of its parameters is told to these."""

    def __init__(self, name: str, parameters: Parameters) -> None:
        super().__init__(name)
        self.parameters = parameters
        #: the parameters that are inputs
        self.names: list[str] = []

    is_entry = True

    def claim(self, parameter: int, what: str) -> None:
        if self.parameters.claim(self.names[parameter], what):
            raise Again


class _Lowering:
    """One lowering of the entry."""

    def __init__(self, entry: Entered, parameters: Parameters, *, collects: bool = False) -> None:
        self.entry = entry
        self.parameters = parameters
        self.session = Session(entry.modules, Frame)
        self.session.entry_name = entry.text.name
        self.session.collects = collects
        found = entry.function(self.session)
        self.declared = None if isinstance(found, Function) else found
        self.function = found if isinstance(found, Function) else found.function
        self.text = self.function.text
        self.variant = _EntryVariant(self.session.function_name(self.text.name), parameters)
        self.session.variants[(self.text, "entry")] = self.variant
        self.inputs: list[Input] = []

    def lowered(self, *, exact: bool) -> Lowered:
        results = self._repeated(lambda: self._lowered_once(exact=exact))
        session, parameters = self.session, self.parameters
        module = cleaned(ir.Module(session.functions, self.variant.name))
        names = [i.name for i in self.inputs]
        known = [n for n in parameters.kinds if n not in names]
        given = {n: g.value for n, g in parameters.given.items() if not isinstance(g, int)}
        return Lowered(
            module, tuple(self.inputs), tuple(results.names),
            frozenset(known), self.entry.meaning, self.entry.is_script, tuple(session.notes),
            results.loses_integers, {n: v for n, v in given.items() if n in known},
            always_raises=results.are_never,
        )  # fmt: skip

    def _repeated(self, once: Callable[[], Results]) -> Results:
        while True:
            try:
                return once()
            except Grown:
                continue
            except Claim as claim:
                self.variant.claim(claim.parameter, claim.what)
                raise

    def _lowered_once(self, *, exact: bool) -> Results:
        text, session = self.text, self.session
        scope = LocalScope(session.next_number(), text, text.module, self.function.scope)
        f = Frame(session, scope, self.variant)
        self.inputs, variables, values = bind(f, self.parameters, self.function, self.variant.names)
        for name, value in values.items():
            f.state.names[(scope.number, name)] = value
        has_none = not values.keys() - {text.rest, text.keywords}
        if text.rest is not None and has_none and text.rest not in self.parameters.given:
            raise TypeFault(
                f"{text.name} takes any number of arguments: none is given",
                span=f.span(text.node),
                hint=f"--at {text.rest}=[1,2]",
            )
        results = Results(f, exact=exact)
        try:
            results.take(self._value(f, values), text)
        except PathEnds:
            if session.refusals:
                raise _not_followed(session.refusals) from None
            results.never(text)
        except Refusal as refusal:
            f.refused(refusal)
            told = session.latest_refusal if isinstance(refusal, Poisoned) else refusal
            raise _not_followed(session.refusals or [told or refusal]) from None
        code = f.finished(results.variables, variables)
        session.functions[self.variant.name] = ir.Function(
            self.variant.name, tuple(variables), tuple(results.variables), f.build.types, code,
            f.span(text.node),
        )  # fmt: skip
        if session.misses_classes:
            raise Again
        return results

    def _value(self, f: Frame, values: dict[str, Value]) -> Value:
        """What the entry returns."""
        if self.declared is not None:
            from adcli.lowering.derivative_declarations import called

            return called(f, self.declared, values, self.text.node)
        return body_value(f, self.text)


__all__ = ["Entry", "lower_python", "opened", "refusals"]
