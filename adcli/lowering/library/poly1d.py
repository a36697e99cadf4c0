"""NumPy's `poly1d`: a polynomial by its coefficients, from the highest power down.

NumPy leaves out zeros in front.  Here they stay, and what would show their number is refused.
"""

import numpy as np


class poly1d:
    def __init__(self, c_or_r, r=False, variable=None):
        if r:
            self._c = np.ones(1)
            for root in c_or_r:
                self._c = np.convolve(self._c, np.array([1.0, -root]))
        elif isinstance(c_or_r, poly1d):
            self._c = c_or_r._c
        else:
            self._c = np.atleast_1d(c_or_r)

    def __call__(self, x):
        return np.polyval(self._c, x)

    def _shown(self):
        if len(self._c) > 1 and self._c[0] == 0:
            raise NotImplementedError("a polynomial whose first coefficient is 0")
        return self._c

    @property
    def coeffs(self):
        return self._shown()

    @property
    def coef(self):
        return self._shown()

    @property
    def coefficients(self):
        return self._shown()

    @property
    def c(self):
        return self._shown()

    @property
    def order(self):
        return len(self._shown()) - 1

    @property
    def o(self):
        return len(self._shown()) - 1

    def __len__(self):
        return len(self._shown()) - 1

    def __getitem__(self, power):
        place = len(self._c) - 1 - power
        if place < 0 or power < 0:
            return 0.0
        return self._c[place]

    def deriv(self, m=1):
        found = self._c
        for _ in range(m):
            found = np.polyder(found) if len(found) > 1 else found[:1] * 0
        return poly1d(found)

    def integ(self, m=1, k=0):
        found = self._c
        for _ in range(m):
            found = np.append(found / np.arange(len(found), 0, -1), k)
        return poly1d(found)

    def __neg__(self):
        return poly1d(-self._c)

    def __pos__(self):
        return self

    def __add__(self, other):
        return poly1d(np.polyadd(self._c, _coefficients(other)))

    def __radd__(self, other):
        return poly1d(np.polyadd(_coefficients(other), self._c))

    def __sub__(self, other):
        return poly1d(np.polysub(self._c, _coefficients(other)))

    def __rsub__(self, other):
        return poly1d(np.polysub(_coefficients(other), self._c))

    def __mul__(self, other):
        return poly1d(np.polymul(self._c, _coefficients(other)))

    def __rmul__(self, other):
        return poly1d(np.polymul(_coefficients(other), self._c))

    def __truediv__(self, other):
        if isinstance(other, poly1d):
            raise NotImplementedError("a quotient of polynomials")
        return poly1d(self._c / other)

    def __pow__(self, n):
        found = np.ones(1)
        for _ in range(n):
            found = np.polymul(found, self._c)
        return poly1d(found)


def _coefficients(value):
    if isinstance(value, poly1d):
        return value._c
    return np.atleast_1d(value)
