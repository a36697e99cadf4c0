"""`numpy.polynomial`: its text is followed, and values and derivatives are NumPy's."""

from __future__ import annotations

from pathlib import Path

import pytest
from lowering.library_values import assert_values_and_slopes

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
    assert_values_and_slopes(path, 0.7)
