"""Programs with `try`, drawn at random: nested, in loops, with jumps out of every part."""

from __future__ import annotations

import random

_CLASSES = (
    "ValueError", "ZeroDivisionError", "ArithmeticError", "(ValueError, ZeroDivisionError)",
    "Mine", "Other", "(Mine, OverflowError)", "LookupError", "Exception",
)  # fmt: skip

_RAISED = ("ValueError('v')", "Mine(f'm {a}')", "Other", "ZeroDivisionError", "KeyError('k')")

_HEAD = """\
import math
class Mine(ValueError):
    pass
class Other(Mine):
    pass
def h(t, u):
    if t > 4:
        raise Mine(f"mine {t}")
    if u < -2:
        raise Other("other")
    return math.sqrt(t) + u
def f(x, y):
    a, b, n = x, y, 0
    xs = [x, y, 1.0]
"""


class DrawnProgram:
    """The text of a function f(x, y)."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.loops = 0
        self.handling = 0
        self.fuel = 14
        lines = self.block(1, 3)
        self.text = _HEAD + "\n".join([*lines, "    return a + 2 * b + 3 * n + xs[0] + 5 * xs[-1]"])

    def block(self, depth: int, most: int) -> list[str]:
        lines: list[str] = []
        for _ in range(self.random.randint(1, most)):
            lines += self.statement(depth)
        return lines

    def statement(self, depth: int) -> list[str]:
        pad = "    " * depth
        self.fuel -= 1
        kinds = ["simple"] * 5 + ["jump"]
        if self.fuel > 0 and depth < 7:
            kinds += ["try"] * 4 + ["if", "for"]
        kind = self.random.choice(kinds)
        if kind == "simple":
            return [pad + self.simple()]
        if kind == "jump":
            return self.jump(pad)
        if kind == "if":
            return [f"{pad}if {self.condition()}:", *self.block(depth + 1, 2)]
        if kind == "for":
            self.loops += 1
            body = self.block(depth + 1, 3)
            self.loops -= 1
            return [f"{pad}for i{depth} in range({self.random.randint(1, 3)}):", *body]
        return self.protected(pad, depth)

    def simple(self) -> str:
        return self.random.choice(
            [
                "a = a + 0.5", "b = a * b", "a = math.sqrt(a)", "b = b / (a - 1.5)",
                "a = h(a, b)", "b = h(b, a)", "n = n + 1", "a = math.log(b)", "xs[0] = a",
                "xs.append(b)", "xs[n] = math.sqrt(b)", "a = xs[n]", "a, b = b, a - 1",
                "b = b - math.sqrt(a * b)", "a -= 2.0", "b += 1 / b",
            ]
        )  # fmt: skip

    def condition(self) -> str:
        return self.random.choice(["a > b", "a < 0", "n > 1", "b > 2", "math.sqrt(a) > 1"])

    def jump(self, pad: str) -> list[str]:
        kinds = [f"raise {self.random.choice(_RAISED)}", "return a - b"]
        if self.handling:
            kinds.append("raise")
        if self.loops:
            kinds += ["break", "continue"]
        return [f"{pad}if {self.condition()}:", f"{pad}    {self.random.choice(kinds)}"]

    def protected(self, pad: str, depth: int) -> list[str]:
        lines = [f"{pad}try:", *self.block(depth + 1, 4)]
        with_finally = self.random.random() < 0.4
        for _ in range(self.random.randint(0 if with_finally else 1, 2)):
            self.handling += 1
            lines += [f"{pad}except {self.random.choice(_CLASSES)}:", *self.block(depth + 1, 2)]
            self.handling -= 1
        is_handled = any(line.startswith(f"{pad}except") for line in lines)
        if is_handled and self.random.random() < 0.3:
            lines += [f"{pad}else:", *self.block(depth + 1, 2)]
        if with_finally:
            handling, self.handling = self.handling, 0
            lines += [f"{pad}finally:", *self.block(depth + 1, 2)]
            self.handling = handling
        return lines
