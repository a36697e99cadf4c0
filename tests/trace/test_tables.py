"""The rows of Tables 2 and 3 of Baydin et al. 2018, and that traces of any program add up."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

import adcli
from adcli.engines.interface import Limits
from adcli.engines.straight_line_recording import record
from adcli.errors import NotDifferentiable
from adcli.front.lower import lower_program
from adcli.front.parse import parse_program
from adcli.ir import nodes as ir
from adcli.render.trace_notation import Notation
from adcli.source import Source
from adcli.trace.evaluation_traces import Symbol, Trace, TraceRow, forward_trace, reverse_trace

BAYDIN = "log(x1)+x1*x2-sin(x2)"
LOOP = """\
def f(x, n):
    s = x
    while n != 1:
        if n % 2 == 0:
            n = n // 2
            s = s * 0.75 + sin(x)
        else:
            n = 3 * n + 1
            s = s * 0.5 + x * x
    return s, x
"""


def forward(text: str, point: Sequence[float], seeds: Sequence[float]) -> Trace:
    source = Source(text)
    module = lower_program(parse_program(source), source, None).module
    return forward_trace(record(module, point, Limits()), point, seeds, Limits())


def reverse(
    text: str, point: Sequence[float], seeds: Sequence[float], wrt: list[str] | None = None
) -> Trace:
    source = Source(text)
    module = lower_program(parse_program(source), source, None).module
    return reverse_trace(record(module, point, Limits()), point, seeds, Limits(), wrt)


def written(trace: Trace, step: TraceRow, ascii: bool = False) -> str:
    """A row on one line, without repeating a form."""
    notation = Notation(trace.symbols, ascii=ascii)
    forms = [
        notation.name(step.target),
        notation.chain(step, trace.mark),
        notation.formula(step.formula),
        notation.numbers(step.formula, step.operands),
        notation.number(step.value),
    ]
    return " = ".join(dict.fromkeys(f for f in forms if f))


def test_table_2() -> None:
    """Forward mode, seed 1 for x1."""
    trace = forward(BAYDIN, [2.0, 5.0], [1.0, 0.0])
    assert [written(trace, s) for s in trace.primal] == [
        "v₋₁ = x₁ = 2",
        "v₀ = x₂ = 5",
        "v₁ = ln v₋₁ = ln 2 = 0.693",
        "v₂ = v₋₁ × v₀ = 2 × 5 = 10",
        "v₃ = sin v₀ = sin 5 = −0.959",
        "v₄ = v₁ + v₂ = 0.693 + 10 = 10.693",
        "v₅ = v₄ − v₃ = 10.693 + 0.959 = 11.652",
        "y = v₅ = 11.652",
    ]
    assert [written(trace, s) for s in trace.derived] == [
        "v̇₋₁ = ẋ₁ = 1",
        "v̇₀ = ẋ₂ = 0",
        "v̇₁ = v̇₋₁ / v₋₁ = 1 / 2 = 0.5",
        "v̇₂ = v̇₋₁ × v₀ + v̇₀ × v₋₁ = 1 × 5 + 0 × 2 = 5",
        "v̇₃ = v̇₀ × cos v₀ = 0 × cos 5 = 0",
        "v̇₄ = v̇₁ + v̇₂ = 0.5 + 5 = 5.5",
        "v̇₅ = v̇₄ − v̇₃ = 5.5 − 0 = 5.5",
        "ẏ = v̇₅ = 5.5",
    ]


def test_table_3() -> None:
    """Reverse mode: the adjoint rows in the order of execution."""
    trace = reverse(BAYDIN, [2.0, 5.0], [1.0])
    assert [written(trace, s) for s in trace.derived] == [
        "v̄₅ = ȳ = 1",
        "v̄₄ = v̄₅ ∂v₅/∂v₄ = v̄₅ × 1 = 1 × 1 = 1",
        "v̄₃ = v̄₅ ∂v₅/∂v₃ = v̄₅ × (−1) = 1 × (−1) = −1",
        "v̄₁ = v̄₄ ∂v₄/∂v₁ = v̄₄ × 1 = 1 × 1 = 1",
        "v̄₂ = v̄₄ ∂v₄/∂v₂ = v̄₄ × 1 = 1 × 1 = 1",
        "v̄₀ = v̄₃ ∂v₃/∂v₀ = v̄₃ × cos v₀ = (−1) × cos 5 = −0.284",
        "v̄₋₁ = v̄₂ ∂v₂/∂v₋₁ = v̄₂ × v₀ = 1 × 5 = 5",
        "v̄₀ = v̄₀ + v̄₂ ∂v₂/∂v₀ = v̄₀ + v̄₂ × v₋₁ = −0.284 + 1 × 2 = 1.716",
        "v̄₋₁ = v̄₋₁ + v̄₁ ∂v₁/∂v₋₁ = v̄₋₁ + v̄₁ / v₋₁ = 5 + 1 / 2 = 5.5",
        "x̄₁ = v̄₋₁ = 5.5",
        "x̄₂ = v̄₀ = 1.716",
    ]
    assert [s.beside for s in trace.derived] == [7, 6, 6, 5, 5, 4, 3, 3, 2, 0, 1]
    assert trace.totals() == pytest.approx([5.5, 1.7163378145, 1, 1, -1, 1, 1, 1])


def test_ascii_names() -> None:
    """Names in ASCII cannot be mistaken for differences."""
    trace = reverse(BAYDIN, [2.0, 5.0], [1.0])
    assert written(trace, trace.primal[2], ascii=True) == "v[1] = log(v[-1]) = log(2) = 0.693"
    assert written(trace, trace.derived[8], ascii=True) == (
        "v_bar[-1] = v_bar[-1] + v_bar[1] * dv[1]/dv[-1] = v_bar[-1] + v_bar[1]/v[-1]"
        " = 5 + 1/2 = 5.5"
    )


@pytest.mark.parametrize(
    ("text", "point", "row", "expected"),
    [
        ("x^2*3", [-0.5], 1, "v₁ = v₀² = (−0.5)² = 0.25"),
        ("x^-2", [2.0], 1, "v₁ = v₀⁻² = 2⁻² = 0.25"),
        ("x*3", [-0.5], 1, "v₁ = v₀ × 3 = (−0.5) × 3 = −1.5"),
        ("x+3", [-0.5], 1, "v₁ = v₀ + 3 = −0.5 + 3 = 2.5"),
        ("3+x", [-0.5], 1, "v₁ = 3 + v₀ = 3 − 0.5 = 2.5"),
        ("-x", [-0.5], 1, "v₁ = −v₀ = −(−0.5) = 0.5"),
        ("sin(x)", [-0.5], 1, "v₁ = sin v₀ = sin (−0.5) = −0.479"),
        ("pi*x", [2.0], 1, "v₁ = π × v₀ = 3.142 × 2 = 6.283"),
        ("0.123456789*x", [1.0], 1, "v₁ = 0.123 × v₀ = 0.123 × 1 = 0.123"),
        ("x*1e-7", [3.0], 1, "v₁ = v₀ × 1e−7 = 3 × 1e−7 = 3e−7"),
        ("x^2", [1e-9], 1, "v₁ = v₀² = (1e−9)² = 1e−18"),
        ("alpha2+1", [1.0], 0, "v₀ = alpha₂ = 1"),
        ("v1+1", [1.0], 0, "v₀ = v1 = 1"),
    ],
)
def test_formulas(text: str, point: list[float], row: int, expected: str) -> None:
    """Formulas read as people write them."""
    trace = forward(text, point, [1.0])
    assert written(trace, trace.primal[row]) == expected


def test_choice() -> None:
    """Of a partial derivative with cases the one that holds is shown."""
    trace = forward("max(x, y)", [1.0, 2.0], [1.0, 0.0])
    assert written(trace, trace.derived[2]) == "v̇₁ = v̇₋₁ × 0 + v̇₀ × 1 = 1 × 0 + 0 × 1 = 0"


def test_repeated_argument() -> None:
    """Of x*x each row holds a part of the partial derivative, so none is named."""
    trace = reverse("x*x", [3.0], [1.0])
    assert [written(trace, s) for s in trace.derived[1:]] == [
        "v̄₀ = v̄₁ × v₀ = 1 × 3 = 3",
        "v̄₀ = v̄₀ + v̄₁ × v₀ = 3 + 1 × 3 = 6",
        "x̄ = v̄₀ = 6",
    ]


def test_result_letter() -> None:
    """The result is y unless an input is; several are numbered."""
    assert forward("x+1", [1.0], [1.0]).symbols["result"] == Symbol("y")
    trace = forward("y1*y2", [1.0, 2.0], [1.0, 0.0])
    assert trace.symbols[trace.primal[-1].target] == Symbol("f")
    two = forward("def f(x):\n    return x, 2*x\n", [1.0], [1.0])
    assert [two.symbols[s.target] for s in two.primal[-2:]] == [Symbol("y", 1), Symbol("y", 2)]


def test_marks() -> None:
    """Tangents and adjoints are named as such."""
    assert {s.mark for s in forward("x+1", [1.0], [1.0]).symbols.values()} == {"", ir.TANGENT}
    assert {s.mark for s in reverse("x+1", [1.0], [1.0]).symbols.values()} == {"", ir.ADJOINT}


@pytest.mark.parametrize("text", ["3", "x", "x*0 + floor(x)", "2*3.5"])
def test_degenerate(text: str) -> None:
    """No input, no operation, no path from the input: still a trace."""
    point = [1.5] if "x" in text else []
    ones = [1.0] * len(point)
    ahead = forward(text, point, ones)
    back = reverse(text, point, [1.0])
    assert len(ahead.derived) == len(ahead.primal) == len(back.primal)
    assert ahead.derived[-1].value == (1.0 if text == "x" else 0.0)
    assert [back.totals()[i] for i in range(len(point))] == [ahead.derived[-1].value] * len(point)


def test_input_that_stands_still() -> None:
    """A derivative that is not finite is no matter along a direction that does not meet it."""
    trace = forward("sqrt(x)*y + y", [0.0, 2.0], [0.0, 1.0])
    assert trace.derived[-1].value == 1.0
    assert written(trace, trace.derived[2]) == "v̇₁ = 0"
    with pytest.raises(NotDifferentiable):
        forward("sqrt(x)*y", [0.0, 2.0], [1.0, 0.0])


def test_unused_input() -> None:
    """An input that the result does not depend on has adjoint 0."""
    trace = reverse("def f(x, y):\n    z = y*2\n    return x\n", [1.0, 2.0], [1.0])
    assert trace.totals()[:2] == [1.0, 0.0]
    assert trace.totals()[2] is None


def test_chosen_inputs() -> None:
    """With adjoints of some inputs only, the others have none."""
    trace = reverse(BAYDIN, [2.0, 5.0], [1.0], ["x2"])
    assert trace.totals()[0] is None
    assert trace.totals()[1] == pytest.approx(1.7163378145)


def test_whole_program() -> None:
    """The rows are the operations that ran; both modes find the same derivative."""
    x, n = 0.875, 27.0
    seeds = [1.0, 0.0]
    source = Source(LOOP)
    module = lower_program(parse_program(source), source, None).module
    recorded = record(module, [x, n], Limits())
    ahead = forward_trace(recorded, [x, n], seeds, Limits())
    back = reverse_trace(recorded, [x, n], seeds, Limits())
    assert len(ahead.primal) > 300
    assert back.totals()[0] == pytest.approx(ahead.derived[-2].value, rel=1e-12)
    assert ahead.derived[-1].value == 1.0
    lines = {s.span.line for s in ahead.primal if s.span is not None}
    assert lines >= {6, 9}
    assert len(ahead.derived) == len(ahead.primal)
    assert [s.beside for s in ahead.derived] == list(range(len(ahead.primal)))


@pytest.mark.parametrize(
    ("text", "mode", "x", "lost"),
    [
        ("atan(exp(x))", "reverse", 400.0, {"x": 1.9151695967140057e-174}),
        ("log(1/x)", "forward", 1e300, {"result": -1e-300}),
        ("log(1/x)", "forward", 2.0, {}),
        ("atan(exp(x))", "reverse", 1.0, {}),
    ],
)
def test_what_is_lost_on_the_way_is_told(
    text: str, mode: str, x: float, lost: dict[str, float]
) -> None:
    """Rows are doubles; where they end at another number than the derivative, that is told."""
    assert adcli.load(text).trace({"x": x}, mode=mode).lost == pytest.approx(lost, rel=1e-13)


@pytest.mark.parametrize(
    ("text", "mode", "notes"),
    [
        ("max(x,0)-max(-x,0)", "forward", ["rows take one side of each kink: the tangent is 1.0"]),
        ("max(x,0)-max(-x,0)", "reverse", ["the derivative by x is 1.0, not 2.0"]),
        ("[x, max(x,0)-max(-x,0)]", "forward", ["the tangent of result 2 is 1.0, not 2.0"]),
        ("abs(x)", "reverse", ["x: the slope is -1 to the left and 1 to the right"]),
        ("x*abs(x)", "forward", []),
        ("x*abs(x)", "second", ["the slope is -2 to the left and 2 to the right"]),
        ("[abs(x), x]", "second", []),
        ("max(x, 1)", "forward", []),
    ],
)
def test_notes_of_kinks_are_those_of_the_gradient(text: str, mode: str, notes: list[str]) -> None:
    """Rows that end in another derivative than there is have a note that tells it."""
    found = adcli.load(text).trace({"x": 0.0}, mode=mode).notes
    assert len(found) == len(notes)
    for note, part in zip(found, notes, strict=True):
        assert part in note
