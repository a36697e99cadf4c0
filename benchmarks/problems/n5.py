# A mixture of normal distributions, as ADBench has it.
import math

import numpy as np


def objective(alphas, means, icf, points, gamma, m):
    k, d = means.shape
    n = len(points)
    logs = np.sum(icf[:, :d], axis=1)
    terms = np.zeros((k, n))
    squares = 0.0
    for j in range(k):
        factor = np.zeros((d, d))
        place = d
        for i in range(d):
            factor[i, i] = np.exp(icf[j, i])
            factor[i + 1 :, i] = icf[j, place : place + d - i - 1]
            place += d - i - 1
        squares += np.sum(factor**2)
        away = (points - means[j]) @ factor.T
        terms[j] = alphas[j] + logs[j] - 0.5 * np.sum(away**2, axis=1)
    most = np.max(terms, axis=0)
    likelihood = np.sum(most + np.log(np.sum(np.exp(terms - most), axis=0)))
    weights = np.log(np.sum(np.exp(alphas)))
    degrees = d + m + 1
    gammas = 0.25 * d * (d - 1) * math.log(math.pi)
    for j in range(d):
        gammas += math.lgamma(0.5 * (degrees - j))
    wishart = 0.5 * gamma**2 * squares - m * np.sum(logs)
    prior = -k * (degrees * d * (math.log(gamma) - 0.5 * math.log(2.0)) - gammas)
    return likelihood - 0.5 * n * d * math.log(2 * math.pi) - n * weights + wishart + prior
