# The Legendre polynomial of degree n by its recursion.
# at: x=0.4375, n=6
def legendre(n, x):
    if n == 0:
        return 1.0
    if n == 1:
        return x
    return ((2 * n - 1) * x * legendre(n - 1, x) - (n - 1) * legendre(n - 2, x)) / n


def p(x, n: int):
    return legendre(n, x)
