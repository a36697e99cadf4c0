# The truncated logistic map of Baydin et al. (2018), Table 1: l1 = x, l(n+1) = 4 l(n) (1 - l(n)).
# The number of terms only counts the loop, so it is an integer and is not differentiated by.
# at: x=0.2, n=4
def l(x, n=4):
    for _ in range(n - 1):
        x = 4 * x * (1 - x)
    return x
