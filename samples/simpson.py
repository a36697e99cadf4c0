# The integral of t^p e^(-s t) over [0.5, 4.5] by Simpson's rule: helper functions, constants of the
# file, keyword arguments.
# at: p=1.75, s=0.875
import math

LOW, HIGH = 0.5, 4.5
PANELS = 40


def integrand(t, power=1.0, rate=1.0):
    """t^power e^(-rate t)"""
    return t**power * math.exp(-rate * t)


def integral(p, s):
    h = (HIGH - LOW) / PANELS
    total = integrand(LOW, p, s) + integrand(HIGH, p, s)
    for i in range(1, PANELS):
        weight = 4 if i % 2 == 1 else 2
        total += weight * integrand(LOW + i * h, rate=s, power=p)
    return total * h / 3
