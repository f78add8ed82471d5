"""Reads pictures of every kind for `measure.files`, each by whoever reads it rightly.

dispatch     looks at the first bytes and asks one of the others       told       turns any error into our two
pillow       8 bits a sample, in strips                                tiff       what its tags say, 16 bits
deep         what Pillow would narrow to 8 bits                        samples    alpha, CMYK, orientation
"""
