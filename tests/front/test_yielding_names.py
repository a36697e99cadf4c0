"""Names of functions that people use for variables: a program decides by how it uses them."""

from __future__ import annotations

import pytest

from adcli import load
from adcli.errors import AdcliError
from adcli.loading import load_program
from adcli.ops.registry import FUNCTIONS, TABLE
from adcli.program import Program
from adcli.source import Source

NAMES = sorted(name for row in TABLE.values() for name in row.spelling.yielding)


def script(text: str) -> Program:
    return load_program(Source(text))


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_is_not_called_is_a_variable(name: str) -> None:
    """As an input, in a product with a number, and where a program assigns it."""
    assert load(f"{name}*x + 2{name}")(**{name: 3.0, "x": 5.0}) == 21.0
    assert script(f"{name} = 2\n{name}*x")(x=5.0) == 10.0
    assert script(f"def f({name}, x):\n    return {name}*x\n")(**{name: 3.0, "x": 5.0}) == 15.0
    assert script(f"for {name} in range(3):\n    x = x + {name}\nx")(x=1.0) == 4.0


@pytest.mark.parametrize("name", NAMES)
def test_a_function_of_the_program_has_the_name(name: str) -> None:
    """What a program defines comes first."""
    text = f"def {name}(x):\n    return x + 1\n\ndef f(x):\n    return {name}(x)\n"
    assert script(text)(x=1.0) == 2.0


@pytest.mark.parametrize("name", NAMES)
def test_a_variable_is_not_called(name: str) -> None:
    """Where a name is a variable it stays one: a product needs its sign."""
    with pytest.raises(AdcliError, match=f"'{name}' is a value, not a function"):
        load(f"{name} + {name}(x + 1)")(**{name: 2.0, "x": 1.0})
    row = FUNCTIONS[name]
    arguments = ", ".join(["2" if i in row.integers else "0.5*x" for i in range(row.arity)])
    with pytest.raises(AdcliError, match="is a function and cannot be given a value"):
        load(f"{name}({arguments})")(**{name: 2.0, "x": 1.0})


def test_every_row_that_is_imported_late_leaves_its_name_to_variables() -> None:
    """So a program that only reads a name need not wait for their modules."""
    late = {name: row for name, row in FUNCTIONS.items() if name not in FUNCTIONS.common}
    assert {"sec", "y0", "beta"} <= late.keys()
    for name, row in late.items():
        assert name in row.spelling.yielding
