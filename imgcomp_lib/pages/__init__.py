"""Figures and other pieces of a page, as HTML that needs nothing else.

    colours      the seven colours of the book, and what can be read on them
    checks       of what the others are given
    html         tables, bars, sentences, pictures
    plots        Matplotlib drawings in the book's one style
    comparison   codecs on one picture: for a terminal, for a program, as a page to sort
    explore      figures that move
    hands        figures that take the reader's own word, row, photograph, bet

Leans on nothing of ours; `hands` alone leans on `entropy` and `formats`, whose arithmetic its scripts repeat.
"""
