# Kepler's equation E - e sin E = M, solved for the eccentric anomaly E by Newton's iteration.
# at: e=0.3, m=1
from math import cos, sin


def anomaly(e, m):
    big_e = m + e * sin(m)
    step = 1.0
    while abs(step) > 1e-15:
        step = (big_e - e * sin(big_e) - m) / (1 - e * cos(big_e))
        big_e -= step
    return big_e
