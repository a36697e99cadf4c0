"""What is known of the module `scipy.integrate`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcli.lowering.arrays.functions_by_name import functions
from adcli.lowering.known_modules.scipy_name_helpers import from_text, refused
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

_WHY = {
    "quad dblquad tplquad nquad quad_vec fixed_quad quadrature romberg": (
        "its points are not followed; write a sum over points, such as "
        "np.trapezoid(f(x), x) or scipy.integrate.simpson(f(x), x=x) at x = np.linspace(a, b, 201)"
    ),
    "solve_ivp odeint ode solve_bvp RK45 RK23 DOP853 Radau BDF LSODA": (
        "its steps are not followed; write them as a loop, such as y = y + h*f(t + h/2, "
        "y + h/2*f(t, y)), or the four stages of Runge-Kutta"
    ),
}


def names(f: Frame) -> dict[str, Value]:
    """The names of the module."""
    return {
        **refused("scipy.integrate", _WHY),
        "trapezoid": functions()["trapezoid"],
        "simpson": from_text("simpson", "y; x, dx"),
        "cumulative_trapezoid": from_text("cumulative_trapezoid", "y; x, dx, initial"),
    }
