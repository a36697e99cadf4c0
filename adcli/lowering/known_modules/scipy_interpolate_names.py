"""What is known of the module `scipy.interpolate`: what is refused, and what can be written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcli.lowering.known_modules.scipy_name_helpers import refused
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

_WHY = {
    "interp1d make_interp_spline BSpline CubicSpline CubicHermiteSpline PchipInterpolator "
    "Akima1DInterpolator UnivariateSpline InterpolatedUnivariateSpline splrep splev "
    "BarycentricInterpolator": (
        "its pieces are not followed; np.interp(x, xp, fp) can be followed, and a spline of which "
        "the coefficients are computed in the program"
    ),
    "griddata interp2d RegularGridInterpolator RectBivariateSpline RBFInterpolator Rbf interpn": (
        "its pieces are not followed; write the weights of the neighbours of a point"
    ),
}


def names(f: Frame) -> dict[str, Value]:
    """The names of the module."""
    return refused("scipy.interpolate", _WHY)
