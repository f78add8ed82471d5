"""What training makes small, and how fast it goes.

The paper's loss is the mean absolute error over all iterations.  Two weights may be laid on it: early iterations count
more, because one grey level less there is worth more structural similarity; and places count more where structure is
lost, after Johnston et al.

Source: Toderici et al., CVPR 2017, arXiv:1608.05148, section 4; N. Johnston et al., "Improved lossy image
compression with priming and spatially adaptive bit rates for recurrent networks", CVPR 2018, arXiv:1703.10114.
"""

import math

import torch
from torch.nn import functional as F

RANGE = 1.8
"""The distance between black and white in the numbers that the network sees."""


def objective(built, picture, early: float = 0, ssim: float = 0):
    """Return the loss and the mean error of each iteration in grey levels.

    built: (iterations, batch, 3, height, width).  The loss is the mean absolute error, in which iteration t counts
    t ** -early, and each 8x8 pixels count 1 - ssim + ssim times their dissimilarity over the mean dissimilarity.
    """
    error = (built - picture).abs()
    levels = (error.detach().mean((1, 2, 3, 4)) * (255 / RANGE)).tolist()
    if ssim:
        with torch.no_grad():
            unlike = torch.stack([dissimilarity(one, picture) for one in built])
            share = 1 - ssim + ssim * unlike / unlike.mean((1, 2, 3, 4), keepdim=True).clamp(min=1e-6)
        error = error * share
    importance = torch.arange(1, len(built) + 1, device=built.device, dtype=torch.float32) ** -early
    return (error.mean((1, 2, 3, 4)) * importance / importance.mean()).mean(), levels


def dissimilarity(a, b):
    """Return (1 - SSIM)/2 of each 8x8 pixels of two batches, (batch, 3, height, width), held over the pixels."""
    c1, c2 = (0.01 * RANGE) ** 2, (0.03 * RANGE) ** 2
    a, b = a.float(), b.float()
    mean_a, mean_b = F.avg_pool2d(a, 8), F.avg_pool2d(b, 8)
    var_a, var_b = F.avg_pool2d(a * a, 8) - mean_a**2, F.avg_pool2d(b * b, 8) - mean_b**2
    both = F.avg_pool2d(a * b, 8) - mean_a * mean_b
    light = (2 * mean_a * mean_b + c1) / (mean_a**2 + mean_b**2 + c1)
    return F.interpolate((1 - light * (2 * both + c2) / (var_a + var_b + c2)) / 2, scale_factor=8, mode="nearest")


def learning_rate(step: int, options) -> float:
    """Return the rate of a step: a straight climb over the warm-up, then half a cosine down to a hundredth."""
    climb = min(1.0, (step + 1) / max(1, min(options.warmup, options.steps // 10)))
    return options.rate * climb * (0.01 + 0.99 * (1 + math.cos(math.pi * min(1, step / options.steps))) / 2)


def unrolled(step: int, options) -> int:
    """Return the iterations that a step unrolls: all; to `grow`, 2, 4, 8 and then all, each for a quarter of the steps.

    Early iterations decide most and cost least: two of sixteen take an eighth of the time.
    """
    return min(options.iterations, 2 << 4 * step // options.steps) if options.grow else options.iterations
