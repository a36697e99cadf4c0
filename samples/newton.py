# The square root by Newton's iteration.  The derivative passes through the loop and its early exit.
# at: a=2
def root(a):
    x = a
    for _ in range(50):
        y = (x + a / x) / 2
        if abs(y - x) <= 1e-15 * y:
            return y
        x = y
    return x
