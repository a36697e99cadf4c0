"""`numpy.polynomial`: its text is followed, and values and derivatives are NumPy's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import adcli

IMPORTS = """
import numpy as np
from numpy.polynomial import Chebyshev, Legendre, Polynomial, chebyshev, hermite_e, polynomial

c = np.array([1.0, 2.0, 3.0, 0.5])
"""

FOLLOWED = [
    "np.polynomial.Polynomial(c * x)(x) + polynomial.polyval(x, c)",
    "chebyshev.chebval(x, c) + hermite_e.hermeval(x, c * x)",
    "polynomial.polyval(x, polynomial.polymul(c, polynomial.polyder(c * x)))",
    "np.sum(polynomial.polyvander(c * x, 3) @ c) + np.sum(chebyshev.chebvander(c * x, 2))",
    "Polynomial(c).deriv()(x) + Polynomial(c * x).integ()(x)",
    "(Polynomial(c) * Polynomial(c) + 2 * Polynomial(c * x) - Polynomial([1, 2]))(x)",
    "(Polynomial(c) ** 2)(x) - 3 * Polynomial(c)(x) / 2 + (1 - Polynomial(c))(x)",
    "(Polynomial(c) + [1, 2]).coef[1] * x + len(Polynomial(c)) + Polynomial(c).degree()",
    "Chebyshev(c * x, domain=[0, 2])(x)",
    "Polynomial.fit(np.linspace(0, 1, 4), c * x, 2)(x)",
    "Legendre(c)(x) - Legendre(c).deriv()(x) * Legendre.basis(3)(x)",
]


@pytest.mark.slow("classes of NumPy are read and lowered")
@pytest.mark.parametrize("result", FOLLOWED)
def test_values_and_derivatives(result: str, tmp_path: Path) -> None:
    pytest.importorskip("numpy", minversion="2.0")
    path = tmp_path / "f.py"
    path.write_text(f"{IMPORTS}\n\ndef f(x):\n    return {result}\n")
    names: dict[str, Any] = {}
    exec(compile(path.read_text(), path, "exec"), names)
    f, found = names["f"], adcli.load(str(path))
    assert found(x=0.7) == pytest.approx(float(f(0.7)), rel=1e-13)
    h = 1e-5
    slope = float(f(0.7 + h) - f(0.7 - h)) / (2 * h)
    for backend in ("forward", "reverse"):
        gradient = found.gradient(x=0.7, backend=backend)
        assert gradient["x"] == pytest.approx(slope, rel=1e-7, abs=1e-8)
