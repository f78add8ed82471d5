"""Five ways to spoil a picture, each as strong as one likes: what measures of quality are tried on.

    noise brightness contrast blur blocks     of a picture and a strength in natural units
    at_psnr                                   any of them, as strong as a PSNR asks

Whole numbers or sums of few doubles throughout, rounded by floor(x + 1/2), so that a script in a page draws the same
pixels.  Chapter 4.
"""

import numpy as np
from scipy.ndimage import correlate1d

from ..core.codec import check_image, check_number
from ..quantisation.dither import bayer
from . import quality
from .metrics import check_real

STEPS = 4096
"""Strengths of which `at_psnr` chooses one: step k of `UNITS[kind]`, k from 0 to this."""

UNITS = {"noise": 1 / 32, "brightness": 1 / 32, "contrast": 1 / STEPS, "blur": 1 / 256, "blocks": 1 / STEPS}
"""What a step adds to the strength: grey levels, grey levels, share, pixels, share."""

BLOCK = 16
"""Pixels a side of what `blocks` levels."""

THRESHOLDS = bayer(2) / 16
"""What a fraction of a level is compared with: it is rounded up at so large a share of the pixels."""


def noise(image: np.ndarray, levels: float) -> np.ndarray:
    """Return uint8 `image` with noise of so many grey levels (standard deviation) in each sample, always the same.

    A hash of a sample's number gives four bytes, whose sum is close to a Gaussian.
    """
    levels = _check(image, "levels", levels)
    return _rounded(image + levels * _grain(image.size).reshape(image.shape))


def brightness(image: np.ndarray, levels: float) -> np.ndarray:
    """Return uint8 `image` with `levels` added, or taken away where it is bright; a fraction of a level is dithered."""
    levels = _check(image, "levels", levels)
    towards = 1 if image.mean() < 128 else -1
    rows, columns = np.indices(image.shape[:2]) % 4
    lift = np.floor(levels + THRESHOLDS[rows, columns])
    return _rounded(image + towards * lift.reshape(lift.shape + (1,) * (image.ndim - 2)))


def contrast(image: np.ndarray, share: float) -> np.ndarray:
    """Return uint8 `image` with each sample's distance from the mean of all samples smaller by a share, 0 to 1."""
    share, mean = _check(image, "share", share, 1), float(image.mean())
    return _rounded(mean + (1 - share) * (image - mean))


def blur(image: np.ndarray, sigma: float) -> np.ndarray:
    """Return uint8 `image` under a Gaussian window of `sigma` pixels, 16 at most; its edge goes on outside."""
    sigma = _check(image, "sigma", sigma, 16)
    reach = int(np.ceil(3 * sigma))
    window = np.exp(-(np.arange(-reach, reach + 1) ** 2) / (2 * sigma**2)) if reach else np.ones(1)
    taps = np.floor(window / window.sum() * 65536 + 0.5)  # whole numbers, and so are all sums
    smooth = correlate1d(correlate1d(image.astype(np.float64), taps, 1, mode="nearest"), taps, 0, mode="nearest")
    return _rounded(smooth / taps.sum() ** 2)


def blocks(image: np.ndarray, share: float) -> np.ndarray:
    """Return uint8 `image` with each sample moved by a share, 0 to 1, of the way to the mean of its 16x16 block."""
    share, means = _check(image, "share", share, 1), np.zeros(image.shape)
    for y in range(0, image.shape[0], BLOCK):
        for x in range(0, image.shape[1], BLOCK):
            means[y : y + BLOCK, x : x + BLOCK] = image[y : y + BLOCK, x : x + BLOCK].mean((0, 1))
    return _rounded(image + share * (means - image))


KINDS = {"noise": noise, "brightness": brightness, "contrast": contrast, "blur": blur, "blocks": blocks}


def at_step(image: np.ndarray, kind: str, step: int) -> np.ndarray:
    """Return uint8 `image` spoilt by one of `KINDS`, `step` of `STEPS` steps strong."""
    _check(image, "step", check_number("step", step, 0, STEPS))
    if not isinstance(kind, str) or kind not in KINDS:
        raise ValueError(f"a picture can be spoilt by {', '.join(KINDS)}, not by {kind!r}")
    return KINDS[kind](image, step * UNITS[kind])


def step_at_psnr(image: np.ndarray, kind: str, psnr: float) -> int:
    """Return the step at which `image`, spoilt by one of `KINDS`, comes closest to a PSNR in dB, by bisection.

    The last step where even that leaves a higher PSNR.
    """
    check_real("psnr", psnr)

    def reached(step):
        return quality.psnr(image, at_step(image, kind, step))

    low, high = 0, STEPS
    if reached(high) >= psnr:
        return high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if reached(middle) >= psnr else (low, middle)
    return low if reached(low) - psnr < psnr - reached(high) else high


def at_psnr(image: np.ndarray, kind: str, psnr: float) -> np.ndarray:
    """Return uint8 `image` spoilt by one of `KINDS` as strongly as brings it closest to a PSNR in dB.

    >>> picture = np.arange(256, dtype=np.uint8).reshape(16, 16)
    >>> round(quality.psnr(picture, at_psnr(picture, "noise", 30)), 1)
    30.0
    """
    return at_step(image, kind, step_at_psnr(image, kind, psnr))


def _check(image, name, strength, most=255):
    """Return the strength as a float; `ValueError` where it is out of range or the picture is not uint8."""
    check_image(image)
    if image.dtype != np.uint8:
        raise ValueError(f"a picture of uint8 samples, not {image.dtype}")
    if name != "step" and not 0 <= check_real(name, strength) <= most:
        raise ValueError(f"{name} is 0 to {most}, not {strength}")
    return float(strength)


def _rounded(samples):
    return np.clip(np.floor(samples + 0.5), 0, 255).astype(np.uint8)


def _grain(count):
    """Return `count` numbers of mean 0 and deviation 1: for each, four bytes of a 32-bit hash added up.

    Not the noise of `quantisation.dither`, whose products of 64 bits are more than a script's numbers hold.
    """
    x = np.arange(1, count + 1, dtype=np.uint32)
    for shift, factor in ((16, 0x7FEB352D), (15, 0x846CA68B), (16, 1)):
        x = (x ^ (x >> np.uint32(shift))) * np.uint32(factor)
    total = sum((x >> np.uint32(8 * k) & np.uint32(255)).astype(np.int64) for k in range(4))
    return (total - 510) / np.sqrt((256**2 - 1) / 3)
