"""What everything else leans on.

    bits         bits in and out of bytes; the two errors of every decoder
    kernels      the speed decorator: one source, compiled where a compiler is at hand
    codec        what a codec is, its knobs, and the checks of images and symbols
    container    the frame of the book's own files
    table        codecs by name, imported when they are asked for
    atomic       files that are written whole or not at all

Leans on nothing of ours.
"""
