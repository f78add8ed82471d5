"""The scans of a file: what may be said in which order, and that the smallest script is no longer than libjpeg's."""

import numpy as np
import pytest
from conftest import pattern

from imgcomp_lib.formats.jpeg import encoder, pixels, scans
from imgcomp_lib.formats.jpeg.frame import Component, Frame
from imgcomp_lib.formats.jpeg.scans import Scan
from imgcomp_lib.measure import images
from imgcomp_lib.transforms import dct

TABLES = dct.LUMINANCE_TABLE, dct.CHROMINANCE_TABLE
FRAME = pixels.to_frame(pattern(20, 30, 3), TABLES)
LIBJPEG = [
    Scan((0, 1, 2), 0, 0, 0, 1), Scan((0,), 1, 5, 0, 2), Scan((2,), 1, 63, 0, 1), Scan((1,), 1, 63, 0, 1),
    Scan((0,), 6, 63, 0, 2), Scan((0,), 1, 63, 2, 1), Scan((0, 1, 2), 0, 0, 1, 0), Scan((2,), 1, 63, 1, 0),
    Scan((1,), 1, 63, 1, 0), Scan((0,), 1, 63, 1, 0),
]  # fmt: skip
"""The script of libjpeg's jpeg_simple_progression."""


def test_whole():
    assert scans.whole(FRAME) == [Scan((0, 1, 2))]
    assert scans.whole(pixels.to_frame(pattern(9, 9), TABLES)) == [Scan((0,))]
    steps, levels = np.ones(64, np.int64), np.zeros((4, 4, 64), np.int16)
    wide = Frame(32, 32, tuple(Component(i, 2, 2, steps, levels) for i in range(3)), "rgb")
    assert scans.whole(wide) == [Scan((0,)), Scan((1,)), Scan((2,))]
    assert all(len(scan.components) == 1 for scan in scans.smallest(wide))


@pytest.mark.parametrize("quality", [5, 30, 75, 95])
@pytest.mark.parametrize("interval", [0, 50])
def test_the_smallest_is_no_longer_than_other_scripts(quality, interval):
    tables = [dct.scaled(table, quality) for table in TABLES]
    frame = pixels.to_frame(images.photo("cat")[:160, :200], tables)
    found = scans.smallest(frame, interval)
    assert scans.check_scans(frame, found) == found
    simple = [Scan((0, 1, 2), 0, 0), *(Scan((i,), 1, 63) for i in range(3))]
    sizes = [len(encoder.encode(frame, script, interval=interval)) for script in (found, LIBJPEG, simple)]
    assert sizes[0] <= min(sizes) + 20  # the codes that scans share are not known when scripts are compared


def test_means_come_first_and_bits_in_order():
    found = scans.smallest(pixels.to_frame(images.photo("camera"), [np.ones((8, 8), np.int64)] * 2))
    assert found[0].last == 0 and {scan.last for scan in found[1:]} > {63}
    assert max(scan.low for scan in found) == 3
    refining = [scan.low for scan in found if scan.high]
    assert refining == sorted(refining, reverse=True)


@pytest.mark.parametrize(
    "script, word",
    [
        (None, "list"), ([3], "list"), ([], "everything"), (LIBJPEG[:-1], "everything"), (LIBJPEG[1:], "early"),
        ([LIBJPEG[0], *LIBJPEG], "again"), (LIBJPEG[::-1], "early"), ([Scan((0, 1, 2)), Scan((0,))], "again"),
        ([Scan((0, 1), 0, 0), Scan((0, 1), 1, 63)], "one component"), ([Scan((0,), 0, 5)], "means"),
        ([Scan((0,), 0, 63, 0, 1)], "means"), ([Scan((0,), 5, 3)], "last"), ([Scan((0,), 0, 64)], "last"),
        ([Scan((3,))], "component"), ([Scan(())], "components"), ([Scan((1, 0))], "order"), ([Scan((0, 0))], "order"),
        ([Scan((0,), 0, 0, 0, 14)], "low"), ([Scan((0,), 0, 0, 3, 1)], "refining"), ([Scan((0,), 0, 0, 1, 1)], "refin"),
        ([Scan((0,), 0, 0), Scan((0,), 1, 63, 0, 2), Scan((0,), 1, 63, 1, 0)], "early"), ([Scan("ab")], "component"),
        ([Scan((0, 1)), Scan((2,), 0, 0), Scan((2,), 1, 63)], "at once"),
    ],
)  # fmt: skip
def test_what_is_no_script(script, word):
    with pytest.raises(ValueError, match=word):
        scans.check_scans(FRAME, script)


def test_blocks_in_the_order_of_a_scan():
    """T.81, A.2.3: 2 x 1 blocks of Y, then one of Cb and one of Cr; alone, Y has no blocks without samples."""
    frame = pixels.to_frame(pattern(8, 40, 3), TABLES, "4:2:2")
    for number, component in enumerate(frame.components):
        component.levels[:, :, 0] = 100 * number + np.arange(component.levels.shape[1])
    assert scans._blocks(frame, (0, 1, 2))[:, :, 0].tolist() == [[0, 1, 100, 200], [2, 3, 101, 201], [4, 5, 102, 202]]
    assert scans._blocks(frame, (0,))[:, 0, 0].tolist() == [0, 1, 2, 3, 4]


def test_more_bits_are_left_even_where_fewer_do_not_pay():
    """At quality 100 one bit left costs, and two or more save: all are tried."""
    ones = [np.ones((8, 8), np.int64)] * 2
    frame = pixels.to_frame(images.photo("camera")[:200, :200], ones)
    fewer = [Scan((0,), 0, 0), Scan((0,), 1, 63)]
    most = [Scan((0,), 0, 0), *scans._bands(0, 3, 63)]
    sizes = [len(encoder.encode(frame, script)) for script in (scans.smallest(frame), most, fewer)]
    assert sizes[0] <= sizes[1] < sizes[2]
