"""The fast DCT of eight samples as a flow graph: 11 multiplications and 29 additions, where the matrix takes 64 and 56.

    x0 .. x7     butterflies: sums and differences of mirrored samples
    sums         the 4-point DCT, by the same trick: coefficients 0, 4 and, turned by 3/8 of pi, 2 and 6
    differences  two rotations, by 3/16 and 1/16 of pi, then butterflies: coefficients 1, 3, 5 and 7

A rotation would take four multiplications, and takes three.  Eleven are as few as eight points can do with (P. Duhamel
and H. H'Mida, "New 2^n DCT algorithms suitable for VLSI implementation", ICASSP 1987).  Plain operations on whatever
adds, subtracts and multiplies: numbers, rows of them, or objects that count what is done to them.  Chapter 13.

Source: C. Loeffler, A. Ligtenberg and G. S. Moschytz, "Practical fast 1-D DCT algorithms with 11 multiplications",
ICASSP 1989, doi:10.1109/ICASSP.1989.266596, Figure 1.
"""

from math import cos, pi, sin, sqrt

ROOT = sqrt(2)


def forward(samples) -> list:
    """Return eight coefficients, each sqrt(8) times the orthonormal one, of eight samples.

    samples: eight numbers, rows of numbers, or anything else that knows +, - and * with a float.

    >>> [round(c, 6) + 0.0 for c in forward([1, 1, 1, 1, 1, 1, 1, 1])]
    [8.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]
    """
    x0, x1, x2, x3, x4, x5, x6, x7 = _eight(samples)
    s0, s1, s2, s3 = x0 + x7, x1 + x6, x2 + x5, x3 + x4
    d0, d1, d2, d3 = x0 - x7, x1 - x6, x2 - x5, x3 - x4
    a0, a1, a2, a3 = s0 + s3, s1 + s2, s1 - s2, s0 - s3
    c2, c6 = _turn(a2, a3, ROOT * sin(pi / 8), ROOT * cos(pi / 8))
    b0, b3 = _turn(d3, d0, cos(3 * pi / 16), sin(3 * pi / 16))
    b1, b2 = _turn(d2, d1, cos(pi / 16), sin(pi / 16))
    e0, e1, e2, e3 = b0 + b2, b3 - b1, b0 - b2, b3 + b1
    return [a0 + a1, e3 + e0, c2, e1 * ROOT, a0 - a1, e2 * ROOT, c6, e3 - e0]


def inverse(coefficients) -> list:
    """Return eight samples, each eight times what `forward` had, of its coefficients: the graph, walked backwards.

    >>> [round(x, 6) for x in inverse(forward([3, 1, 4, 1, 5, 9, 2, 6]))]
    [24.0, 8.0, 32.0, 8.0, 40.0, 72.0, 16.0, 48.0]
    """
    c0, c1, c2, c3, c4, c5, c6, c7 = _eight(coefficients)
    e0, e1, e2, e3 = c1 - c7, c3 * ROOT, c5 * ROOT, c1 + c7
    b0, b1, b2, b3 = e0 + e2, e3 - e1, e0 - e2, e3 + e1
    d2, d1 = _turn(b1, b2, cos(pi / 16), -sin(pi / 16))
    d3, d0 = _turn(b0, b3, cos(3 * pi / 16), -sin(3 * pi / 16))
    a2, a3 = _turn(c2, c6, ROOT * sin(pi / 8), -ROOT * cos(pi / 8))
    a0, a1 = c0 + c4, c0 - c4
    s0, s1, s2, s3 = a0 + a3, a1 + a2, a1 - a2, a0 - a3
    return [s0 + d0, s1 + d1, s2 + d2, s3 + d3, s3 - d3, s2 - d2, s1 - d1, s0 - d0]


def _turn(a, b, cosine, sine):
    """Return a*cosine + b*sine and b*cosine - a*sine with three multiplications: both share (a + b)*cosine."""
    shared = (a + b) * cosine
    return shared + b * (sine - cosine), shared - a * (sine + cosine)


def _eight(values):
    """Return eight things that can be calculated with; `ValueError` for others."""
    try:
        values = list(values)
    except TypeError as error:
        raise ValueError(f"eight numbers, not {type(values).__name__}") from error
    able = all(hasattr(value, "__sub__") and hasattr(value, "__mul__") for value in values)
    if len(values) != 8 or not able:
        raise ValueError(f"eight numbers, not {len(values)} of {type(values[0]).__name__ if values else 'nothing'}")
    return values
