"""Samples to coefficients and back.

    colour       green first and what red and blue differ from it; luma
    planes       bit planes, the Gray code
    dct          the cosines, and how well an eye sees each frequency

Leans on `core`.
"""
