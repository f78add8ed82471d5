"""Many values to few.

    scalar       a number at a time: uniform cells, a dead zone, any thresholds and points
    lloyd        the cells and points with the least error, by turns or the least of all, and with a price for bits
    dither       few levels without bands: improved grey-scale, ordered, Roberts's noise
    theory       how small an error can be at a given rate
    palette      a picture in few colours

Leans on `core`.
"""
