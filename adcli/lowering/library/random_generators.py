"""NumPy's random generators with a known seed, in the Python that is followed.

Their numbers are constants: `drawn` has NumPy draw again all that a generator has drawn so far.
"""

import numpy as np

from adcli.lowering.library.intrinsics import drawn, refuse


def shape_of(size, one, other):
    if size is None and np.ndim(one) + np.ndim(other) > 0:
        return np.shape(one + 0 * other)
    return size


class Generator:
    def __init__(self, seed=None):
        self.maker = "default_rng"
        self.seed = seed
        self.draws = None

    def __getattr__(self, name):
        refuse(name + " of a generator of NumPy is not followed")

    def draw(self, method, *args):
        self.draws = (self.draws, method, args)
        return drawn(self.maker, self.seed, self.draws)

    def random(self, size=None):
        return self.draw("random", size)

    def standard_normal(self, size=None):
        return self.draw("standard_normal", size)

    def standard_exponential(self, size=None):
        return self.draw("standard_exponential", size)

    def normal(self, loc=0.0, scale=1.0, size=None):
        return loc + scale * self.standard_normal(shape_of(size, loc, scale))

    def uniform(self, low=0.0, high=1.0, size=None):
        return low + (high - low) * self.random(shape_of(size, low, high))

    def exponential(self, scale=1.0, size=None):
        return scale * self.standard_exponential(shape_of(size, scale, 0.0))

    def integers(self, low, high=None, size=None):
        return self.draw("integers", low, high, size)

    def choice(self, a, size=None, replace=True, p=None):
        if np.ndim(a) > 0:
            return np.asarray(a)[self.draw("choice", len(a), size, replace, p)]
        return self.draw("choice", a, size, replace, p)

    def permutation(self, x):
        if np.ndim(x) > 0:
            return np.asarray(x)[self.draw("permutation", len(x))]
        return self.draw("permutation", x)


class RandomState(Generator):
    def __init__(self, seed=None):
        self.maker = "RandomState"
        self.seed = seed
        self.draws = None

    def random_sample(self, size=None):
        return self.random(size)

    def rand(self, *shape):
        return self.draw("rand", *shape)

    def randn(self, *shape):
        return self.draw("randn", *shape)

    def randint(self, low, high=None, size=None):
        return self.draw("randint", low, high, size)
