# Rosenbrock's function of n variables.
def rosenbrock(x: list[float]):
    total = 0.0
    for i in range(len(x) - 1):
        total += 100 * (x[i + 1] - x[i] * x[i]) ** 2 + (1 - x[i]) ** 2
    return total
