"""The same functions that use NumPy, unchanged, by JAX and autograd: how many they differentiate.

All modules of a function's package see the peer's NumPy in the place of NumPy.  A function counts
as differentiated when its slope along a direction, of all its numbers in fixed proportions, is that
of central differences.
"""

from __future__ import annotations

import sys
import types
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

Point = dict[str, Any]


def gradient_by_jax(total: Callable[..., Any], values: Sequence[Any], numpy: Any) -> Sequence[Any]:
    import jax

    given = [numpy.asarray(v) for v in values]
    return jax.grad(total, argnums=tuple(range(len(given))))(*given)  # type: ignore[no-any-return]


def gradient_by_autograd(total: Callable[..., Any], values: Sequence[Any], _: Any) -> Sequence[Any]:
    import autograd

    return autograd.grad(total, argnum=tuple(range(len(values))))(*values)  # type: ignore[no-any-return]


def numpy_of_jax() -> Any:
    import jax
    import jax.numpy

    jax.config.update("jax_enable_x64", True)
    return jax.numpy


def numpy_of_autograd() -> Any:
    import autograd.numpy

    return autograd.numpy


PEERS = {
    "JAX": (numpy_of_jax, gradient_by_jax),
    "autograd": (numpy_of_autograd, gradient_by_autograd),
}


def peer_outcome(
    peer: str,
    function: Callable[..., Any],
    point: Point,
    direction: Point,
    seed: Any,
    expected: float,
    scale: float,
) -> dict[str, str]:
    """What a peer makes of a function: `differentiated`, `wrong` or `refused`, and why."""
    numpy, gradient = PEERS[peer][0](), PEERS[peer][1]
    names = list(direction)

    def total(*values: Any) -> Any:
        numbers = numbers_of(function(**{**point, **dict(zip(names, values, strict=True))}), numpy)
        return numpy.sum(numpy.concatenate(numbers) * seed)

    try:
        with_other_numpy(function.__module__.partition(".")[0], numpy)
        slopes = gradient(total, [point[name] for name in names], numpy)
        found = sum([float(np.sum(s * direction[n])) for n, s in zip(names, slopes, strict=True)])
    except Exception as error:
        return {"state": "refused", "why": f"{type(error).__name__}: {error}"[:200]}
    is_right = abs(found - expected) <= 1e-4 * max(scale, abs(expected))
    return {"state": "differentiated" if is_right else "wrong", "why": ""}


def numbers_of(value: Any, numpy: Any) -> list[Any]:
    """The numbers of a result, as arrays."""
    if isinstance(value, list | tuple):
        return [part for entry in value for part in numbers_of(entry, numpy)]
    return [numpy.ravel(value)]


def with_other_numpy(package: str, numpy: Any) -> None:
    """Let the modules of a package see another NumPy."""
    for key, module in list(sys.modules.items()):
        if key.partition(".")[0] != package or not isinstance(module, types.ModuleType):
            continue
        for name, value in list(vars(module).items()):
            other = counterpart(value, numpy)
            if other is not None:
                setattr(module, name, other)


def counterpart(value: Any, numpy: Any) -> Any:
    """What another NumPy has for a module or a function of NumPy."""
    if value is np:
        return numpy
    if value is np.linalg:
        return numpy.linalg
    name = getattr(value, "__name__", "")
    if getattr(np, name, None) is value and callable(value) and not isinstance(value, type):
        return getattr(numpy, name, None)
    return None
