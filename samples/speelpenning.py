# Speelpenning's product: the example with which reverse mode was shown to cost a constant times the
# function (Speelpenning 1980; Griewank & Walther 2008, section 3.3).
# at: x1=1.5, x2=-0.5, x3=2.25, x4=0.75, x5=-1.25, x6=3
def f(x1, x2, x3, x4, x5, x6):
    return x1 * x2 * x3 * x4 * x5 * x6
