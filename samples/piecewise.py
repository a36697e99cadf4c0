# Huber's loss: a parabola in the middle, straight lines outside.
# at: x=-2.5, delta=1.5
def huber(x, delta):
    r = abs(x)
    if r <= delta:
        return 0.5 * x**2
    else:
        return delta * (r - delta / 2)
