# A Kalman filter for position and velocity: the likelihood of positions z, by its two variances.
import numpy as np


def likelihood(q, r, z):
    step = np.array([[1.0, 0.1], [0.0, 1.0]])
    noise = q * np.array([[0.001, 0.01], [0.01, 0.1]])
    seen = np.array([1.0, 0.0])
    x = np.zeros(2)
    p = 10.0 * np.eye(2)
    total = 0.0
    for t in range(len(z)):
        x = step @ x
        p = step @ p @ step.T + noise
        s = seen @ p @ seen + r
        gap = z[t] - seen @ x
        total -= 0.5 * (np.log(s) + gap**2 / s)
        gain = p @ seen / s
        x = x + gain * gap
        p = p - np.outer(gain, seen @ p)
    return total
