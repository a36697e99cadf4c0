# A chain of five elementwise operations, and a sum.
import numpy as np


def chain(x):
    return np.sum(np.exp(-0.5 * x * x) * np.sin(x))
