"""Many values to few.

    palette      a picture in few colours

Leans on `core`.
"""
