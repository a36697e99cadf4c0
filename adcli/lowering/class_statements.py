"""The statement `class`: its body is followed once, in a scope of its own.

Invariant: functions inside the body do not see the names of the body.  Names that begin with two
underscores are rewritten in the syntax tree before the body is followed, as Python's compiler does.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from adcli.lowering import class_members, decorators
from adcli.lowering.builtin_function_values import Builtin
from adcli.lowering.classes import OBJECT, Class
from adcli.lowering.environment_and_heap import HOW
from adcli.lowering.expressions import read
from adcli.lowering.foreign_values import Foreign
from adcli.lowering.none_and_strings import NONE, Constant
from adcli.lowering.number_values import Number
from adcli.lowering.refusals import PathEnds, Refusal
from adcli.lowering.scopes import ClassText, FunctionText, LocalScope
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adcli.lowering.frame import Frame

#: What has no text of the user's that a call could run.
_WITHOUT_TEXT = (Foreign, Constant, Number, Builtin)

#: Special methods that change what the lowering relies on.
_REFUSED = (
    "__getattribute__", "__delattr__", "__init_subclass__",
    "__class_getitem__", "__set_name__", "__del__", "__instancecheck__",
)  # fmt: skip

#: Base classes that change nothing about instances.
_EMPTY_BASES = ("typing.Protocol", "typing.Generic", "typing_extensions.Protocol")


def made_class(f: Frame, node: ast.ClassDef) -> Value:
    """The class that a statement makes."""
    if node.keywords and not _is_abstract_base(node):
        raise Refusal("a class with a metaclass or keyword arguments", node)
    if getattr(node, "type_params", None):
        raise Refusal("a class with type parameters", node)
    marks = [decorators.evaluated(f, part) for part in node.decorator_list]
    bases = _bases(f, node)
    mangled(node)
    namespace = followed_body(f, node)
    annotations = {
        part.target.id: part.annotation
        for part in node.body
        if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name)
    }
    is_local = f.scope.text is not None
    made = Class(node.name, bases, namespace, annotations=annotations, is_local=is_local)
    settle(f, made, node)
    for maker in [b.make for b in made.mro if b.make is not None][:1]:
        maker(f, made, node)
    return decorators.applied(f, marks, made, node)


def _is_abstract_base(node: ast.ClassDef) -> bool:
    return [k.arg for k in node.keywords] == ["metaclass"] and (
        ast.unparse(node.keywords[0].value) in ("ABCMeta", "abc.ABCMeta")
    )


def _bases(f: Frame, node: ast.ClassDef) -> list[Class]:
    found: list[Class] = []
    for part in node.bases:
        if isinstance(part, ast.Starred):
            raise Refusal("a star in the base classes", part)
        value = f.evaluate(part.value if isinstance(part, ast.Subscript) else part)
        if isinstance(value, Foreign) and value.name in _EMPTY_BASES:
            continue
        if not isinstance(value, Class):
            raise Refusal(f"a class that derives from {value.what}", part)
        if isinstance(part, ast.Subscript):
            raise Refusal("a class that derives from a generic one", part)
        found.append(value)
    return found or [OBJECT]


def followed_body(f: Frame, node: ast.ClassDef) -> dict[str, Value]:
    """The names that the body of a class binds."""
    outer = f.scope
    around = outer if outer.text is not None else None
    text = ClassText(node, f.scope.module)
    f.scope = LocalScope(f.session.next_number(), text, f.scope.module, around)
    number = f.scope.number
    f.state.names[number, HOW] = f.known(0)
    try:
        if around is None:
            _body_of_file(f, node.body)
        else:
            f.block(node.body)
    finally:
        f.scope = outer
    if f.state.is_dead:
        raise PathEnds
    keys = [key for key in f.state.names if key[0] == number]
    found = {key[1]: f.state.names.pop(key) for key in keys}
    found.pop(HOW, None)
    return {name: value for name, value in found.items() if name[0] != "%"}


def _body_of_file(f: Frame, body: Sequence[ast.stmt]) -> None:
    """Follow the body of a class outside functions.  A name whose value cannot be followed, such as
    `pattern = re.compile(text)`, is foreign: methods that do not read it are followed."""
    refusals = f.session.refusals
    for statement in body:
        before, count, size = f.state.copy(), len(refusals), len(f.build.code)
        f.block([statement])
        if not f.state.is_dead:
            continue
        name = _bound_alone(f, statement)
        if name is None or len(refusals) == count:
            return
        why = refusals[count].why
        del refusals[count:], f.build.code[size:]
        f.state = before
        f.state.names[f.scope.number, name] = Foreign(name, why)


def _bound_alone(f: Frame, statement: ast.stmt) -> str | None:
    """The name that a statement binds, if it can change nothing else: its value is made of text,
    numbers, and what has no text of the user's."""
    match statement:
        case ast.Assign(targets=[ast.Name(name)], value=value):
            pass
        case ast.AnnAssign(target=ast.Name(name), value=ast.expr() as value):
            pass
        case _:
            return None
    for part in ast.walk(value):
        if isinstance(part, ast.Lambda | ast.NamedExpr | ast.Await | ast.Yield | ast.YieldFrom):
            return None
        if isinstance(part, ast.Name):
            try:
                held = read(f, part.id, part)
            except (Refusal, PathEnds):
                continue
            if not (isinstance(held, _WITHOUT_TEXT) or held.comes_with_python):
                return None
    return name


def settle(f: Frame, made: Class, node: ast.ClassDef) -> None:
    """What Python makes of some names of a class body."""
    space = made.namespace
    for name in _REFUSED:
        if name in space:
            raise Refusal(f"a class with {name}", node)
    if "__new__" in space:
        if made.new is not None:
            raise Refusal("a class with __new__ that derives from one that makes instances", node)
        space["__new__"] = class_members.StaticMethod(space["__new__"])
    slots = space.pop("__slots__", None)
    if slots is not None:
        names = [slots] if isinstance(slots, Constant) else list(slots.iterate(f, node).items or ())
        made.own_slots = frozenset([str(n.value) for n in names if isinstance(n, Constant)])
        if "__dict__" in made.own_slots:
            made.own_slots = None
    if "__eq__" in space and "__hash__" not in space:
        space["__hash__"] = NONE
    owner = f.session if made.is_local else f.session.modules
    for value in space.values():
        text = decorators.text_of(value)
        if text is not None:
            owner.classes_of.setdefault(text, []).append(made)


# -- name mangling ---------------------------------------------------------------------------------


def mangled(node: ast.ClassDef) -> None:
    """Rewrite the private names in a class as Python's compiler does; doing it twice changes
    nothing more."""
    prefix = node.name.lstrip("_")
    if not prefix:
        return

    def spelled(name: str) -> str:
        is_private = name[:2] == "__" and name[-2:] != "__" and "." not in name
        return f"_{prefix}{name}" if is_private else name

    todo: list[ast.AST] = list(node.body)
    while todo:
        part = todo.pop()
        if isinstance(part, ast.ClassDef):
            mangled(part)
            part.name = spelled(part.name)
            todo += [*part.decorator_list, *part.bases]
            continue
        for field in ("id", "attr", "arg", "name", "rest"):
            name = getattr(part, field, None)
            if isinstance(name, str) and not isinstance(part, ast.alias):
                setattr(part, field, spelled(name))
        if isinstance(part, ast.Global | ast.Nonlocal):
            part.names = [spelled(n) for n in part.names]
        todo.extend(ast.iter_child_nodes(part))


# -- super -----------------------------------------------------------------------------------------


def owner_of_method(f: Frame, node: ast.AST) -> tuple[Class, Value]:
    """The class in whose text the present function stands, and its first argument."""
    scope = f.scope
    text = scope.text
    found: list[Class] = []
    if isinstance(text, FunctionText):
        owners = (f.session, f.session.modules)
        found = [kind for owner in owners for kind in owner.classes_of.get(text, ())]
    if len(found) != 1 or not isinstance(text, FunctionText) or not text.positional:
        raise Refusal("super() here", node)
    value = f.state.names.get((scope.number, text.positional[0]))
    if value is None:
        raise Refusal("super() without the first argument of a method", node)
    return found[0], value
