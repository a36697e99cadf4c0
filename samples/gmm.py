# The log likelihood of points under a mixture of normal distributions, with log-sum-exp.
# at: alphas=[0.2, -0.4], means=[[0.5, -1], [1.5, 0.75]], widths=[0.8, 1.3]
from math import exp, log, pi

DATA = [[0.1, -0.4], [1.2, 0.9], [0.6, -1.1], [2.0, 0.3]]


def log_sum_exp(values):
    top = max(values)
    return top + log(sum([exp(v - top) for v in values]))


def likelihood(alphas, means, widths):
    total = 0.0
    for point in DATA:
        terms = []
        for alpha, mean, width in zip(alphas, means, widths):
            distance = sum([(a - b) ** 2 for a, b in zip(point, mean)])
            terms.append(alpha - distance / (2 * width**2) - log(2 * pi * width**2))
        total += log_sum_exp(terms)
    return total - len(DATA) * log_sum_exp(alphas)
