"""Nonlinear least squares against certified values and against closed forms."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

import adcli
from adcli.applications.distribution_quantiles import student_quantile
from adcli.errors import UsageError

#: The nonlinear regression problems of the Statistical Reference Datasets of NIST.
PROBLEMS = [
    json.loads(line)
    for line in Path(__file__).with_name("nist.jsonl").read_text(encoding="utf-8").splitlines()
]


def agreement(found: float, certified: float) -> float:
    """The log relative error: how many digits agree."""
    if found == certified:
        return 15.0
    return -math.log10(abs(found - certified) / abs(certified))


def fitted(problem: dict[str, Any], start: str) -> Any:
    f = adcli.load(problem["model"])
    y = "log(y)" if problem["log"] else "y"
    return f.fit(problem["data"], problem[start], y=y)


#: Problems that take no time.
QUICK = ("Misra1a", "BoxBOD", "Lanczos2", "Roszman1")
SLOW = pytest.mark.slow("27 problems, some of hundreds of iterations")


@pytest.mark.parametrize("start", ["start1", "start2"])
@pytest.mark.parametrize(
    "problem",
    [pytest.param(p, id=p["name"], marks=[] if p["name"] in QUICK else SLOW) for p in PROBLEMS],
)
def test_certified_values(problem: dict[str, Any], start: str) -> None:
    """Parameters have 8 digits, standard errors and the residual deviation 6, from both starts."""
    found = fitted(problem, start)
    assert found.status == "converged"
    estimates = found.parameters
    for name, certified in problem["certified"].items():
        assert agreement(estimates[name].estimate, certified) >= 8, name
    if problem["name"] == "Lanczos1":
        return  # its residuals are below the rounding of its data
    for name, certified in problem["deviations"].items():
        assert agreement(estimates[name].standard_error, certified) >= 6, name
    assert agreement(found.residual_standard_deviation, problem["residual_deviation"]) >= 6


X = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]
Y = [1.1, 2.9, 5.2, 6.8, 9.1, 11.3]


def test_a_line_has_the_closed_form_of_linear_regression() -> None:
    """Estimates, errors, R², AIC and BIC are those of the normal equations."""
    found = adcli.load("a + b*x").fit({"x": X, "y": Y})
    n, mean = len(X), sum(X) / len(X)
    spread = sum((x - mean) ** 2 for x in X)
    slope = sum((x - mean) * y for x, y in zip(X, Y, strict=True)) / spread
    level = sum(Y) / n - slope * mean
    squares = sum((y - level - slope * x) ** 2 for x, y in zip(X, Y, strict=True))
    s = math.sqrt(squares / (n - 2))
    a, b = found.parameters["a"], found.parameters["b"]
    assert a.estimate == pytest.approx(level, rel=1e-13)
    assert b.estimate == pytest.approx(slope, rel=1e-13)
    assert b.standard_error == pytest.approx(s / math.sqrt(spread), rel=1e-12)
    assert a.standard_error == pytest.approx(s * math.sqrt(1 / n + mean**2 / spread), rel=1e-12)
    assert b.interval == pytest.approx(
        (
            slope - 2.7764451051977987 * b.standard_error,
            slope + 2.7764451051977987 * b.standard_error,
        )
    )
    total = sum((y - sum(Y) / n) ** 2 for y in Y)
    assert found.r_squared == pytest.approx(1 - squares / total)
    likelihood = -n / 2 * (math.log(2 * math.pi * squares / n) + 1)
    assert found.aic == pytest.approx(6 - 2 * likelihood)
    assert found.bic == pytest.approx(3 * math.log(n) - 2 * likelihood)
    assert found.correlation["a"]["b"] == pytest.approx(
        -mean / math.sqrt(spread / n + mean**2), rel=1e-12
    )


def test_the_information_criteria_of_known_errors() -> None:
    """A sigma that is known is no parameter, and scales nothing (Burnham & Anderson, *Model
    Selection and Multimodel Inference*, 2002, section 2.2)."""
    sigma = [0.1, 0.2, 0.1, 0.3, 0.2, 0.1]
    found = adcli.load("a + b*x").fit({"x": X, "y": Y, "s": sigma}, sigma="s", absolute_sigma=True)
    a, b = found.parameters["a"].estimate, found.parameters["b"].estimate
    likelihood = -sum(
        ((y - a - b * x) / s) ** 2 / 2 + math.log(s) + math.log(2 * math.pi) / 2
        for x, y, s in zip(X, Y, sigma, strict=True)
    )
    assert found.aic == pytest.approx(4 - 2 * likelihood)
    assert found.bic == pytest.approx(2 * math.log(6) - 2 * likelihood)


def test_bands_of_a_line() -> None:
    """Confidence and prediction intervals are those of linear regression."""
    found = adcli.load("a + b*x").fit({"x": X, "y": Y})
    bands = found.predict({"x": [7.0]})
    spread = sum((x - 2.5) ** 2 for x in X)
    s = found.residual_standard_deviation
    error = s * math.sqrt(1 / 6 + (7 - 2.5) ** 2 / spread)
    assert bands.standard_error[0] == pytest.approx(error, rel=1e-12)
    low, high = bands.prediction[0]
    assert (high - low) / 2 == pytest.approx(2.7764451051977987 * math.hypot(s, error), rel=1e-9)


@pytest.mark.parametrize(
    ("probability", "degrees", "expected"),
    [(0.975, 1, 12.706204736174698), (0.975, 4, 2.7764451051977987), (0.95, 30, 1.6972608865939587),
     (0.995, 12, 3.0545395893929017), (0.975, 1000, 1.9623390808264078)],
)  # fmt: skip
def test_quantiles_of_students_t(probability: float, degrees: float, expected: float) -> None:
    """They are those of published tables."""
    assert student_quantile(probability, degrees) == pytest.approx(expected, rel=1e-12)


def test_sigma_weights_rows() -> None:
    """A constant fitted with weights is the weighted mean; absolute sigma gives its own error."""
    data = {"y": [1.0, 2.0, 4.0], "s": [0.1, 0.2, 0.2]}
    weights = [100.0, 25.0, 25.0]
    mean = sum(w * y for w, y in zip(weights, data["y"], strict=True)) / 150
    scaled = adcli.load("c").fit(data, y="y", sigma="s").parameters["c"]
    absolute = adcli.load("c").fit(data, y="y", sigma="s", absolute_sigma=True).parameters["c"]
    assert scaled.estimate == absolute.estimate == pytest.approx(mean)
    assert absolute.standard_error == pytest.approx(math.sqrt(1 / 150))
    chi2 = sum(w * (y - mean) ** 2 for w, y in zip(weights, data["y"], strict=True))
    assert scaled.standard_error == pytest.approx(math.sqrt(chi2 / 2 / 150))


def test_what_a_fit_is_not_told_is_asked_for() -> None:
    """A list has as many entries as its indices need, a level is no percentage."""
    f, data = adcli.load("c[0] + c[1]*x + c[2]*x^2"), {"x": X, "y": Y}
    with pytest.raises(UsageError, match="'c' is a list of unknown length") as caught:
        f.fit(data)
    assert caught.value.hint.endswith('--start "c=[1,1,1]"')
    assert f.fit(data, {"c": [1, 1, 1]}).converged
    with pytest.raises(UsageError) as caught:
        adcli.load("a*x").fit(data, level=99)
    assert caught.value.hint == "write 0.99 for 99 %"


def test_sigma_known_makes_intervals_normal() -> None:
    """Where sigma is known nothing is estimated that Student's t would have to allow for: the
    interval is 1.96 standard errors wide on each side, also of as many rows as parameters."""
    data = {"x": [0.0, 1.0, 2.0], "y": [2.0, 4.2, 6.2], "s": [0.1, 0.1, 0.1]}
    for rows in (3, 2):
        some = {name: column[:rows] for name, column in data.items()}
        found = adcli.load("a + b*x").fit(some, sigma="s", absolute_sigma=True)
        slope = found.parameters["b"]
        low, high = slope.interval
        assert (high - low) / 2 == pytest.approx(1.959963984540054 * slope.standard_error)
        assert not [note for note in found.notes if "standard errors" in note]


@pytest.mark.parametrize("absolute", [False, True])
def test_an_observation_is_predicted_with_its_sigma(absolute: bool) -> None:
    """The interval for one more observation has the sigma of its row, in the unit of what is
    fitted; that of all rows if they have the same; none if nobody says it."""
    data = {"x": [0.0, 1.0, 2.0, 3.0], "y": [2.0, 4.2, 6.2, 7.9], "s": [0.1, 0.1, 0.1, 0.2]}
    found = adcli.load("a + b*x").fit(data, sigma="s", absolute_sigma=absolute)
    scale = 1 if absolute else found.residual_standard_deviation
    quantile = 1.959963984540054 if absolute else 0.95 / math.sqrt(0.04875)
    bands = found.predict({"x": [1.5, 1.5], "s": [0.1, 0.3]})
    for (low, high), error, sigma in zip(
        bands.prediction, bands.standard_error, [0.1, 0.3], strict=True
    ):
        wanted = quantile * math.hypot(error, scale * sigma)
        assert (high - low) / 2 == pytest.approx(wanted, rel=1e-12)
    unsaid = found.predict({"x": [1.5]})
    assert unsaid.prediction == [None]
    assert unsaid.confidence == [bands.confidence[0]]
    assert unsaid.notes[-1].startswith("no interval of prediction: ")
    same = adcli.load("a + b*x").fit({**data, "s": [0.1] * 4}, sigma="s", absolute_sigma=absolute)
    low, high = same.predict({"x": [9.0]}).prediction[0]
    plain = same.predict({"x": [9.0], "s": [0.1]}).prediction[0]
    assert (low, high) == plain


def test_predictions_take_time_in_proportion_to_their_rows(monkeypatch: Any) -> None:
    """The residuals are squared once, not once for each row that is predicted."""
    calls = []
    monkeypatch.setattr(
        "adcli.applications.fit_result.math.fsum", lambda v: calls.append(1) or sum(v)
    )
    adcli.load("a + b*x").fit({"x": X, "y": Y}).predict({"x": [float(k) for k in range(50)]})
    assert len(calls) < 5


@pytest.mark.parametrize("loss", ["huber", "soft-l1"])
def test_a_robust_loss_withstands_an_outlier(loss: str) -> None:
    """An outlier moves the line by squares far, by a robust loss little."""
    y = [2 * x + 1 for x in X]
    y[3] += 100
    squares = adcli.load("a + b*x").fit({"x": X, "y": y})
    robust = adcli.load("a + b*x").fit({"x": X, "y": y}, loss=loss, loss_scale=0.1)
    assert abs(squares.parameters["a"].estimate - 1) > 5
    assert robust.parameters["a"].estimate == pytest.approx(1, abs=0.2)
    assert robust.parameters["b"].estimate == pytest.approx(2, abs=0.1)


def test_bounds_and_fixed_parameters() -> None:
    """A parameter at its bound has no error and says so; a fixed one is no parameter."""
    data = {"x": X, "y": Y}
    bounded = adcli.load("a + b*x").fit(data, bounds={"b": (0.0, 1.5)})
    assert bounded.parameters["b"].estimate == 1.5
    assert bounded.parameters["b"].standard_error is None
    assert "b is at its bound" in bounded.notes[1]
    a = sum(y - 1.5 * x for x, y in zip(X, Y, strict=True)) / 6
    assert bounded.parameters["a"].estimate == pytest.approx(a, rel=1e-12)
    fixed = adcli.load("a + b*x").fit(data, fixed={"b": 1.5})
    assert list(fixed.parameters) == ["a"]
    assert fixed.parameters["a"].estimate == pytest.approx(a, rel=1e-12)


def test_a_program_with_a_branch_and_a_vector_of_parameters(tmp_path: Path) -> None:
    """A model may be any program; entries of a list are parameters."""
    path = tmp_path / "broken.py"
    path.write_text(
        "def line(x, b):\n"
        "    if x < 2.5:\n        return b[0] + b[1] * x\n"
        "    return b[0] + b[1] * 2.5 + b[2] * (x - 2.5)\n"
    )
    y = [1 + 2 * x if x < 2.5 else 6 - (x - 2.5) for x in X]
    found = adcli.load(str(path)).fit({"x": X, "y": y}, {"b": [0, 0, 0]})
    numbers = [p.estimate for p in found.parameters.values()]
    assert list(found.parameters) == ["b[0]", "b[1]", "b[2]"]
    assert numbers == pytest.approx([1, 2, -1], abs=1e-12)


def test_an_integer_predictor_counts_iterations(tmp_path: Path) -> None:
    """A column may say how often a loop of the model runs."""
    path = tmp_path / "growth.py"
    path.write_text(
        "def size(n, a, r):\n    for _ in range(n):\n        a = a * (1 + r)\n    return a\n"
    )
    data = {"n": [0, 1, 2, 3, 5], "y": [2 * 1.25**n for n in (0, 1, 2, 3, 5)]}
    found = adcli.load(str(path)).fit(data, {"a": 1, "r": 0.1})
    assert [p.estimate for p in found.parameters.values()] == pytest.approx([2, 0.25])


@pytest.mark.slow("most of a second")
@pytest.mark.parametrize("frequency", [3.0, 7.0, 9.0])
def test_a_minimum_with_large_residuals_is_reached(frequency: float) -> None:
    """A wave of a wrong frequency leaves residuals as large as the data, where Gauss-Newton steps
    go too far; still the end is where the sum of squares is stationary."""
    t = [k / 50 for k in range(50)]
    y = [2 * math.sin(2 * math.pi * 5 * x + 0.4) + 0.1 * math.sin(37 * k) for k, x in enumerate(t)]
    f = adcli.load("A*sin(2*pi*f*t + phi)")
    found = f.fit({"t": t, "y": y}, {"A": 1, "f": frequency, "phi": 0})
    assert found.status == "converged"
    b = {name: found.parameters[name].estimate for name in ("A", "f", "phi")}
    rows = [(f(t=x, **b) - v, f.gradient(t=x, **b)) for x, v in zip(t, y, strict=True)]
    for name in b:
        slope = math.fsum([r * g[name] for r, g in rows])
        size = math.sqrt(
            math.fsum([r * r for r, _ in rows]) * math.fsum([g[name] ** 2 for _, g in rows])
        )
        assert abs(slope) <= 1e-6 * size


def test_a_start_that_nobody_gave_is_within_the_bounds() -> None:
    """It is 1, or the bound that is next to 1."""
    data = {"x": [0.0, 1.0, 2.0], "y": [3.0, 5.1, 7.0]}
    found = adcli.load("a + b*x").fit(data, bounds={"a": (2.0, math.inf)})
    assert found.converged
    assert found.notes[:2] == (
        "no start was given for a: 2 is taken", "no start was given for b: 1 is taken",
    )  # fmt: skip


def test_an_exact_fit_has_errors_of_0() -> None:
    """And says that they tell nothing; sigmas of any size weight rows."""
    found = adcli.load("a + b*x").fit({"x": [0.0, 1.0, 2.0], "y": [3.0, 5.0, 7.0]})
    assert found.parameters["b"].standard_error == 0
    assert "the fit is exact" in found.notes[-1]
    data = {"x": [0.0, 1.0, 2.0], "y": [3.0, 5.1, 7.0], "s": [1.0, 2.0, 1.0]}
    plain = adcli.load("a + b*x").fit(data, sigma="s")
    for unit in (1e-150, 1e150):
        found = adcli.load("a + b*x").fit({**data, "s": [unit, 2 * unit, unit]}, sigma="s")
        assert found.r_squared == pytest.approx(plain.r_squared)
        assert found.parameters["b"].standard_error == pytest.approx(
            plain.parameters["b"].standard_error
        )


@pytest.mark.parametrize("unit", [1e-200, 1e200])
def test_no_standard_error_is_squared(unit: float) -> None:
    """In another unit of x the slope and its error are those in that unit, so are the bands."""
    x, y = [1.0, 2.0, 3.0], [2.0, 3.1, 4.0]
    f = adcli.load("a + b*x")
    plain = f.fit({"x": x, "y": y})
    found = f.fit({"x": [unit * v for v in x], "y": y}, {"b": 1 / unit})
    for name, scale in (("a", 1.0), ("b", unit)):
        one, other = found.parameters[name], plain.parameters[name]
        assert one.standard_error is not None
        assert one.standard_error * scale == pytest.approx(other.standard_error)
    assert found.correlation["a"]["b"] == pytest.approx(plain.correlation["a"]["b"])
    bands = found.predict({"x": [4 * unit]}).standard_error
    assert bands == pytest.approx(plain.predict({"x": [4.0]}).standard_error)


def test_tau_is_said_to_be_a_constant() -> None:
    """A decay with a parameter `tau` would otherwise be fitted with 2 pi in silence."""
    data = {"t": [0.0, 1.0, 2.0, 3.0], "y": [4.0, 3.0, 2.2, 1.7]}
    f = adcli.load("A*exp(-t/tau)")
    assert any("tau is the constant 2*pi" in note for note in f.fit(data).notes)
    found = f.fit(data, {"tau": 3})
    assert set(found.parameters) == {"A", "tau"}
    assert not any("constant" in note for note in found.notes)


def test_e_is_said_to_be_a_constant() -> None:
    """The fifth coefficient of a polynomial is no parameter without a start; `e^x` is no doubt."""
    data = {"t": [0.0, 1.0, 2.0, 3.0], "y": [4.0, 3.0, 2.2, 1.7]}
    for text in ("a + e*t", "a + t*e", "a*t^e"):
        f = adcli.load(text)
        assert any("e is the constant 2.71828" in note for note in f.fit(data).notes)
        found = f.fit(data, {"e": 1.0})
        assert "e" in found.parameters
        assert not any("constant" in note for note in found.notes)
    for text in ("a*e^(-b*t)", "a*e**(-b*t)", "a*exp(-b*t)", "a + b*1e-3*t"):
        found = adcli.load(text).fit(data)
        assert not any("constant" in note for note in found.notes), text
    assert not any(
        "constant" in n for n in adcli.load("a*e").fit({"e": [1.0, 2.0], "y": [1, 3]}).notes
    )


def test_parameters_that_do_not_matter() -> None:
    """They are named, the status is no success, and others keep their errors."""
    unused = adcli.load("a + b*x + 0*c").fit({"x": X, "y": Y})
    assert unused.status == "singular"
    assert any("does not depend on c" in note for note in unused.notes)
    assert unused.parameters["c"].standard_error is None
    assert unused.parameters["a"].standard_error is not None
    confused = adcli.load("a*b*x").fit({"x": X, "y": Y})
    assert confused.status == "singular"
    assert confused.parameters["a"].standard_error is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x,y\n1,2\n2,three\n3,4\n", "the value of 'y' is not a number: 'three'"),
        ("x,y\n1,2\n2,NaN\n3,4\n", "the value of 'y' is missing"),
        ("x,y\n1,2\n2,inf\n3,4\n", "the value of 'y' is inf"),
        ("x,y\n1,2\n2,\n3,4\n", "the value of 'y' is missing"),
        ("x,y\n1,2\n2\n3,4\n", "there is 1 cell for 2 columns"),
        ("1,2\n3,4\n", "there are numbers where the names"),
        ("x,y,y\n1,2,3\n", "there are two columns 'y'"),
        ("x,y\n1,2\n", "1 row of data cannot determine 2 parameters"),
        ("x,y\n", "has no rows of data"),
        ("", "is empty"),
        ("x,z,w\n1,2,3\n", "which column is fitted?"),
    ],
)
def test_bad_data(text: str, message: str, tmp_path: Path) -> None:
    """Each is an error that says where."""
    path = tmp_path / "data.csv"
    path.write_text(text)
    with pytest.raises(UsageError) as caught:
        adcli.load("a + b*x").fit(path)
    assert message in caught.value.message
    if "'y'" in message:
        assert caught.value.span is not None
        assert caught.value.span.line == (3 if "value" in message else 1)


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"y": "z"}, "has no column 'z'"),
        ({"sigma": "s"}, "has no column 's'"),
        ({"sigma": "zero"}, "the sigma of a row is 0.0, not above 0"),
        ({"start": {"c": 1}}, "the start 'c' is no parameter"),
        ({"fixed": {"q": 1}}, "the fixed 'q' is no parameter"),
        ({"bounds": {"q": (0, 1)}}, "the bounded 'q' is no parameter"),
        ({"start": {"a": 1}, "bounds": {"a": (2, 3)}}, "'a' starts at 1, outside its bounds"),
        ({"level": 95}, "a confidence level is between 0 and 1"),
        ({"loss": "cubic"}, "unknown loss 'cubic'"),
    ],
)
def test_bad_choices(choices: dict[str, Any], message: str) -> None:
    """Names and numbers that do not fit are errors."""
    data = {"x": X, "y": Y, "zero": [0.0] * 6}
    with pytest.raises(UsageError, match=message):
        adcli.load("a + b*x").fit(data, **choices)


def test_a_row_without_a_value_is_named(tmp_path: Path) -> None:
    """An error of the model at the start says in which row."""
    path = tmp_path / "data.csv"
    path.write_text("x,y\n1,2\n-2,3\n3,4\n")
    with pytest.raises(adcli.errors.DomainError) as caught:
        adcli.load("a*log(x) + b").fit(path)
    assert caught.value.notes == (f"in row 2 of {path}, line 3",)


def test_missing_values_can_be_dropped(tmp_path: Path) -> None:
    """Rows with a missing value are left out, those with text are still an error."""
    path = tmp_path / "data.csv"
    path.write_text("# comment\nx;y;note\n1;2;a\n2;;b\n3;6;c\nNA;1;d\n")
    found = adcli.load("b*x").fit(path, y="y", missing="drop")
    assert found.parameters["b"].estimate == pytest.approx(2)
    assert len(found.residuals) == 2


def test_formats_of_files(tmp_path: Path) -> None:
    """CSV, TSV, columns between spaces, JSON Lines and JSON have the same data."""
    rows = list(zip(X, Y, strict=True))
    texts = {
        "a.csv": "x,y\n" + "".join(f"{x},{y}\n" for x, y in rows),
        "a.tsv": "x\ty\n" + "".join(f"{x}\t{y}\n" for x, y in rows),
        "a.dat": "  x   y\n" + "".join(f"{x}  {y}\n" for x, y in rows),
        "a.jsonl": "".join(json.dumps({"x": x, "y": y}) + "\n" for x, y in rows),
        "a.json": json.dumps({"x": X, "y": Y}),
    }
    found = set()
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
        found.add(adcli.load("a + b*x").fit(tmp_path / name).sum_of_squares)
    assert len(found) == 1


def test_headings_with_units(tmp_path: Path) -> None:
    """A column is known by the name before its unit, unless two columns have that name."""
    file = tmp_path / "units.csv"
    file.write_text("Time (s),U [mV],s_U (mV)\n0,5,1\n1,3.1,1\n2,1.8,2\n3,1.1,1\n")
    f = adcli.load("U0*exp(-k*Time)")
    found = f.fit(str(file), y="U", sigma="s_U")
    assert set(found.parameters) == {"U0", "k"}
    again = f.fit(str(file), y="U [mV]", sigma="s_U (mV)")
    assert again.parameters == found.parameters
    file.write_text("x (m),x (s),y\n0,5,1\n1,3.1,1\n")
    with pytest.raises(UsageError, match="no column 'x'"):
        adcli.load("a").fit(str(file), y="x")


@pytest.mark.parametrize(
    "head",
    [
        "flow rate;mean U", "flow rate [l/min];mean U (V)", "flow rate, l/min;mean U, V",
        "flow rate / (l/min);mean U / V", "flow rate in l/min;mean U in V", "flow-rate;mean.U",
        "sep=;\nflow_rate;mean_U", '"flow rate, l/min";"mean U, V"',
    ],
)  # fmt: skip
def test_headings_that_are_no_names(tmp_path: Path, head: str) -> None:
    """A model knows a heading of several words by these words, without the unit."""
    file = tmp_path / "flow.csv"
    file.write_text(f"{head}\n0,5;5\n1;3,1\n2;1,8\n3;1,1\n")
    found = adcli.load("a - b*flow_rate").fit(file, y="mean_U")
    assert set(found.parameters) == {"a", "b"}
    asked = head.split(";")[-1].strip('"') if "sep" not in head else "mean_U"
    assert adcli.load("a - b*flow_rate").fit(file, y=asked).parameters == found.parameters


def test_headings_that_differ_in_their_brackets(tmp_path: Path) -> None:
    """Columns that share the name before their brackets have the whole heading in theirs."""
    file = tmp_path / "pipe.csv"
    file.write_text("T (in),T (out)\n1,2\n2,4\n3,7\n")
    found = adcli.load("a*T_in").fit(file, y="T_out")
    assert found.parameters["a"].estimate == pytest.approx(31 / 14)


@pytest.mark.parametrize("delimiter", [";", "\t", " "])
def test_decimal_commas(tmp_path: Path, delimiter: str) -> None:
    """Beside a delimiter that is no comma, a comma is a decimal comma."""
    file = tmp_path / "data.csv"
    text = "x y\n0,5 1,25\n1 2,5e0\n−2,0 -5\n"
    file.write_text(text.replace(" ", delimiter))
    found = adcli.load("a*x").fit(file)
    assert found.parameters["a"].estimate == 2.5


def test_decimal_commas_that_cut_the_first_lines_alike(tmp_path: Path) -> None:
    """The delimiter is the one whose cells are numbers."""
    file = tmp_path / "data.csv"
    file.write_text("time, s;U, V\n1,5;2,5\n2,5;3,5\n3,5;4,6\n")
    found = adcli.load("a*time + b").fit(file, y="U")
    assert found.parameters["a"].estimate == pytest.approx(1.05)


@pytest.mark.parametrize(
    ("text", "message", "column", "hint"),
    [
        ("x;y\n1,234;1\n2,345;2\n", "'1,234'", 1, "write 1.234 if the comma is a decimal"),
        ('x,y\n1,"3,050"\n', "'3,050'", 4, "write 3.050 if the comma is a decimal comma, 3050 if"),
        ("x;y\n0,5;1\n2.5;2\n", "'0,5'", 1, "write 0.5: numbers have decimal points"),
        ('x,y\n1,"1,234,567"\n', "'1,234,567'", 4, "write 1234567"),
        ("x,y\n1,2 V\n", "'2 V'", 3, "write 2: a unit stands in the heading"),
        ("x,y\n2024-01-31,2\n", "'2024-01-31'", 1, "make a column of numbers of it"),
        ("x,y\n12:30:05,2\n", "'12:30:05'", 1, "make a column of numbers of it"),
        ("x,y\n1,inf\n", "is inf", 3, "empty the cell: --missing drop leaves"),
        ("x,y\nNaN,NaN\n", "'x' is missing", 1, "--missing drop leaves such rows out"),
        ("x,y\n1,\n", "'y' is missing", 3, "--missing drop leaves such rows out"),
        ("x,y\n7,#N/A\n", "'y' is missing", 3, "--missing drop leaves such rows out"),
        ("1,2\n3,4\n", "numbers where the names", 1, "write a line of names above, such as x,y"),
        ("x;y\n1.234,5;2\n2.5;3\n", "'1.234,5'", 1, "write 1234.5"),
        ('x,y\n"1,234.5",2\n', "'1,234.5'", 2, "write 1234.5"),
        ("x,y\n[m],[s]\n1,2\n", "'[m]'", 1, "a unit stands in the heading, as in Time (s), and"),
        ("x,y\n20°C,2\n", "'20°C'", 1, "write 20: a unit stands in the heading"),
        ("x,y\n5 %,2\n", "'5 %'", 1, "write 5: a unit stands in the heading"),
        ("#x,y\n1,2\n", "numbers where the names", 1, "if line 1 has the names, remove its #"),
        ("# log\n1,2\n", "numbers where the names", 1, "write a line of names above"),
        ("x y\r1 2\r3 three\r", "'three'", 3, None),
    ],
)  # fmt: skip
def test_a_cell_that_is_no_number(
    tmp_path: Path, text: str, message: str, column: int, hint: str | None
) -> None:
    """The error is at the cell, and says what to write; of two readings neither is taken."""
    file = tmp_path / "data.csv"
    file.write_text(text)
    with pytest.raises(UsageError) as caught:
        adcli.load("a*x").fit(file)
    error = caught.value
    assert message in error.message
    assert error.span is not None
    assert error.span.column == column
    assert error.hint is None if hint is None else (error.hint or "").startswith(hint)


def test_rows_without_a_number_are_dropped(tmp_path: Path) -> None:
    """What R, pandas, spreadsheets and people write for a missing number."""
    file = tmp_path / "data.csv"
    cells = ("", "NA", "n/a", "#N/A", "<NA>", "-", "--", "null", "NaN")
    file.write_text("x,y\n1,2\n" + "".join([f"7,{cell}\n" for cell in cells]) + "2,4\n")
    found = adcli.load("a*x").fit(file, missing="drop")
    assert found.parameters["a"].estimate == 2.0
    assert found.degrees_of_freedom == 1


def test_texts_of_spreadsheets(tmp_path: Path) -> None:
    """UTF-16 with its mark is read; Latin-1 is refused with the command that converts it."""
    file = tmp_path / "data.csv"
    text = "θ (°C);y\n1;2,5\n2;5\n"
    file.write_text(text, encoding="utf-16")
    found = adcli.load("a*θ").fit(file)
    assert found.parameters["a"].estimate == 2.5
    file.write_text("T (°C),y\n1,2\n", encoding="latin-1")
    with pytest.raises(UsageError, match="not UTF-8") as caught:
        adcli.load("a*T").fit(file)
    assert f"iconv -f latin1 -t utf-8 {file}" in (caught.value.hint or "")


def test_parquet(tmp_path: Path) -> None:
    """A Parquet file is read through pyarrow."""
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    parquet.write_table(pyarrow.table({"x": X, "y": Y}), tmp_path / "a.parquet")
    found = adcli.load("a + b*x").fit(tmp_path / "a.parquet")
    assert found.sum_of_squares == adcli.load("a + b*x").fit({"x": X, "y": Y}).sum_of_squares


def test_a_product_written_as_one_name_is_told() -> None:
    """The column x is not used, so ax may be a*x; beside a use of x it is a name."""
    table = {"x": [0.0, 1.0, 2.0], "y": [1.0, 3.0, 5.5]}
    found = adcli.load("ax + b").fit(table, {"ax": 1.0, "b": 1.0}, y="y")
    told = "ax is one parameter, and the column x is not used: to multiply, write a*x"
    assert told in found.notes
    found = adcli.load("ax*x + b").fit(table, {"ax": 1.0, "b": 1.0}, y="y")
    assert not [note for note in found.notes if "is one parameter" in note]
