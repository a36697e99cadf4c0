# The heat equation by explicit steps: an array made anew in each step, and a name that moves on.
# at: u=[0, 1, 2.5, -1, 0.5, 3, 0.25, 0], alpha=0.375
def energy(u, alpha, steps: int = 15):
    v = u[:]
    for step in range(steps):
        w = v[:]
        for i in range(1, len(v) - 1):
            w[i] = v[i] + alpha * (v[i - 1] - 2 * v[i] + v[i + 1])
        v = w
    return sum([t * t for t in v])
