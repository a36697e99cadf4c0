"""`adcli ir`: the intermediate representation, as it is or differentiated."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click

from adcli import text_input
from adcli.cli import options
from adcli.cli.command import command, completing
from adcli.cli.reply import Page, Reply
from adcli.errors import TypeFault, UsageError
from adcli.ir import nodes as ir
from adcli.ir.types import REAL, base
from adcli.loading import IR_START, IR_SUFFIX, load, load_text
from adcli.program import Program
from adcli.source import Source

#: The fields of the JSON object, in the notation of `adcli.cli.reply_schema`.
_FIELDS = """
ir?: text
ok?: truth  # with --verify
faults?: [{message: text, line: integer | null, column: integer | null, end_column: integer | null}]
notes?: [text | {message: text, line: integer | null, column: integer | null,
    end_column: integer | null}]
"""


@command(fields=_FIELDS, endings=("ir",))
@click.argument("program", metavar="PROGRAM", shell_complete=completing("programs"))
@click.option(
    "--pass",
    "passes",
    multiple=True,
    type=click.Choice(["forward", "reverse"]),
    help="Differentiate by this mode first.  May be repeated: passes run in the order given.",
)
@options.wrt_option
@click.option(
    "--verify",
    is_flag=True,
    help="Print whether the representation is well-formed, or all of its faults, and notes on "
    "variables that are read and never assigned.",
)
def reply(program: str, passes: tuple[str, ...], wrt: list[str] | None, verify: bool) -> Reply:
    """Print the intermediate representation of PROGRAM.

    With --pass, print that of a derivative instead.  PROGRAM may also be such a representation
    itself: a file whose name ends in .ir, or stdin if its text starts with "module entry".  The
    exit code is 1 if --verify finds a fault.

    \b
    adcli ir "x1*x2" --pass reverse
    adcli ir samples/pendulum.ad --verify
    """
    found = _opened(program)
    if isinstance(found, Program):
        module = found.transformed(passes, wrt)
        faults = _faults(module) if verify else []
    else:
        module = found
        faults = _faults(module)
        if not faults and passes:
            from adcli.passes.pass_registry import transformed

            module = transformed(module, passes, _parameters(module, wrt))
            faults = _faults(module) if verify else []
    if verify:
        return _verdict(module, faults)
    if faults:
        raise faults[0]
    from adcli.ir.printer import print_module

    text = print_module(module)
    return Reply(lambda _: {"ir": text}, lambda _: [text])


def _opened(text: str) -> Program | ir.Module:
    """The program that an argument names, or the module whose text it names."""
    if text == "-":
        source = Source(text_input.read_stdin(text_input.PROGRAM), "<stdin>")
        if not source.text.lstrip().startswith(IR_START):
            return load_text(source)
    elif text.endswith(IR_SUFFIX):
        source = Source(text_input.read_file(text, text_input.PROGRAM), text)
    else:
        return load(text)
    from adcli.ir.parser import parse_module

    return parse_module(source)


def _faults(module: ir.Module) -> list[TypeFault]:
    """What keeps a module from being well-formed, as errors of the user's text."""
    from adcli.ir.verify import faults

    found = list(faults(module))
    hint = "--verify reports all faults" if len(found) > 1 else None
    return [TypeFault(fault.message, span=fault.span, hint=hint) for fault in found]


def _notes(module: ir.Module) -> list[TypeFault]:
    """What is well-formed and was hardly meant."""
    from adcli.ir.verify import notes

    return [TypeFault(note.message, span=note.span) for note in notes(module)]


def _parameters(module: ir.Module, wrt: list[str] | None) -> Sequence[str]:
    """The parameters of the entry to differentiate by: those named, else all real ones."""
    main = module.main
    reals = [name for name in main.params if base(main.types[name]) == REAL]
    for name in wrt or ():
        if name not in reals:
            there = f"the real parameters are {', '.join(reals)}" if reals else "there is none"
            raise UsageError(f"no real parameter '{name}' to differentiate by", hint=there)
    return reals if wrt is None else tuple(dict.fromkeys(wrt))


def _verdict(module: ir.Module, faults: list[TypeFault]) -> Reply:
    """What the verifier says."""
    notes = _notes(module)
    return Reply(
        lambda _: {
            "ok": not faults,
            "faults": [_fault_fields(fault) for fault in faults],
            "notes": [_fault_fields(note) for note in notes],
        },
        lambda page: _report(module, faults, notes, page),
        status=1 if faults else 0,
    )


def _fault_fields(fault: TypeFault) -> dict[str, object]:
    span = fault.span
    return {
        "message": fault.message,
        "line": span.line if span else None,
        "column": span.column if span else None,
        "end_column": span.end_column if span else None,
    }


def _report(
    module: ir.Module, faults: list[TypeFault], notes: list[TypeFault], page: Page
) -> Iterator[str]:
    from adcli.render.error_text import error_text

    for fault in faults:
        fault.hint = None
        yield error_text(fault, window=page.columns)
    for note in notes:
        yield error_text(note, label="note", window=page.columns)
    if faults:
        yield _counted(len(faults), "fault")
    else:
        statements = sum(1 for f in module.functions.values() for _ in ir.walk(f.body))
        functions = _counted(len(module.functions), "function")
        yield f"well-formed: {functions}, {_counted(statements, 'statement')}"


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
