"""How close: sample by sample, and as an eye might see it.

    mse psnr                           distance sample by sample
    ssim ms_ssim psnr_hvs psnr_hvs_m   distance as an eye might see it

All compare uint8 or uint16 pictures of one kind, and give the same number if the two are exchanged.  Chapters 1, 4 and
5; the last three again in 20 to 23.

Source: Z. Wang, A. C. Bovik, H. R. Sheikh, E. P. Simoncelli, "Image quality assessment: from error visibility to
structural similarity", IEEE Transactions on Image Processing 13(4), 2004, doi:10.1109/TIP.2003.819861; Z. Wang, E. P.
Simoncelli, A. C. Bovik, "Multiscale structural similarity for image quality assessment", Asilomar 2003,
doi:10.1109/ACSSC.2003.1292216; K. Egiazarian et al., "New full-reference quality metrics based on HVS", VPQM 2006;
N. Ponomarenko et al., "On between-coefficient contrast masking of DCT basis functions", VPQM 2007.
"""

import math

import numpy as np
from scipy.ndimage import correlate1d

from ..core.codec import check_image
from ..transforms.colour import luma
from ..transforms.dct import COSINES, LUMINANCE_TABLE
from .metrics import check_real


def mse(image: np.ndarray, other: np.ndarray) -> float:
    """Return the mean squared error, in grey levels squared, over all samples of two arrays of one shape.

    >>> mse(np.array([[10, 10]], np.uint8), np.array([[12, 10]], np.uint8))
    2.0
    """
    _check_pair(image, other)
    return float(np.mean((image.astype(np.float64) - other) ** 2))


def psnr(image: np.ndarray, other: np.ndarray, peak: int = 0) -> float:
    """Return the peak signal-to-noise ratio in dB, 10 log10(peak**2 / MSE); infinite (`math.inf`) for equal images.

    peak: the largest level that a sample can have; 0 takes it from the type (255 or 65535).  Equal images have no
    error to compare with the peak: their PSNR is above that of any other pair, and it makes any mean infinite.

    >>> psnr(np.array([[0]], np.uint8), np.array([[255]], np.uint8))
    0.0
    """
    error = mse(image, other)
    if check_real("peak", peak) < 0:
        raise ValueError(f"the peak is the largest level, not {peak}")
    peak = peak or np.iinfo(image.dtype).max
    return 10 * math.log10(peak**2 / error) if error else math.inf


def ssim(image: np.ndarray, other: np.ndarray) -> float:
    """Return the structural similarity of two images, 1 for equal ones: the mean over R, G, B (or grey).

    The index of Wang et al. (2004) with the constants of the paper: an 11x11 Gaussian window of sigma 1.5, at every
    place where it lies inside the picture whole; variances divided by the sum of the weights (not by one less);
    C1 = (0.01 peak)**2, C2 = (0.03 peak)**2.  At full size: the paper's authors first shrink a large picture.  May be
    negative, where one picture is dark wherever the other is bright.  `ValueError` for sides under 11 pixels.

    >>> black, white = np.zeros((11, 11), np.uint8), np.full((11, 11), 255, np.uint8)
    >>> round(ssim(black, white), 6), ssim(white, white)
    (0.0001, 1.0)
    """
    peak = _peak(image, other)
    if min(image.shape[:2]) < 11:
        raise ValueError(f"SSIM needs sides of 11 pixels or more, not {image.shape[0]} x {image.shape[1]}")
    pairs = zip(_planes(image), _planes(other), strict=True)
    return float(np.mean([_similarity(a, b, peak)[0] for a, b in pairs]))


MS_SSIM_WEIGHTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)
"""The exponents of the five scales, from full size to a sixteenth (Wang et al., 2003)."""


def ms_ssim(image: np.ndarray, other: np.ndarray) -> float:
    """Return the multiscale structural similarity of two images, 1 for equal ones: the mean over R, G, B (or grey).

    At each of five scales an 11x11 Gaussian window (sigma 1.5, inside the picture only) compares contrast and
    structure; luminance counts at the smallest scale alone.  `ValueError` for sides under 161 pixels, of which the
    fifth scale would have fewer than the window.
    """
    peak = _peak(image, other)
    if min(image.shape[:2]) < 161:
        raise ValueError(f"MS-SSIM needs sides of 161 pixels or more, not {image.shape[0]} x {image.shape[1]}")
    pairs = zip(_planes(image), _planes(other), strict=True)
    return float(np.mean([_ms_ssim_plane(a, b, peak) for a, b in pairs]))


def psnr_hvs(image: np.ndarray, other: np.ndarray) -> float:
    """Return the PSNR in dB with each 8x8 DCT coefficient's error weighted by how well an eye sees its frequency.

    The measure of Egiazarian et al. (2006), on grey or on the luma of RGB (0.299 R + 0.587 G + 0.114 B); infinite for
    equal images.  Rows and columns beyond the last whole block do not count; `ValueError` for sides under 8.
    """
    return _weighted_psnr(image, other, masked=False)


def psnr_hvs_m(image: np.ndarray, other: np.ndarray) -> float:
    """Return `psnr_hvs` with masking: errors that the block's own texture hides do not count (Ponomarenko, 2007)."""
    return _weighted_psnr(image, other, masked=True)


def _peak(image, other):
    """Return the largest level of two images of one kind; `ValueError` where the kinds differ or one is no image."""
    _check_pair(image, other)
    check_image(image)
    return np.iinfo(image.dtype).max


def _check_pair(image, other):
    """Raise a `ValueError` unless both are arrays of numbers of one shape and one type."""
    for one in (image, other):
        if not isinstance(one, np.ndarray) or one.dtype.kind not in "biuf":
            raise ValueError(f"an image is an array of numbers, not {getattr(one, 'dtype', type(one).__name__)}")
    if image.shape != other.shape or image.dtype != other.dtype:
        raise ValueError(f"the images differ in kind: {image.shape} {image.dtype}, {other.shape} {other.dtype}")


def _planes(image):
    """Return the planes of an image, (planes, height, width) float64."""
    return np.moveaxis(np.atleast_3d(image), 2, 0).astype(np.float64)


def _ms_ssim_plane(a, b, peak):
    """Return the MS-SSIM of two planes, (height, width) float64."""
    score = 1.0
    for weight in MS_SSIM_WEIGHTS[:-1]:
        score *= max(0.0, _similarity(a, b, peak)[1]) ** weight
        a, b = _halve(a), _halve(b)
    return score * max(0.0, _similarity(a, b, peak)[0]) ** MS_SSIM_WEIGHTS[-1]


def _similarity(a, b, peak):
    """Return mean SSIM, and mean contrast and structure alone, over all whole windows of two planes."""
    c1, c2 = (0.01 * peak) ** 2, (0.03 * peak) ** 2
    mean_a, mean_b = _smooth(a), _smooth(b)
    variances = _smooth(a * a) - mean_a**2 + _smooth(b * b) - mean_b**2
    contrast = (2 * (_smooth(a * b) - mean_a * mean_b) + c2) / (variances + c2)
    luminance = (2 * mean_a * mean_b + c1) / (mean_a**2 + mean_b**2 + c1)
    return float((luminance * contrast).mean()), float(contrast.mean())


def _smooth(plane):
    """Return the means of a plane under an 11x11 Gaussian of sigma 1.5, 10 rows and columns fewer."""
    taps = np.exp(-(np.arange(-5, 6) ** 2) / (2 * 1.5**2))
    taps /= taps.sum()
    return correlate1d(correlate1d(plane, taps, 0)[5:-5], taps, 1)[:, 5:-5]


def _halve(plane):
    """Return the means of 2x2 samples; an odd side gets a zero in front, as pytorch-msssim gives it."""
    plane = np.pad(plane, [(side % 2, 0) for side in plane.shape])
    return plane.reshape(plane.shape[0] // 2, 2, -1, 2).mean((1, 3))


def _weighted_psnr(image, other, masked):
    """Return PSNR-HVS or, `masked`, PSNR-HVS-M."""
    peak = _peak(image, other)
    if min(image.shape[:2]) < 8:
        raise ValueError(f"PSNR-HVS needs sides of 8 pixels or more, not {image.shape[0]} x {image.shape[1]}")
    a, b = _blocks(image), _blocks(other)
    coefficients_a, coefficients_b = (COSINES @ blocks @ COSINES.T for blocks in (a, b))
    errors = abs(coefficients_a - coefficients_b)
    if masked:
        hidden = np.maximum(_masking(a, coefficients_a), _masking(b, coefficients_b))[:, None, None]
        hidden = hidden * (LUMINANCE_TABLE / 10) ** 2
        hidden[:, 0, 0] = 0
        errors = np.maximum(0, errors - hidden)
    error = float(np.mean((errors * 25.73509 / LUMINANCE_TABLE) ** 2))
    return 10 * math.log10(peak**2 / error) if error else math.inf


def _blocks(image):
    """Return the whole 8x8 blocks of grey or luma, (count, 8, 8) float64."""
    grey = luma(image)
    rows, columns = grey.shape[0] // 8, grey.shape[1] // 8
    return grey[: 8 * rows, : 8 * columns].reshape(rows, 8, columns, 8).swapaxes(1, 2).reshape(-1, 8, 8)


def _masking(blocks, coefficients):
    """Return how much each block hides, (count,): its weighted AC energy, less where one corner holds the texture."""
    energy = (coefficients**2 * (10 / LUMINANCE_TABLE) ** 2).sum((1, 2))
    energy -= coefficients[:, 0, 0] ** 2 * (10 / 16) ** 2
    quarters = blocks.reshape(-1, 2, 4, 2, 4).var((2, 4), ddof=1).sum((1, 2)) * 16
    whole = blocks.var((1, 2), ddof=1) * 64
    share = np.divide(quarters, whole, out=np.zeros_like(whole), where=whole != 0)
    return np.sqrt(np.maximum(0, energy) * share) / 32
