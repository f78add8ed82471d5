"""Figures for the reader's hands: they take a word, a row of pixels, a number, a photograph, a bet.

    kit          the controls, and a figure made of them and of scripts
    levels       the reader's own levels on the histogram of a photograph
    forgiven     a photograph whose lightness and colour have as few samples as the reader likes
    bets         a bet to place, and the place where it meets the truth
    damage       the bytes of a file, to break
    qualities    two distortions of one PSNR, and a blind test against the measures of quality
    photographs  the reader's own photograph, in packets
    packets      the reader's own row of pixels, in runs and in packets
    intervals    the reader's own text, in the interval of an arithmetic coder
    jpeg_damage  the bytes of a JPEG file, to break, between two readers' pictures of it
    jpeg_photo   the reader's own photograph as a JPEG file that can be saved
    jpeg_file    what a JPEG file is made of, for both
    one_file     one JPEG 2000 file, of which the reader chooses resolutions and layers
    blocks       the reader's own block beside its coefficients, and a photograph in cosines
    bands        the bands of the reader's own photograph, switched off and on
    regions      the reader's own photograph, whose painted tiles get the bytes first

Each is a string of HTML that needs nothing else: plain scripts, no network, any number on a page.  What Python computed
stands there first, in print and without scripts; the scripts beside these modules do the same arithmetic.
"""
