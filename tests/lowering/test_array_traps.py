"""Traps of NumPy: small functions whose values must be NumPy's, or an error where NumPy has one.

`array_traps/record.py` writes the reference; where NumPy gives numbers they must be equal to a few
units in the last place, and sums to the last bit.
"""

from __future__ import annotations

import ast
import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

import adcli
from adcli.errors import AdcliError, NotFollowed

HERE = Path(__file__).parent / "array_traps"
REFERENCE: dict[str, Any] = json.loads((HERE / "reference.json").read_text())

#: Traps that are refused: the program says why.
REFUSED = {
    "kinds.scalar_beyond_64_bits": "64 bits",
    "kinds.scalar_that_doubles_beyond_64_bits": "64 bits",
    "kinds.scalar_power_beyond_64_bits": "64 bits",
    "places.new_axis_of_an_array_without_axes_is_a_view": "may have copied or not",
    "places.array_without_axes_changes_its_view": "has another name",
    "sums.empty_sum": "truth value",
    "kinds.integers_that_become_real_in_a_loop": "integers on one path and real",
    "kinds.integers_that_become_real_in_a_branch": "integers on one path and real",
    "functions.two_axes_at_once": "several axes at once",
    "kinds.product_beyond_64_bits": "64 bits",
    "kinds.sum_beyond_64_bits": "64 bits",
    "kinds.doubled_beyond_64_bits": "64 bits",
    "kinds.power_beyond_64_bits": "64 bits",
    "kinds.factorials_beyond_64_bits": "64 bits",
    "kinds.dot_beyond_64_bits": "64 bits",
    "kinds.entries_beyond_64_bits": "64 bits",
    "kinds.output_of_integers_for_reals": "'out' of int64",
    "kinds.vectorized_of_two_kinds": "kind of the first one",
    "stacks.solutions_that_versions_read_in_two_ways": "NumPy 1 and 2 read in two ways",
    "arguments.quantile_by_another_method": "argument 'method'",
    "arguments.quantile_that_keeps_axes": "argument 'keepdims'",
    "arguments.taken_within_ends": "argument 'mode'",
    "arguments.reshaped_copy": "argument 'copy'",
    "arguments.function_of_rows": "argument 'signature'",
    "arguments.array_of_another_kind_without_copy": "where a copy is needed",
    "arguments.singular_values_cut_off": "'rcond' that may cut off",
    "arguments.extreme_with_a_start_of_another_kind": "'initial' of max of another kind",
    "arguments.extreme_of_nothing_with_a_start": "'initial' of max of an empty array",
    "arguments.extreme_where_without_a_start": "'where' of max without 'initial'",
    "arguments.linspace_between_arrays": "linspace between arrays",
    "arguments.comparison_where": "'where' of less",
    "arguments.equal_nan": "argument 'equal_nan'",
    "rare.mask_without_output": "'where' without 'out'",
    "rare.names_for_too_few_entries": "zip of 3 strings and of fewer",
    "aliases.array_without_axes_with_two_names": "without axes .* has another name",
    "aliases.array_without_axes_changed_by_a_call": "without axes .* has another name",
    "aliases.array_without_axes_summed_up_under_two_names": "without axes .* has another name",
    "aliases.array_without_axes_in_a_dict": "without axes .* has another name",
    "scalars.type_of_a_sum": "the type of a number of NumPy",
    "handlers.quotient_by_zero": "NumPy goes on with inf",
    "handlers.root_of_a_negative_number": "NumPy goes on with inf",
    "handlers.overflow": "NumPy goes on with inf",
    "handlers.integers_by_zero": "NumPy goes on with inf, nan or 0",
    "handlers.entry_by_an_entry": "NumPy goes on with inf",
    "handlers.logarithms_of_a_called_function": "NumPy goes on with inf",
    "handlers.generator_without_a_method_that_is_followed": "standard_t of a generator of NumPy",
    "handlers.generator_has_a_method": "an attribute that a method computes",
}


def _point() -> dict[str, Any]:
    spec = importlib.util.spec_from_file_location("array_traps_point", HERE / "point.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: dict[str, Any] = module.POINT
    return found


POINT = _point()


def program(name: str) -> tuple[Any, dict[str, Any]]:
    """A trap and its point."""
    file, function = name.split(".")
    tree = ast.parse((HERE / f"{file}.py").read_text())
    (node,) = [s for s in tree.body if isinstance(s, ast.FunctionDef) and s.name == function]
    at = {a.arg: POINT[a.arg] for a in node.args.args}
    return adcli.load(f"{HERE / file}.py:{function}"), at


def flat(value: Any) -> list[float]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        return [x for part in value for x in flat(part)]
    return [float(value)]


#: Traps that jump at their points, where entries meet a bound.
JUMPS = {
    "functions.elementwise", "functions.searching", "functions.masks", "kinds.floor_division",
    "kinds.remainder", "kinds.clip_ends", "kinds.rounding", "views.rounded_to_decimals",
    "views.found_places", "kinds.sums_of_a_named_kind", "composed.histograms",
    "composed.two_numbers", "handlers.quotients_of_python_beside_numpy",
}  # fmt: skip

#: Traps that have a derivative by every number of their points.
SMOOTH = [
    name
    for name, value in REFERENCE.items()
    if not isinstance(value, dict) and name not in REFUSED and name not in JUMPS
]


@pytest.mark.slow("hundreds of functions of arrays are lowered")
@pytest.mark.parametrize("name", REFERENCE)
def test_values(name: str) -> None:
    expected = REFERENCE[name]
    if name in REFUSED:
        f, at = program(name)
        with pytest.raises(AdcliError, match=REFUSED[name]):
            f(**at)
        return
    if isinstance(expected, dict):
        f, at = program(name)
        with pytest.raises(AdcliError) as caught:
            f(**at)
        assert not isinstance(caught.value, NotFollowed)
        return
    f, at = program(name)
    found = flat(f(**at))
    # matrices are factored in another order than LAPACK does it
    exact = {
        "matrices": 1e-13,
        "stacks": 1e-13,
        "composed": 1e-13,
        "functions": 1e-15,
        "arguments": 1e-13,
    }.get(name.split(".")[0], 5e-16)
    assert found == pytest.approx(flat(expected), rel=exact, abs=0)
    if name.startswith("sums.pairwise"):
        assert found == flat(expected)


def _inner(a: Any, b: Any) -> float:
    return sum(x * y for x, y in zip(flat(a), flat(b), strict=True))


def _moved(value: Any, by: float, number: Any) -> Any:
    if isinstance(value, list):
        return [_moved(part, by, number) for part in value]
    return value + by * next(number)


@pytest.mark.slow("190 programs in two modes, each run three times")
@pytest.mark.parametrize("name", SMOOTH)
def test_derivatives(name: str) -> None:
    """Forward mode, reverse mode and central differences agree along one direction."""
    f, at = program(name)
    numbers = [0.5 + 0.37 * k % 1.0 for k in range(40)]
    direction = {k: _like(v, iter(numbers)) for k, v in at.items()}
    used = {k: v for k, v in direction.items() if k in f.for_point(at).reals}
    if not used:
        return
    tangents = f.jvp(used, **at)
    seeds = [0.3 + 0.17 * k % 1.0 for k in range(len(flat(tangents)))]
    seed = _like(_listed(f(**at)), iter(seeds))
    adjoints = f.vjp(seed, **at)
    assert _inner(tangents, seed) == pytest.approx(
        _inner([adjoints[k] for k in used], list(used.values())), rel=1e-11, abs=1e-12
    )
    h = 1e-6
    ends = [
        flat(f(**{k: _moved(v, sign * h, iter(flat(direction[k]))) for k, v in at.items()}))
        for sign in (1, -1)
    ]
    slopes = [(a - b) / (2 * h) for a, b in zip(*ends, strict=True)]
    assert flat(tangents) == pytest.approx(slopes, rel=1e-5, abs=1e-6)


def _listed(value: Any) -> Any:
    return [_listed(v) for v in value] if isinstance(value, list | tuple) else value


def _like(value: Any, numbers: Any) -> Any:
    if isinstance(value, list):
        return [_like(part, numbers) for part in value]
    return next(numbers)


@pytest.mark.slow("functions of arrays are derived twice")
@pytest.mark.parametrize(
    "name",
    ["sums.ackley", "sums.rastrigin", "sums.log_sum_exp", "broadcasting.pairwise_differences",
     "views.in_function", "views.carried_view", "views.iterate_rows"],
)  # fmt: skip
def test_second_derivatives(name: str) -> None:
    """The Hessian times a direction is the difference of gradients along it."""
    f, at = program(name)
    numbers = [0.5 + 0.37 * k % 1.0 for k in range(40)]
    direction = {k: _like(v, iter(numbers)) for k, v in at.items()}
    found = f.hvp(direction, **at)
    h = 1e-5
    ends = [
        f.gradient(**{k: _moved(v, sign * h, iter(flat(direction[k]))) for k, v in at.items()})
        for sign in (1, -1)
    ]
    for key in at:
        slopes = [
            (a - b) / (2 * h) for a, b in zip(flat(ends[0][key]), flat(ends[1][key]), strict=True)
        ]
        assert flat(found[key]) == pytest.approx(slopes, rel=1e-5, abs=1e-5)
