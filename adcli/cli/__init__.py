"""The command line: read options, call one library function, show the result.

Invariant: this package alone imports click and knows exit codes; each command is one file in
`adcli.cli.commands`, imported when it is asked for.
"""

from __future__ import annotations

import gc


def main() -> None:
    """The entry point of the command."""
    # one short job that keeps nearly all it makes: looking for garbage would double its time
    gc.disable()
    from adcli.cli.run import main as start

    start()
