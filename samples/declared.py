# A square root by iteration that declares its own derivative: nobody differentiates the loop.
# at: x=[1.5, 2, 0.5]
from adcli import derivative


def slope(x):
    return 0.5 / root(x)


@derivative(x=slope)
def root(x):
    y = 1 + x
    while abs(y * y - x) > 1e-15 * x:
        z = 0.5 * (y + x / y)
        if z >= y:
            break
        y = z
    return y


def length(x):
    return root(sum([v * v for v in x]))
