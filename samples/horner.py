# A cubic polynomial by Horner's rule, with its coefficients as inputs.
# at: x=0.75, a=1.5, b=-2.25, c=0.5, d=3
def p(x, a, b, c, d):
    s = a
    s = s * x + b
    s = s * x + c
    s = s * x + d
    return s
