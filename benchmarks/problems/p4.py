# Predators and prey (Lotka and Volterra), n steps by the method of Runge and Kutta.
def populations(x, y, a, b, c, d, n: int):
    h = 0.001
    for step in range(n):
        k1 = a * x - b * x * y
        l1 = c * x * y - d * y
        u = x + 0.5 * h * k1
        v = y + 0.5 * h * l1
        k2 = a * u - b * u * v
        l2 = c * u * v - d * v
        u = x + 0.5 * h * k2
        v = y + 0.5 * h * l2
        k3 = a * u - b * u * v
        l3 = c * u * v - d * v
        u = x + h * k3
        v = y + h * l3
        k4 = a * u - b * u * v
        l4 = c * u * v - d * v
        x = x + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        y = y + h / 6 * (l1 + 2 * l2 + 2 * l3 + l4)
    return x + y
