"""Functions of Python, loaded and transformed as they are."""

from __future__ import annotations

import dataclasses
import enum
import functools
import linecache
import math
import sys
import types
from typing import Any, NamedTuple

import pytest

import adcli
from adcli.errors import NotFollowed, UsageError

SCALE = 3.0
TABLE = [1.0, 2.0, 4.0]
OPTIONS = {"power": 3, "shift": 0.5}


def helper(x: float, n: int = 2) -> float:
    return x**n * SCALE


def model(x: float, y: float = 2.0, *, method: str = "plain") -> float:
    if method == "plain":
        return helper(x) * y + TABLE[1]
    return math.sin(x) + x ** OPTIONS["power"]


def test_a_function_is_a_program() -> None:
    """Its globals are what they hold, its defaults are its own."""
    program = adcli.load(model)
    assert program.inputs == ("x", "y")
    assert program(x=2.0, y=5.0) == model(2.0, 5.0)
    assert program.gradient(x=2.0, y=5.0) == {"x": 60.0, "y": 12.0}
    assert program(x=2.0, method="other") == model(2.0, method="other")


def test_a_transformation_takes_the_arguments_of_the_function() -> None:
    """By position, by name, with defaults and options."""
    slope = adcli.gradient(model)
    assert slope(2.0) == {"x": 24.0, "y": 12.0}
    assert slope(2.0, 5.0) == slope(y=5.0, x=2.0) == {"x": 60.0, "y": 12.0}
    other = slope(1.0, method="other")
    assert other["x"] == pytest.approx(math.cos(1.0) + 3.0, rel=1e-15)
    with pytest.raises(TypeError):
        slope(1.0, 2.0, 3.0)


def test_all_transformations() -> None:
    """Value and gradient, Jacobian, Hessian, its product; one name gives one derivative."""
    assert adcli.value_and_gradient(model)(2.0, 5.0) == (model(2.0, 5.0), {"x": 60.0, "y": 12.0})
    assert adcli.gradient(model, wrt="x")(2.0, 5.0) == 60.0
    assert adcli.gradient(model, wrt=["y"])(2.0, 5.0) == {"y": 12.0}

    def polar(r: float, t: float) -> tuple[float, float]:
        return r * math.cos(t), r * math.sin(t)

    found = adcli.jacobian(polar)(2.0, 0.0)
    assert found == {"r": [1.0, 0.0], "t": [0.0, 2.0]}
    assert adcli.hessian(model)(2.0, 5.0)["x"] == {"x": 30.0, "y": 12.0}
    assert adcli.hessian(model, wrt="x")(2.0, 5.0) == 30.0
    assert adcli.hvp(model)({"x": 1.0}, 2.0, 5.0) == {"x": 30.0, "y": 12.0}
    assert adcli.hvp(model, wrt="x")(2.0, 2.0, 5.0) == 60.0
    assert adcli.hvp(helper, wrt=["x"])({"x": 1.0}, 2.0) == {"x": 6.0}
    assert adcli.hvp(lambda x: x**3)(1.0, 2.0) == {"x": 12.0}


def test_closures_hold_what_they_hold_when_it_is_asked() -> None:
    """The names of the functions around are their values; decorators and lambdas work."""
    factor = 2.0

    @adcli.gradient
    def scaled(x: float) -> float:
        """Documented."""
        return factor * x**2

    assert scaled(3.0) == {"x": 12.0}
    assert scaled.__name__ == "scaled"

    def power(n: int) -> Any:
        return lambda x: x**n + factor

    cube, root = power(3), lambda x: math.sqrt(x)
    assert adcli.gradient(cube)(2.0) == {"x": 12.0}
    assert adcli.gradient(root)(4.0) == {"x": 0.25}
    two = [lambda x: x + 1, lambda x: x * 5]
    assert adcli.gradient(two[1])(1.0) == {"x": 5.0}


def test_a_lambda_inside_a_lambda_is_told_apart() -> None:
    """By where its body stands, not by its line alone."""
    # fmt: off
    run = lambda ask: ask(lambda x: x**3)  # noqa: E731
    make = lambda: lambda x: 5 * x  # noqa: E731
    outer = lambda x: (lambda y: y * x)(x)  # noqa: E731
    # fmt: on
    assert run(adcli.gradient)(2.0) == {"x": 12.0}
    assert adcli.gradient(make())(2.0) == {"x": 5.0}
    assert adcli.gradient(outer)(3.0) == {"x": 6.0}


def test_lists_are_differentiated_entry_by_entry() -> None:
    """A list among the arguments has a list of derivatives."""

    def total(xs: list[float]) -> float:
        s = 0.0
        for i, x in enumerate(xs):
            s += TABLE[i % 3] * x * x
        return s

    assert adcli.gradient(total)([1.0, 2.0, 3.0]) == {"xs": [2.0, 8.0, 24.0]}


def test_what_wraps_a_function_is_looked_through() -> None:
    """As functools.wraps and lru_cache leave it."""

    @functools.lru_cache
    def cached(x: float) -> float:
        return x * x

    assert adcli.gradient(cached)(3.0) == {"x": 6.0}


def test_what_has_no_text_is_refused() -> None:
    """A text that is not found, an object that cannot be followed where it is used."""
    made: dict[str, Any] = {}
    # from 3.13 on `<string>` is the text behind `python -c`, as which tests may run
    exec(compile("def f(x):\n    return x", "<nowhere>", "exec"), made)
    with pytest.raises(UsageError, match="not found"):
        adcli.load(made["f"])
    thing = object()

    def uses(x: float) -> float:
        return x * thing  # type: ignore[operator]

    with pytest.raises(NotFollowed, match="object"):
        adcli.gradient(uses)(1.0)


def test_nothing_is_called() -> None:
    """Neither the function nor what it names runs."""
    calls: list[str] = []

    def effect() -> float:
        calls.append("ran")
        return 1.0

    def outer(x: float, y: float = 1.0) -> float:
        if x < 0:
            effect()
        return x * y

    assert adcli.gradient(outer)(2.0) == {"x": 1.0, "y": 2.0}
    assert calls == []


def test_what_a_function_reads_is_read_again_when_it_has_changed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Globals, names of the functions around, lists, dicts and defaults; what a module holds."""
    factor = 2.0
    shared = [1.0]

    def scaled(x: float, power: list[float] = shared) -> float:
        return factor * SCALE * TABLE[0] * OPTIONS["shift"] * x * power[0]

    slope = adcli.gradient(scaled, wrt="x")
    assert slope(1.0) == 3.0
    factor = 4.0
    assert slope(1.0) == 6.0
    monkeypatch.setitem(globals(), "SCALE", 30.0)
    assert slope(1.0) == 60.0
    monkeypatch.setitem(OPTIONS, "shift", 1.0)
    assert slope(1.0) == 120.0
    shared[0] = 0.5
    assert slope(1.0) == 60.0


def test_the_data_of_a_module_is_what_it_holds_now(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not what its text once gave it; functions of it see the same."""
    (tmp_path / "rates_of_ours.py").write_text("""
class Settings:
    def __init__(self):
        self.scale = 1.0

settings = Settings()
K = 2.0

def grown(x):
    return K * x * settings.scale
""")
    monkeypatch.syspath_prepend(str(tmp_path))
    import rates_of_ours  # type: ignore[import-not-found]

    def total(x: float) -> float:
        found: float = rates_of_ours.K * x + rates_of_ours.grown(x)
        return found

    slope = adcli.gradient(total, wrt="x")
    assert slope(1.0) == 4.0
    rates_of_ours.K = 5.0
    assert slope(1.0) == 10.0
    rates_of_ours.settings.scale = 3.0
    assert slope(1.0) == 20.0
    assert adcli.gradient(total, wrt="x")(1.0) == 20.0


class Spring:
    unit = 1.0

    def __init__(self, k: float, rest: float = 0.0) -> None:
        self.k = k
        self.rest = rest

    @property
    def weight(self) -> float:
        return self.k * self.unit

    def energy(self, x: float) -> float:
        return 0.5 * self.weight * (x - self.rest) ** 2

    def __call__(self, x: float) -> float:
        return self.energy(x) * 2

    @classmethod
    def cubic(cls, x: float) -> float:
        return cls.unit * x**3


@dataclasses.dataclass(frozen=True)
class Mass:
    m: float
    g: float = 10.0

    def weight(self) -> float:
        return self.m * self.g


class Pair(NamedTuple):
    one: float
    other: float

    def product(self) -> float:
        return self.one * self.other


SPRING = Spring(3.0, rest=1.0)
PAIR = Pair(2.0, 5.0)


def test_classes_and_their_instances_are_followed() -> None:
    """A class by its text, an instance by what its attributes hold."""

    class Local(Spring):
        def energy(self, x: float) -> float:
            return super().energy(x) + factor * x

    factor = 7.0
    heavy = Mass(3.0)

    def total(x: float) -> float:
        return Spring(x).energy(2.0) + Mass(x).weight() + SPRING.energy(x) + Local(x).energy(1.0)

    assert adcli.gradient(total)(3.0) == {"x": 2.0 + 10.0 + 6.0 + 0.5}
    assert adcli.gradient(lambda x: x * heavy.weight() * PAIR.product())(1.0) == {"x": 300.0}


class Colour(enum.Enum):
    RED = 1
    BLUE = 2


class Told:
    def __init__(self) -> None:
        self.found = {"k": 7.0}

    def __getattr__(self, name: str) -> float:
        return self.found[name]


class Wide(float):
    def __mul__(self, other: float) -> float:
        return 99.0


CHOSEN, TOLD, WIDE = Colour.BLUE, Told(), Wide(2.0)


def test_objects_of_other_kinds_are_what_they_are() -> None:
    """A member of an enumeration is that member; a number with operators of its own is no float."""
    assert adcli.gradient(lambda x: x * 2 if CHOSEN is Colour.BLUE else x)(1.0) == {"x": 2.0}
    assert adcli.gradient(lambda x: x * CHOSEN.value)(1.0) == {"x": 2.0}
    assert adcli.gradient(lambda x: x * TOLD.k)(1.0) == {"x": 7.0}
    with pytest.raises(NotFollowed, match="Wide"):
        adcli.gradient(lambda x: WIDE * x)(1.0)


def test_methods_partial_functions_and_callable_objects_are_functions() -> None:
    """Their arguments are those that are left to be given."""
    assert adcli.gradient(SPRING.energy)(3.0) == {"x": 6.0}
    assert adcli.gradient(SPRING)(3.0) == {"x": 12.0}
    assert adcli.gradient(Spring.cubic)(2.0) == {"x": 12.0}
    assert adcli.gradient(functools.partial(helper, n=3))(2.0) == {"x": 36.0}
    assert adcli.gradient(functools.partial(model, 2.0))(5.0) == {"y": 12.0}
    assert adcli.gradient(functools.partial(model, method="sine"))(0.0)["x"] == 1.0
    assert adcli.gradient(math.sin)(0.0) == {"x": 1.0}


def _flat_energy(_spring: Spring, x: float) -> float:
    return x


def test_an_instance_that_changes_gives_another_derivative() -> None:
    """Its attributes, and those of its class, are what they are at each call."""
    spring = Spring(3.0)
    slope = adcli.gradient(spring.energy)
    assert slope(1.0) == {"x": 3.0}
    spring.k = 5.0
    assert slope(1.0) == {"x": 5.0}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Spring, "unit", 2.0)
        assert slope(1.0) == {"x": 10.0}
        patch.setattr(Spring, "energy", _flat_energy)
        assert adcli.gradient(lambda x: spring.energy(x))(1.0) == {"x": 1.0}
    assert slope(1.0) == {"x": 5.0}


def test_an_instance_of_the_running_program_is_not_changed() -> None:
    """A function that would change one is refused."""

    def moved(x: float) -> float:
        SPRING.rest = x
        return SPRING.energy(1.0)

    with pytest.raises(NotFollowed):
        adcli.gradient(moved)(1.0)


def test_a_class_of_a_cell_is_followed() -> None:
    """Without a method too, whose code would say where its text is."""
    cell = "@dataclasses.dataclass\nclass Cell:\n    k: float\n\nf = lambda x: Cell(x).k ** 2\n"
    names: dict[str, Any] = {"__name__": "__main__", "dataclasses": dataclasses}
    linecache.cache["<cell 1>"] = (len(cell), None, cell.splitlines(keepends=True), "<cell 1>")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "__main__", types.ModuleType("__main__"))
        vars(sys.modules["__main__"]).update(names)
        exec(compile(cell, "<cell 1>", "exec"), vars(sys.modules["__main__"]))
        assert adcli.gradient(vars(sys.modules["__main__"])["f"])(3.0) == {"x": 6.0}
