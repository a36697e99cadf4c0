"""adcli: derivatives of math expressions and small programs, and how they come about.

>>> import adcli
>>> f = adcli.load("log(x1)+x1*x2-sin(x2)")
>>> f.inputs
('x1', 'x2')
>>> f(x1=2, x2=5)
11.652071455223084
>>> f.gradient(x1=2, x2=5)
{'x1': 5.5, 'x2': 1.7163378145367738}
"""

from __future__ import annotations

# without `typing`, which takes longer to import than the rest up to where Ctrl-C is looked after
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeVar

    from adcli.derivative_checks import check
    from adcli.errors import AdcliError
    from adcli.function_transformations import gradient, hessian, hvp, jacobian, value_and_gradient
    from adcli.loading import load
    from adcli.program import Program

    Function = TypeVar("Function")

__all__ = [
    "AdcliError",
    "Program",
    "check",
    "derivative",
    "gradient",
    "hessian",
    "hvp",
    "jacobian",
    "load",
    "value_and_gradient",
]
__version__ = "0.1.0"


def derivative(*other: Any, **functions: Any) -> Callable[[Function], Function]:  # noqa: ARG001
    """Declare the derivative of a function in a program: `@derivative(x=slope)`.

    The names are those of parameters, each with the function that is the partial derivative by it;
    or `forward` and `reverse` with functions from parameters, results, and tangents or adjoints.
    Where Python itself runs the program this does nothing.
    """
    if other:
        from adcli.errors import UsageError

        raise UsageError(
            "adcli.derivative declares the derivative of a function: @derivative(x=slope)",
            hint="adcli.gradient(f) is the function that computes it",
        )
    return lambda function: function


def _written(format: str, shown: Any) -> str | None:
    """What a notebook shows, see `adcli.display_hooks`."""
    from adcli.notebook_output import write

    return write(format, shown)


def __getattr__(name: str) -> Any:
    """What is imported when first asked for: the command line starts without it."""
    if name in __all__:
        from adcli.display_hooks import show_with

        show_with(_written)
    if name == "check":
        from adcli.derivative_checks import check

        return check
    if name == "AdcliError":
        from adcli.errors import AdcliError

        return AdcliError
    if name == "load":
        from adcli.loading import load

        return load
    if name == "Program":
        from adcli.program import Program

        return Program
    if name in __all__:
        from adcli import function_transformations

        return getattr(function_transformations, name)
    raise AttributeError(f"module 'adcli' has no attribute {name!r}")


def __dir__() -> list[str]:
    """What there is for those who use it, imported already or not."""
    return [*__all__, "__version__"]
