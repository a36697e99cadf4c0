"""The schemas of replies, with options that the examples in helps do not have."""

from __future__ import annotations

import json
import shlex
from typing import Any

import pytest
from command_examples import NAMES, ROOT
from jsonschema import Draft202012Validator, ValidationError
from reply_validation import validate

CALLS = [
    'eval "[x, 2x]" --at x=[1,2]',
    'eval "log(x)" --at x=0 --nonfinite propagate',
    'grad "x^2" --at x=3 --backend finite-difference',
    'grad "x*log(x - y)" --at x=1,y=2 --nonfinite propagate',
    'hess "x^2*y" --at x=3,y=1 --backend finite-difference',
    'jac "[x*y, y]" --at x=1,y=[2,3] --backend finite-difference',
    "run samples/polar.py --at x=3,y=-4",
    'taylor "[x, x^2]" --at x=1 --order 2',
    'diff "[x*y, x^2/y]" --cse --steps',
    'diff "x^2*y/x" --hessian --cse',
    'diff "x^2 + y^2 = 25" --implicit y --steps',
    'simplify "[x/x, sqrt(x^2)]" --steps --cse',
    'swell "sin(x)^n" --over n=1..3',
    'trace "x*sin(x)" --at x=1 --mode both',
    'trace "x*sin(x)" --at x=1 --dual',
    'trace "x*sin(x)" --at x=1 --second',
    "trace samples/newton.py --at a=2 --iterations 0,last",
    "graph samples/newton.py --at a=2",
    'plot "1/x" --over x=-1:1',
    'check "x^2" --claim "3x" --at x=1',
    "ir samples/newton.py",
    'fit "y = a + b*x" --data docs/data/misra1a.csv --predict docs/data/misra1a.csv',
    'minimize "(x-1)^2 + y^2" --at x=0,y=0 --starts 2 --bound x=0:3,y=-1:1 --seed 1',
    'propagate samples/polar.py --at "x=3.0(1),y=-4.0(1)" --order 1',
    'compare "x[0]^2 + x[1]" --at x=[1,2]',
    "convergence samples/horner.ad --at x=0.75,a=1.5,b=-2.25,c=0.5,d=3 --wrt x",
    "explore samples/newton.py --at a=2",
    "samples",
    "ops",
    "help",
]


@pytest.mark.slow("a JSON Schema is compiled for each command")
@pytest.mark.parametrize("call", CALLS)
def test_replies_are_as_their_schema_says(
    adcli: Any, call: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No field is missing, of another type, or not described."""
    monkeypatch.chdir(ROOT)
    _, out, _ = adcli(*shlex.split(call), "--json")
    found = json.loads(out)
    assert "error" not in found, found["error"]
    validate(found)


@pytest.mark.parametrize(
    "call",
    [
        "x --at x=0",
        '"x^2" --at x=1 --method adam --max-iterations 5',
        '"max(x, -2*x) + y^2" --at x=5,y=1',
    ],
)
def test_a_search_that_failed_is_as_the_schema_says(adcli: Any, call: str) -> None:
    """The kind of an end that was not looked at is null."""
    code, out, _ = adcli("minimize", *shlex.split(call), "--json")
    found = json.loads(out)
    assert (code, found["kind"]) == (1, None)
    validate(found)


@pytest.mark.parametrize("name", [n for n in NAMES if n != "help"])
def test_errors_are_as_the_schema_says(adcli: Any, name: str) -> None:
    """Every command has the same object for an error."""
    code, out, _ = adcli(name, "log(x", "--at", "x=1", "--no-such-option", "--json")
    found = json.loads(out)
    assert (code, found["error"]["kind"]) == (2, "usage")
    if found["command"] is not None:
        validate(found)


def test_a_domain_error_is_as_the_schema_says(adcli: Any) -> None:
    """An error with a place in the text."""
    found = json.loads(adcli("grad", "log(x)", "--at", "x=-1", "--json")[1])
    assert found["error"]["column"] == 1
    validate(found)


def test_a_schema_tells_wrong_replies(adcli: Any) -> None:
    """What is missing, of another type, or of another command does not pass."""
    reply = json.loads(adcli("grad", "x^2", "--at", "x=3", "--json")[1])
    schema = json.loads(adcli("schema", "grad")[1])
    assert json.loads(adcli("schema", "grad", "--json")[1])["json_schema"] == schema
    validator = Draft202012Validator(schema)
    validator.validate(reply)
    validator.validate({**reply, "later": 1})
    without = {key: value for key, value in reply.items() if key != "gradient"}
    for wrong in (without, {**reply, "gradient": 6}, {**reply, "schema": "adcli/2"}):
        with pytest.raises(ValidationError):
            validator.validate(wrong)
    with pytest.raises(ValidationError):
        validate({**reply, "later": 1})


def test_a_command_that_is_not_there(adcli: Any) -> None:
    code, _, err = adcli("schema", "gradd")
    assert (code, "did you mean 'grad'?" in err) == (2, True)
