# The power spectrum by a recursive fast Fourier transform: slices, functions that return arrays.
# at: x=[1, 2.5, -0.5, 0.75]
from math import cos, pi, sin


def fft(re, im):
    n = len(re)
    if n == 1:
        return re[:], im[:]
    even, even_i = fft(re[::2], im[::2])
    odd, odd_i = fft(re[1::2], im[1::2])
    half = n // 2
    a = [cos(2 * pi * k / n) * odd[k] + sin(2 * pi * k / n) * odd_i[k] for k in range(half)]
    b = [cos(2 * pi * k / n) * odd_i[k] - sin(2 * pi * k / n) * odd[k] for k in range(half)]
    lower = [even[k] + a[k] for k in range(half)]
    upper = [even[k] - a[k] for k in range(half)]
    lower.extend(upper)
    lower_i = [even_i[k] + b[k] for k in range(half)]
    upper_i = [even_i[k] - b[k] for k in range(half)]
    lower_i.extend(upper_i)
    return lower, lower_i


def power(x):
    re, im = fft(x, [0.0] * len(x))
    return [a * a + b * b for a, b in zip(re, im)]
