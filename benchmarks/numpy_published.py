"""How much of published Python that uses NumPy adcli follows as it stands, with NumPy's values and
right slopes.

    python benchmarks/numpy_published.py PACKAGE... [--sample 300] [--json FILE] [--show] [--peers]

NumPy and the packages (pymap3d, transforms3d, optproblems, ...) are installed in the environment of
adcli, or on PYTHONPATH.  The rule that picks functions:

- all functions at the top of the modules of a package that can be imported, which name NumPy in
  their bodies, and have a required parameter and no `*args`;
- in the order of a hash of their names, so that the choice is fixed but no one's;
- that have a point: the first of `POINTS` at which the function itself gives finite real numbers.
  Parameters with defaults keep them.

Of each function: accepted (adcli has a value there), right (it is NumPy's to 1e-12), and the slopes
along one direction: forward against reverse mode to 1e-9, and against central differences to 1e-4.
Reasons for what is refused are counted.  Each case runs in a process of its own with a limit.
With `--peers` JAX and autograd differentiate the same functions, see `numpy_peers.py`.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import hashlib
import importlib
import inspect
import io
import json
import os
import pickle
import pkgutil
import signal
import sys
import textwrap
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy_peers import PEERS, peer_outcome

#: What the i-th required parameter is given: numbers, vectors, a matrix and a vector, matrices.
POINTS: tuple[tuple[str, Callable[[int], Any]], ...] = (
    ("numbers", lambda i: 0.7 + 0.45 * i),
    ("vectors", lambda i: np.array([0.4, 1.1, 0.9]) + 0.3 * i),
    ("vectors of 6", lambda i: np.array([0.4, 1.1, 0.9, 0.3, 1.7, 0.6]) + 0.3 * i),
    ("a matrix and vectors", lambda i: _matrix(3) if i == 0 else np.array([0.4, 1.1, 0.9]) + i),
    ("matrices", lambda i: _matrix(3) + 0.2 * i),
    ("matrices of 4", lambda i: _matrix(4) + 0.2 * i),
)

SECONDS = 40

Outcome = dict[str, Any]


def _matrix(n: int) -> Any:
    return np.eye(n) + 0.1 * np.sin(np.arange(1.0, n * n + 1)).reshape(n, n)


# -- the rule --------------------------------------------------------------------------------------


def functions(package: str) -> Iterator[Callable[..., Any]]:
    """The functions of a package that use NumPy, in the order of a hash of their names."""
    found: dict[str, Callable[..., Any]] = {}
    for module in modules(package):
        for name, function in vars(module).items():
            if not inspect.isfunction(function) or name != function.__name__:
                continue
            if function.__module__ == module.__name__ and uses_numpy(function):
                found[f"{module.__name__}.{name}"] = function
    for key in sorted(found, key=lambda k: hashlib.sha256(k.encode()).hexdigest()):
        yield found[key]


def modules(package: str) -> Iterator[Any]:
    try:
        top = importlib.import_module(package)
    except Exception:
        return
    yield top
    for info in pkgutil.walk_packages(getattr(top, "__path__", []), f"{package}.", lambda _: None):
        if ".test" in info.name or info.name.endswith("__main__"):
            continue
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                yield importlib.import_module(info.name)
        except BaseException:
            continue


def uses_numpy(function: Callable[..., Any]) -> bool:
    """Whether a function has a required parameter, no `*args`, and names NumPy."""
    parameters = inspect.signature(function).parameters.values()
    if not [p for p in parameters if p.default is p.empty and p.kind is p.POSITIONAL_OR_KEYWORD]:
        return False
    if [p for p in parameters if p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]:
        return False
    if hasattr(function, "__wrapped__"):
        return False
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, SyntaxError, TypeError):
        return False
    names = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
    return any([is_of_numpy(function.__globals__.get(name)) for name in names])


def is_of_numpy(thing: Any) -> bool:
    """Whether a name is NumPy, or a function of it."""
    if inspect.ismodule(thing):
        return thing.__name__ == "numpy"
    return isinstance(thing, np.ufunc) or (
        callable(thing) and (getattr(thing, "__module__", None) or "").split(".")[0] == "numpy"
    )


def point_of(function: Callable[..., Any]) -> tuple[str, dict[str, Any], list[float]] | None:
    """The first point at which a function gives finite real numbers, with these."""
    parameters = inspect.signature(function).parameters.values()
    names = [p.name for p in parameters if p.default is p.empty]
    for kind, value in POINTS:
        point = {name: value(i) for i, name in enumerate(names)}
        with contextlib.suppress(Exception):
            numbers = flat(called(function, point))
            if numbers and np.all(np.isfinite(numbers)):
                return kind, point, numbers
    return None


def called(function: Callable[..., Any], point: dict[str, Any]) -> Any:
    given = {k: np.array(v) if isinstance(v, np.ndarray) else v for k, v in point.items()}
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        with contextlib.redirect_stdout(io.StringIO()):
            return function(**given)


def flat(value: Any) -> list[float]:
    """The numbers of a result.  Raises `TypeError` for anything else."""
    if isinstance(value, list | tuple):
        return [x for part in value for x in flat(part)]
    if isinstance(value, np.ndarray):
        return flat(value.tolist())
    if isinstance(value, bool | np.bool_) or not isinstance(value, float | int | np.number):
        raise TypeError
    if isinstance(value, complex | np.complexfloating):
        raise TypeError
    return [float(value)]


# -- one case --------------------------------------------------------------------------------------


def outcome_of(function: Callable[..., Any]) -> Outcome:
    """What adcli makes of a function; the state is `no point` if the rule leaves it out."""
    from adcli.errors import AdcliError
    from adcli.loading import load_python
    from adcli.source import Source

    found = point_of(function)
    if found is None:
        return {"state": "no point"}
    kind, point, expected = found
    outcome: Outcome = {"point": kind, "state": "refused"}
    path = inspect.getsourcefile(function) or ""
    at = {k: v.tolist() if isinstance(v, np.ndarray) else v for k, v in point.items()}
    try:
        with open(path, encoding="utf-8") as file:
            program = load_python(Source(file.read(), path), function.__name__)
        values = flat(list(program.evaluate(at).values))
        outcome["state"] = "accepted"
        outcome["right"] = len(values) == len(expected) and bool(
            np.allclose(values, expected, rtol=1e-12, atol=1e-14)
        )
        outcome |= slopes(function, program, point, at)
    except AdcliError as error:
        outcome["why" if outcome["state"] == "refused" else "no slopes"] = str(error)
    return outcome


def slopes(
    function: Callable[..., Any], program: Any, point: dict[str, Any], at: dict[str, Any]
) -> Outcome:
    """Slopes along one direction, by both modes and by central differences."""
    reals = program.for_point(at).reals
    rng = np.random.default_rng(1)
    direction = {k: rng.uniform(0.5, 1.0, np.shape(v)) for k, v in point.items() if k in reals}
    if not direction or {"direction", "seed", "wrt", "self"} & set(at):
        return {}
    given = {k: v.tolist() for k, v in direction.items()}
    forward = np.array(flat(program.jvp(given, **at)))
    seed = rng.uniform(0.5, 1.0, len(forward))
    names = iter(seed.tolist())
    results = program.evaluate(at).values
    shaped = [_shaped(v, names) for v in results]
    reverse = program.vjp(shaped[0] if len(shaped) == 1 else shaped, **at)
    one = float(seed @ forward)
    other = sum([float(np.sum(np.array(reverse[k]) * direction[k])) for k in direction])
    difference = difference_along(function, point, direction)
    scale = max(1.0, float(np.max(np.abs(forward))))
    return {
        "modes agree": abs(one - other) <= 1e-9 * max(1.0, abs(one), abs(other)),
        "differences agree": bool(np.allclose(forward, difference, rtol=1e-4, atol=1e-4 * scale)),
    }


def difference_along(
    function: Callable[..., Any], point: dict[str, Any], direction: dict[str, Any]
) -> Any:
    """The slopes of all numbers of a result along a direction, by central differences."""
    ends = []
    for sign in (1, -1):
        moved = {k: v + sign * 1e-6 * direction.get(k, 0.0) for k, v in point.items()}
        ends.append(np.array(flat(called(function, moved))))
    return (ends[0] - ends[1]) / 2e-6


def outcome_by_peer(function: Callable[..., Any], peer: str) -> Outcome:
    """What a peer makes of a function at the same point."""
    found = point_of(function)
    assert found is not None
    _, point, _ = found
    rng = np.random.default_rng(1)
    direction = {k: rng.uniform(0.5, 1.0, np.shape(v)) for k, v in point.items()}
    slopes = difference_along(function, point, direction)
    seed = rng.uniform(0.5, 1.0, len(slopes))
    scale = max(1.0, float(np.max(np.abs(slopes))))
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        return peer_outcome(peer, function, point, direction, seed, float(seed @ slopes), scale)


def _shaped(value: Any, numbers: Iterator[float]) -> Any:
    if isinstance(value, list | tuple):
        return [_shaped(v, numbers) for v in value]
    return next(numbers)


def alone(run: Callable[[], Outcome]) -> Outcome:
    """An outcome, computed in a process of its own within a limit of time."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        signal.alarm(SECONDS)
        try:
            outcome = run()
        except BaseException as error:
            outcome = {"state": "crashed", "why": f"{type(error).__name__}: {error}"}
        with os.fdopen(write, "wb") as out:
            pickle.dump(outcome, out)
        os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as data:
        text = data.read()
    os.waitpid(child, 0)
    return pickle.loads(text) if text else {"state": "too slow"}


# -- all cases -------------------------------------------------------------------------------------


def reason(why: str) -> str:
    """A reason without names and numbers of its own."""
    return why.split(" (")[0][:90]


def report(cases: dict[str, Outcome], *, shows: bool) -> None:
    states = Counter([c["state"] for c in cases.values()])
    accepted = [c for c in cases.values() if c["state"] == "accepted"]
    count = len(cases) or 1
    print(f"functions            {len(cases)}")
    for state, number in states.most_common():
        print(f"{state:20} {number:4}  {100 * number / count:.1f} %")
    print(f"{'right values':20} {sum(c['right'] for c in accepted):4}")
    for key in ("modes agree", "differences agree"):
        held = [c[key] for c in accepted if key in c]
        print(f"{key:20} {sum(held):4} of {len(held)}")
    for peer in PEERS:
        by_peer = Counter([c[peer]["state"] for c in cases.values() if peer in c])
        if by_peer:
            print(
                f"{'differentiated by ' + peer:29} {by_peer.pop('differentiated')}", dict(by_peer)
            )
            whys = Counter([c[peer]["why"].partition(":")[0] for c in cases.values() if peer in c])
            print("    ", *[f"{n} {why}," for why, n in whys.most_common(6) if why])
    good = [c for c in accepted if c.get("differences agree") and "no slopes" not in c]
    print(f"{'differentiated by adcli':29} {len(good)}")
    print()
    reasons = Counter(
        [reason(c["why"]) for c in cases.values() if c["state"] != "accepted" and "why" in c]
    )
    for why, number in reasons.most_common(40):
        print(f"{number:4}  {why}")
    if shows:
        for name, c in cases.items():
            bad = c["state"] != "accepted" or not c["right"] or "no slopes" in c
            if bad or not c.get("modes agree", True) or not c.get("differences agree", True):
                print(name, {k: v for k, v in c.items() if k != "right" or not v})


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("packages", nargs="+")
    parser.add_argument("--sample", type=int, default=300, help="functions with a point")
    parser.add_argument("--json", help="a file for all outcomes")
    parser.add_argument("--peers", action="store_true", help="let JAX and autograd try them too")
    parser.add_argument("--show", action="store_true", help="tell each case that is not right")
    options = parser.parse_args(argv)
    sys.setrecursionlimit(10_000)
    warnings.simplefilter("ignore")
    rows = [functions(package) for package in options.packages]
    cases: dict[str, Outcome] = {}
    while rows and len(cases) < options.sample:  # in turn, so that no package has most of them
        for row in list(rows):
            function = next(row, None)
            if function is None:
                rows.remove(row)
                continue
            outcome = alone(partial(outcome_of, function))
            if outcome["state"] != "no point":
                if options.peers:
                    for peer in PEERS:
                        outcome[peer] = alone(partial(outcome_by_peer, function, peer))
                cases[f"{function.__module__}.{function.__name__}"] = outcome
            if len(cases) >= options.sample:
                break
    report(cases, shows=options.show)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(cases, file, indent=1)


if __name__ == "__main__":
    main()
