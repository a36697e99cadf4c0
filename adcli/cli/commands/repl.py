"""`adcli repl`: a session in which definitions stay."""

from __future__ import annotations

from collections.abc import Iterator

import click

from adcli.cli.command import command
from adcli.cli.repl_session import Session
from adcli.cli.reply import Page, Reply

#: The fields of the JSON object, in the notation of `adcli.cli.reply_schema`.
_FIELDS = """
lines: [{input: text, output: text}]
"""

_HELLO = "adcli: expressions, name = value, and :commands; :help tells more, :quit ends"


@command(fields=_FIELDS)
def reply() -> Reply:
    """Start a session: define values, formulas and functions, and ask about them.

    An expression prints its value, or its formula while an input has no value.  A line that begins
    with a colon calls a command of adcli: :grad, :diff, :trace y --mode reverse.  There are a
    history and completion; pip install 'adcli[repl]' makes them better.  Lines may also come from
    a pipe.

    \b
    adcli repl
    """
    here = click.get_current_context().find_root().command
    assert isinstance(here, click.Group)
    from adcli.cli.entry import run

    session = Session(here, run)
    return Reply(
        lambda _: {"lines": _recorded(session)},
        lambda page: _session(session, page),
        is_interactive=True,
    )


def _recorded(session: Session) -> list[dict[str, str]]:
    from adcli.cli.line_input import stream_lines
    from adcli.cli.repl_session import recorded

    return [*recorded(session, stream_lines())]


def _session(session: Session, _: Page) -> Iterator[str]:
    """Read lines and do what they say, until the end of the input."""
    import gc
    import signal

    from adcli.cli.line_input import reader

    yield _HELLO
    gc.enable()  # a command collects no garbage, as it ends soon
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    read = reader("> ", session.complete)
    try:
        while not session.is_over:
            try:
                line = read()
                if line is None:
                    return
                session.run(line)
            except KeyboardInterrupt:
                yield ""
    finally:
        signal.signal(signal.SIGINT, before)
