"""Objects of the running Python: classes by their text, instances by what they hold, methods and
partial functions by what they call.

Invariant: nothing is called, and no attribute of an object that could run code is read.
"""

from __future__ import annotations

import ast
import functools
import linecache
import os
import sys
import types
from collections import ChainMap
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from adcli.errors import UsageError
from adcli.lowering.class_members import NO_DEFAULT
from adcli.lowering.class_statements import made_class
from adcli.lowering.classes import Class
from adcli.lowering.heap_objects import frozen
from adcli.lowering.instance_operators import Instance
from adcli.lowering.known_modules.functools_names import Partial
from adcli.lowering.live_readings import Cells, attributes_of, is_made
from adcli.lowering.live_texts import node_of
from adcli.lowering.named_tuples import new_tuple, tuple_class
from adcli.lowering.python_file import PythonFile
from adcli.lowering.user_functions import BoundMethod
from adcli.lowering.values import Value
from adcli.source import Source

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame
    from adcli.lowering.python_function_objects import LiveFiles

#: Where a value has no place of its own in a text.
_NOWHERE = ast.Pass(lineno=1, col_offset=0, end_lineno=1, end_col_offset=0)


def object_value(files: LiveFiles, f: Frame, name: str, thing: Any) -> Value | None:
    """An object as a value; None: it is of a kind that is not followed."""
    kind = type(thing)
    if kind is types.MethodType:
        return _method(files, f, name, thing)
    if kind is functools.partial:
        args = [files.value(f, name, a) for a in thing.args]
        keywords = {k: files.value(f, name, v) for k, v in thing.keywords.items()}
        return Partial(files.value(f, name, thing.func), args, keywords)
    if isinstance(thing, type):
        return _class(files, f, thing)
    if kind.__module__ == "logging" and kind.__name__ in ("Logger", "RootLogger"):
        return files.known(f, "logging", "getLogger").call(f, [], {}, _NOWHERE)
    if not is_made(kind):
        return None
    made = files.value(f, kind.__name__, kind)
    if isinstance(made, Class) and made.entries:
        return made.entries.get(vars(thing).get("_name_", ""))
    return _instance(files, f, made, thing) if isinstance(made, Class) else None


def _method(files: LiveFiles, f: Frame, name: str, thing: types.MethodType) -> Value:
    owner = files.value(f, name, thing.__self__)
    own = thing.__self__ if isinstance(thing.__self__, type) else type(thing.__self__)
    called = thing.__func__.__name__
    member = next((vars(c)[called] for c in own.__mro__ if called in vars(c)), None)
    if getattr(member, "__func__", member) is thing.__func__:
        return owner.attribute(f, called, _NOWHERE)
    return BoundMethod(files.value(f, name, thing.__func__), owner)


def _instance(files: LiveFiles, f: Frame, kind: Class, thing: Any) -> Value | None:
    """An instance with what its attributes hold, which nobody may change."""
    if isinstance(thing, tuple) and kind.new is not None:
        return new_tuple(f, kind, [files.value(f, kind.name, x) for x in thing], {}, _NOWHERE)
    if kind.new is not None or kind.entries or kind.builtin_bases():
        return None
    found = attributes_of(thing)
    return frozen(f, Instance(kind, {k: files.value(f, k, v) for k, v in found.items()}))


# -- classes -------------------------------------------------------------------------------------


def _class(files: LiveFiles, f: Frame, kind: type) -> Value | None:
    """A class by its text, with the numbers and texts that its attributes hold now."""
    if (
        kind.__bases__ == (tuple,)
        and "_fields" in vars(kind)
        and "__orig_bases__" not in vars(kind)
    ):
        return _named_tuple(files, f, kind)
    found = _text_of_class(files, kind)
    if found is None:
        return None
    file, node = found
    methods = _methods(kind)
    around = methods[0].__globals__ if methods else vars(sys.modules[kind.__module__])
    names = ChainMap(Cells(*methods), around)  # type: ignore[arg-type]
    module = files.module_of(file, kind.__module__, names)
    inside = set(ast.walk(node))
    for text in [t for t in files.modules.classes_of if t.node in inside]:
        del files.modules.classes_of[text]  # the class was made by a lowering that was given up
    made = files.followed(f, module, kind.__name__, lambda inner: made_class(inner, node))
    note_data_of_class(files, f, made, kind)
    return made


def _named_tuple(files: LiveFiles, f: Frame, kind: Any) -> Value:
    """A class that `collections.namedtuple` made, which has no text."""
    defaults = kind._field_defaults
    fields = {
        name: files.value(f, name, defaults[name]) if name in defaults else NO_DEFAULT
        for name in kind._fields
    }
    return tuple_class(kind.__name__, fields, {}, is_local=False)


def note_data_of_class(files: LiveFiles, f: Frame, made: Value, kind: type) -> None:
    """Give a class the numbers and texts that its attributes hold now, and the functions that were
    put in the place of those of its text."""
    if isinstance(made, Class) and not made.fields and not made.entries:
        for name, member in vars(kind).items():
            is_data = type(member) in (bool, int, float, str)
            if name in made.namespace and (is_data or _is_from_elsewhere(kind, member)):
                made.namespace[name] = files.value(f, name, member)


def _is_from_elsewhere(kind: type, member: object) -> bool:
    """Whether a method is a function that was not written in the class, nor made by a decorator."""
    if not isinstance(member, types.FunctionType) or hasattr(member, "__wrapped__"):
        return False
    code = member.__code__
    is_own = code.co_qualname.startswith(f"{kind.__qualname__}.")
    return not is_own and "<locals>" not in code.co_qualname and code.co_filename != "<string>"


def _methods(kind: type) -> list[types.FunctionType]:
    """The functions of the text of a class, those inside properties and the like too."""
    found: list[types.FunctionType] = []
    for member in vars(kind).values():
        inner = [getattr(member, n, None) for n in ("fget", "__func__", "func", "__wrapped__")]
        found += [m for m in (member, *inner) if isinstance(m, types.FunctionType)]
    own = f"{kind.__qualname__}."
    return [m for m in found if m.__code__.co_qualname == own + m.__code__.co_name
            and m.__code__.co_filename != "<string>"]  # fmt: skip


def _text_of_class(files: LiveFiles, kind: type) -> tuple[PythonFile, ast.ClassDef] | None:
    """The file and the statement of a class; None: there is none, or there are several."""
    methods = _methods(kind)
    for source in _sources(kind, methods):
        file = files.modules.files.file(source, source.name)
        nodes = list(_statements(file.tree.body, kind.__qualname__.split(".")))
        lines = [m.__code__.co_firstlineno for m in methods]
        nodes = [n for n in nodes if all([n.lineno <= i <= (n.end_lineno or 0) for i in lines])]
        if len({ast.dump(n) for n in nodes}) != 1 or not _has_fields(nodes[-1], kind):
            continue
        for method in methods:
            node_of(file, method)  # the text is the one that runs
        return file, nodes[-1]
    return None


def _sources(kind: type, methods: list[types.FunctionType]) -> Iterator[Source]:
    """The texts that may hold a class: the file of its methods, or of its module, or a cell."""
    names = list(dict.fromkeys([m.__code__.co_filename for m in methods]))
    if not names:
        file = getattr(sys.modules.get(kind.__module__), "__file__", None)
        cells = [n for n in reversed(list(linecache.cache)) if not os.path.isfile(n)]
        names = [file] if isinstance(file, str) else cells
    for name in names:
        lines = linecache.getlines(name)
        if lines:
            try:
                compile("".join(lines), name, "exec", ast.PyCF_ONLY_AST)
            except SyntaxError:
                continue
            yield Source("".join(lines), name)


def _statements(body: list[ast.stmt], path: list[str]) -> Iterator[ast.ClassDef]:
    """The statements of classes under a qualified name."""
    first, rest = path[0], path[1:]
    for statement in body:
        inside = getattr(statement, "body", [])
        if isinstance(statement, ast.ClassDef | ast.FunctionDef):
            if statement.name != first:
                continue
            if not rest and isinstance(statement, ast.ClassDef):
                yield statement
            elif rest:
                yield from _statements(inside, [n for n in rest if n != "<locals>"])
        elif isinstance(inside, list):
            yield from _statements(inside, path)
            yield from _statements(getattr(statement, "orelse", []), path)


def _has_fields(node: ast.ClassDef, kind: type) -> bool:
    """Whether the text of a class annotates the names that the class does."""
    parts = [p.target for p in node.body if isinstance(p, ast.AnnAssign)]
    told = [t.id for t in parts if isinstance(t, ast.Name)]
    return told == list(vars(kind).get("__annotations__", told))


# -- what is called like a function ----------------------------------------------------------------


def wrapper_of(thing: Any) -> types.FunctionType:
    """A function that calls an object with its own arguments: `def f(x, y=2.0): return _(x, y)`.
    Raises `UsageError` if these are not known."""
    import inspect

    name = getattr(thing, "__name__", None) or type(thing).__name__
    name = name if name.isidentifier() else "function"
    try:
        signature = inspect.signature(thing)
    except (TypeError, ValueError):
        raise UsageError(
            f"the arguments of {name} are not known", hint="wrap it in one: def f(x): return ..."
        ) from None
    bound = set(thing.keywords) if isinstance(thing, functools.partial) else set()
    parts = [p for p in signature.parameters.values() if p.name not in bound]
    if type(thing).__name__ == "ufunc":
        parts = [p for p in parts if p.default is p.empty]
    called = ", ".join([_argument(p) for p in parts])
    plain = [p.replace(annotation=p.empty, default=None if p.default is not p.empty else p.empty)
             for p in parts]  # fmt: skip
    text = f"def {name}{inspect.Signature(plain)}:\n    return _({called})\n"
    where = f"<{text.splitlines()[0][:-1]}>"
    linecache.cache[where] = (len(text), None, text.splitlines(keepends=True), where)
    names: dict[str, Any] = {"_": thing, "__name__": "<wrapper>"}
    exec(compile(text, where, "exec"), names)
    made: types.FunctionType = names[name]
    by_place = [p for p in parts if p.kind is not p.KEYWORD_ONLY and p.default is not p.empty]
    by_name = [p for p in parts if p.kind is p.KEYWORD_ONLY and p.default is not p.empty]
    made.__defaults__ = tuple([p.default for p in by_place]) or None
    made.__kwdefaults__ = {p.name: p.default for p in by_name}
    return made


def _argument(parameter: Any) -> str:
    star = {parameter.VAR_POSITIONAL: "*", parameter.VAR_KEYWORD: "**"}.get(parameter.kind, "")
    key = f"{parameter.name}=" if parameter.kind is parameter.KEYWORD_ONLY else ""
    return f"{star}{key}{parameter.name}"
