"""adcli simplify"""

from __future__ import annotations

from typing import Any

import click

from adcli.cli import options
from adcli.cli.command import Command
from adcli.cli.formula_options import Shown, formula_options
from adcli.program import Program


@click.command(cls=Command)
@options.program_and_point
@formula_options
def command(f: Program, point: dict[str, Any], how: dict[str, Any], shown: Shown) -> None:
    """PROGRAM as the shortest formula that is found, with the rules under --steps.

    \b
    adcli simplify "sin(x)^2 + cos(x)^2 + x/x"
    adcli simplify "sqrt(x^2)" --steps
    """
    shown.show("simplify", f.for_point(point), point, f.formulas(point, order=0, **how))
