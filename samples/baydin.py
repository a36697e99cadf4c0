# The running example of Baydin et al. (2018), Tables 2 and 3.
# at: x1=2, x2=5
from math import log, sin


def f(x1, x2):
    return log(x1) + x1 * x2 - sin(x2)
