"""Module body: the statements of a file that change objects, followed once in their order.

Invariant: a statement that is not followed to its end leaves no name and no object that it mentions
as they were: the names are foreign, and the objects are refused where they are read.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from adcli.ir import nodes as ir
from adcli.lowering.foreign_values import Foreign
from adcli.lowering.heap_objects import Reference
from adcli.lowering.import_effects import (
    Definition,
    attributes_set,
    changed_in_place,
    changes_any_name,
)
from adcli.lowering.module_statement_order import imported_names
from adcli.lowering.parsed_files import changed_names
from adcli.lowering.scopes import LocalScope
from adcli.lowering.unions import each_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from adcli.lowering.environment_and_heap import State
    from adcli.lowering.frame import Frame
    from adcli.lowering.modules import Module
    from adcli.lowering.values import Value


def follow_in_order(
    f: Frame, module: Module, numbers: Sequence[int], store: dict[str, Value]
) -> None:
    """Follow statements of a file one after the other; what they bind goes into a store."""
    session = f.session
    scope = LocalScope(session.next_number(), None, module, None)
    inner = session.new_frame(session, scope, None)
    current, session.current = session.current, None
    try:
        for number in numbers:
            with module.running(number, store):
                _follow(inner, module, module.file.tree.body[number], store)
    finally:
        session.current = current
    module.keep(inner.state)


def _follow(inner: Frame, module: Module, statement: ast.stmt, store: dict[str, Value]) -> None:
    """Follow one statement; if that fails, nothing that it mentions is known any more."""
    session = inner.session
    refusals = len(session.refusals)
    before = inner.state.copy()
    inner.block([statement])
    if not inner.state.is_dead and not inner.build.code:
        return
    found = session.refusals[refusals:]
    del session.refusals[refusals:]
    why = found[0].why if found else why_unknown(inner.build.code)
    mentioned = {n.id for n in ast.walk(statement) if isinstance(n, ast.Name)}
    mentioned = module.effects.used_by(mentioned)
    for state in (inner.state, before):
        module.modules.changed |= objects_among(state, [store[n] for n in mentioned if n in store])
    inner.state = before
    del inner.build.code[:], inner.prologue[:]
    lost = {*changed_names(statement), *changed_in_place(statement)}
    if changes_any_name(statement):
        lost |= set(module.bindings)
    for name in (lost | (mentioned & module.effects.changed)) - {"*"}:
        store[name] = Foreign(name, why)


def note_changes_of_imports(f: Frame, module: Module) -> None:
    """What a file changes of other files, as by `settings.rate = 2`, is not known any more."""
    names: set[str] | None = None
    for number, statement in enumerate(module.file.tree.body):
        if isinstance(statement, Definition):
            continue
        for base, attribute in attributes_set(statement):
            if names is None:
                names = imported_names(module.file.tree)
            if base in names:
                value = module.value_before(f, base, number)
                why = f"the file {module.name} changes it"
                for part in [] if value is None else each_value(value):
                    part.lose(f, attribute, Foreign(f"{base}.{attribute}", why))


def objects_among(state: State, values: Iterable[Value]) -> set[int]:
    """The numbers of the objects that can be reached from values."""
    found: set[int] = set()
    todo = [part for value in values for part in each_value(value)]
    while todo:
        part = todo.pop()
        if isinstance(part, Reference) and part.number not in found:
            found.add(part.number)
            thing = state.heap.get(part.number)
            todo += [v for s in (thing.slots() if thing else ()) for v in each_value(s)]
    return found


def why_unknown(code: Sequence[ir.Stmt]) -> str:
    """Why a statement of a file gives its names no value."""
    if len(code) == 1 and isinstance(code[0], ir.Raise):
        return f"the file raises {code[0].exception}: {code[0].message}"
    return "what it computes is not known without running it"
