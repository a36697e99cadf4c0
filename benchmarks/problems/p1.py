# The logistic map, n steps.
def logistic(x, r, n: int):
    for i in range(n):
        x = r * x * (1 - x)
    return x
