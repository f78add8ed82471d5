"""The drawings of the chapters: one module a chapter, and in it nothing but how its figures look.

    from figures import arithmetic as figures      in the chapter
    figures.interval(steps)                        a figure's cell: one line, and it is open

A module takes what the chapter has computed, and returns the figure with its caption and its words.  What is measured,
chosen or asserted stands in the chapter.  It may import the library, NumPy and Matplotlib, and no other module here.
"""
