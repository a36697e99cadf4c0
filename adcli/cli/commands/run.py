"""adcli run"""

from __future__ import annotations

import click

from adcli.backends.named_results import Derivatives
from adcli.cli import options
from adcli.cli.command import Command
from adcli.cli.output import print_errors, print_json, print_rows, result_json


@click.command(cls=Command)
@options.file_and_point
@options.derivative_options
@options.output_options
def command(result: Derivatives, as_json: bool, digits: int | None) -> None:
    """Values and derivatives of the script in FILE (or FILE:NAME).

    A file without functions is a function of its free names; its lines that are expressions are its
    results, or else its last assignment is.

    \b
    adcli run samples/logistic.py --at x=0.2
    """
    if as_json:
        content = result_json(result)
        content["gradient" if result.is_number else "jacobian"] = result.by_input()
        if result.error_matrix is not None:
            content["error_estimate"] = result.errors_by_input()
        print_json("run", content)
        return
    print_rows([*result.value_rows(), *result.derivative_rows()], digits, result.notes)
    print_errors(result.error_rows())
