"""What is known of the module `scipy.optimize`: what is refused, and what can be written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcli.lowering.known_modules.scipy_name_helpers import refused
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

_WHY = {
    "brentq brenth bisect ridder toms748 newton fsolve root root_scalar fixed_point": (
        "its search is not followed; write Newton's iteration as a loop, such as "
        "for _ in range(50): x = x - f(x)/df(x); 'adcli implicit' differentiates the root of an "
        "equation, and 'adcli root' finds it"
    ),
    "minimize minimize_scalar fmin fmin_bfgs fmin_l_bfgs_b basinhopping differential_evolution": (
        "its search is not followed; 'adcli minimize' finds the minimum of a function of a file"
    ),
    "least_squares curve_fit leastsq nnls lsq_linear": (
        "its search is not followed; 'adcli fit' fits a function of a file to data, and "
        "np.linalg.lstsq can be followed"
    ),
    "linprog milp linear_sum_assignment": "its search is not followed",
}


def names(f: Frame) -> dict[str, Value]:
    """The names of the module."""
    return refused("scipy.optimize", _WHY)
