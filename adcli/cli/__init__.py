"""The command line: a command reads options, calls one library function and returns a reply.

Invariant: this package alone imports click and knows exit codes; each command is one file in
`adcli.cli.commands`, imported when it is called.
"""

from __future__ import annotations

import gc
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import signal as _signal
    from typing import NoReturn
else:
    # `signal` makes enums of what this module has, which costs every start a hundredth of its time
    import _signal

INTERRUPTED = 130


def main() -> None:
    """The entry point of the command.

    The process does one job and keeps nearly every object it makes.  Collecting garbage meanwhile
    and freeing a million objects at the end would double its time.
    """
    if _signal.getsignal(_signal.SIGINT) is _signal.default_int_handler:
        _signal.signal(_signal.SIGINT, _interrupted)
    gc.disable()
    try:
        from adcli.cli.entry import run

        code = run(sys.argv[1:])
    except KeyboardInterrupt:
        _interrupted()
    try:
        if sys.stderr is not None:
            sys.stderr.flush()
    finally:
        os._exit(code)


def _interrupted(*_: object) -> NoReturn:
    """End the process, wherever Ctrl-C finds it.

    In an import, a callback or a finaliser an exception would be printed, lost, or taken for a
    library that cannot be loaded.
    """
    _signal.signal(_signal.SIGINT, _signal.SIG_IGN)  # the first Ctrl-C is enough
    try:
        if sys.stderr is not None:
            os.write(2, b"interrupted\n")
    finally:
        os._exit(INTERRUPTED)
