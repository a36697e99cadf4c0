# Two results: polar coordinates of a point.
# at: x=3, y=-4
from math import atan2, hypot


def polar(x, y):
    return hypot(x, y), atan2(y, x)
