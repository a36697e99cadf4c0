"""Function objects of the running Python, followed by their text.

The names of the file that a function uses are not followed in its text, as those of a file are:
their values are there.  Numbers, texts, tuples, lists and dicts are known, functions and classes
are followed by their own text, modules by theirs.

Invariant: nothing is called, and no attribute of an object that could run code is read.
"""

from __future__ import annotations

import ast
import linecache
import sys
import types
from collections import ChainMap
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from adcli.errors import UsageError
from adcli.ir.types import BOOL, INT, REAL
from adcli.lowering.foreign_values import Foreign
from adcli.lowering.heap_objects import Reference
from adcli.lowering.known_names import MODULES, PARTLY, builtin_named
from adcli.lowering.modules import Module, Modules
from adcli.lowering.modules_as_values import ModuleValue
from adcli.lowering.none_and_strings import Constant
from adcli.lowering.python_file import PythonFile
from adcli.lowering.refusals import Refusal
from adcli.lowering.scopes import FunctionNode, FunctionText, LocalScope
from adcli.lowering.tuples import Tuple
from adcli.lowering.user_functions import Function
from adcli.lowering.values import Value
from adcli.recursion_limit import deep
from adcli.source import Source

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame
    from adcli.lowering.session import Session


class LiveFiles:
    """The files of function objects, and the values of the objects that these use."""

    def __init__(self, modules: Modules) -> None:
        self.modules = modules
        self._texts: dict[int, tuple[object, FunctionText]] = {}
        #: by the numbers of objects; an object stays there, so that its number stays its own
        self._values: dict[int, tuple[object, Value]] = {}

    def text(self, function: types.FunctionType) -> FunctionText:
        """The text of a function.  Raises `UsageError` if it is not found, or is another one."""
        key = id(function)
        if key not in self._texts:
            file = self.modules.files.file(source_of(function), function.__code__.co_filename)
            node = node_of(file, function)
            names = ChainMap(_closure(function), function.__globals__)
            module = LiveModule(self, file, function.__module__ or "__main__", names)
            self._texts[key] = function, FunctionText(node, module)
        return self._texts[key][1]

    def value(self, f: Frame, name: str, thing: object) -> Value:
        """An object as a value; one of a kind that is not followed is refused where it is used."""
        if id(thing) not in self._values:
            self._values[id(thing)] = thing, _value(self, f, name, thing)
        return self._values[id(thing)][1]


def source_of(function: types.FunctionType) -> Source:
    """The text of the file, or of the cell of a notebook, that a function was defined in."""
    name = function.__code__.co_filename
    linecache.checkcache(name)
    lines = linecache.getlines(name, function.__globals__)
    if not lines:
        raise UsageError(
            f"the text of {function.__name__} is not found",
            hint="define the function in a file or in a cell of a notebook",
        )
    return Source("".join(lines), name)


def _closure(function: types.FunctionType) -> dict[str, Any]:
    """The names that a function has from the functions around it; one that is not assigned yet has
    no value."""
    found: dict[str, Any] = {}
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        try:
            found[name] = cell.cell_contents
        except ValueError:
            continue
    return found


# -- the text of a function ----------------------------------------------------------------------


def node_of(file: PythonFile, function: types.FunctionType) -> FunctionNode:
    """The syntax of a function in its file."""
    code = function.__code__
    same = [c for c in _codes_in(file) if _is_same(c, code)]
    nodes = [n for n in ast.walk(file.tree) if _may_be(n, code)]
    if len(nodes) > 1:
        place = _body_start(code)
        holding = [n for n in nodes if _holds(n, place)]
        nodes = [max(holding, key=_start)] if holding else []  # a lambda inside a lambda
    if not same or len(nodes) != 1:
        raise UsageError(
            f"the text of {function.__name__} in {file.source.name} is not the one that runs",
            hint="has the file changed since it was imported?",
        )
    node = nodes[0]
    assert isinstance(node, ast.FunctionDef | ast.Lambda)
    return node


def _codes_in(file: PythonFile) -> Iterator[types.CodeType]:
    """The code of every function of a file, which is compiled for that and not run."""
    todo = [compile(file.tree, file.source.name, "exec", dont_inherit=True)]
    while todo:
        code = todo.pop()
        yield code
        todo += [c for c in code.co_consts if isinstance(c, types.CodeType)]


def _is_same(one: types.CodeType, other: types.CodeType) -> bool:
    return (one.co_name, one.co_firstlineno, one.co_code, one.co_names, one.co_varnames) == (
        other.co_name, other.co_firstlineno, other.co_code, other.co_names, other.co_varnames,
    )  # fmt: skip


def _may_be(node: ast.AST, code: types.CodeType) -> bool:
    """Whether a node is a function of that name in that line."""
    if isinstance(node, ast.Lambda):
        return code.co_name == "<lambda>" and node.lineno == code.co_firstlineno
    if not isinstance(node, ast.FunctionDef):
        return False
    first = min([node.lineno, *[d.lineno for d in node.decorator_list]])
    return node.name == code.co_name and first == code.co_firstlineno


def _body_start(code: types.CodeType) -> tuple[int, int]:
    """Where the first expression of a function's body is."""
    places = [(line, column) for line, _, column, _ in code.co_positions() if line and column]
    return min(places, default=(0, 0))


def _start(node: ast.AST) -> tuple[int, int]:
    return getattr(node, "lineno", 0), getattr(node, "col_offset", 0)


def _holds(node: ast.AST, place: tuple[int, int]) -> bool:
    body = getattr(node, "body", node)
    if isinstance(body, list):
        return True
    assert isinstance(body, ast.expr)
    end = (body.end_lineno or 0, body.end_col_offset or 0)
    return (body.lineno, body.col_offset) <= place < end


# -- names and their values ----------------------------------------------------------------------


class LiveModule(Module):
    """The names that a function object sees, with what they hold now."""

    def __init__(
        self, files: LiveFiles, file: PythonFile, name: str, names: Mapping[str, Any]
    ) -> None:
        super().__init__(files.modules, file, name)
        self.files = files
        self.names = names

    @property
    def uses_numpy(self) -> bool:
        modules = [v for v in self.names.values() if type(v) is types.ModuleType]
        return super().uses_numpy or "numpy" in [m.__name__.split(".")[0] for m in modules]

    def lookup(self, f: Frame, name: str, node: ast.AST) -> Value:
        if name in self.names:
            return self.files.value(f, name, self.names[name])
        value = builtin_named(f, name)
        if value is None:
            raise f.raises("NameError", f"name '{name}' is not defined", node)
        return value

    def store(self, f: Frame, name: str, value: Value, node: ast.AST) -> None:
        raise Refusal(f"the global name '{name}' is assigned in a function", node)


def _value(files: LiveFiles, f: Frame, name: str, thing: Any) -> Value:
    kind = type(thing)
    if kind in (bool, int, float):
        return f.known(thing)
    if thing is None or thing is ... or kind is str:
        return Constant(thing)
    if kind is tuple:
        return Tuple([files.value(f, name, item) for item in thing])
    if kind is list:
        return _frozen(f, f.new_list([files.value(f, name, item) for item in thing], None))
    if kind is dict:
        pairs = [(files.value(f, name, k), files.value(f, name, v)) for k, v in thing.items()]
        return _frozen(f, f.new_dict(pairs, ast.Pass()))
    if kind.__module__ == "numpy" and kind.__name__ == "ndarray" and thing.dtype.itemsize in (1, 8):
        return _array(f, thing)
    if kind is types.ModuleType:
        return files.modules.module(thing.__name__)
    known = _of_known_module(files, f, name, thing)
    if known is not None:
        return known
    if kind is types.FunctionType:
        return live_function(files, f, thing)
    if isinstance(thing, float):
        return f.known(float.__float__(thing))  # a scalar of NumPy is a double too
    return _known_by_name(files, f, name, thing)


def _array(f: Frame, thing: Any) -> Value:
    """An array of NumPy."""
    kind = {"f": REAL, "i": INT, "b": BOOL}.get(thing.dtype.kind)
    if kind is None:
        raise Refusal(f"an array of the dtype {thing.dtype}")
    found = f.arrays.of_entries(f, kind, thing.shape, [f.known(x) for x in thing.ravel().tolist()])
    f.session.modules.frozen[found.data.number] = f.state.heap.pop(found.data.number)
    return found


def _frozen(f: Frame, value: Value) -> Value:
    """A list or dict that a function must not change: all its calls share it."""
    assert isinstance(value, Reference)
    f.session.modules.frozen[value.number] = f.state.heap.pop(value.number)
    return value


def _of_known_module(files: LiveFiles, f: Frame, name: str, thing: Any) -> Value | None:
    """What a known module has under a name, if Python has the very same object there: a name that
    was imported from `scipy.special` means what `scipy.special.erf` does."""
    own = getattr(thing, "__name__", name)
    if not isinstance(own, str) or not callable(thing):
        return None
    for module in (*MODULES, *PARTLY):
        loaded = sys.modules.get(module)
        if loaded is not None and vars(loaded).get(own) is thing:
            found = files.modules.module(module)
            member = found.member(f, own) if isinstance(found, ModuleValue) else None
            if member is not None:
                return member
    return None


def _known_by_name(files: LiveFiles, f: Frame, name: str, thing: Any) -> Value:
    """A builtin, or something of a module, by the name under which Python has it."""
    wrapped = getattr(thing, "__wrapped__", None) or getattr(thing, "py_func", None)
    if isinstance(wrapped, types.FunctionType):
        return live_function(files, f, wrapped)
    own, home = getattr(thing, "__name__", None), getattr(thing, "__module__", None)
    if callable(thing) and isinstance(own, str):
        member = builtin_named(f, own) if home in ("builtins", None) else None
        if member is None and isinstance(home, str):
            module = files.modules.module(home)
            member = module.member(f, own) if isinstance(module, ModuleValue) else None
        if member is not None:
            return member
    return Foreign(name, f"'{name}' is of type {type(thing).__name__}, which cannot be followed")


def live_function(files: LiveFiles, f: Frame, function: types.FunctionType) -> Function:
    """A function object as a value, with its defaults."""
    text = files.text(function)
    values = function.__defaults__ or ()
    names = text.positional[len(text.positional) - len(values) :]
    defaults = dict(zip(names, values, strict=True)) | (function.__kwdefaults__ or {})
    return Function(text, None, {n: files.value(f, n, v) for n, v in defaults.items()})


class LiveEntry:
    """A function object as the entry of a program, see `adcli.lowering.entry.Entry`."""

    def __init__(self, function: types.FunctionType) -> None:
        self.live = function
        self.is_script = False
        self.source = source_of(function)
        self.modules = Modules(self.source)
        self.files = LiveFiles(self.modules)
        self.text = self.files.text(function)

    def function(self, session: Session) -> Function:
        """The function with its defaults."""
        scope = LocalScope(session.next_number(), None, self.text.module, None)
        return live_function(self.files, session.new_frame(session, scope, None), self.live)

    def meaning(self, name: str) -> str | None:
        """What a name that is no input stands for."""
        module = self.text.module
        assert isinstance(module, LiveModule)
        return f"'{name}' is a name of the program" if name in module.names else None


@deep()
def opened_function(function: Any) -> LiveEntry:
    """The entry that a function object is; what decorators keep of it counts."""
    while not isinstance(function, types.FunctionType):
        inner = getattr(function, "__wrapped__", None) or getattr(function, "py_func", None)
        if inner is None:
            raise UsageError(
                f"{function!r} is no function of Python whose text can be followed",
                hint="wrap it in one: def f(x): return ...",
            )
        function = inner
    return LiveEntry(function)
