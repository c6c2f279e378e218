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
erfcx = lambda z: exp(z * z) * erfc(z)
FITS = {
    'exp': lambda: fit('exp: (e^r - 1 - r) / r^2', lambda r: (expm1(r) - r) / r ** 2, -half_ln2 * 1.001, half_ln2 * 1.001, 4),
    'log': lambda: fit('log: (log(1 + f) - f) / f^2', lambda f: (log1p(f) - f) / f ** 2, sqrt(mpf(0.5)) - 1, sqrt(mpf(2)) - 1, 8,
                       lambda f: max(abs(f), mpf(1) / 100)),
    'tanh': lambda: fit('tanh: (tanh r - r) / r^3 in r^2', lambda q: (tanh(sqrt(q)) - sqrt(q)) / sqrt(q) ** 3, 0,
                        (half_ln2 / 2 * 1.001) ** 2, 2, lambda q: q),
    'erf': lambda: fit('erf: erf(x) / x - 1 in x^2', lambda q: erf(sqrt(q)) / sqrt(q) - 1, 0, 1, 6),
    'erfc': lambda: fit('erf: log(erfc(a)) + a', lambda a: log(erfc(a)) + a, 1, 3.95, 8, lambda a: erfc(a)),
    'exp64': lambda: fit('exp64: (e^r - 1 - r) / r^2', lambda r: (expm1(r) - r) / r ** 2, -half_ln2 * 1.001, half_ln2 * 1.001,
                         5, single=False),
    'exp2_64': lambda: fit('exp2_64: (2^r - 1) / r', lambda r: expm1(r * log(2)) / r, -0.5, 0.5, 6, single=False),
    'log2_64': lambda: fit('log2_64: log2((1 + s) / (1 - s)) / s in s^2',
                           lambda q: log((1 + sqrt(q)) / (1 - sqrt(q)), 2) / sqrt(q), 0, 0.0296, 5, single=False),
    'mills': lambda: fit('mills', lambda s: erfcx((1 / s - 1) / 0.3 / sqrt(mpf(2))) / 2 / s, 1 / mpf(1 + 0.3 * 14.3), 1, 12,
                         lambda s: 1 / (erfcx((1 / s - 1) / 0.3 / sqrt(mpf(2))) / 2 / s), single=False),
}

if __name__ == '__main__':
    for key in sys.argv[1:] or FITS:
        FITS[key]()
