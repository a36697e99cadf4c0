# Prices of calls by Black and Scholes over a grid of strikes and times, and their squared distance
# from quotes, of the price, the rate and the volatilities.
from math import erf, exp, log, sqrt


def normal(x):
    return 0.5 * (1 + erf(x / sqrt(2.0)))


def distance(
    s, r, v: list[list[float]], strikes: list[float], times: list[float], q: list[list[float]]
):
    total = 0.0
    for i in range(len(times)):
        t = times[i]
        root = sqrt(t)
        for j in range(len(strikes)):
            k = strikes[j]
            w = v[i][j] * root
            d = (log(s / k) + (r + 0.5 * v[i][j] ** 2) * t) / w
            price = s * normal(d) - k * exp(-r * t) * normal(d - w)
            total += (price - q[i][j]) ** 2
    return total
