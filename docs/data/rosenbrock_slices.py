# Rosenbrock's function with NumPy's slices.
# at: x=[1.2,1,0.8]
import numpy as np


def rosenbrock(x):
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)
