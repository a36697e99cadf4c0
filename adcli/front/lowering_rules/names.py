"""Names: variables, constants, what is imported, and the names of `math`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcli.errors import NameFault, suggestion
from adcli.expr import Expr, Num, Var
from adcli.front.builtin_names import CONSTANTS, known_functions
from adcli.front.lowering_rules.registry import OPERATIONS
from adcli.front.syntax_queries import subtree, token
from adcli.front.top_level_scope import Constant, Imported, MathModule
from adcli.ir.types import is_array
from adcli.ops.comparisons_logic_and_choice import defined
from adcli.ops.registry import FUNCTIONS

if TYPE_CHECKING:
    from adcli.front.lowering_rules.frame import Frame
    from adcli.front.parse_tree import Tree
    from adcli.source import Span


def name(f: Frame, tree: Tree) -> Expr:
    return f.no_truth(read(f, tree), tree)


def read(f: Frame, tree: Tree) -> Expr:
    """What a name holds, a number, an array or a truth value."""
    word = token(tree).value
    if word in f.locals:
        return _local(f, word, tree)
    meaning = f.meaning(word, tree)
    if isinstance(meaning, Constant):
        found: Expr = OPERATIONS["constant"](f, meaning)
        return found
    if isinstance(meaning, Imported):
        word = meaning.name
    elif meaning is not None:
        raise unknown_name(f, word, tree)
    if word in CONSTANTS:
        return Num(CONSTANTS[word])
    if word in ("True", "False"):
        return Num(word == "True")
    raise unknown_name(f, word, tree)


def _local(f: Frame, word: str, tree: Tree) -> Expr:
    """What a name of the function itself holds."""
    if word in f.surely:
        return f.env[word]
    if word not in f.maybe:
        raise NameFault(f"'{word}' is read before it is assigned", span=f.span(tree))
    value = f.env[word]
    if isinstance(value, Var):
        f.build.guess(value.name)
    if word not in f.flags:
        f.wanted_flags.add(word)
        f.build.changed = True
        return value
    return checked(f, value, f.flags[word], f.span(tree))


def checked(f: Frame, value: Expr, flag: str, span: Span) -> Expr:
    """A value that must have been assigned; it has if the flag is set."""
    if is_array(f.build.type_of(value)):
        f.build.name(defined(Num(0), Var(flag)), span)
        return value
    return defined(value, Var(flag))


def unknown_name(f: Frame, word: str, tree: Tree) -> NameFault:
    span, file = f.span(tree), f.program.file
    if word in file.modules or word == "math":
        return NameFault(f"'{word}' is a module", span=span, hint=f"write {word}.sin(...)")
    functions = known_functions() | set(file.definitions)
    if word in functions:
        return NameFault(f"'{word}' is a function", span=span, hint=f"write {word}(...)")
    candidates = [*f.locals, *file.constants, *CONSTANTS]
    return NameFault(f"unknown name '{word}'", span=span, hint=suggestion(word, candidates))


# -- names of math ---------------------------------------------------------------------------------


def attribute(f: Frame, tree: Tree) -> Expr:
    word = name_in_math(f, tree)
    if word in CONSTANTS:
        return Num(CONSTANTS[word])
    if word in FUNCTIONS:
        raise NameFault(
            f"'math.{word}' is a function", span=f.span(tree), hint=f"write math.{word}(...)"
        )
    raise not_in_math(f, word, tree)


def name_in_math(f: Frame, tree: Tree) -> str:
    """The name after `math.`; nothing else has attributes."""
    if not is_module(f, subtree(tree, 0)):
        path, ending = f.span(tree).text, token(tree, 1).value
        hint = None
        if path.count(".") == 1 and len(ending) <= 2 and ending != "T":
            hint = f"to multiply, write {path.replace('.', '*')}"
        if ending in ("txt", "md", "m", "jl", "f", "c", "ipynb", "json", "tex"):
            hint = f"if {path} is a file, write ./{path}; names of programs end in .py or .ad"
        raise NameFault("attributes are not part of the language", span=f.span(tree), hint=hint)
    return token(tree, 1).value


def not_in_math(f: Frame, word: str, tree: Tree) -> NameFault:
    return NameFault(
        f"math has no '{word}' here",
        span=f.span(tree),
        hint=suggestion(word, [*FUNCTIONS, *CONSTANTS]),
    )


def is_module(f: Frame, tree: Tree) -> bool:
    """Whether an expression is the module math."""
    if tree.rule != "name" or token(tree).value in f.locals:
        return False
    meaning = f.meaning(token(tree).value, tree)
    is_math = meaning is None and token(tree).value == "math"
    return is_math or isinstance(meaning, MathModule)
