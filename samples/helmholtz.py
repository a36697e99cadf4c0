# The Helmholtz energy of a mixed fluid of two components (Griewank 1989; Baydin et al. 2018,
# section 3.2.1), with the gas constant times the temperature as one input.
# at: x1=0.3, x2=0.2, b1=0.5, b2=0.75, a11=1.25, a12=0.4, a22=0.9, rt=2.5
from math import log, sqrt


def energy(x1, x2, b1, b2, a11, a12, a22, rt):
    bx = b1 * x1 + b2 * x2
    mixing = x1 * log(x1 / (1 - bx)) + x2 * log(x2 / (1 - bx))
    attraction = a11 * x1 * x1 + 2 * a12 * x1 * x2 + a22 * x2 * x2
    ratio = (1 + (1 + sqrt(2)) * bx) / (1 + (1 - sqrt(2)) * bx)
    return rt * mixing - attraction / (sqrt(8) * bx) * log(ratio)
