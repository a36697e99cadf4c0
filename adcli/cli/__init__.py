"""The command line: read options, call one library function, show the result.

Invariant: this package alone imports click and knows exit codes; each command is one file in
`adcli.cli.commands`, imported when it is asked for.
"""

from __future__ import annotations

from adcli.cli.run import main

__all__ = ["main"]
