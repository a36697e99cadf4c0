"""Propagation of uncertainties against published results, other packages, and Monte Carlo."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

import adcli
from adcli.applications.uncertain_numbers import parse, rounded
from adcli.errors import UsageError

#: Constants of CODATA 2018 that are exact.
EXACT = {"h": 6.62607015e-34, "c": 299792458.0, "q": 1.602176634e-19, "k": 1.380649e-23}

#: Name, formula, uncertain inputs, published result.
PUBLISHED: list[tuple[str, str, dict[str, str], str]] = [
    # Eurachem/CITAC, Quantifying Uncertainty in Analytical Measurement (2000), examples A1 and A2
    ("cadmium standard", "1000*m*p/v",
     {"m": "100.28(5)", "p": "0.9999±0.000058", "v": "100.0(0.07)"}, "1002.7±0.86"),
    ("sodium hydroxide", "1000*r*m*p/(w*v)",
     {"m": "0.3888±0.00013", "p": "1.0±0.00029", "w": "204.2212±0.0038", "v": "18.64±0.013",
      "r": "1.0±0.0005"}, "0.10214±0.00010"),
    # JCGM 100:2008 (GUM), H.1: end gauge, in nm
    ("end gauge", "l + d - l*(da*t + a*dt)",
     {"l": "50000623±25", "d": "215±9.7", "a": "11.5e-6±1.2e-6", "t": "-0.1±0.41",
      "da": "0±0.58e-6", "dt": "0±0.029"}, "50000838±32"),
    # JCGM 101:2008, 9.2 and 9.3
    ("sum of four", "a + b + x + y", dict.fromkeys("abxy", "0±1"), "0±2.0"),
    ("mass calibration", "(m + dm)*(1 + (r - 1.2)*(1/rw - 1/rr)) - 1e5",
     {"m": "100000.000±0.050", "dm": "1.234±0.020", "r": "1.2±0.057735", "rw": "8000±577.35",
      "rr": "8000±28.8675"}, "1.2340±0.0539"),
    # Taylor, An Introduction to Error Analysis (2nd ed., 1997), sections 3.7 to 3.9
    ("pendulum", "4*pi^2*l/t^2", {"l": "92.95±0.1", "t": "1.936±0.004"}, "979±4.2"),
    ("cosine of an angle", "cos(t*pi/180)", {"t": "20±3"}, "0.94±0.018"),
    ("snell", "sin(i*pi/180)/sin(r*pi/180)", {"i": "20±1", "r": "13±1"}, "1.52±0.14"),
    # Harvey, Analytical Chemistry 2.1, section 4.3: two deliveries of a pipet, charge,
    # concentration by a signal and a blank, concentration by a pH
    ("pipet", "a + b", {"a": "9.992(6)", "b": "9.992(6)"}, "19.984±0.0085"),
    ("charge", "i*t", {"i": "0.15(1)", "t": "120(1)"}, "18±1.2"),
    ("signal and blank", "(s - b)/k", {"s": "24.37(2)", "b": "0.96(2)", "k": "0.186(3)"},
     "125.9±2.0"),
    ("hydronium", "10^(-p)", {"p": "3.72(3)"}, "1.91e-4±0.13e-4"),
    # Chemistry LibreTexts, Propagation of Error: molar absorptivity by Beer's law
    ("beer", "a/(l*c)", {"a": "0.172807(8)", "l": "1.0(1)", "c": "13.7(3)"}, "0.01261±0.00129"),
    # manuals of the packages GTC (Ohm's law), Measurements.jl (a pendulum, a sine of degrees, sums,
    # a logarithm, an angle) and AstroLib.jl (the flux of a star of some magnitude)
    ("resistance", "V/I", {"V": "0.1±0.001", "I": "15e-3±0.5e-3"}, "6.67±0.23"),
    ("another pendulum", "4*pi^2*l/t^2", {"l": "0.936(1)", "t": "1.942(4)"}, "9.798±0.042"),
    ("sine of an angle", "sin(t*pi/180)", {"t": "94.0(1.2)"}, "0.9976±0.0015"),
    ("sum", "2*a + b", {"a": "4.5(1)", "b": "3.8(4)"}, "12.8±0.45"),
    ("difference", "a - 1.2*b", {"a": "4.5(1)", "b": "3.8(4)"}, "-0.06±0.49"),
    ("logarithm", "log(2*x^2 - 3.4*y)", {"x": "5.48(67)", "y": "9.36±1.02"}, "3.34±0.53"),
    ("direction", "atan2(y, x)", {"x": "5.48(67)", "y": "9.36±1.02"}, "1.041±0.071"),
    ("flux of a star", "10^(-0.4*(m + 21.1))", {"m": "12.54(3)"},
     "3.499451670283562e-14±9.669342299577655e-16"),
    # a laboratory manual: the volume of a box
    ("box", "a*b*c", {"a": "100±0.5", "b": "50±0.5", "c": "20±0.5"}, "1e5±2738.6"),
    # CODATA 2018 (Tiesinga et al., Rev. Mod. Phys. 93, 025010), constants that follow from others
    ("bohr magneton", "q*h/(4*pi*m)", {"m": "9.1093837015(28)e-31"}, "9.2740100783(28)e-24"),
    ("nuclear magneton", "q*h/(4*pi*m)", {"m": "1.67262192369(51)e-27"}, "5.0507837461(15)e-27"),
    ("compton wavelength", "h/(m*c)", {"m": "9.1093837015(28)e-31"}, "2.42631023867(73)e-12"),
    ("proton compton wavelength", "h/(m*c)", {"m": "1.67262192369(51)e-27"},
     "1.32140985539(40)e-15"),
    ("electron mass in MeV", "m*c^2/q/1e6", {"m": "9.1093837015(28)e-31"}, "0.51099895000(15)"),
    ("proton mass in MeV", "m*c^2/q/1e6", {"m": "1.67262192369(51)e-27"}, "938.27208816(29)"),
    ("neutron mass in MeV", "m*c^2/q/1e6", {"m": "1.67492749804(95)e-27"}, "939.56542052(54)"),
    ("electric constant", "q^2/(2*a*h*c)", {"a": "7.2973525693(11)e-3"}, "8.8541878128(13)e-12"),
    ("magnetic constant", "2*a*h/(q^2*c)", {"a": "7.2973525693(11)e-3"}, "1.25663706212(19)e-6"),
    ("impedance of vacuum", "2*a*h/q^2", {"a": "7.2973525693(11)e-3"}, "376.730313668(57)"),
    ("inverse fine structure", "1/a", {"a": "7.2973525693(11)e-3"}, "137.035999084(21)"),
    ("bohr radius", "a/(4*pi*r)", {"a": "7.2973525693(11)e-3", "r": "10973731.568160(21)"},
     "5.29177210903(80)e-11"),
    ("hartree energy", "2*r*h*c", {"r": "10973731.568160(21)"}, "4.3597447222071(85)e-18"),
    ("rydberg energy in eV", "r*h*c/q", {"r": "10973731.568160(21)"}, "13.605693122994(26)"),
    ("planck mass", "sqrt(h*c/(2*pi*g))", {"g": "6.67430(15)e-11"}, "2.176434(24)e-8"),
    ("planck length", "sqrt(h*g/(2*pi*c^3))", {"g": "6.67430(15)e-11"}, "1.616255(18)e-35"),
    ("planck time", "sqrt(h*g/(2*pi*c^5))", {"g": "6.67430(15)e-11"}, "5.391247(60)e-44"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "inputs", "published"), [
    pytest.param(*case[1:], id=case[0]) for case in PUBLISHED
])  # fmt: skip
def test_published_results(text: str, inputs: dict[str, str], published: str) -> None:
    """Value and uncertainty have the digits that were published."""
    f = adcli.load(text)
    exact = {n: v for n, v in EXACT.items() if n in f.inputs and n not in inputs}
    found = f.propagate({**inputs, **exact})
    expected = parse(published)
    digit = 10 ** math.floor(math.log10(expected.uncertainty) - 1)
    assert found.value == pytest.approx(expected.value, abs=expected.uncertainty * 0.12 + digit)
    # published uncertainties of the inputs are rounded to two digits
    tolerance = max(0.75 * digit, 0.025 * expected.uncertainty)
    assert found.uncertainty == pytest.approx(expected.uncertainty, abs=tolerance)
    assert sum(found.budget.values()) == pytest.approx(1)


#: JCGM 100:2008, table H.2: five simultaneous observations.
OBSERVED = {
    "V": [5.007, 4.994, 5.005, 4.990, 4.999],
    "I": [19.663e-3, 19.639e-3, 19.640e-3, 19.685e-3, 19.678e-3],
    "phi": [1.0456, 1.0438, 1.0468, 1.0428, 1.0433],
}


def test_simultaneous_observations() -> None:
    """GUM H.2: resistance, reactance and impedance with their uncertainties and correlations."""
    from adcli.applications.uncertainty_propagation import from_observations

    means, correlations = from_observations(OBSERVED)
    f = adcli.load("[V/I*cos(phi), V/I*sin(phi), V/I]")
    found = f.propagate(means, correlations=correlations)
    assert found.value == pytest.approx([127.732, 219.847, 254.260], abs=5e-4)
    assert found.uncertainty == pytest.approx([0.071, 0.295, 0.236], abs=6e-4)
    c = found.covariance
    r = {(i, j): c[i][j] / math.sqrt(c[i][i] * c[j][j]) for i in range(3) for j in range(i)}
    assert r == pytest.approx({(1, 0): -0.588, (2, 0): -0.485, (2, 1): 0.993}, abs=6e-4)


def test_second_order_of_the_guide() -> None:
    """GUM H.1.7 and JCGM 101 9.3: where products of uncertainties count."""
    named = {case[0]: case for case in PUBLISHED}
    gauge = named["end gauge"]
    found = adcli.load(gauge[1]).propagate(gauge[2], order=2)
    assert found.uncertainty == pytest.approx(34, abs=0.5)
    mass = named["mass calibration"]
    found = adcli.load(mass[1]).propagate(mass[2], order=2)
    assert found.uncertainty == pytest.approx(0.0750, abs=5e-5)
    assert "not linear" in adcli.load(mass[1]).propagate(mass[2]).notes[0]


@pytest.mark.parametrize(
    ("text", "mean", "variance"),
    [
        # moments of a normal variable, m = 2, s = 0.5
        ("x^2", 4 + 0.25, 4 * 4 * 0.25 + 2 * 0.25**2),
        ("3*x + 1", 7.0, 9 * 0.25),
        ("(x - 2)^2", 0.25, 2 * 0.25**2),
    ],
)
def test_second_order_is_exact_for_parabolas(text: str, mean: float, variance: float) -> None:
    """Then there is no third order."""
    found = adcli.load(text).propagate({"x": "2±0.5"}, order=2)
    assert found.value == pytest.approx(mean, rel=1e-14)
    assert found.uncertainty == pytest.approx(math.sqrt(variance), rel=1e-14)


def test_a_product_has_the_variance_of_second_order_done_by_hand() -> None:
    """Var(xy) = x²u_y² + y²u_x² + u_x²u_y² for independent normal x and y."""
    found = adcli.load("x*y").propagate({"x": "3±0.4", "y": "5±0.7"}, order=2)
    expected = 9 * 0.49 + 25 * 0.16 + 0.16 * 0.49
    assert found.uncertainty == pytest.approx(math.sqrt(expected), rel=1e-14)


def test_covariance_is_handled() -> None:
    """x - x has no uncertainty, x - y has none if they are one, and more if they oppose."""
    assert adcli.load("x - x").propagate({"x": "1.0±0.1"}).uncertainty == 0
    f, point = adcli.load("x - y"), {"x": "1.0±0.1", "y": "1.0±0.1"}
    assert f.propagate(point, correlations={("x", "y"): 1.0}).uncertainty == pytest.approx(
        0, abs=1e-9
    )
    assert f.propagate(point, correlations={("x", "y"): -1.0}).uncertainty == pytest.approx(0.2)
    assert f.propagate(point, covariances={("x", "y"): 0.005}).uncertainty == pytest.approx(0.1)
    shares = f.propagate(point, correlations={("x", "y"): 0.5}).budget
    assert shares == pytest.approx({"x": 0.5, "y": 0.5})


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("a*exp(-b*t)", {"a": "2.0(1)", "b": "0.30(2)", "t": "1.5(3)"}),
        ("sqrt(x^2 + y^2)", {"x": "3.0±0.1", "y": "4.0±0.2"}),
        ("atan2(y, x)", {"x": "3.0±0.1", "y": "4.0±0.2"}),
        ("log(x)*y^x", {"x": "1.5±0.1", "y": "2.5±0.05"}),
    ],
)
def test_the_package_uncertainties_agrees(text: str, point: dict[str, str]) -> None:
    """Its derivatives are found in another way."""
    uncertainties = pytest.importorskip("uncertainties")
    from uncertainties import umath

    names = {n: getattr(umath, n) for n in ("exp", "sqrt", "atan2", "log")}
    values = {n: uncertainties.ufloat(*parse(v)) for n, v in point.items()}
    other = eval(text.replace("^", "**"), names, values)
    found = adcli.load(text).propagate(point)
    assert (found.value, found.uncertainty) == pytest.approx((other.n, other.s), rel=1e-12)


@pytest.mark.parametrize(
    "count", [20_000, pytest.param(1_000_000, marks=pytest.mark.slow("1e6 samples"))]
)
def test_monte_carlo_agrees_where_the_program_is_linear(count: int) -> None:
    """Within its own error, with correlation; there is no note."""
    found = adcli.load("2*x - y + 1").propagate(
        {"x": "1.0±0.1", "y": "2.0±0.3"}, correlations={("x", "y"): 0.4}, samples=count, seed=7
    )
    drawn = found.monte_carlo
    assert abs(drawn.mean - found.value) < 4 * drawn.mean_error
    assert abs(drawn.deviation - found.uncertainty) < 4 * drawn.deviation_error
    assert drawn.deviation_error == pytest.approx(found.uncertainty / math.sqrt(2 * count), rel=0.1)
    low, high = drawn.interval
    assert (high - low) / (2 * found.uncertainty) == pytest.approx(1.96, rel=0.03)
    assert found.notes == ()


def test_monte_carlo_notes_where_it_is_not_linear() -> None:
    """The first order is wrong, and both notes say so; a seed gives the same samples."""
    f, point = adcli.load("exp(x)"), {"x": "1.0±0.8"}
    found = f.propagate(point, samples=5000, seed=1)
    assert "not linear" in found.notes[0]
    assert "Monte Carlo does not agree with the first order" in found.notes[1]
    assert f.propagate(point, samples=5000, seed=1).monte_carlo == found.monte_carlo
    assert f.propagate(point, samples=5000, seed=2).monte_carlo != found.monte_carlo


def test_samples_without_a_value_are_counted() -> None:
    """log of what may be negative has no value at some samples, infinity is none."""
    found = adcli.load("log(x)").propagate({"x": "1.0±0.5"}, samples=2000)
    assert found.monte_carlo.failures == pytest.approx(2000 * 0.02275, rel=0.4)
    assert "no finite value at" in found.notes[-1]


@pytest.mark.parametrize(
    ("text", "value", "uncertainty"),
    [
        ("1.20±0.05", 1.2, 0.05), ("1.20+/-0.05", 1.2, 0.05), ("1.20+-0.05", 1.2, 0.05),
        ("3.1(2)", 3.1, 0.2), ("1.234(56)", 1.234, 0.056), ("12 (3)", 12, 3), ("2(1.5)", 2, 1.5),
        ("6.62607015(81)e-34", 6.62607015e-34, 8.1e-42), ("(1.20±0.05)e3", 1200, 50),
        ("-2.5 ± 0.1", -2.5, 0.1), ("\N{MINUS SIGN}2.5(1)", -2.5, 0.1), ("200±5%", 200, 10),
        ("1e3±2e1", 1000, 20), (".5(1)", 0.5, 0.1),
    ],
)  # fmt: skip
def test_how_numbers_are_typed(text: str, value: float, uncertainty: float) -> None:
    """Each way of writing means the same everywhere."""
    assert parse(text) == pytest.approx((value, uncertainty), rel=1e-14)


@pytest.mark.parametrize(
    "text", ["1.2±", "±0.1", "1.2(a)", "1±2±3", "(1±2", "1±-2", "1.2()", "x±1"]
)
def test_what_is_no_number_with_an_uncertainty(text: str) -> None:
    with pytest.raises(UsageError):
        parse(text)


@pytest.mark.parametrize(
    ("value", "uncertainty", "text"),
    [
        (1.23412, 0.0562, "1.234 ± 0.056"), (1.2, 0.0996, "1.20 ± 0.10"), (0.0, 0.5, "0.00 ± 0.50"),
        (123456.0, 451.0, "123460 ± 450"), (6.62607e-34, 1.2e-39, "(6.626070 ± 0.000012)e-34"),
        (12.0, 3.0, "12.0 ± 3.0"), (1e10, 2e8, "(1.000 ± 0.020)e10"),
        (0.004, 0.0003, "0.00400 ± 0.00030"),
        (-1.5, 12.3, "-2 ± 12"), (5.0, 0.0, "5 ± 0"), (1e200, 5e199, "(1.00 ± 0.50)e200"),
        (1.0, 2e200, "(0.0 ± 2.0)e200"), (0.0, 1.4e-6, "(0.0 ± 1.4)e-6"),
    ],
)  # fmt: skip
def test_results_are_rounded_as_metrology_does(value: float, uncertainty: float, text: str) -> None:
    """Two digits of the uncertainty, and the value to the same place (GUM 7.2.6)."""
    assert rounded(value, uncertainty) == text


def test_arrays_and_several_results() -> None:
    """Entries of arrays have uncertainties of their own."""
    f = adcli.load("sum(x)/2")
    found = f.propagate({"x": ["1.0±0.3", "2.0±0.4"]})
    assert found.uncertainty == pytest.approx(0.25)
    assert list(found.budget) == ["x[0]", "x[1]"]
    both = adcli.load("[x + y, x - y]").propagate({"x": "1±0.3", "y": "2±0.4"})
    assert both.uncertainty == pytest.approx([0.5, 0.5])
    assert both.covariance[0][1] == pytest.approx(0.09 - 0.16)


@pytest.mark.parametrize("unit", [1e-200, 1e-160, 1.0, 1e160, 1e200])
def test_no_uncertainty_is_squared(unit: float) -> None:
    """In another unit the result is the same in that unit, where squares leave the doubles too."""
    f = adcli.load("x*y*s")
    point = {"x": (2.0, 0.1), "y": (3.0, 0.2), "s": 1.0}
    plain = f.propagate(point, order=2, correlations={("x", "y"): 0.3})
    for moved in ({"s": unit}, {"x": (2 * unit, 0.1 * unit)}):
        covariance = 0.3 * 0.1 * 0.2 * (unit if "x" in moved else 1.0)
        found = f.propagate({**point, **moved}, order=2, covariances={("x", "y"): covariance})
        assert found.value == pytest.approx(plain.value * unit)
        assert found.uncertainty == pytest.approx(plain.uncertainty * unit)
        assert found.budget == pytest.approx(plain.budget)


def test_what_is_too_large_for_a_double_is_no_silent_infinity() -> None:
    """The first order is an error, the second one a note, unless it is what is asked for."""
    with pytest.raises(UsageError, match="uncertainty of the result is too large"):
        adcli.load("x*1e200").propagate({"x": (1.0, 1e200)})
    square = adcli.load("x^2")
    assert "too large for a double" in square.propagate({"x": (1.0, 1e200)}).notes[0]
    with pytest.raises(UsageError, match="the second order is too large"):
        square.propagate({"x": (1.0, 1e200)}, order=2)


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"correlations": {("x", "z"): 0.5}}, "'z' has a correlation but no uncertainty"),
        ({"correlations": {("x", "y"): 1.5}}, "lies between -1 and 1"),
        ({"correlations": {("x", "x"): 1.0}}, "correlated with itself"),
        ({"covariances": {("x", "y"): 1.0}}, "more than the uncertainties of 'x' and 'y' allow"),
        ({"order": 3}, "the order is 1 or 2"),
        ({"samples": 1}, "two samples at least"),
    ],
)
def test_bad_choices(choices: Any, message: str) -> None:
    """Numbers that no variables have are errors."""
    with pytest.raises(UsageError, match=message):
        adcli.load("x + y").propagate({"x": "1±0.1", "y": "1±0.1"}, **choices)


def test_bad_points() -> None:
    """An uncertain integer, and what is no input."""
    with pytest.raises(UsageError, match="is no input"):
        adcli.load("x").propagate({"x": 1.0, "y": "1±0.1"})
    with pytest.raises(UsageError, match="must be"):
        adcli.load("x").propagate({"x": {"value": 1}})


def test_the_command_reads_points_and_files(adcli_command: Any, tmp_path: Path) -> None:
    """Text, JSON and columns of observations."""
    code, out, _ = adcli_command("propagate", "x*y", "--at", "x=2±0.1,y=3.0(2)", "--json")
    found = json.loads(out)
    assert (code, found["value"]) == (0, 6.0)
    assert found["uncertainty"] == pytest.approx(0.5)
    assert found["budget"] == pytest.approx({"x": 0.36, "y": 0.64})
    path = tmp_path / "point.json"
    path.write_text('{"x": {"value": 2, "uncertainty": 0.1}, "y": "3.0(2)"}')
    assert json.loads(adcli_command("propagate", "x*y", "--at", f"@{path}", "--json")[1]) == found
    data = tmp_path / "data.csv"
    names = ",".join(OBSERVED)
    rows = zip(*OBSERVED.values(), strict=True)
    data.write_text(names + "\n" + "".join(",".join(map(str, row)) + "\n" for row in rows))
    code, out, _ = adcli_command("propagate", "V/I", "--data", str(data), "--json")
    assert json.loads(out)["uncertainty"] == pytest.approx(0.236, abs=5e-4)
    for typed in (
        "x=2±0.1 y=3.0(2)", "x = 2 ± 0.1; y=3.0(2)", "x=4/2±0.1,y=3.0 +/- 1/5",
        "x: 2 ± 0.1, y: 3.0 (2)", "{x: 2±0.1, y: 3.0(2)}",
        '{"x": {"value": 2, "uncertainty": 0.1}, "y": "3.0(2)"}',
    ):  # fmt: skip
        code, out, _ = adcli_command("propagate", "x*y", "--at", typed, "--json")
        assert json.loads(out)["uncertainty"] == pytest.approx(0.5), typed
    code, out, _ = adcli_command("propagate", "sum(x)", "--at", "x=[1±0.3, 2.0(4)]", "--json")
    assert json.loads(out)["uncertainty"] == pytest.approx(0.5)
    code, out, err = adcli_command("propagate", "x", "--at", "x=1±0.1", "--correlation", "x=1")
    assert code == 2
    assert "of the form x,y=0.3" in err


def test_sensitivity() -> None:
    """Derivative, elasticity, change for one per cent, and the condition number."""
    found = adcli.load("m*g*h + m*v^2/2").sensitivity({"m": 2, "g": 9.81, "h": 3, "v": 4})
    assert [i.name for i in found.inputs] == ["m", "h", "g", "v"]
    first = found.inputs[0]
    assert (first.elasticity, first.change) == pytest.approx((1.0, 0.7486))
    assert found.condition == pytest.approx(1 + (2 * 58.86 + 2 * 16) / 74.86)
    zero = adcli.load("x - y").sensitivity({"x": 1, "y": 1})
    assert zero.condition is None
    assert "no elasticities" in zero.notes[0]
    assert "look at the derivative by x" in adcli.load("x + 1").sensitivity({"x": 0}).notes[0]


def test_digits_in_parentheses_are_never_a_factor(adcli_command: Any, tmp_path: Path) -> None:
    """`-1.20(5)` with the minus sign of mathematics is no product; what is unclear is refused."""
    typed = "x=\N{MINUS SIGN}1.20(5)"
    _, out, _ = adcli_command("propagate", "x", "--at", typed, "--json")
    found = json.loads(out)
    assert (found["value"], found["uncertainty"]) == pytest.approx((-1.2, 0.05))
    for typed in ("x=1.2e3(5)", "x=1.20(5)%", "x=2(3)*4"):
        code, _, err = adcli_command("propagate", "x", "--at", typed)
        assert (code, "is no number with an uncertainty" in err) == (2, True), typed
    data = tmp_path / "data.csv"
    data.write_text("x\n1\nnan\n")
    code, _, err = adcli_command("propagate", "x", "--data", str(data))
    assert (code, "is missing" in err, "--missing" in err) == (2, True, False)


@pytest.mark.parametrize(
    ("typed", "message", "hint"),
    [
        ("x=5 ± 0.02 V", "the uncertainty of 'x' is not a number: '0.02 V'", "write 0.02:"),
        ("x=[1,2]±0.1", "each entry of 'x' has an uncertainty", "write x=[1±0.1, 2±0.1]"),
        ("x=[1,2±0.1", "not the list: '[1,2±0.1'", "write the ']' that belongs to it"),
        ("x=[1 V,2±0.1]", "an entry of 'x' is not a number: '1 V'", "write 1:"),
    ],
)
def test_what_is_no_uncertainty_is_said(
    adcli_command: Any, typed: str, message: str, hint: str
) -> None:
    """The message quotes what was typed, and the hint has its numbers."""
    code, _, err = adcli_command("propagate", "sum(x)", "--at", typed)
    assert (code, message in err, f"hint: {hint}" in err) == (2, True, True), err


def test_only_propagate_takes_uncertainties(adcli_command: Any) -> None:
    """A point with uncertainties in JSON is refused by other commands, with what to write."""
    point = '{"x": {"value": 2, "uncertainty": 0.1}}'
    code, _, err = adcli_command("eval", "x", "--at", point)
    assert (code, "not an object" in err, "write its value alone" in err) == (2, True, True)


@pytest.mark.parametrize(
    ("text", "slope", "kink"),
    [
        ("max(x,0) - max(-x,0)", 1.0, False),
        ("min(x,-x) + max(x,-x)", 0.0, False),
        ("abs(x)", 0.0, True),
    ],
)
def test_ties_have_the_derivatives_of_grad(
    adcli_command: Any, text: str, slope: float, kink: bool
) -> None:
    """Where two branches meet, one-sided derivatives tell the slope, or that there is none."""
    for call in (("propagate", text, "--at", "x=0±0.1"), ("sensitivity", text, "--at", "x=0")):
        _, out, err = adcli_command(*call, "--json")
        found = json.loads(out)
        gradient = found["gradient"]["x"] if "gradient" in found else None
        assert slope == (found["sensitivity"]["x"]["derivative"] if gradient is None else gradient)
        assert any(["kink" in note for note in found.get("notes", [])]) == kink, err


def test_two_observations_are_fully_correlated(adcli_command: Any, tmp_path: Path) -> None:
    """What cancels by that is 0, without shares of rounding errors, and a note tells why."""
    data = tmp_path / "data.csv"
    data.write_text("V,I\n5.0,0.01\n5.1,0.0102\n")
    code, out, _ = adcli_command("propagate", "V/I", "--data", str(data), "--json")
    found = json.loads(out)
    assert (code, found["uncertainty"], found["budget"]) == (0, 0.0, {"V": 0.0, "I": 0.0})
    (note,) = found["notes"]
    assert note.startswith("two observations are always fully correlated")
    option = note.partition(": ")[2].partition(" takes")[0]
    assert option == "--correlation V,I=0"
    for option in ("V,I=0", "I,V=0"):
        line = ["propagate", "V/I", "--data", str(data), "--correlation", option, "--json"]
        found = json.loads(adcli_command(*line)[1])
        assert found["uncertainty"] == pytest.approx(7.0, abs=0.01)
        assert not [n for n in found.get("notes", []) if "two observations" in n]


def test_a_covariance_says_that_two_observations_are_independent(
    adcli_command: Any, tmp_path: Path
) -> None:
    data = tmp_path / "data.csv"
    data.write_text("V,I\n5.0,0.01\n5.1,0.0102\n")
    line = ["propagate", "V/I", "--data", str(data), "--covariance", "V,I=0", "--json"]
    found = json.loads(adcli_command(*line)[1])
    assert found["uncertainty"] > 1
    assert not [n for n in found.get("notes", []) if "two observations" in n]


@pytest.mark.parametrize("text", ["x + y + z", "z + x + y"])
def test_what_cancels_leaves_a_small_uncertainty_beside_it(text: str) -> None:
    """Rounding of large changes that cancel is none of an independent input's small one."""
    found = adcli.load(text).propagate(
        {"x": (1.0, 1e8), "y": (1.0, 1e8), "z": (1.0, 1e-6)}, correlations={("x", "y"): -1.0}
    )
    assert found.uncertainty == 1e-6
    assert found.budget == {"x": 0.0, "y": 0.0, "z": 1.0}


def test_columns_that_are_proportional_cancel() -> None:
    """Rounding of their correlation leaves no uncertainty in the ratio."""
    cells = [1.1, 1.3, 1.7, 1.9, 2.3]
    data = {"x": cells, "y": [3.3 * c for c in cells]}
    assert adcli.load("x/y").propagate({}, data=data).uncertainty == 0.0


def test_large_changes_do_not_cancel() -> None:
    """Their length as independent ones would be too large for a double."""
    found = adcli.load("x + y").propagate(
        {"x": (0.0, 1.5e308), "y": (0.0, 1.5e308)}, correlations={("x", "y"): -0.5}
    )
    assert found.uncertainty == pytest.approx(1.5e308)


def test_a_correlation_is_given_once(adcli_command: Any) -> None:
    """Also in the other order of its inputs."""
    line = ["propagate", "a*b", "--at", "a=2.0(1),b=3.0(1)", "--correlation", "a,b=0.5"]
    for again in ("a,b=0.2", "b,a=0.5"):
        code, _, err = adcli_command(*line, "--correlation", again)
        assert (code, "--correlation is given twice" in err) == (2, True)


def test_a_space_before_per_cent(adcli_command: Any) -> None:
    found = [
        json.loads(adcli_command("propagate", "x", "--at", f"x=2.0±{size}", "--json")[1])
        for size in ("1%", "1 %", " 1 %")
    ]
    assert [f["uncertainty"] for f in found] == [0.02, 0.02, 0.02]
