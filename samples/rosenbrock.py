# Rosenbrock's valley.
# at: x=-1.2, y=1
def rosenbrock(x, y, a=1.0, b=100.0):
    return (a - x) ** 2 + b * (y - x**2) ** 2
