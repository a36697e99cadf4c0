# The log posterior of a mixture of normal distributions with a Wishart prior, as in ADBench
# (Srajer, Kukelova, Fitzgibbon, 2018, "A benchmark of selected algorithmic differentiation tools on
# some problems in computer vision and machine learning"), with the signs of its C++ code.
# icf: for each component the logarithms of the diagonal of the inverse covariance's factor, then
# the entries below the diagonal, column by column.
# The points are the inner loops, as in the C file and in the programs for JAX and PyTorch.
from math import exp, lgamma, log, pi


def log_sum_exp(values: list[float]):
    top = max(values)
    total = 0.0
    for v in values:
        total += exp(v - top)
    return top + log(total)


def log_gamma_distribution(a, p: int):
    out = 0.25 * p * (p - 1) * log(pi)
    for j in range(p):
        out += lgamma(a - 0.5 * j)
    return out


def distances(mean: list[float], factor: list[float], columns: list[list[float]]):
    d, n = len(mean), len(columns[0])
    out = [0.0] * n
    for i in range(d):
        diagonal = exp(factor[i])
        row = [diagonal * (x - mean[i]) for x in columns[i]]
        for j in range(i):
            q = factor[d + j * (2 * d - j - 1) // 2 + i - j - 1]
            for p in range(n):
                row[p] += q * (columns[j][p] - mean[j])
        for p in range(n):
            out[p] += row[p] * row[p]
    return out


def posterior(
    alphas: list[float],
    means: list[list[float]],
    icf: list[list[float]],
    points: list[list[float]],
    gamma: float,
    m: int,
):
    components, d, n = len(alphas), len(means[0]), len(points)
    columns = [[point[i] for point in points] for i in range(d)]
    terms = [[0.0] * n for k in range(components)]
    prior = 0.0
    for k in range(components):
        logs = 0.0
        squares = 0.0
        for i in range(d):
            logs += icf[k][i]
            squares += exp(icf[k][i]) ** 2
        for i in range(d, len(icf[k])):
            squares += icf[k][i] ** 2
        prior += 0.5 * gamma * gamma * squares - m * logs
        base = alphas[k] + logs
        far = distances(means[k], icf[k], columns)
        for p in range(n):
            terms[k][p] = base - 0.5 * far[p]
    degrees = d + m + 1
    prior -= components * (
        degrees * d * (log(gamma) - 0.5 * log(2.0)) - log_gamma_distribution(0.5 * degrees, d)
    )
    top = terms[0][:]
    for k in range(1, components):
        for p in range(n):
            top[p] = max(top[p], terms[k][p])
    sums = [0.0] * n
    for k in range(components):
        for p in range(n):
            sums[p] += exp(terms[k][p] - top[p])
    total = 0.0
    for p in range(n):
        total += top[p] + log(sums[p])
    return total - 0.5 * n * d * log(2 * pi) - n * log_sum_exp(alphas) + prior
