"""Programs that handle exceptions, twice: as Python, and as the IR that a front end makes of it.

A `try` becomes a protected call of a function of its body: its free variables go in, what it
assigns comes out.  Handlers, `else` and `finally` are branches on the status.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from adcli.ir import nodes as ir
from adcli.ir.parser import parse_module
from adcli.ir.verify import verify, verify_normal
from adcli.passes.normalise import normalise


class ExceptionProgram(NamedTuple):
    """The IR as text, the same in Python, and points, of which some have no value."""

    text: str
    function: Callable[..., float]
    points: tuple[tuple[float, ...], ...]

    @property
    def module(self) -> ir.Module:
        return module_of(self.text)


def module_of(text: str) -> ir.Module:
    """A module in normal form."""
    module = parse_module(text)
    verify(module)
    module = normalise(module)
    verify_normal(module)
    return module


class Mine(ValueError):
    """A class of the program: number 1000."""


class Other(Mine):
    """Another, derived from it: number 1001."""


def _else_and_finally(x: float, y: float) -> float:
    a = x * y
    try:
        b = math.log(x - 1.0)
        c = b / y
    except ValueError:
        a = a * a
        r = math.sin(a)
    except ZeroDivisionError:
        r = x * x * x
    else:
        r = c * a
    finally:
        a = a + x
    return r * a


ELSE_AND_FINALLY = """\
module entry f
function f(x, y) -> out
  real: x, y, a, b, c, r, out
  int: code, value, zero
  bool: ok, is_value, is_zero
  a = x * y
  b, c = call body(x, y) status code
  ok = code == 0
  if ok:
    r = c * a
  else:
    is_value = code == 7
    if is_value:
      a = a * a
      r = sin(a)
    else:
      is_zero = code == 4
      if is_zero:
        r = x * x * x
      else:
        a = a + x
        raise Exception(code) "" ()
  a = a + x
  r = r * a
  out = r
function body(x, y) -> b.out, c.out
  real: x, y, b, c, b.out, c.out
  b = log(x - 1.0)
  c = b / y
  b.out = b
  c.out = c
"""


def _newton(f: Callable[[float], tuple[float, float]], x: float) -> float:
    for _ in range(20):
        value, slope = f(x)
        step = value / slope
        if abs(step) < 1e-13:
            return x
        x = x - step
    raise ValueError("no convergence")


def _solver(a: float, b: float) -> float:
    def f(t: float) -> tuple[float, float]:
        return a * math.log(t) - b, a / t

    try:
        root = _newton(f, 1.5)
    except (ValueError, ZeroDivisionError):
        root = math.sqrt(a * a + b * b)
    return root * root + a


SOLVER = """\
module entry f
function f(a, b) -> out
  real: a, b, root, out
  int: code
  bool: failed, value, zero, known
  root = call newton(a, b, 1.5) status code
  failed = code != 0
  if failed:
    value = code == 7
    zero = code == 4
    known = value or zero
    if known:
      root = sqrt(a * a + b * b)
    else:
      raise Exception(code) "" ()
  root = root * root + a
  out = root
function g(a, b, t) -> value, slope
  real: a, b, t, v, s, value, slope
  v = a * log(t) - b
  s = a / t
  value = v
  slope = s
function newton(a, b, x) -> out
  real: a, b, x, value, slope, step, t, out, found
  int: i
  bool: small, running, go, now
  running = True
  for i in 0..20 by 1:
    now = running
    if now:
      value, slope = call g(a, b, x)
      step = value / slope
      small = abs(step) < 1e-13
      if small:
        found = x
        go = False
      else:
        x = x - step
        go = True
      running = go
  if running:
    raise ValueError(7) "no convergence" ()
  out = found
"""


def _survivors(x: float, y: float) -> float:
    s = 0.0
    for i in range(6):
        t = x - 0.5 * i
        try:
            p = t * y
            q = math.sqrt(t)
            p = p * q
            s = s + math.log(p)
        except ValueError:
            s = s + p * p
    return s * x


SURVIVORS = """\
module entry f
function f(x, y) -> out
  real: x, y, s, t, p, q, u, out
  int: i, c
  bool: ok, good, is_value
  for i in 0..6 by 1:
    t = x - 0.5 * real(i)
    p = t * y
    q = call root(t) status c
    ok = c == 0
    if ok:
      p = p * q
      u = call sum(s, p) status c
    good = c == 0
    if good:
      s = u
    else:
      is_value = c == 7
      if is_value:
        s = s + p * p
      else:
        raise Exception(c) "" ()
  s = s * x
  out = s
function root(t) -> r
  real: t, v, r
  v = sqrt(t)
  r = v
function sum(s, p) -> r
  real: s, p, v, r
  v = s + log(p)
  r = v
"""


def _nested(x: float, y: float) -> float:
    z = x
    try:
        try:
            if x > 3.0:
                raise Other("x")
            if x > 2.0:
                raise Mine("x")
            z = math.log(y) / x
        except Other:
            z = z * y
            raise
        finally:
            z = z + y * y
        z = z * 2.0
    except Mine:
        z = math.exp(z)
    return z * y


NESTED = """\
module entry f
function f(x, y) -> out
  real: x, y, z, out
  int: c
  bool: ok, is_mine, is_other, either
  c, z = call outer(x, y)
  ok = c == 0
  if ok:
    pass
  else:
    is_mine = c == 1000
    is_other = c == 1001
    either = is_mine or is_other
    if either:
      z = exp(z)
    else:
      raise Exception(c) "" ()
  z = z * y
  out = z
function outer(x, y) -> code, z.out
  real: x, y, z, z.out, w
  int: c, code
  bool: ok, is_other
  z = x
  w = call inner(x, y) status c
  ok = c == 0
  if ok:
    z = w
  else:
    is_other = c == 1001
    if is_other:
      z = z * y
  z = z + y * y
  if ok:
    z = z * 2.0
  code = c
  z.out = z
function inner(x, y) -> r
  real: x, y, v, r
  bool: far, near
  far = x > 3.0
  if far:
    raise Other(1001) "x" ()
  near = x > 2.0
  if near:
    raise Mine(1000) "x" ()
  v = log(y) / x
  r = v
"""


def _ways_out(x: float, n: int) -> float:
    total = x
    for i in range(n):
        try:
            t = math.log(x - i)
            if t > 1.0:
                continue
            total = total + t * x
            if total > 9.0:
                return total * t
        except ValueError:
            total = total * x
            continue
        total = total + i
    return total / x


WAYS_OUT = """\
module entry f
function f(x, n) -> out
  real: x, total, t, y, out
  int: n, i, c, how, way
  bool: runs, ok, go_on, is_value, ended
  total = x
  for i in 0..n by 1:
    runs = how == 0
    if runs:
      way, t, y = call body(x, total, i) status c
      ok = c == 0
      if ok:
        total = y
        ended = way == 1
        if ended:
          total = total * t
          how = 1
        else:
          go_on = way == 0
          if go_on:
            total = total + real(i)
      else:
        is_value = c == 7
        if is_value:
          total = total * x
        else:
          raise Exception(c) "" ()
  runs = how == 0
  if runs:
    total = total / x
  out = total
function body(x, total, i) -> way.out, t.out, total.out
  real: x, total, t, t.out, total.out
  int: i, way, way.out
  bool: big, far
  t = log(x - real(i))
  big = t > 1.0
  if big:
    way = 3
  else:
    total = total + t * x
    far = total > 9.0
    if far:
      way = 1
  way.out = way
  t.out = t
  total.out = total
"""


def _recursive(x: float, n: int) -> float:
    if n == 0:
        return math.log(x)
    try:
        inner = _recursive(x - 1.0, n - 1)
        return inner * x
    except ValueError:
        return x * x + math.sqrt(x + n)


RECURSIVE = """\
module entry f
function f(x, n) -> out
  real: x, out
  int: n
  out = call g(x, n)
function g(x, n) -> r
  real: x, r, v
  int: n, c
  bool: last, ok, is_value
  last = n == 0
  if last:
    v = log(x)
  else:
    v = call step(x, n) status c
    ok = c == 0
    if ok:
      pass
    else:
      is_value = c == 7
      if is_value:
        v = x * x + sqrt(x + real(n))
      else:
        raise Exception(c) "" ()
  r = v
function step(x, n) -> r
  real: x, r, y, z
  int: n, m
  y = x - 1.0
  m = n - 1
  z = call g(y, m)
  z = z * x
  r = z
"""


def _arrays(x: float, y: float, n: int) -> float:
    rows = [y] * n
    for i in range(n):
        try:
            row = []
            for j in range(i + 1):
                row.append(x * j - 1.5)
            row[i] = row[i] * rows[i]
            value = math.sqrt(row[i] * row[0] + y)
            rows[i] = value
        except ValueError:
            rows[i] = rows[i] * x
    total = 0  # sum() adds up in another way from Python 3.12 on
    for k, r in enumerate(rows):
        total += r * (k + 1)
    return total


ARRAYS = """\
module entry f
function f(x, y, n) -> out
  real: x, y, s, r, v, out
  int: n, i, c, k
  bool: ok, is_value
  real[]: rows
  rows = array(n)
  for i in 0..n by 1:
    rows[i] = y
  for i in 0..n by 1:
    call body(rows, x, y, i) status c
    ok = c == 0
    if ok:
      pass
    else:
      is_value = c == 7
      if is_value:
        v = rows[i]
        v = v * x
        rows[i] = v
      else:
        raise Exception(c) "" ()
  for k in 0..n by 1:
    r = rows[k]
    s = s + r * real(k + 1)
  out = s
function body(rows, x, y, i)
  real: x, y, a, b, v
  int: i, j, last
  real[]: rows, row
  row = array(0)
  last = i + 1
  for j in 0..last by 1:
    a = x * real(j) - 1.5
    append row a
  a = row[i]
  b = rows[i]
  a = a * b
  row[i] = a
  a = row[i]
  b = row[0]
  v = sqrt(a * b + y)
  rows[i] = v
"""

PROGRAMS = {
    "else and finally": ExceptionProgram(
        ELSE_AND_FINALLY,
        _else_and_finally,
        ((2.5, 1.5), (3.0, 0.0), (0.5, 2.0), (1.25, 3.0), (7.0, -0.75), (-2.0, 0.0)),
    ),
    "solver": ExceptionProgram(
        SOLVER,
        _solver,
        ((2.0, 1.0), (0.0, 2.0), (1.0, -3.0), (0.25, 1.0), (3.0, 0.5), (-1.5, 1.0)),
    ),
    "survivors": ExceptionProgram(
        SURVIVORS,
        _survivors,
        ((3.25, 1.5), (1.75, 2.0), (0.75, -1.0), (-0.25, 1.0), (2.125, 0.5), (9.0, 3.0)),
    ),
    "nested": ExceptionProgram(
        NESTED,
        _nested,
        ((1.5, 2.0), (2.5, 1.25), (3.5, 0.5), (2.5, -1.0), (0.5, 0.25), (4.0, -0.5)),
    ),
    "ways out": ExceptionProgram(
        WAYS_OUT, _ways_out, ((2.5, 5), (1.25, 3), (3.5, 6), (0.5, 2), (4.25, 6), (1.5, 9))
    ),
    "recursive": ExceptionProgram(
        RECURSIVE, _recursive, ((5.5, 3), (2.25, 4), (0.5, 2), (1.75, 1), (9.0, 5), (3.125, 3))
    ),
    "arrays": ExceptionProgram(
        ARRAYS,
        _arrays,
        ((1.0, 2.0, 4), (0.25, 1.0, 5), (2.5, -0.5, 3), (1.75, 3.0, 6), (0.5, 0.125, 2)),
    ),
}
