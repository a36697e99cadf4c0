"""Nonlinear least squares on NIST's problems: adcli beside scipy and lmfit.

    python benchmarks/fitting.py

For each of the 27 problems from both certified starts, how many digits of the parameters and of the
standard errors agree with the certified values (the least of them), whether success is claimed, and
how long it takes.  scipy.optimize.curve_fit runs with differences and with adcli's exact Jacobian,
lmfit with differences, all with tolerances of 1e-15.  An answer is wrong if it has fewer than 4
digits and claims success.
"""

from __future__ import annotations

import json
import math
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import curve_fit

import adcli

TIGHT = {"ftol": 1e-15, "xtol": 1e-15, "gtol": 1e-15}

PROBLEMS = Path(__file__).parents[1] / "tests/applications/nist.jsonl"


class Found(NamedTuple):
    """Estimates, standard errors, and whether success was claimed."""

    estimates: list[float]
    errors: list[float]
    claimed: bool


def by_adcli(problem: dict[str, Any], start: str) -> Found:
    f = adcli.load(problem["model"])
    fit = f.fit(problem["data"], problem[start], y="log(y)" if problem["log"] else "y")
    found = [fit.parameters[name] for name in problem["certified"]]
    errors = [p.standard_error or math.nan for p in found]
    return Found([p.estimate for p in found], errors, fit.converged)


def _numpy_model(problem: dict[str, Any]) -> tuple[Callable[..., Any], Any, Any, list[str]]:
    """The model for NumPy, its predictors, what is observed, and its parameters."""
    names = list(problem["certified"])
    xs = {n: np.array(v) for n, v in problem["data"].items() if n != "y"}
    y = np.array(problem["data"]["y"])
    code = compile(problem["model"].replace("^", "**"), problem["name"], "eval")
    known = {n: getattr(np, n) for n in ("exp", "log", "sin", "cos", "pi")}
    known["atan"] = known["arctan"] = np.arctan

    def model(_: Any, *b: float) -> Any:
        return eval(code, known, {**xs, **dict(zip(names, b, strict=True))})

    return model, next(iter(xs.values())), np.log(y) if problem["log"] else y, names


def by_curve_fit(problem: dict[str, Any], start: str, *, exact: bool = False) -> Found:
    model, x, y, names = _numpy_model(problem)
    jac = None
    if exact:
        f = adcli.load(problem["model"])
        data = {n: v for n, v in problem["data"].items() if n != "y"}
        s = f.scipy({**data, **problem[start]}, wrt=names)

        def jac(_: Any, *b: float) -> Any:
            return np.array(s.jac(b))

    b, c = curve_fit(model, x, y, list(problem[start].values()), jac=jac, maxfev=20000, **TIGHT)
    return Found(list(b), list(np.sqrt(np.diag(c))), bool(np.all(np.isfinite(c))))


def by_lmfit(problem: dict[str, Any], start: str) -> Found:
    import lmfit

    model, x, y, names = _numpy_model(problem)
    parameters = lmfit.Parameters()
    for n, v in problem[start].items():
        parameters.add(n, value=v)
    found = lmfit.minimize(
        lambda p: model(x, *[p[n].value for n in names]) - y, parameters, max_nfev=20000, **TIGHT
    )
    errors = [found.params[n].stderr or math.nan for n in names]
    return Found([found.params[n].value for n in names], errors, found.success and found.errorbars)


WAYS: dict[str, Callable[[dict[str, Any], str], Found]] = {
    "adcli": by_adcli,
    "curve_fit": by_curve_fit,
    "curve_fit + jac": lambda problem, start: by_curve_fit(problem, start, exact=True),
    "lmfit": by_lmfit,
}


def digits(found: list[float], certified: list[float]) -> float:
    """The least log relative error."""
    return min(
        [
            15.0 if a == c else -math.log10(abs(a - c) / abs(c)) if math.isfinite(a) else -9.0
            for a, c in zip(found, certified, strict=True)
        ]
    )


def main() -> None:
    warnings.simplefilter("ignore")
    problems = [json.loads(line) for line in PROBLEMS.read_text(encoding="utf-8").splitlines()]
    print(f"{'':16} start  8 and 6 digits  failures told  wrong  seconds")
    for way, run in WAYS.items():
        for start in ("start1", "start2"):
            right = told = wrong = 0
            began = time.perf_counter()
            for problem in problems:
                certified = list(problem["certified"].values())
                try:
                    found = run(problem, start)
                except (RuntimeError, ValueError, OverflowError):
                    told += 1
                    continue
                parameters = digits(found.estimates, certified)
                errors = digits(found.errors, list(problem["deviations"].values()))
                is_exact = problem["name"] == "Lanczos1"
                right += parameters >= 8 and (errors >= 6 or is_exact)
                wrong += parameters < 4 and found.claimed
                told += not found.claimed
            took = time.perf_counter() - began
            print(f"{way:16} {start[-1]:>5} {right:15} {told:14} {wrong:6} {took:8.1f}")


if __name__ == "__main__":
    main()
