"""Run the command line; report every error as a message and an exit code."""

from __future__ import annotations

import os
import sys
from itertools import pairwise
from typing import TextIO

import click

from adcli.cli.command_group import cli
from adcli.cli.output import print_error, print_text
from adcli.errors import (
    AdcliError,
    Defect,
    EvaluationError,
    LimitError,
    MissingExtra,
    NotDifferentiable,
    ProgramError,
    Unsupported,
    UsageError,
)

EXIT_CODES: dict[type[AdcliError], int] = {
    UsageError: 2,
    ProgramError: 3,
    EvaluationError: 4,
    NotDifferentiable: 5,
    Unsupported: 5,
    LimitError: 6,
    MissingExtra: 7,
}
DEFECT, BROKEN_PIPE = 70, 141

#: A shell that asks for completions sets this variable of the environment.
_COMPLETE = "_ADCLI_COMPLETE"


def run(args: list[str]) -> int:
    """Run the command with arguments; the exit code."""
    as_json = "--json" in args or _wants_json(args)
    if sys.stdout is None:
        sys.stdout = _closed()
    try:
        code = _run(args, as_json)
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        return BROKEN_PIPE  # the reader has gone
    except OSError as error:
        where = f"read or write {error.filename}" if error.filename else "write to stdout"
        print_text(f"error: cannot {where}: {error.strerror or error}", err=True)
        return EXIT_CODES[UsageError]


def _run(args: list[str], as_json: bool) -> int:
    """Run the command, with `--watch` again and again."""
    if "--watch" not in args:
        return _invoke(args, as_json)
    from adcli.cli.file_watching import is_asked, watch

    if not is_asked(args):
        return _invoke(args, as_json)
    try:
        return watch(args, lambda words: _invoke(words, as_json))
    except UsageError as error:
        print_error(error, as_json)
        return EXIT_CODES[UsageError]


def _wants_json(args: list[str]) -> bool:
    """Whether a short form asks for JSON, so that errors are JSON too."""
    return "-j" in args or "--format=json" in args or ("--format", "json") in pairwise(args)


def _closed() -> TextIO:
    """A replacement for a stdout that was closed before we started: writing to it fails, as on a
    full disk, so that no result is lost in silence."""
    return open(os.open(os.devnull, os.O_RDONLY), "w", encoding="utf-8")


def _invoke(args: list[str], as_json: bool) -> int:
    if _COMPLETE in os.environ:
        from adcli.cli.completions import register

        wrong = register(os.environ[_COMPLETE])
        if wrong is not None:
            print_error(wrong, as_json)
            return EXIT_CODES[UsageError]
    command = next((a for a in args if not a.startswith("-")), None)
    try:
        result = cli.main(args=args, prog_name="adcli", standalone_mode=False)
    except AdcliError as error:
        print_error(error, as_json, command)
        return exit_code(error)
    except click.UsageError as error:
        from adcli.cli.click_error_messages import in_our_words

        print_error(in_our_words(error), as_json, command)
        return EXIT_CODES[UsageError]
    except click.Abort:
        raise KeyboardInterrupt from None  # what click makes an Abort of
    except SystemExit as ended:
        if ended.code == 0:
            return 0  # a shell has asked for completions
        raise BrokenPipeError from None  # what click makes of one
    except OSError:
        raise
    except MemoryError:
        print_error(LimitError("out of memory"), as_json, command)
        return EXIT_CODES[LimitError]
    except Exception as error:
        if os.environ.get("ADCLI_DEBUG"):
            raise
        name = type(error).__name__
        print_error(
            Defect(
                f"a defect of adcli, not of yours ({name}: {error})",
                hint="please report it; ADCLI_DEBUG=1 shows where it happened",
            ),
            as_json,
            command,
        )
        return DEFECT
    return result if isinstance(result, int) else 0


def exit_code(error: AdcliError) -> int:
    for kind, code in EXIT_CODES.items():
        if isinstance(error, kind):
            return code
    return DEFECT
