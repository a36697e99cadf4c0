"""The entry: from a function of a file, and what is known of its arguments, to a module of the IR.

Invariant: the parameters of the entry are its inputs.  A real number that the program uses as an
integer or as a list becomes one: then the entry is lowered again, at most once for each index of
each parameter.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import TYPE_CHECKING

from adcli.errors import NameFault, ProgramError, TypeFault, suggestion
from adcli.expr import Num
from adcli.front.lower import Input, Lowered
from adcli.ir import nodes as ir
from adcli.ir.types import BOOL, INT, REAL, array_of, base, is_array, rank
from adcli.lowering.calls import Function, body_value
from adcli.lowering.cleanup import cleaned
from adcli.lowering.frame import Frame
from adcli.lowering.lists import Array, array_of_list
from adcli.lowering.modules import Files, Modules
from adcli.lowering.numbers import Number, as_exact, as_number
from adcli.lowering.objects import Reference, new
from adcli.lowering.python_file import PythonFile
from adcli.lowering.refusals import Again, Claim, Grown, PathEnds, Refusal
from adcli.lowering.scopes import FunctionText, LocalScope
from adcli.lowering.session import Session, Variant
from adcli.lowering.values import Constant, Leaf, Tuple, Union, Value
from adcli.ops import compensated_sum
from adcli.recursion_limit import deep
from adcli.source import Source, Span

if TYPE_CHECKING:
    from adcli.lowering.modules import Module


class _Entry:
    """The function that is asked for, and what its parameters are."""

    def __init__(self, file: PythonFile, module: Module, node: ast.FunctionDef) -> None:
        self.file = file
        self.text = FunctionText(node, module)
        self.kinds: dict[str, str] = {}
        self.known: dict[str, Value] = {}
        for arg in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs):
            self.kinds[arg.arg] = _annotated(arg.annotation)

    def claim(self, name: str, what: str) -> bool:
        """Note how a parameter is used; whether that is news."""
        kind = self.kinds[name]
        if what == "list":
            self.kinds[name] = array_of(REAL, rank(kind) + 1)
        elif what == INT and kind == REAL:
            self.kinds[name] = INT
        elif what == REAL and base(kind) == INT:
            self.kinds[name] = array_of(REAL, rank(kind))
        else:
            return False
        return True


def _annotated(tree: ast.expr | None) -> str:
    """The type that an annotation gives a parameter."""
    ranks = 0
    while isinstance(tree, ast.Subscript) and isinstance(tree.value, ast.Name):
        if tree.value.id not in ("list", "List", "Sequence"):
            return REAL
        ranks += 1
        tree = tree.slice
    name = tree.id if isinstance(tree, ast.Name) else ""
    if name in ("list", "List", "Sequence"):
        return array_of(REAL, ranks + 1)
    return array_of(INT if name == "int" and not ranks else REAL, ranks)


def entry_node(file: PythonFile, name: str | None) -> ast.FunctionDef:
    """The function of a name, by default the last one.  Raises `NameFault`."""
    functions = [s for s in file.tree.body if isinstance(s, ast.FunctionDef)]
    if name is None and functions:
        return functions[-1]
    named = [s for s in functions if s.name == name]
    if named:
        return named[-1]
    if name is None:
        raise TypeFault("the file defines no function", span=Span(file.source, 0, 0))
    raise NameFault(
        f"no function '{name}' in {file.source.name}",
        hint=suggestion(name, [s.name for s in functions]),
    )


def input_names(source: Source, name: str | None, files: Files) -> tuple[str, ...]:
    """The parameters of the entry in order."""
    return tuple(FunctionText(entry_node(files.file(source), name), None).parameters)  # type: ignore[arg-type]


@deep()
def lower_python(
    source: Source,
    name: str | None,
    files: Files,
    ranks: Mapping[str, int] | None = None,
    *,
    exact: bool = False,
) -> Lowered:
    """The module of a function of a Python file.

    `files` keeps what was parsed for the next time.  `ranks` says how many indices the arguments
    have that a point gives; the others have their defaults.
    """
    modules = Modules(source, files=files)
    entry = _Entry(modules.main.file, modules.main, entry_node(modules.main.file, name))
    for parameter, count in (ranks or {}).items():
        if parameter in entry.kinds and rank(entry.kinds[parameter]) <= count:
            kind = entry.kinds[parameter]
            entry.kinds[parameter] = array_of(base(kind), count)
    while True:
        session = Session(modules, Frame)
        try:
            lowered = _lower(session, entry, dict(ranks or {}), exact=exact)
        except Again:
            continue
        key = (source.text, source.name, name, sorted((ranks or {}).items()), exact)
        lowered.module.key = repr((*key, compensated_sum.COMPENSATES))
        return lowered


class _EntryVariant(Variant):
    """The entry as a variant: what it claims of its parameters is told to the entry."""

    def __init__(self, name: str, entry: _Entry, names: list[str]) -> None:
        super().__init__(name)
        self.entry = entry
        self.names = names

    def claim(self, parameter: int, what: str) -> None:
        if self.entry.claim(self.names[parameter], what):
            raise Again


def _lower(session: Session, entry: _Entry, ranks: dict[str, int], *, exact: bool) -> Lowered:
    text = entry.text
    scope = LocalScope(session.next_number(), text, text.module, None)
    function = _made(session, entry)
    inputs: list[Input] = []
    name = session.function_name(text.name)
    variant = _EntryVariant(name, entry, [])
    session.variants[(text, "entry")] = variant
    while True:
        f = Frame(session, scope, variant)
        inputs, params = _bind(f, entry, function, ranks, variant)
        try:
            value = body_value(f, text)
        except PathEnds:
            raise _no_result(session, f, entry) from None
        except Grown:
            continue
        except Claim as claim:
            variant.claim(claim.parameter, claim.what)
            raise
        break
    results, loses = _results(f, value, exact=exact)
    code = f.finished(results, params)
    span = f.span(text.node)
    session.functions[name] = ir.Function(
        name, tuple(params), tuple(results), f.build.types, code, span
    )
    if session.misses_classes:
        raise Again
    module = ir.Module(session.functions, name)
    module = cleaned(module)
    names = tuple(
        [f"value{i}" if len(results) > 1 else "value" for i in range(1, len(results) + 1)]
    )
    return Lowered(
        module,
        tuple(inputs),
        names,
        frozenset(text.parameters) - {i.name for i in inputs} - {text.rest, text.keywords},
        lambda n: None,
        False,
        tuple(session.notes),
        loses,
    )


def _made(session: Session, entry: _Entry) -> Function:
    """The entry with its defaults."""
    f = Frame(session, LocalScope(session.next_number(), None, entry.text.module, None), None)
    value = entry.text.module.value_before(f, entry.text.name, len(entry.file.tree.body))
    if isinstance(value, Function) and value.text.node is entry.text.node:
        return Function(entry.text, None, value.defaults)
    return Function(entry.text, None, {})


def _bind(
    f: Frame, entry: _Entry, function: Function, ranks: dict[str, int], variant: _EntryVariant
) -> tuple[list[Input], list[str]]:
    """Give the parameters of the entry their values: inputs, or known defaults."""
    inputs: list[Input] = []
    params: list[str] = []
    variant.names = []
    text = entry.text
    for name in text.parameters:
        default = function.defaults.get(name)
        value: Value
        if name == text.rest:
            value = Tuple([])
        elif name == text.keywords:
            value = f.new_dict([], text.node)
        elif default is not None and name not in ranks and not _is_real(default):
            value = default
        else:
            kind = entry.kinds[name]
            variable = f.fresh(kind, name)
            f.parameters[variable.name] = len(params)
            params.append(variable.name)
            variant.names.append(name)
            value = Number(variable, kind) if not is_array(kind) else new(f, Array(variable, kind))
            inputs.append(Input(name, kind, _default_module(f, default, kind)))
        f.state.names[(f.scope.number, name)] = value
    return inputs, params


def _is_real(value: Value) -> bool:
    return isinstance(value, Number) and value.kind == REAL


def _default_module(f: Frame, default: Value | None, kind: str) -> ir.Module | None:
    if not isinstance(default, Number) or default.kind == BOOL:
        return None
    value = Num(float(default.known)) if kind == REAL else default.atom
    body = [ir.Let("result", value)]
    function = ir.Function("default", (), ("result",), {"result": kind}, body)
    return ir.Module({"default": function}, "default")


def _no_result(session: Session, f: Frame, entry: _Entry) -> ProgramError:
    """Why a program has no path on which it returns."""
    if session.refusals:
        first = session.refusals[0]
        return TypeFault(first.text(), span=first.span, hint=first.hint)
    raised = [s for s in ir.walk(f.build.code) if isinstance(s, ir.Raise)]
    what = " or ".join(dict.fromkeys([s.exception for s in raised])) or "an exception"
    span = f.span(entry.text.node)
    if len(raised) == 1:
        span = raised[0].span or span
        what += f": {raised[0].message}" if raised[0].message and not raised[0].values else ""
    return TypeFault(f"this function always raises {what}", span=span)


def _results(f: Frame, value: Value, *, exact: bool) -> tuple[list[str], bool]:
    """The results of the entry: numbers and arrays, real ones unless they are to be exact."""
    span = f.span(f.scope.text.node) if f.scope.text is not None else None
    node: ast.AST = f.scope.text.node if f.scope.text is not None else ast.Pass()
    results: list[str] = []
    loses = False
    for leaf, kind in _result_leaves(f, value, node):
        if base(kind) == BOOL:
            what = "an array of truth values" if is_array(kind) else "a truth value, not a number"
            raise TypeFault(f"the result is {what}", span=span)
        atom = leaf
        if kind == INT:
            loses = True
            if not exact:
                atom, kind = as_exact(f, Number(leaf, INT), REAL, node).atom, REAL
        result = f.fresh(kind, "result")
        f.add(ir.Let(result.name, atom, span))
        results.append(result.name)
    if not results:
        raise TypeFault("no result: a return statement is missing", span=span)
    return results, loses


def _result_leaves(f: Frame, value: Value, node: ast.AST) -> list[Leaf]:
    if isinstance(value, Number):
        return [(value.atom, value.kind)]
    if isinstance(value, Reference):
        made = array_of_list(f, value, node)
        return [(made.variable, made.kind)]
    if isinstance(value, Tuple):
        return [leaf for item in value.items for leaf in _result_leaves(f, item, node)]
    if isinstance(value, Constant) and value.value is None:
        raise TypeFault("no result: a return statement is missing", span=f.span(node))
    if isinstance(value, Union):
        found = f.choose(value, node, lambda v: _only_numbers(f, v, node))
        if not isinstance(found, Union):
            return _result_leaves(f, found, node)
    raise TypeFault(f"the result is {value.what}, not a number", span=f.span(node))


def _only_numbers(f: Frame, value: Value, node: ast.AST) -> Value:
    if isinstance(value, Constant):
        raise Refusal(f"the result is {value.what} here, not a number", node)
    return as_number(f, value, node) if isinstance(value, Number) else value


__all__ = ["Refusal", "lower_python"]
