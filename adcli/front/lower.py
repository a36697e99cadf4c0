"""From a syntax tree to an IR module."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from adcli.front.entry_function import (
    entry_definition,
    has_types_to_find,
    result_names,
)
from adcli.front.function_instances import Program
from adcli.front.lowered_program import Input, Lowered
from adcli.front.parse_tree import Tree
from adcli.front.script_top_level import ScriptFile
from adcli.front.syntax_queries import trees
from adcli.front.typed_builder import TypedBuilder
from adcli.ir import nodes as ir
from adcli.ir.lazy_module import key_of
from adcli.ops import compensated_sum
from adcli.recursion_limit import deep
from adcli.source import EXPRESSION

if TYPE_CHECKING:
    from adcli.front.function_instances import Wanted
    from adcli.front.top_level_scope import Definition
    from adcli.source import Source


def as_program(tree: Tree) -> Tree:
    """The program that is an expression and no more."""
    statement = Tree("expression_statement", [tree], tree.start, tree.end)
    return Tree("program", [statement], tree.start, tree.end)


def lower_expression(
    tree: Tree, source: Source, ranks: Mapping[str, int] | None = None, *, exact: bool = False
) -> Lowered:
    """The module of a single expression; its free names are its inputs."""
    lowered = lower_program(as_program(tree), source, None, ranks, exact=exact)
    lowered.module.key += " as an expression"
    return lowered


@deep()
def lower_program(
    tree: Tree,
    source: Source,
    entry: str | None,
    ranks: Mapping[str, int] | None = None,
    *,
    exact: bool = False,
) -> Lowered:
    """The module of a program; `entry` names its function, by default the last one defined.

    `ranks` says of inputs how many indices they have, where the text leaves it open: whether `x` in
    `sin(x)` is a number or an array.  A constant of the language that it names, as `e` in `e*t`, is
    an input.  Results are real numbers, unless they are to be `exact`: then integers stay what
    they are.
    """
    given = ranks or {}
    file = ScriptFile(tree, source)
    definition = entry_definition(file, entry, given)
    for name, count in given.items():
        definition.fix(name, count)
    wanted: Wanted = "numbers" if exact and definition.rule is None else "reals"
    program = Program(file)
    if has_types_to_find(file, definition):
        from adcli.front.type_inference import find_types

        find_types(program, definition, wanted)
    first = program.followed(definition, wanted, types_alone=False)
    assert not program.changed, "all types are found before"
    if program.shared:
        from adcli.front.shared_list_mutation_check import check_shared

        check_shared(program.functions, program.shared, program.shared_makers)
    name = first.name
    if definition.rule is not None:
        from adcli.front.derivative_declarations import called

        name = called(program.functions, name)
    module = ir.Module(program.functions, name, normal=True)
    module.key = key(source, entry, given, exact)
    return Lowered(
        module,
        tuple([_input(program, definition, p) for p in definition.parameters]),
        result_names(definition, len(first.result_kinds)),
        file.replaceable(definition),
        file.meaning,
        file.is_script,
        _notes(file, definition),
        program.loses_integers,
    )


def input_names(tree: Tree, source: Source, entry: str | None) -> tuple[str, ...]:
    """The inputs of a program in order, whatever they are."""
    return tuple(entry_definition(ScriptFile(tree, source), entry, ()).parameters)


def _notes_on_expression(source: Source) -> tuple[str, ...]:
    """That a power of 1 is divided, where the text of an expression has one: `x^1/2`."""
    if source.name != EXPRESSION or "1/" not in source.text.replace(" ", ""):
        return ()
    from adcli.front.mistakes.written_mathematics import powers_of_one

    return powers_of_one(source.text)


def _notes(file: ScriptFile, definition: Definition) -> tuple[str, ...]:
    """Notes about what the text computes and nothing uses; of an expression about its powers."""
    if file.is_script and len(trees(file.tree)) == 1:
        return _notes_on_expression(file.source)
    from adcli.front.unused_values import beside_functions, unused

    functions = frozenset(file.definitions)
    bodies = [d.body for d in file.definitions.values()] or [definition.body]
    notes = [note for body in bodies for note in unused(file.source, body, functions)]
    if not file.is_script:
        notes += beside_functions(file.source, trees(file.tree), definition.name)
    return tuple(notes)


# -- inputs ----------------------------------------------------------------------------------------


def _input(program: Program, definition: Definition, name: str) -> Input:
    default = _default(program, definition, name) if name in definition.defaults else None
    return Input(name, definition.kind_of(name), default)


def _default(program: Program, definition: Definition, name: str) -> ir.Module:
    """A module that computes the default of a parameter."""
    build = TypedBuilder({}, types_alone=False)
    f = program.bare_frame(build, definition.at)
    span = program.file.span(definition.defaults[name])
    value = build.name(f.expression(definition.defaults[name]), span)
    build.types["result"] = build.type_of(value)
    build.code.append(ir.Let("result", value, span))
    code = [*f.constants_code, *build.code]
    function = ir.Function("default", (), ("result",), build.types, code, span)
    return ir.Module({**program.functions, "default": function}, "default")


def key(source: Source, entry: str | None, ranks: Mapping[str, int], exact: bool) -> str:
    """How a module was made, see `adcli.ir.lazy_module`."""
    way = entry, sorted(ranks.items()), exact, compensated_sum.COMPENSATES
    return key_of(source.text, *way)
