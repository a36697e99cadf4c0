"""Modules: files of Python, followed as far as somebody asks for a name in them.

Invariant: a file is read as text and parsed, never run.  A name of a module means what the last
statement that binds it has given it; only the statements that bind a name that is asked for are
followed, and they must leave no code: what a module computes is known.
"""

from __future__ import annotations

import ast
import builtins
import itertools
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from adcli.errors import AdcliError
from adcli.lowering.environment_and_heap import Key, State
from adcli.lowering.exception_values import ExceptionClasses
from adcli.lowering.findings import Findings
from adcli.lowering.foreign_values import Foreign
from adcli.lowering.heap_objects import Object, Reference
from adcli.lowering.import_effects import ImportEffects
from adcli.lowering.known_names import MODULES, PARTLY, REFUSED, builtin_named
from adcli.lowering.module_body import (
    follow_in_order,
    note_changes_of_imports,
    objects_among,
    why_unknown,
)
from adcli.lowering.module_imports import imported, module_of, names_imported
from adcli.lowering.module_mutating_statements import may_change, touched_names
from adcli.lowering.module_statement_order import Order
from adcli.lowering.modules_as_values import CHANGED, ChangedByImport, ModuleValue, value_now
from adcli.lowering.none_and_strings import Constant
from adcli.lowering.number_values import Number, Unsure
from adcli.lowering.parsed_files import Files, changed_names
from adcli.lowering.python_file import PythonFile
from adcli.lowering.readings import Changing
from adcli.lowering.refusals import Again, Refusal
from adcli.lowering.scopes import (
    FunctionText,
    LocalScope,
    names_bound_by,
    own_statements,
)
from adcli.lowering.tuples import Tuple
from adcli.lowering.unions import Union, each_value
from adcli.lowering.values import Value
from adcli.source import Source

if TYPE_CHECKING:
    from adcli.lowering.classes import Class
    from adcli.lowering.frame import Frame
    from adcli.lowering.lowering_session import Session

_LIBRARY = os.path.join(os.path.dirname(__file__), "library")

#: The files of our library.
LIBRARY = (
    "lists", "sorting", "total_ordering", "numbers", "sums", "hypot_and_dist", "statistics",
    "flat_array_functions", "one_dimensional_arrays", "jacobi_eigenvalues", "matrix_products",
    "lu_factors", "triangular_systems_and_cholesky", "qr_factors", "eigenvalue_and_svd_rules",
    "matrix_exponential", "itertools_functions", "deque", "variances_and_means",
    "statistics_errors", "statistics_normaldist", "numpy_functions", "log_sums",
    "random_generators", "scipy_special_functions", "numpy_nan_functions", "numpy_index_functions",
    "scipy_functions", "stacked_matrices", "poly1d",
)  # fmt: skip

#: What a module has under names of its own.
_OWN = ("__name__", "__file__", "__doc__")


#: The first parts of the names of modules that have arrays of NumPy.
_ARRAYS = frozenset(("numpy", "autograd", "jax"))


class Module:
    """A file of Python."""

    def __init__(self, modules: Modules, file: PythonFile, name: str) -> None:
        self.modules = modules
        self.file = file
        self.name = name
        #: the folder that relative imports start from
        self.package = name.rpartition(".")[0]
        #: what a name has after its i-th binding
        self._values: dict[tuple[str, int], Value] = {}
        self._running: list[int] = []
        #: the statements that were followed
        self._followed: set[int] = set()
        self._stores: list[dict[str, Value]] = []
        #: names that another file changes
        self.lost: dict[str, Value] = {}
        #: what the names hold whose statements are followed in order, once they are
        self._in_order: dict[str, Value] | None = None

    @property
    def is_package(self) -> bool:
        """Whether other modules are inside it."""
        return os.path.basename(self.file.path) == "__init__.py"

    @property
    def is_library(self) -> bool:
        """Whether it is one of our own."""
        return self.name.startswith("<")

    @property
    def uses_numpy(self) -> bool:
        """Whether the file imports NumPy: then arrays are given to its functions, not lists."""
        text = self.file.source.text
        return any([a in text for a in _ARRAYS]) and bool(_ARRAYS & self.file.imported_modules)

    @cached_property
    def bindings(self) -> dict[str, list[int]]:
        """For each name the numbers of the statements of the file that bind or change it."""
        return self.modules.files.bindings(self.file)

    @property
    def effects(self) -> ImportEffects:
        """What changes when the file is imported besides what its statements bind."""
        return self.modules.files.effects(self.file)

    @cached_property
    def _order(self) -> Order:
        """The names whose statements are followed in their order."""
        if self.is_library:
            return Order(frozenset(), ())
        return self.modules.files.order(self.file)

    # -- reading -----------------------------------------------------------------------------------

    def lookup(self, f: Frame, name: str, node: ast.AST) -> Value:
        """What a name of the file, or of Python, means."""
        if (self, name) in self.modules.findings.changing and f.variant is not None:
            return Changing(f"the global name {name}")
        value = value_now(f, self, name)
        if value is None:
            value = builtin_named(f, name)
        if value is None and name in _OWN:
            return Constant(self.name)
        if value is None and hasattr(builtins, name):
            return Foreign(name, f"what {name} does is not known here")
        if value is None:
            raise f.missing_name(self, name, node)
        return value

    def value_before(self, f: Frame, name: str, limit: int) -> Value | None:
        """What a name means before a statement of the file; None: nothing."""
        if name in self.lost:
            return self.lost[name]
        places: Sequence[int] = self.bindings.get(name, ())
        if name in self._order.names:
            found = self._value_in_order(f, name)
            if found is not None:
                return self._at_import(f, name, found)
            places = ()
        stars = self.bindings.get("*", ()) if name[0] != "_" else ()
        for at in sorted({i for i in (*places, *stars) if i < limit}, reverse=True):
            if at in places:
                if (name, at) not in self._values:
                    self._run(f, at)
                if (name, at) in self._values:
                    return self._at_import(f, name, self._values[name, at])
            if at in stars:
                value = _starred(self, f, name, at)
                if value is not None:
                    return value
        return None

    def _at_import(self, f: Frame, name: str, value: Value) -> Value:
        """What a statement bound a name to, or something foreign if functions change it when files
        are imported."""
        if self.is_library or not isinstance(value, Reference | Number | Constant | Tuple):
            return value
        if name not in self.effects.changed or self._changes_it_itself(name):
            return value
        return ChangedByImport(name) if f.variant is None else Foreign(name, CHANGED)

    def _value_in_order(self, f: Frame, name: str) -> Value | None:
        """What a name holds behind the statements that are followed in order."""
        if self._in_order is None:
            self._in_order = {}
            self._followed.update(self._order.numbers)
            follow_in_order(f, self, self._order.numbers, self._in_order)
        return self._in_order.get(name)

    def _changes_it_itself(self, name: str) -> bool:
        """Whether functions change a name, and only this file calls them during the import."""
        if name not in self._order.names:
            return False
        others = name in self.effects.changed_by_others
        return not others or (self is self.modules.main and not self.modules.has_own_imports())

    @contextmanager
    def running(self, number: int, store: dict[str, Value]) -> Iterator[None]:
        """While a statement is followed: names mean what they do there, and what it binds goes into
        a store."""
        self._running.append(number)
        self._stores.append(store)
        try:
            yield
        finally:
            self._running.pop()
            self._stores.pop()

    def keep(self, state: State) -> None:
        """Keep the objects that statements of the file have made; nobody changes them any more."""
        self.modules.frozen.update(state.heap)
        self.modules.makers.update(dict.fromkeys(state.heap, self))
        self.modules.captured.update(state.names)

    def _run(self, f: Frame, number: int) -> None:
        """Follow a statement of the file, in a frame that must stay without code."""
        if number in self._running:
            return
        self._followed.add(number)
        session = f.session
        scope = LocalScope(session.next_number(), None, self, None)
        inner = session.new_frame(session, scope, None)
        current, session.current = session.current, None
        refusals = len(session.refusals)
        statement = self.file.tree.body[number]
        store: dict[str, Value] = {}
        try:
            with self.running(number, store):
                inner.block([statement])
        finally:
            session.current = current
        self.keep(inner.state)
        if inner.state.is_dead or inner.build.code:
            found = session.refusals[refusals:]
            del session.refusals[refusals:]
            why = found[0].why if found else why_unknown(inner.build.code)
            _note_changes(f, self, statement, number)
            inside = list(own_statements([statement]))
            often = Counter([n for s in inside for n in names_bound_by(s)])
            has_loops = any([isinstance(s, ast.For | ast.While) for s in inside])
            for name in dict.fromkeys(changed_names(statement)):
                if isinstance(self.value_before(f, name, number), ModuleValue):
                    continue
                is_partial = inner.state.is_dead and often[name] > 1
                if has_loops or is_partial or not _is_computed(inner.state, store.get(name)):
                    store[name] = Foreign(name, why)
        for name, value in store.items():
            self._values[name, number] = value

    def settle(self, f: Frame) -> None:
        """Follow all statements that may change objects of the module."""
        for number, statement in enumerate(self.file.tree.body):
            if number not in self._followed and may_change(statement):
                self._run(f, number)

    def store(self, f: Frame, name: str, value: Value, node: ast.AST) -> None:
        """Bind a name of the file."""
        if f.variant is not None:
            self.modules.findings.note_changing(self, name)
            return
        if not self._stores:
            raise Refusal(f"the global name '{name}' is assigned in a function", node)
        is_call = f.scope.text is not None
        if is_call and name in self.effects.changed and name not in self._order.names:
            return
        self._stores[-1][name] = value

    imported = imported
    names_imported = names_imported


def _starred(module: Module, f: Frame, name: str, number: int) -> Value | None:
    """A name that a statement with `from module import *` binds."""
    for node in own_statements([module.file.tree.body[number]]):
        if isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
            found = module_of(module, node)
            if isinstance(found, ModuleValue):
                value = found.member(f, name)
                if value is not None:
                    return value
    return None


def _note_changes(f: Frame, module: Module, statement: ast.stmt, number: int) -> None:
    """A statement that is not followed to its end: what it may change is not known any more."""
    changed, frozen = module.modules.changed, module.modules.frozen
    for name in touched_names(statement):
        value = module.value_before(f, name, number)
        todo = [] if value is None else list(each_value(value))
        while todo:
            part = todo.pop()
            if isinstance(part, Reference) and part.number not in changed:
                changed.add(part.number)
                thing = frozen.get(part.number)
                todo += [v for s in (thing.slots() if thing else ()) for v in each_value(s)]


def _is_computed(state: State, value: Value | None) -> bool:
    """Whether a name has a value that is no result of code."""
    parts = [] if value is None else list(each_value(value))
    things = [state.heap[n] for n in objects_among(state, parts) if n in state.heap]
    if any([thing.is_made_by_code for thing in things]):
        return False
    parts += [p for thing in things for v in thing.slots() for p in each_value(v)]
    known = [p.is_known for p in parts if isinstance(p, Number)]
    return bool(parts) and all(known) and not any([isinstance(p, Union) for p in parts])


class Modules:
    """The modules that a program may import, each found and parsed when it is asked for.

    `path` is the file of the program; its package, and the folders of `search`, hold the others.
    """

    def __init__(
        self, source: Source, search: Sequence[str] | None = None, files: Files | None = None
    ) -> None:
        self.search = list(search or [])
        self.files = files or Files()
        path = source.name if source.is_python and os.path.exists(source.name) else ""
        name = os.path.splitext(os.path.basename(source.name))[0]
        if path:
            root, name = _package_of(os.path.abspath(path))
            self.search.insert(0, root)
        self.search += [p for p in sys.path if p and os.path.isdir(p)]
        #: what a name of a module holds in the running Python, where that is asked; None: its text
        #: counts
        self.live: Callable[[Frame, Module, str], Value | None] | None = None
        self.main = Module(self, self.files.file(source, path), name)
        self._found: dict[str, Value] = {name: ModuleValue(name, self.main)}
        self._library: dict[str, Module] = {}
        #: the objects in values of names, which nobody may change, and the numbers given to objects
        self.frozen: dict[int, Object] = {}
        self.numbers = itertools.count(1)
        #: for each function of a class of a file the classes in whose text it stands
        self.classes_of: dict[FunctionText, list[Class]] = {}
        self.exceptions = ExceptionClasses()
        self.findings = Findings()
        #: the modules that made them, and those that statements of modules may change
        self.makers: dict[int, Module] = {}
        self.changed: set[int] = set()
        self._settled: set[Module] = set()
        self._knows_changes_of_imports = False
        #: a bound of the integers that lists of reals are given somewhere; -1: there are none
        self.integer_entries = -1
        self.mixes_lists = False
        #: whether NumPy was asked for: its numbers have attributes that Python's have not
        self.knows_numpy = False
        self.texts: dict[ast.AST, FunctionText] = {}
        #: the names of functions that made the functions that names hold
        self.captured: dict[Key, Value] = {}

    def check_unchanged(self, f: Frame, number: int) -> None:
        """Refuse an object of a module that statements of it change."""
        maker = self.makers.get(number)
        if maker is None or f.variant is None:
            return
        for module in (maker, self.main):
            if module not in self._settled:
                self._settled.add(module)
                module.settle(f)
        if number in self.changed:
            raise Refusal(f"{self.frozen[number].what} that the module {maker.name} changes")

    def note_changes_of_imports(self, f: Frame) -> None:
        """Note what the file of the program changes of other files."""
        if not self._knows_changes_of_imports:
            self._knows_changes_of_imports = True
            note_changes_of_imports(f, self.main)

    def note_integer_entry(self, size: int) -> None:
        """Note that a list of reals is given an integer; the program is lowered again if no list
        of it was known to hold such."""
        if size > self.integer_entries:
            self.integer_entries = Unsure.within(size).bound
            raise Again

    def note_mixed_lists(self) -> None:
        """Note that a list that is an input may be one that is made by the program, or is given an
        integer."""
        self.mixes_lists = True
        raise Again

    def module(self, name: str) -> Value:
        """The module of a name; something foreign if there is no text of it."""
        if name not in self._found:
            self._found[name] = self._find(name)
        return self._found[name]

    def _find(self, name: str) -> Value:
        if name in MODULES:
            self.knows_numpy |= name.split(".")[0] in _ARRAYS
            return ModuleValue(name, None)
        if name in REFUSED and not self._is_beside(name):
            return Foreign(name, REFUSED[name])
        own = name.removeprefix("adcli.lowering.library.")
        if own in LIBRARY and own != name:
            return ModuleValue(name, self._library_file(own))
        parts = name.split(".")
        for folder in self.search:
            path = os.path.join(folder, *parts)
            for candidate in (path + ".py", os.path.join(path, "__init__.py")):
                if os.path.isfile(candidate):
                    return self._read(name, candidate)
        if name in PARTLY:
            return ModuleValue(name, None)
        return Foreign(name, f"the text of the module {name} is not found")

    def has_own_imports(self) -> bool:
        """Whether the file of the program imports files that lie beside it, and may import it."""
        root = self.search[0] if self.main.file.path else ""
        for node in own_statements(self.main.file.tree.body):
            if not isinstance(node, ast.Import | ast.ImportFrom):
                continue
            first = [name.split(".")[0] for name in self.main.names_imported(node)]
            places = [os.path.join(root, name) for name in first]
            is_relative = isinstance(node, ast.ImportFrom) and node.level > 0
            if is_relative or any([os.path.exists(p) or os.path.exists(p + ".py") for p in places]):
                return True
        return False

    def _is_beside(self, name: str) -> bool:
        """Whether a file of the program hides a module of Python."""
        return bool(self.main.file.path) and os.path.exists(f"{self.search[0]}/{name}.py")

    def is_missing(self, name: str) -> bool:
        """Whether Python finds no module of a name here, by what is in the folders."""
        first = name.split(".")[0]
        if first in sys.stdlib_module_names or isinstance(self.module(name), ModuleValue):
            return False
        from glob import escape as glob_escape
        from glob import glob

        places = [os.path.join(folder, *name.split(".")) for folder in self.search]
        return not any(
            [os.path.isdir(p) or glob(glob_escape(p) + ".*[.]so") or glob(glob_escape(p) + ".*pyd")
             for p in places]
        )  # fmt: skip

    def _read(self, name: str, path: str) -> Value:
        try:
            with open(path, encoding="utf-8") as file:
                source = Source(file.read(), path)
            module = Module(self, self.files.file(source, path), name)
            if module.is_package:
                module.package = name
            assert module.file.tree is not None
        except (OSError, UnicodeDecodeError, AdcliError) as fault:
            return Foreign(name, f"the text of the module {name} cannot be read: {fault}")
        return ModuleValue(name, module)

    def library(self, session: Session, name: str) -> FunctionText:
        """The text of a function of our library."""
        for part in LIBRARY:
            module = self._library_file(part)
            for statement in module.file.tree.body:
                if isinstance(statement, ast.FunctionDef) and statement.name == name:
                    return session.text_of(statement, module)
        raise KeyError(name)

    def _library_file(self, part: str) -> Module:
        module = self._library.get(part)
        if module is None:
            path = os.path.join(_LIBRARY, f"{part}.py")
            with open(path, encoding="utf-8") as file:
                text = self.files.file(Source(file.read(), f"<{part}>"))
            module = self._library[part] = Module(self, text, f"<{part}>")
        return module


def _package_of(path: str) -> tuple[str, str]:
    """The folder that a file's absolute imports start from, and its name there."""
    folder, file = os.path.split(path)
    parts = [] if file == "__init__.py" else [file.removesuffix(".py")]
    while os.path.isfile(os.path.join(folder, "__init__.py")):
        folder, name = os.path.split(folder)
        parts.insert(0, name)
    return folder, ".".join(parts)
