# The mixture of p6.py, point after point: the log posterior with a Wishart prior, as in ADBench
# (Srajer, Kukelova, Fitzgibbon, 2018, "A benchmark of selected algorithmic differentiation tools on
# some problems in computer vision and machine learning"), with the signs of its C++ code.
# icf: for each component the logarithms of the diagonal of the inverse covariance's factor, then
# the entries below the diagonal, column by column.
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


def distance(mean: list[float], factor: list[float], diagonal: list[float], point: list[float]):
    d = len(mean)
    centred = [0.0] * d
    out = [0.0] * d
    for i in range(d):
        centred[i] = point[i] - mean[i]
        out[i] = diagonal[i] * centred[i]
    place = d
    for i in range(d):
        for j in range(i + 1, d):
            out[j] += factor[place] * centred[i]
            place += 1
    total = 0.0
    for i in range(d):
        total += out[i] * out[i]
    return total


def posterior(
    alphas: list[float],
    means: list[list[float]],
    icf: list[list[float]],
    points: list[list[float]],
    gamma: float,
    m: int,
):
    components, d, n = len(alphas), len(means[0]), len(points)
    diagonals = [[exp(row[i]) for i in range(d)] for row in icf]
    logs = [0.0] * components
    prior = 0.0
    for k in range(components):
        squares = 0.0
        for i in range(d):
            logs[k] += icf[k][i]
            squares += diagonals[k][i] ** 2
        for i in range(d, len(icf[k])):
            squares += icf[k][i] ** 2
        prior += 0.5 * gamma * gamma * squares - m * logs[k]
    degrees = d + m + 1
    prior -= components * (
        degrees * d * (log(gamma) - 0.5 * log(2.0)) - log_gamma_distribution(0.5 * degrees, d)
    )
    total = 0.0
    terms = [0.0] * components
    for point in points:
        for k in range(components):
            terms[k] = alphas[k] + logs[k] - 0.5 * distance(means[k], icf[k], diagonals[k], point)
        total += log_sum_exp(terms)
    return total - 0.5 * n * d * log(2 * pi) - n * log_sum_exp(alphas) + prior
