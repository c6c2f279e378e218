#!/usr/bin/env python3
"""Polynomials of src/Ceteris.Kernels/Elementary: minimax by Remez exchange, needs only mpmath.

Each polynomial minimises max |weight(x) (f(x) - p(x))| on [a, b]. Coefficients are rounded to the type of the kernel
one after another from the lowest, the others being fitted again after each so that they make up for it; all at once where
the interval has 0 inside.
"""
import struct
import sys
from mpmath import *

mp.dps = 50


def to_float(c):
    return mpf(struct.unpack('f', struct.pack('f', float(c)))[0])


def to_double(c):
    return mpf(float(c))


def node(a, b, t):
    x = (a + b) / 2 - (b - a) / 2 * t
    return x if abs(x) > 1e-12 else mpf(1e-12)


def remez(f, weight, a, b, powers, rounds=30):
    n = len(powers)
    points = [node(a, b, cos(pi * i / n)) for i in range(n + 1)]
    grid = [node(a, b, cos(pi * i / 600)) for i in range(601)]
    values = [(f(x), weight(x)) for x in grid]
    for _ in range(rounds):
        A, y = matrix(n + 1, n + 1), matrix(n + 1, 1)
        for i, x in enumerate(points):
            for j, k in enumerate(powers):
                A[i, j] = x ** k
            A[i, n], y[i] = (-1) ** i / weight(x), f(x)
        c = lu_solve(A, y)
        errors = [w * (v - sum(c[j] * x ** k for j, k in enumerate(powers))) for x, (v, w) in zip(grid, values)]
        extrema = []
        for x, e in zip(grid, errors):
            if extrema and (extrema[-1][1] > 0) == (e > 0):
                if abs(e) > abs(extrema[-1][1]):
                    extrema[-1] = (x, e)
            else:
                extrema.append((x, e))
        while len(extrema) > n + 1:
            extrema.pop(0 if abs(extrema[0][1]) < abs(extrema[-1][1]) else -1)
        if len(extrema) < n + 1:
            break
        points = [x for x, _ in extrema]
        sizes = [abs(e) for _, e in extrema]
        if max(sizes) < 1.001 * min(sizes):
            break
    return [c[j] for j in range(n)], max(map(abs, errors))


def fit(name, f, a, b, degree, weight=lambda x: mpf(1), single=True, fixed=()):
    a, b = mpf(a), mpf(b)
    if a == 0:
        a = b * mpf(10) ** -12
    rounded = [mpf(c) for c in fixed]
    while len(rounded) <= degree:
        k0 = len(rounded)
        rest = lambda x: f(x) - sum(c * x ** k for k, c in enumerate(rounded))
        c, _ = remez(rest, weight, a, b, list(range(k0, degree + 1)))
        rounded += map(to_float if single else to_double, c if a < 0 else c[:1])
    grid = [node(a, b, mpf(i) / 500 - 1) for i in range(1001)]
    worst = max(abs(weight(x) * (f(x) - sum(c * x ** k for k, c in enumerate(rounded)))) for x in grid)
    print(f'{name}: weighted error 2^{float(log(worst, 2)):.1f}')
    for k, c in enumerate(rounded):
        print(f'    c{k} = {struct.unpack("f", struct.pack("f", float(c)))[0]!r:>24}  {float(c)!r}')


half_ln2 = log(2) / 2


def mills(s):
    """Phi(-a) e^(a^2/2) / s in s = 1 / (1 + 0.3 a)."""
    z = (1 / s - 1) / 0.3 / sqrt(mpf(2))
    return exp(z * z) * erfc(z) / 2 / s


def quantile(w):
    """z / q with q = Phi(z) - 1/2 and w = -log(1 - 4 q^2)."""
    tail = exp(-w) / (2 * (1 + sqrt(-expm1(-w))))
    start = sqrt(-2 * log(tail)) if tail < 0.02 else mpf(0.5)
    return findroot(lambda z: log(erfc(z / sqrt(mpf(2))) / 2) - log(tail), start) / (0.5 - tail)


def log2_ratio(q):
    return log((1 + sqrt(q)) / (1 - sqrt(q)), 2) / sqrt(q)


r_max, s_max, w_max = half_ln2 * 1.001, sqrt(mpf(22.19)) - 3, mpf(6)
FITS = {
    'exp': lambda: fit('Exp: (e^r - 1 - r) / r^2', lambda r: (expm1(r) - r) / r ** 2, -r_max, r_max, 5),
    'log': lambda: fit('Log: (log(1 + f) - f) / f^2', lambda f: (log1p(f) - f) / f ** 2, sqrt(mpf(0.5)) - 1, sqrt(mpf(2)) - 1,
                       8, lambda f: max(abs(f), mpf(1) / 100)),
    'tanh': lambda: fit('Tanh: (tanh r - r) / r^3 in r^2', lambda q: (tanh(sqrt(q)) - sqrt(q)) / sqrt(q) ** 3,
                        0, (r_max / 2) ** 2, 2, lambda q: q),
    'erf': lambda: fit('Erf: erf(x) / x - 1 in x^2', lambda q: erf(sqrt(q)) / sqrt(q) - 1, 0, 0.81, 6),
    'erfc': lambda: fit('Erf: log(erfc(a)) + 2 a', lambda a: log(erfc(a)) + 2 * a, 0.9, 3.95, 7, lambda a: erfc(a)),
    'exp2': lambda: fit('Exp2 in double: (2^r - 1) / r', lambda r: expm1(r * log(2)) / r, -0.5, 0.5, 6, single=False),
    'log2': lambda: fit('Log2 in double: log2((1 + s) / (1 - s)) / s in s^2', log2_ratio, 0, 0.0296, 5, single=False),
    'mills': lambda: fit('NormalCdf', mills, 1 / (1 + mpf(0.3) * 14.3), 1, 9, lambda s: 1 / mills(s), single=False),
    'central': lambda: fit('Normal, centre', quantile, 1e-12, w_max, 9, lambda w: 1 / quantile(w)),
    'tail': lambda: fit('Normal, tail', lambda s: quantile((s + 3) ** 2), sqrt(w_max) - 3, s_max, 8,
                        lambda s: 1 / quantile((s + 3) ** 2)),
}

if __name__ == '__main__':
    for key in sys.argv[1:] or FITS:
        FITS[key]()
