"""Symbols to bits and back.

    runs              runs of equal symbols, and packets
    integer_codes     Elias gamma, Rice: whole numbers of which nobody knows the largest
    adaptive_rice     Rice codewords whose parameter follows the picture
    huffman           canonical prefix codes from codeword lengths; huffman_lengths finds the lengths
    arithmetic        the arithmetic coder, with fractions and with integers
    static_model      counts that are sent ahead; adaptive_model learns them on the way
    zerotree          wavelet coefficients, the largest first; cut anywhere
    mixing            many opinions about one bit, weighed into one chance

Leans on `core`.
"""
