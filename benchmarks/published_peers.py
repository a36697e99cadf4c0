"""The same functions, unchanged, by JAX, autograd and PyTorch: how many they differentiate.

A function of one result is called with the peer's own numbers in place of its real inputs.  It
counts as differentiated when the peer gives a slope for each of them, and each is that of central
differences under CPython, to three digits.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import math
import warnings
from collections.abc import Callable, Sequence
from typing import Any

from published_cases import Case, by_cpython, flat

Point = dict[str, Any]


def slopes_by_jax(function: Callable[..., Any], point: Point, wrt: Sequence[str]) -> Point:
    import jax

    jax.config.update("jax_enable_x64", True)
    return _by_transformation(jax.grad, function, point, wrt)


def slopes_by_autograd(function: Callable[..., Any], point: Point, wrt: Sequence[str]) -> Point:
    import autograd

    return _by_transformation(autograd.grad, function, point, wrt)


def slopes_by_pytorch(function: Callable[..., Any], point: Point, wrt: Sequence[str]) -> Point:
    import torch

    def leaf(value: Any) -> Any:
        if isinstance(value, list):
            return [leaf(v) for v in value]
        return torch.tensor(value, dtype=torch.float64, requires_grad=True)

    def slope(value: Any) -> Any:
        if isinstance(value, list):
            return [slope(v) for v in value]
        return 0.0 if value.grad is None else value.grad.item()

    leaves = {name: leaf(point[name]) for name in wrt}
    function(**{**point, **leaves}).backward()
    return {name: slope(leaves[name]) for name in wrt}


def _by_transformation(
    gradient: Any, function: Callable[..., Any], point: Point, wrt: Sequence[str]
) -> Point:
    """By a peer whose `grad` takes a function of positional arguments, one at a time."""
    slopes = {}
    for name in wrt:
        slopes[name] = gradient(lambda value, name=name: function(**{**point, name: value}))(
            point[name]
        )
    return slopes


PEERS: dict[str, Callable[[Callable[..., Any], Point, Sequence[str]], Point]] = {
    "JAX": slopes_by_jax,
    "autograd": slopes_by_autograd,
    "PyTorch": slopes_by_pytorch,
}


def peer_outcome(task: tuple[str, Case, Point, list[str]]) -> dict[str, Any]:
    """What a peer makes of a case: `differentiated`, `wrong` or `refused`, and why."""
    peer, case, point, wrt = task
    function = getattr(importlib.import_module(case.module), case.function)
    try:
        with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            slopes = PEERS[peer](function, point, wrt)
            found = {name: [float(v) for v in _numbers(slopes[name])] for name in wrt}
    except (Exception, SystemExit) as error:
        return {"state": "refused", "why": type(error).__name__}
    off = off_differences(case, point, found)
    return {"state": "wrong" if off else "differentiated", "why": off[0] if off else ""}


def _numbers(slopes: Any) -> list[Any]:
    return [v for s in slopes for v in _numbers(s)] if isinstance(slopes, list) else [slopes]


# -- differences -----------------------------------------------------------------------------------


def off_differences(case: Case, point: Point, slopes: dict[str, list[float]]) -> list[str]:
    """The slopes that are not those of central differences of CPython's values."""
    off = []
    size = max([abs(v) for v in flat(by_cpython(case, point)) or [0.0]])
    for name, found in slopes.items():
        if not isinstance(point[name], float):
            continue
        step = 1e-6 * max(abs(point[name]), 1e-3)
        try:
            high, low = (
                flat(by_cpython(case, {**point, name: point[name] + h})) for h in (step, -step)
            )
        except (Exception, SystemExit):
            continue
        if not high or not low or not len(high) == len(low) == len(found):
            continue
        scale = 1e-3 * size / max(1e-3, abs(point[name]))
        for a, b, slope in zip(high, low, found, strict=True):
            if not are_close(slope, (a - b) / (2 * step), 2e-3, scale):
                off.append(f"d/d{name} {slope!r}, by differences {(a - b) / (2 * step)!r}")
    return off


def are_close(a: float, b: float, tolerance: float, scale: float) -> bool:
    if math.isnan(a) or math.isnan(b):
        return False
    return bool(a == b or abs(a - b) <= tolerance * max(abs(a), abs(b), scale))
