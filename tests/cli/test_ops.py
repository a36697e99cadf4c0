"""The table of operations with their derivatives."""

from __future__ import annotations

import json
from typing import Any

import pytest

import adcli as library
from adcli.ops.registry import TABLE
from adcli.render.tables.operations import operation_fields, operations

OPERATIONS = operation_fields(operations())


@pytest.mark.parametrize("fields", OPERATIONS, ids=lambda fields: fields["name"])
def test_every_derivative_can_be_typed_again(fields: dict[str, Any]) -> None:
    """Each formula of the table is input of ours, and has the value that reverse mode finds."""
    row = TABLE[fields["name"]]
    ranges = row.domain.samples or ((0.25, 0.75),) * row.arity
    point = {
        name: 2 if k in row.integers else low + (high - low) * (0.375 + 0.125 * k)
        for k, (name, (low, high)) in enumerate(zip(row.parameters, ranges, strict=True))
    }
    slopes = library.load(fields["operation"]).gradient(point, backend="reverse")
    for name, text in fields["derivatives"].items():
        formula = library.load(text)
        value = formula({each: point[each] for each in formula.inputs})
        assert value == pytest.approx(slopes[name], rel=1e-12), name


def test_names_and_operators(adcli: Any) -> None:
    """An operation is found by each of its names; an operator may be several operations."""
    for name in ("ln", "log", "math.log"):
        assert json.loads(adcli("ops", name, "--json")[1])["operations"][0]["name"] == "log"
    code, out, _ = adcli("ops", "-", "--json")
    assert code == 0
    assert [each["name"] for each in json.loads(out)["operations"]] == ["sub", "neg"]
    code, _, err = adcli("ops", "sinn")
    assert (code, "did you mean 'sin'?" in err) == (2, True)


def test_what_no_program_can_write_is_not_listed() -> None:
    """Rows that only the front end and other rows use have no line."""
    names = {each["name"] for each in OPERATIONS}
    assert {"add", "pow", "sin", "polygamma", "lambertw"} < names
    assert not names & {"gauss", "compensated", "polygamma_gain", "lt", "nextafter"}
