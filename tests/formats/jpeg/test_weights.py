"""What errors cost: predicted for noise on photographs, and measured by `measure.quality` itself."""

import numpy as np
import pytest

from imgcomp_lib.formats.jpeg import weights
from imgcomp_lib.formats.jpeg.chroma import SHARES
from imgcomp_lib.measure import images, quality
from imgcomp_lib.transforms import dct


def test_constants_are_those_of_the_measure():
    assert weights.SCALES == quality.MS_SSIM_WEIGHTS
    plane = np.random.default_rng(0).normal(0, 1, (40, 30))
    assert weights._smooth(plane)[5:-5, 5:-5] == pytest.approx(quality._smooth(plane))


def test_arriving_and_visible():
    assert weights._arriving(0, 1, 1)[0] == pytest.approx(np.ones(64))
    assert weights._arriving(1, 1, 1)[0, 7] == pytest.approx((0.344136**2 + 1.772**2) / 3, rel=1e-5)
    assert weights._arriving(2, 1, 1)[0, 5] == pytest.approx((1.402**2 + 0.714136**2) / 3, rel=1e-5)
    assert weights._visible(0)[0, [0, 1, 2]] == pytest.approx([1, (16 / 11) ** 2, (16 / 12) ** 2])
    assert weights._visible(1)[0, 0] == pytest.approx((16 / 17) ** 2)


@pytest.mark.parametrize("component", [0, 1, 2])
def test_ms_ssim_of_small_errors(component):
    """On a flat picture costs are in proportion to the loss of MS-SSIM; 16 bits, so that no error is rounded away."""
    rng, shares = np.random.default_rng(component), weights._similar(component, 1, 1).sum(0)
    losses = []
    places = 0, 1, 2, 4, 7, 12, 24, 40, 63
    for k in places:
        blocks = np.zeros((44, 44, 64))
        blocks[:, :, dct.ZIGZAG[k]] = rng.choice([-8.0, 8.0], (44, 44))
        plane = dct.from_blocks(dct.inverse(blocks.reshape(44, 44, 8, 8)), 352, 352)
        errors = plane[:, :, None] * (SHARES[component - 1] if component else np.ones(3))
        after = np.round(257 * (128 + errors)).astype(np.uint16)
        losses.append(1 - quality.ms_ssim(np.full((352, 352, 3), 257 * 128, np.uint16), after))
    said = 64 * shares[list(places)] / weights.CONSTANT / 64
    assert np.array(losses) == pytest.approx(said, rel=0.15)


def test_a_calm_block_costs_more():
    image = images.photo("camera").astype(np.float64)
    (calm,) = weights._calm(image, [(64, 64, 1, 1)])
    assert calm.shape == (64, 64, 4) and calm.min() > 0 and calm.max() <= 1 / weights.CONSTANT
    spread = image.reshape(64, 8, 64, 8).var((1, 3))
    assert calm[spread < 4, 0].mean() > 5 * calm[spread > 1000, 0].mean()
    (flat,) = weights._calm(np.full((30, 50), 9.0), [(4, 7, 1, 1)])
    assert flat == pytest.approx(np.full((4, 7, 4), 1 / weights.CONSTANT))


def test_what_is_left_at_a_scale():
    """Means of two leave all of a flat row, and nothing of + - - + + - - +, the fourth; windows take what is flat."""
    whole, mean = weights._left(1)
    assert whole[:4, 0] == pytest.approx([1, 1, 1, 1])
    assert whole[0] == pytest.approx(np.ones(8))
    assert whole[1, 4] == pytest.approx(0) and whole[1, 1] == pytest.approx(np.cos(np.pi / 16) ** 2)
    assert (mean <= whole + 1e-12).all() and mean[0, 0] > 0.7 and mean[0, 7] < 0.01
    assert weights._left(4)[0][0] == pytest.approx([4] * 8)
    assert weights._left(2)[0][0, 0] == pytest.approx((14 + 2 * (0.75**2 + 0.25**2)) / 8)  # 14 whole, 2 on either side


@pytest.mark.parametrize("tune", weights.TUNES)
@pytest.mark.parametrize("factors", [(1, 1), (2, 2), (1, 2), (2, 1), (1, 4)])
def test_each_component_has_its_weights(tune, factors):
    luma = images.photo("camera")[:64, :96].astype(float)
    blocks = [(8, 12, 1, 1)] + [(8 // factors[0], 12 // factors[1], *factors)] * 2
    for (shares, weight), (rows, columns, *_) in zip(weights._costs_of(tune, luma, blocks), blocks, strict=True):
        assert weight.shape == (rows, columns, len(shares)) and shares.shape[1] == 64
        assert (weight > 0).all() and (weight @ shares > 0).all()
