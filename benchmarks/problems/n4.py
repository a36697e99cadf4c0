# The loss of k-means: each point's squared distance from the nearest centre.
import numpy as np


def loss(centres, points):
    far = np.sum((points[:, None, :] - centres[None, :, :]) ** 2, axis=2)
    return np.sum(np.min(far, axis=1))
