"""The codec spends what its code says."""

import math

import numpy as np

from imgcomp_lib.codecs.huffman import Huffman
from imgcomp_lib.entropy import huffman, huffman_lengths
from imgcomp_lib.measure import images


def test_the_codec_spends_what_the_code_says():
    camera = images.photo("camera")
    counts = np.bincount(camera.ravel(), minlength=256)
    lengths = huffman_lengths.optimal(counts)
    parts = Huffman().breakdown(Huffman().encode(camera))
    assert parts["payload"] == math.ceil(huffman.size(camera.ravel(), lengths) / 8)
    assert parts["tables"] == len(huffman.pack_lengths(lengths))


def test_the_codec_takes_high_and_low_bytes_apart():
    image = np.arange(0, 4096, 16, dtype=np.uint16).reshape(16, 16)  # low bytes: 16 values; high bytes: 16
    parts = Huffman(depth=12).breakdown(Huffman(depth=12).encode(image))
    assert parts["payload"] == 2 * 256 * 4 // 8
