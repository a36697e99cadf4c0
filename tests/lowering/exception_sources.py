"""Programs that raise and handle exceptions, by what they are about."""

from __future__ import annotations

#: Programs of `x` and `y` with the function `f`.
PROGRAMS = {
    "value error of the logarithm": """
        import math
        def f(x, y):
            try:
                r = math.log(x) * y
            except ValueError:
                r = x * x + y
            return r
    """,
    "division by zero": """
        def f(x, y):
            try:
                return x / (y - 2.0)
            except ZeroDivisionError:
                return x * y
    """,
    "two handlers and else": """
        import math
        def f(x, y):
            a = x * y
            try:
                b = math.log(x - 1.0)
                c = b / y
            except ValueError:
                r = math.sin(a)
            except ZeroDivisionError:
                r = x ** 3
            else:
                r = c * a
            return r * a
    """,
    "else and finally": """
        import math
        def f(x, y):
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
    """,
    "finally without handlers": """
        import math
        def f(x, y):
            s = 0.0
            try:
                s = s + math.sqrt(x)
            finally:
                s = s + y
            return s * x
    """,
    "return in finally": """
        import math
        def f(x, y):
            try:
                return math.log(x)
            finally:
                return y * 2 + x
    """,
    "return through finally": """
        import math
        def f(x, y):
            r = y
            try:
                if y > 2:
                    return math.sqrt(x) * r
                r = r + math.sqrt(x + 1)
            except ValueError:
                return -y * x
            finally:
                r = 100.0
            return r + x
    """,
    "finally that changes what is returned stays unseen": """
        def f(x, y):
            r = x * y
            try:
                return r
            finally:
                r = 5.0
    """,
    "re-raise": """
        import math
        def g(x, y):
            try:
                return math.log(x) / (y - 2)
            except ValueError:
                if y < 0:
                    raise
                return y * x
        def f(x, y):
            try:
                return g(x, y) + x
            except (ValueError, ZeroDivisionError):
                return x - y * y
    """,
    "raise of a caught name": """
        import math
        def f(x, y):
            try:
                try:
                    return math.log(x)
                except ValueError as e:
                    if y > 0:
                        raise e
                    return 3 * x * y
            except ArithmeticError:
                return 1.0
            except ValueError:
                return x * y
    """,
    "uncaught": """
        def f(x, y):
            if x < 0:
                raise ValueError(f"x {x} is below 0")
            return x * y
    """,
    "uncaught class without a message": """
        def f(x, y):
            if x < 0:
                raise ValueError
            return x * y
    """,
    "message by percent": """
        def f(x, y):
            if x < 0:
                raise ValueError("x is %.3f and y %s, %d%%" % (x, y, 7))
            return x * y
    """,
    "message by format": """
        def f(x, y):
            if x < 0:
                raise ValueError("x is {0:.2e}, y {1} {who!r}".format(x, y, who="me"))
            return x * y
    """,
    "message by str and plus": """
        def f(x, y):
            if x < 0:
                raise ValueError("x is " + str(x) + " of " + repr("it"))
            return x * y
    """,
    "two arguments": """
        def f(x, y):
            if x < 0:
                raise ValueError("below", 0, "it")
            return x * y
    """,
    "key error": """
        def f(x, y):
            if x < 0:
                raise KeyError("it")
            return x * y
    """,
    "not implemented": """
        def f(x, y):
            if x < 0:
                raise NotImplementedError("later")
            return x * y
    """,
    "assert": """
        def f(x, y):
            assert x > 0, f"{x} is not positive"
            assert y > 0
            return x / y
    """,
    "assert that is handled": """
        def f(x, y):
            try:
                assert x > y, "message"
                r = x - y
            except AssertionError:
                r = y - x * x
            return r
    """,
    "a class of the program": """
        class Bad(ValueError):
            pass
        def g(x):
            if x < 0:
                raise Bad(f"bad {x}")
            return x * x
        def f(x, y):
            try:
                return g(x) + g(y)
            except Bad:
                return x * y
    """,
    "a class of the program, uncaught": """
        class Bad(ValueError):
            '''Why.'''
        class Worse(Bad):
            pass
        def f(x, y):
            if x < 0:
                raise Bad("bad")
            if y < 0:
                raise Worse(f"worse {y:.1f}")
            return x * y
    """,
    "a base class handles": """
        class Base(Exception):
            pass
        class One(Base):
            pass
        class Two(Base):
            pass
        def g(x, y):
            if x < 0:
                raise One("one")
            if y < 0:
                raise Two("two")
            return x * y
        def f(x, y):
            try:
                r = g(x, y)
            except One:
                r = x
            except Base:
                r = y * 3
            return r * x
    """,
    "classes with two bases": """
        class Base(Exception):
            pass
        class Both(Base, ArithmeticError):
            pass
        def f(x, y):
            try:
                try:
                    if x < 0:
                        raise Both()
                    return x / y
                except Base:
                    raise
            except ArithmeticError:
                return x * 7 + y
    """,
    "the class is not caught": """
        import math
        def f(x, y):
            try:
                return math.log(x) + y
            except TypeError:
                return 0.0
    """,
    "bare except": """
        import math
        def f(x, y):
            try:
                return math.sqrt(x) / (y - 2)
            except:
                return x + y
    """,
    "except Exception": """
        import math
        def f(x, y):
            try:
                return math.sqrt(x) / (y - 2)
            except Exception:
                return x + 3 * y
    """,
    "survivors": """
        import math
        def f(x, y):
            a = 1.0
            try:
                a = x * y
                b = math.log(x)
                a = a + b
                c = 1 / (y - 2)
                a = a * c
            except (ValueError, ZeroDivisionError):
                a = a + 1
            return a
    """,
    "survivors in a loop": """
        import math
        def f(x, y):
            s = 0.0
            last = x
            try:
                for i in range(5):
                    last = x - i * y
                    s = s + math.sqrt(last)
            except ValueError:
                s = s * last
            return s + last
    """,
    "a loop with try inside": """
        import math
        def f(x, y):
            s, n = 0.0, 0
            for i in range(6):
                try:
                    s += math.log(x + i * y)
                except ValueError:
                    n += 1
                    s += y * n
            return s + n
    """,
    "a while loop with try inside": """
        import math
        def f(x, y):
            s, t = 0.0, x
            while t > -4:
                t = t - 1
                try:
                    s = s + math.sqrt(t)
                except ValueError:
                    s = s - t * y
            return s
    """,
    "continue out of try": """
        import math
        def f(x, y):
            s = 0.0
            for i in range(5):
                try:
                    t = math.sqrt(x - i)
                except ValueError:
                    continue
                s += t * y
            return s
    """,
    "break out of try": """
        import math
        def f(x, y):
            s = 0.0
            for i in range(5):
                try:
                    s = s + math.sqrt(x - i) * y
                    if s > 3:
                        break
                except ValueError:
                    s = s - 1
                    break
                finally:
                    s = s + 0.5 * x
            else:
                s = -s
            return s
    """,
    "continue in finally": """
        import math
        def f(x, y):
            s = 0.0
            for i in range(4):
                try:
                    s = s + math.sqrt(x - i)
                finally:
                    s = s + y
                    continue
            return s
    """,
    "return out of try in a loop": """
        import math
        def f(x, y):
            for i in range(4):
                try:
                    r = math.sqrt(y - x - i)
                    return r * x
                except ValueError:
                    x = x - y
            return x
    """,
    "nested": """
        import math
        def f(x, y):
            try:
                try:
                    r = math.log(x)
                except ZeroDivisionError:
                    r = 1.0
                s = r / (y - 2)
            except ValueError:
                s = x * x
            except ArithmeticError:
                s = y * y * x
            return s
    """,
    "a handler that fails": """
        import math
        def f(x, y):
            try:
                try:
                    r = math.log(x)
                except ValueError:
                    r = x / (y - 2)
            except ZeroDivisionError:
                r = 11.0 * x
            return r
    """,
    "else that fails": """
        import math
        def f(x, y):
            try:
                try:
                    r = math.log(x)
                except ValueError:
                    r = 1.0
                else:
                    r = r / (y - 2)
            except ZeroDivisionError:
                r = 11.0 * x
            return r
    """,
    "finally of two levels": """
        import math
        def f(x, y):
            s = x
            try:
                try:
                    s = s + math.log(x)
                finally:
                    s = s * 2
                    try:
                        s = s / (y - 2)
                    finally:
                        s = s + 1
            except ValueError:
                s = s - y
            except ZeroDivisionError:
                s = s + y
            return s
    """,
    "a solver with a fallback": """
        import math
        def newton(g, t):
            for _ in range(20):
                value, slope = g(t)
                step = value / slope
                if abs(step) < 1e-13:
                    return t
                t = t - step
            raise ValueError("no convergence")
        def f(x, y):
            def g(t):
                return x * math.log(t) - y, x / t
            try:
                root = newton(g, 1.5)
            except (ValueError, ZeroDivisionError):
                root = math.sqrt(x * x + y * y)
            return root * root + x
    """,
    "a function that raises itself": """
        class NoConvergence(RuntimeError):
            pass
        def solve(a, tries):
            t = 1.0
            for i in range(tries):
                new = 0.5 * (t + a / t)
                if abs(new - t) < 1e-12:
                    return new
                t = new
            raise NoConvergence("after %d tries" % tries)
        def f(x, y):
            for tries in (2, 5, 30):
                try:
                    return solve(x * x + y * y, tries) * x
                except NoConvergence:
                    pass
            return y
    """,
    "recursion": """
        def g(x, n):
            if n == 0:
                return 1 / (x - 2)
            try:
                return g(x, n - 1) + x
            except ZeroDivisionError:
                if n < 2:
                    raise
                return x * n
        def f(x, y):
            return g(y, 3) * x
    """,
    "recursion with a class that comes later": """
        class Base(Exception):
            pass
        def g(x, n):
            try:
                if n > 0:
                    return g(x, n - 1) * x
            except Base:
                return x + n
            if x < 0:
                raise Later("later")
            return x * x
        class Later(Base):
            pass
        def f(x, y):
            return g(x, 3) + y
    """,
    "exceptions as control flow": """
        class Found(Exception):
            pass
        def f(x, y):
            t = 0.0
            try:
                for i in range(4):
                    for j in range(4):
                        t = i * x + j * y
                        if t > 3:
                            raise Found
            except Found:
                t = t * t
            return t
    """,
    "what an exception holds": """
        class Bad(Exception):
            pass
        def f(x, y):
            try:
                if x < 0:
                    raise Bad(x * y, 3)
                r = x
            except Bad as e:
                value, n = e.args
                r = value * n
            return r + y
    """,
    "the text of an exception": """
        def f(x, y):
            try:
                if x < 0:
                    raise ValueError(f"x is {x}")
                if y < 0:
                    raise ValueError("y is below 0")
            except ValueError as e:
                raise RuntimeError("because " + str(e)) from e
            return x * y
    """,
    "a known failure": """
        def f(x, y):
            try:
                r = float("abc")
            except ValueError:
                r = x
            try:
                r = r + int("12")
            except ValueError:
                r = r * y
            return r + y
    """,
    "a known failure in a dict": """
        TABLE = {"a": 1.5}
        def f(x, y):
            r = 0.0
            for name in ("a", "b"):
                try:
                    r += TABLE[name] * x
                except KeyError:
                    r += y
            return r
    """,
    "an index out of range": """
        def f(x, y):
            a = [x, y, x * y]
            try:
                return a[int(y) + 1] * x
            except IndexError:
                return -x * y
    """,
    "a known index out of range": """
        def f(x, y):
            a = [x, y]
            try:
                a.append(x * y)
                r = a[5]
            except IndexError:
                r = a[2] + len(a)
            return r
    """,
    "a name without a value": """
        def f(x, y):
            if x > 0:
                z = y
            try:
                return z * x
            except UnboundLocalError:
                return x - y
    """,
    "a type error": """
        def f(x, y, z=None):
            try:
                return x + z
            except TypeError:
                return x * y
    """,
    "an attribute error": """
        def f(x, y, z=None):
            try:
                return z.real + x
            except AttributeError:
                return x * y
    """,
    "a power of zero": """
        def f(x, y):
            try:
                return (x + 1.0) ** -1.0 * y
            except ZeroDivisionError:
                return x * y
    """,
    "overflow": """
        import math
        def f(x, y):
            try:
                return math.exp(x * 1000.0)
            except OverflowError:
                return x * y
    """,
    "lists that a failure leaves changed": """
        import math
        def f(x, y):
            a = [x, y]
            try:
                a.append(x + y)
                a[0] = y * y
                a.append(math.log(x))
                a.append(7.0)
            except ValueError:
                a.append(-1.0)
            s = 0.0
            for v in a:
                s = s * 1.5 + v
            return s + len(a)
    """,
    "arrays that a failure leaves changed": """
        import math
        def f(x, y):
            a = [0.0] * 6
            n = 0
            try:
                for i in range(6):
                    a[i] = math.sqrt(x - i) * y
                    n = n + 1
            except ValueError:
                a[n] = -x
            s = 0.0
            for v in a:
                s = s * 0.5 + v
            return s
    """,
    "an array changed in a function that fails": """
        import math
        def fill(a, x):
            for i in range(len(a)):
                a[i] = math.sqrt(x - i)
        def f(x, y):
            a = [y] * 3
            try:
                fill(a, x)
            except ValueError:
                pass
            return a[0] + 2 * a[1] + 3 * a[2]
    """,
    "a body that cannot fail": """
        def f(x, y):
            try:
                r = x * y + 1.0
            except ValueError:
                r = undefined_name
            return r
    """,
    "a body that surely fails": """
        def f(x, y):
            try:
                raise ValueError("always")
                r = 1.0
            except ValueError:
                r = x * y
            return r
    """,
    "choice by isinstance": """
        import math
        def f(x, y):
            try:
                return math.log(x) / (y - 2)
            except (ValueError, ZeroDivisionError) as e:
                if isinstance(e, ZeroDivisionError):
                    return x * 5
                return y * 5 - x
    """,
    "classes as values": """
        import math
        ERRORS = (ValueError, OverflowError)
        def attempt(g, x, errors, default):
            try:
                return g(x)
            except errors:
                return default
        def f(x, y):
            a = attempt(math.sqrt, x, ERRORS, y)
            b = attempt(lambda t: 1 / (t - 2), y, ZeroDivisionError, x)
            return a + b * x
    """,
    "suppress": """
        import math
        from contextlib import suppress
        def f(x, y):
            r = x
            with suppress(ValueError, ZeroDivisionError):
                r = r + math.log(x)
                r = r / (y - 2)
            return r * y
    """,
    "nullcontext and warnings": """
        import contextlib
        import math
        import warnings
        def f(x, y):
            with contextlib.nullcontext(x) as t, warnings.catch_warnings():
                warnings.simplefilter("ignore")
                warnings.warn("x is used")
                r = math.sqrt(t)
            return r * y
    """,
    "try in a function within a function": """
        import math
        def f(x, y):
            def safe(g, default):
                try:
                    return g()
                except ValueError:
                    return default
            return safe(lambda: math.log(x), y) + safe(lambda: math.sqrt(y), x * 2)
    """,
    "nonlocal": """
        import math
        def f(x, y):
            count = 0.0
            def step(t):
                nonlocal count
                count = count + y
                return math.sqrt(t)
            try:
                r = step(x + 1) + step(x)
            except ValueError:
                r = x
            return r + y
    """,
    "while else": """
        import math
        def f(x, y):
            n = 0
            t = x
            try:
                while t > -3:
                    t = t - y * y - 1
                    n += 1
                    if n > 4:
                        break
                else:
                    t = math.log(t + 3.5)
            except ValueError:
                t = t - 1
            return t * x
    """,
    "a condition that fails": """
        import math
        def f(x, y):
            n = 0.0
            try:
                t = x
                while math.sqrt(t) > 0.5:
                    n = n + t
                    t = t - 1.25
                n = n * 2
            except ValueError:
                n = n + 0.5 * x
            return n + y
    """,
    "an if that fails": """
        import math
        def f(x, y):
            r = y
            try:
                r = r + x
                if math.log(x) > 0:
                    r = r / (y - 2)
                elif math.sqrt(y) > 1:
                    r = r * x
            except ValueError:
                r = r - 1
            except ZeroDivisionError:
                r = r - 2 * x
            return r
    """,
    "an import that is not there": """
        try:
            from not_a_package_at_all import solver
        except ImportError:
            solver = None
        def f(x, y):
            return x * y if solver is None else solver(x)
    """,
    "tuples": """
        import math
        def f(x, y):
            a, b = x, y
            try:
                a, b = b, math.log(a)
                a, b = a / (b - 1), 2.0
            except ValueError:
                a = a * b
            return a - b
    """,
    "unpacking that fails": """
        def f(x, y):
            a = b = x
            try:
                a, b = (x, y, x)
            except ValueError:
                b = y
            return a * b
    """,
    "a chain of functions": """
        import math
        class Outer(Exception):
            pass
        def one(x):
            return math.log(x)
        def two(x):
            try:
                return one(x)
            except ValueError as e:
                raise Outer("outer") from e
        def three(x, y):
            return two(x) * two(y)
        def f(x, y):
            try:
                return three(x, y)
            except Outer:
                return x * 2 - y
    """,
    "an exception that is kept": """
        import math
        def f(x, y):
            err = None
            r = 0.0
            for i in range(3):
                try:
                    r = r + math.sqrt(x - i)
                except ValueError as e:
                    err = e
            if err is not None:
                return -y
            return r
    """,
    "an exception that is kept and raised": """
        import math
        def f(x, y):
            err = None
            r = 0.0
            for i in range(3):
                try:
                    r = r + math.sqrt(x - i)
                    break
                except ValueError as e:
                    err = e
                    x = x + y
            else:
                raise err
            return r
    """,
    "an exception that is passed on": """
        import math
        def kind(e):
            return 1 if isinstance(e, ValueError) else 2
        def f(x, y):
            try:
                return math.log(x) / (y - 2)
            except (ValueError, ZeroDivisionError) as e:
                return kind(e) * x
    """,
    "raise from None": """
        import math
        def f(x, y):
            try:
                return math.log(x)
            except ValueError:
                raise RuntimeError("no log") from None
    """,
    "try in a module": """
        try:
            TABLE = [1.0, 2.0][5]
        except IndexError:
            TABLE = 7.0
        else:
            TABLE = 8.0
        finally:
            OTHER = 2.0
        try:
            import math
            K = math.sqrt(-1.0)
        except ValueError:
            K = 3.0
        def f(x, y):
            return x * TABLE + OTHER * y + K
    """,
    "tries until it works": """
        import math
        def f(x, y):
            n = 0
            while True:
                try:
                    r = math.sqrt(x)
                    break
                except ValueError:
                    x = x + abs(y) + 0.1
                    n += 1
                    if n > 20:
                        raise
            return r + n
    """,
    "a function that sees what the body changed": """
        import math
        def f(x, y):
            k = 1.0
            def g(t):
                return k * t
            try:
                k = y
                k = math.log(x)
            except ValueError:
                k = k + 1
            return g(x)
    """,
    "None where it fails": """
        import math
        def g(x):
            try:
                return math.log(x)
            except ValueError:
                return None
        def f(x, y):
            a = g(x)
            b = g(y)
            if a is None:
                return y * 2
            return a if b is None else a * b
    """,
    "finally that fails": """
        import math
        def f(x, y):
            try:
                try:
                    a = math.log(x)
                finally:
                    b = 1 / (y - 2)
            except ZeroDivisionError:
                return x * 3
            return a * b
    """,
    "an overflow and infinity": """
        import math
        def f(x, y):
            try:
                return math.exp(x * 1000) * y
            except OverflowError:
                return math.inf if x == 0 else x
    """,
    "a class with an attribute": """
        class E(Exception):
            code = 3
        def f(x, y):
            try:
                if x < 0:
                    raise E
                return x
            except E:
                return y
    """,
    "an integer or a real number": """
        def f(x, y):
            try:
                n = int("3")
            except (TypeError, ValueError):
                n = 0.5
            return n * x + y
    """,
    "newton's method by hand": """
        def f(x, y):
            x0 = x
            for i in range(50):
                try:
                    new = x0 - (x0 * x0 - 2.0) / (2.0 * x0)
                except ZeroDivisionError as exc:
                    raise RuntimeError("derivative was zero") from exc
                if abs(new - x0) < 1e-12:
                    break
                x0 = new
            return new * y
    """,
    "a comprehension that fails": """
        import math
        def f(x, y):
            try:
                xs = [math.sqrt(v) for v in (x, y, x + y)]
            except ValueError:
                xs = [x, y]
            return sum(xs)
    """,
    "a sort that fails": """
        import math
        def f(x, y):
            xs = [3.0, x, y]
            try:
                xs.sort(key=lambda v: math.sqrt(v))
            except ValueError:
                return xs[0] * x
            return xs[1]
    """,
    "an entry that is not there": """
        def f(x, y):
            xs = [x, y]
            try:
                xs.remove(3.0)
            except ValueError:
                xs.append(7.0)
            return sum(xs)
    """,
    "a sum that fails": """
        import math
        def f(x, y):
            try:
                return sum(math.log(v) for v in [x, y])
            except ValueError:
                return max(x, y)
    """,
    "the text of a known failure": """
        def f(x, y, mode="fast"):
            try:
                k = {"slow": 1.0}[mode]
            except KeyError as e:
                k = 2.0 if "fast" in str(e) else 3.0
            return k * x + y
    """,
    "an assertion without a message": """
        def f(x, y):
            try:
                assert x > 0
            except AssertionError as e:
                return y if str(e) == "" else x
            return x * y
    """,
    "what an exception of a function holds": """
        class E(Exception):
            pass
        def g(x):
            if x < 0:
                raise E(x * 2)
            return x
        def f(x, y):
            try:
                return g(x) + y
            except E as e:
                return e.args[0] * y
    """,
    "an exception with a constructor": """
        class E(Exception):
            def __init__(self, message, value):
                super().__init__(message)
                self.value = value
        def f(x, y):
            try:
                if x < 0:
                    raise E("bad", x * y)
                return x
            except E as e:
                return e.value
    """,
}

#: Programs of which some paths are refused.
REFUSED = {
    "a generator that is left by an exception": """
        import math
        def vals(x):
            for i in range(4):
                yield x - i
        def f(x, y):
            s = 0.0
            try:
                for v in vals(x):
                    s = s + math.sqrt(v) * y
            except ValueError:
                s = s - 1
            return s
    """,
    "an iterator that a failure leaves used": """
        import math
        def f(x, y):
            it = iter([x, y, 3.0])
            s = 1.0
            try:
                a = next(it)
                b = math.sqrt(a)
                s = next(it) * b
            except ValueError:
                s = next(it) * 10
            return s
    """,
    "a name that is assigned inside what fails": """
        import math
        def f(x, y):
            t = 0.0
            try:
                r = math.log((t := x + y))
            except ValueError:
                r = t * 3
            return r + t
    """,
}
