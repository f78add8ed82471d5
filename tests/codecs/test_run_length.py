"""Which bit planes become runs."""

import numpy as np

from imgcomp_lib.codecs.raw import Raw
from imgcomp_lib.codecs.run_length import RunLength
from imgcomp_lib.measure import images


def test_the_decoder_ignores_its_own_knobs():
    image = np.array([[0, 1000]], np.uint16)
    assert np.array_equal(RunLength(gray=0).decode(RunLength(depth=10).encode(image)), image)


def test_a_black_and_white_page_costs_one_plane_in_gray_code():
    page = images.fax("letter")[200:600]
    gray, binary = (len(RunLength(gray=g).encode(page)) for g in (1, 0))
    assert binary > 6 * gray  # eight equal planes against one and seven empty ones


def test_noise_costs_no_more_than_the_heads_of_its_planes():
    noise = np.random.default_rng(0).integers(0, 256, (64, 64), np.uint8)
    assert len(RunLength().encode(noise)) == len(Raw().encode(noise)) + 1 + 8 * 5
