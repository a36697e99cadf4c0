# The loss of k-means: each point's squared distance from the nearest centre.
def loss(centres: list[list[float]], points: list[list[float]]):
    total = 0.0
    for i in range(len(points)):
        least = 1e300
        for k in range(len(centres)):
            far = 0.0
            for j in range(len(centres[0])):
                far += (points[i][j] - centres[k][j]) ** 2
            least = min(least, far)
        total += least
    return total
