"""Figures for the reader's hands: they take a word, a row of pixels, a number.

    kit          the controls, and a figure made of them and of scripts
    packets      the reader's own row of pixels, in runs and in packets
    intervals    the reader's own text, in the interval of an arithmetic coder

Each is a string of HTML that needs nothing else: plain scripts, no network, any number on a page.  What Python computed
stands there first, in print and without scripts; the scripts beside these modules do the same arithmetic.
"""
