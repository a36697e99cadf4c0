# Broyden's tridiagonal system (Broyden 1965): its Jacobian has three entries in a row.
# at: x=[-1, -0.5, 0.25, 1.5, -2]
def residual(x):
    n = len(x)
    r = [0.0] * n
    for i in range(n):
        r[i] = (3 - 2 * x[i]) * x[i] + 1
        if i > 0:
            r[i] -= x[i - 1]
        if i < n - 1:
            r[i] -= 2 * x[i + 1]
    return r
