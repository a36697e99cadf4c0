"""The command line: read options, call one library function, show the result.

Invariant: this package alone imports click and knows exit codes; each command is one file in
`adcli.cli.commands`, imported when it is asked for.
"""

from __future__ import annotations

import gc
import os
import sys


def main() -> None:
    """The entry point of the command.

    The process does one job and keeps nearly all it makes: looking for garbage meanwhile, and
    freeing a million objects at the end, would double its time.
    """
    gc.disable()
    from adcli.cli.run import run

    code = run(sys.argv[1:])
    try:
        if sys.stderr is not None:
            sys.stderr.flush()
    finally:
        os._exit(code)
