"""Samples to residuals and back.

    fixed        left, Paeth, MED, GAP: a guess by a rule
    blockwise    by coefficients that are found for each block and sent
    running      by coefficients that are learnt anew at every sample

Leans on `core` and `entropy`.
"""
