"""Function objects of the running Python, followed by their text.

The names of the file that a function uses are not followed in its text, as those of a file are:
their values are there.  Numbers, texts, tuples, lists and dicts are known, functions and classes
are followed by their own text, modules by theirs.

Invariant: nothing is called, and no attribute of an object that could run code is read.
"""

from __future__ import annotations

import ast
import sys
import types
from collections import ChainMap
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from adcli.ir.types import BOOL, INT, REAL
from adcli.lowering.foreign_values import Foreign
from adcli.lowering.heap_objects import Reference
from adcli.lowering.known_names import MODULES, PARTLY, builtin_named
from adcli.lowering.live_readings import Cells, Readings, attributes_of, is_made
from adcli.lowering.live_texts import node_of, source_of
from adcli.lowering.modules import Module, Modules
from adcli.lowering.modules_as_values import ModuleValue
from adcli.lowering.none_and_strings import Constant
from adcli.lowering.python_file import PythonFile
from adcli.lowering.refusals import PathEnds, Refusal
from adcli.lowering.scopes import FunctionText, LocalScope
from adcli.lowering.tuples import Tuple
from adcli.lowering.user_functions import Function
from adcli.lowering.values import Value
from adcli.recursion_limit import deep

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame
    from adcli.lowering.lowering_session import Session


class LiveFiles:
    """The files of function objects, and the values of the objects that these use."""

    def __init__(self, modules: Modules) -> None:
        self.modules = modules
        self._texts: dict[int, tuple[object, FunctionText]] = {}
        #: by the numbers of objects; an object stays there, so that its number stays its own
        self._values: dict[int, tuple[object, Value]] = {}
        self._open: set[int] = set()
        self.readings = Readings()
        modules.live = self.data_of_module

    def text(self, function: types.FunctionType) -> FunctionText:
        """The text of a function.  Raises `UsageError` if it is not found, or is another one."""
        key = id(function)
        if key not in self._texts:
            file = self.modules.files.file(source_of(function), function.__code__.co_filename)
            node = node_of(file, function)
            names = ChainMap(Cells(function), function.__globals__)  # type: ignore[arg-type]
            module = self.module_of(file, function.__module__ or "__main__", names)
            self._texts[key] = function, FunctionText(node, module)
        return self._texts[key][1]

    def value(self, f: Frame, name: str, thing: object) -> Value:
        """An object as a value; one of a kind that is not followed is refused where it is used."""
        key = id(thing)
        if key in self._open:
            return Foreign(name, f"'{name}' holds itself, which cannot be followed")
        if key not in self._values:
            self.readings.note_contents(thing)
            self._open.add(key)
            try:
                self._values[key] = thing, _value(self, f, name, thing)
            finally:
                self._open.discard(key)
        return self._values[key][1]

    def module_of(self, file: PythonFile, name: str, names: Mapping[str, Any]) -> LiveModule:
        return LiveModule(self, file, name, names)

    def known(self, f: Frame, module: str, name: str) -> Value:
        """What a known module has under a name."""
        found = self.modules.module(module)
        member = found.member(f, name) if isinstance(found, ModuleValue) else None
        assert member is not None
        return member

    def data_of_module(self, f: Frame, module: Module, name: str) -> Value | None:
        """The numbers, texts, lists and arrays that a name of an imported module holds now, which
        its text need not say; None: the text counts."""
        loaded = sys.modules.get(module.name)
        path = getattr(loaded, "__file__", None)
        if loaded is None or module.is_library or path != module.file.path:
            return None
        names = vars(loaded)
        thing = names.get(name, self)
        is_instance = is_made(type(thing)) and not isinstance(thing, type | LiveFiles)
        if not (_is_data(thing) or is_instance):
            return None
        self.readings.note_name(names, name)
        found = self.value(f, name, thing)
        return found if not is_instance or isinstance(found, Reference) else None

    def followed(
        self, f: Frame, module: Module, name: str, make: Callable[[Frame], Value]
    ) -> Value:
        """What is made in a frame of its own, which must stay without code."""
        session = f.session
        scope = LocalScope(session.next_number(), None, module, None)
        inner = session.new_frame(session, scope, None)
        current, session.current = session.current, None
        try:
            made = make(inner)
        except Refusal as refusal:
            return Foreign(name, refusal.why)
        except PathEnds:
            return Foreign(name)
        finally:
            session.current = current
            module.keep(inner.state)
        return Foreign(name) if inner.build.code else made


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
        self.files.readings.note_name(self.names, name)
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
    if isinstance(thing, float) and kind.__module__ == "numpy":
        return f.known(float.__float__(thing))  # a scalar of NumPy is a double too
    return _known_by_name(files, f, name, thing)


def _is_data(thing: Any) -> bool:
    """Whether an object is a number, a text, or a list, tuple, dict or array of such."""
    kind = type(thing)
    if kind in (list, tuple):
        return all([_is_data(item) for item in thing])
    if kind is dict:
        return all([_is_data(item) for pair in thing.items() for item in pair])
    if kind.__module__ == "numpy" and kind.__name__ == "ndarray":
        return thing.dtype.kind in "fib" and thing.dtype.itemsize in (1, 8)
    return kind in (bool, int, float, str, type(None))


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
    own = _told(thing, "__name__") or name
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


def _told(thing: Any, name: str) -> Any:
    """An attribute of an object, unless code of a program would run to give it."""
    for kind in type(thing).__mro__:
        for special in ("__getattr__", "__getattribute__"):
            if isinstance(vars(kind).get(special), types.FunctionType):
                return attributes_of(thing).get(name)
    return getattr(thing, name, None)


def _known_by_name(files: LiveFiles, f: Frame, name: str, thing: Any) -> Value:
    """A builtin, or something of a module, by the name under which Python has it."""
    from adcli.lowering.live_objects import note_data_of_class, object_value

    wrapped = _told(thing, "__wrapped__") or _told(thing, "py_func")
    if isinstance(wrapped, types.FunctionType):
        return live_function(files, f, wrapped)
    own, home = _told(thing, "__name__"), _told(thing, "__module__")
    if callable(thing) and isinstance(own, str):
        member = builtin_named(f, own) if home in ("builtins", None) else None
        if member is None and isinstance(home, str):
            module = files.modules.module(home)
            member = module.member(f, own) if isinstance(module, ModuleValue) else None
        if member is not None:
            if isinstance(thing, type):
                note_data_of_class(files, f, member, thing)
            return member
    found = object_value(files, f, name, thing)
    if found is not None:
        return found
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
            from adcli.lowering.live_objects import wrapper_of

            inner = wrapper_of(function)
        function = inner
    return LiveEntry(function)
