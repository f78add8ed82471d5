"""Samples to coefficients and back.

    colour       green first and what red and blue differ from it; luma; YCbCr
    sampling     fewer samples of the colour planes, and as many as before again
    planes       bit planes, the Gray code
    dct          the cosine transform of 8x8 blocks, zigzag, and tables of how well an eye sees each frequency
    dct_flow     the same for eight samples with eleven multiplications
    dct_integer  the same in whole numbers, exact to the last bit
    dwt          the wavelet transform of planes by lifting: Haar, 5/3 and 9/7
    mosaic       its bands in one array, and which coefficients a region of the picture needs

Leans on `core`.
"""
