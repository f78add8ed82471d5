"""What training makes small, and how fast it goes.

The paper's loss is the mean absolute error over all iterations.  Two weights may be laid on it: early iterations count
more, because one grey level less there is worth more structural similarity; and places count more where structure is
lost, after Johnston et al.  A second term may stand beside it: what is missing from the structural similarity of five
scales, the measure by which such codecs are judged.

Source: Toderici et al., CVPR 2017, arXiv:1608.05148, section 4; N. Johnston et al., "Improved lossy image
compression with priming and spatially adaptive bit rates for recurrent networks", CVPR 2018, arXiv:1703.10114;
Z. Wang, E. P. Simoncelli, A. C. Bovik, "Multiscale structural similarity for image quality assessment", Asilomar 2003.
"""

import functools
import math

import torch
from torch.nn import functional as F

RANGE = 1.8
"""The distance between black and white in the numbers that the network sees."""


SCALES = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)
"""The weights of the five scales of MS-SSIM, finest first."""


def objective(
    built, picture, early=0.0, ssim=0.0, structure=0.0, pixels=1.0, cuts=None, teach=0.0
):  # fmt: skip
    """Return the loss and the mean error of each iteration in grey levels.

    built: (iterations, batch, 3, height, width), those of the numbers `cuts`, by default 1, 2, ...  Iteration t counts
    t ** -early.  The loss is `pixels` times the mean absolute error, in which each 8x8 pixels count 1 - ssim + ssim
    times their dissimilarity over the mean dissimilarity; `structure` times what is missing from the similarity of
    five scales; and `teach` times the mean distance of each reconstruction from the next one looked at, its teacher.
    """
    error = (built - picture).abs()
    levels = (error.detach().mean((1, 2, 3, 4)) * (255 / RANGE)).tolist()
    if ssim:
        with torch.no_grad():
            unlike = torch.stack([dissimilarity(one, picture) for one in built])
            share = 1 - ssim + ssim * unlike / unlike.mean((1, 2, 3, 4), keepdim=True).clamp(min=1e-6)
        error = error * share
    numbers = torch.tensor(cuts or range(1, len(built) + 1), device=built.device, dtype=torch.float32)
    importance = numbers**-early
    loss = pixels * error.mean((1, 2, 3, 4))
    if structure:
        loss = loss + structure * torch.stack([missing(one, picture) for one in built])
    loss = (loss * importance / importance.mean()).mean()
    if teach:
        loss = loss + teach * (built[:-1] - built[1:].detach()).abs().mean()
    return loss, levels


def missing(built, picture):
    """Return the sum over five scales of their weight times 1 - similarity, the mean of two batches of pictures.

    The terms are those of MS-SSIM, added and not multiplied, with windows that shrink at the border: a crop of 32
    pixels has a fifth scale of 2.
    """
    c1, c2, total = (0.01 * RANGE) ** 2, (0.03 * RANGE) ** 2, 0.0
    a, b = built.float().contiguous(), picture.float().contiguous()
    for number, weight in enumerate(SCALES):
        rows, columns = _windows(a.shape[2], a.device), _windows(a.shape[3], a.device)

        def mean(x, rows=rows, columns=columns):
            return rows @ x @ columns.T

        mean_a, mean_b = mean(a), mean(b)
        var_a, var_b, both = mean(a * a) - mean_a**2, mean(b * b) - mean_b**2, mean(a * b) - mean_a * mean_b
        similar = (2 * both + c2) / (var_a + var_b + c2)
        if number == len(SCALES) - 1:
            similar = similar * (2 * mean_a * mean_b + c1) / (mean_a**2 + mean_b**2 + c1)
        total = total + weight * (1 - similar.mean())
        a, b = F.avg_pool2d(a, 2), F.avg_pool2d(b, 2)
    return total


@functools.cache
def _windows(size, device):
    """Return the matrix, (size, size), that takes the mean under a Gaussian of 11 places; at the border, of fewer."""
    distance = torch.arange(size)[:, None] - torch.arange(size)
    weights = torch.exp(-(distance**2) / (2 * 1.5**2)) * (distance.abs() <= 5)
    return (weights / weights.sum(1, keepdim=True)).to(device)


def dissimilarity(a, b):
    """Return (1 - SSIM)/2 of each 8x8 pixels of two batches, (batch, 3, height, width), held over the pixels."""
    c1, c2 = (0.01 * RANGE) ** 2, (0.03 * RANGE) ** 2
    a, b = a.float(), b.float()
    mean_a, mean_b = F.avg_pool2d(a, 8), F.avg_pool2d(b, 8)
    var_a, var_b = F.avg_pool2d(a * a, 8) - mean_a**2, F.avg_pool2d(b * b, 8) - mean_b**2
    both = F.avg_pool2d(a * b, 8) - mean_a * mean_b
    light = (2 * mean_a * mean_b + c1) / (mean_a**2 + mean_b**2 + c1)
    return F.interpolate((1 - light * (2 * both + c2) / (var_a + var_b + c2)) / 2, scale_factor=8, mode="nearest")


def progress(step: int, seconds: float, options) -> float:
    """Return the share of the training that is done: of its budget of processor seconds, where it has one, or steps."""
    return min(1.0, seconds / options.budget) if options.budget else step / options.steps


def learning_rate(step: int, options, start: int = 0, seconds: float = 0) -> float:
    """Return the rate of a step: a straight climb over the warm-up, a plateau, and half a cosine down to a hundredth.

    The fall takes the share `options.cool` of the training.  `start` is the step at which the climb begins: where Adam
    knows nothing yet.
    """
    climb = min(1.0, (step - start + 1) / max(1, min(options.warmup, options.steps // 10)))
    fall = max(0.0, 1 - (1 - progress(step, seconds, options)) / options.cool) if options.cool else 0.0
    return options.rate * climb * (0.01 + 0.99 * (1 + math.cos(math.pi * min(1, fall))) / 2)


def unrolled(step: int, options, seconds: float = 0) -> int:
    """Return the iterations that a step unrolls: all; to `grow`, 2, 4, 8 and then all, a quarter of the training each.

    Early iterations decide most and cost least: two of sixteen take an eighth of the time.
    """
    doubled = int(4 * progress(step, seconds, options))
    return min(options.iterations, 2 << doubled) if options.grow else options.iterations
