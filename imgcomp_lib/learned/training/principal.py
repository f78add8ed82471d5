"""A start for the successive network that has learned nothing yet and works already, in closed form.

Analysis and synthesis are the principal components of 16x16 blocks: uncorrelated coefficients, most variance first.
Then, step by step: the four directions in which most is left over, and as step size the mean distance along each.
That is reverse water-filling by single bits: a direction comes up again as soon as what is left along it is the most.

Source: I. T. Jolliffe, "Principal component analysis", 2nd ed., Springer 2002; for the bits, T. Berger, "Rate
distortion theory", Prentice-Hall 1971, section 4.5.
"""

import numpy as np
import torch

from ..frameworks import to_network
from ..successive import BLOCK, Successive
from . import crops


@torch.no_grad()
def start(network: Successive, tiles: np.ndarray, rng: np.random.Generator, blocks: int = 16_000, luma=1.0) -> None:
    """Set transform, directions, moves and step sizes from blocks of `tiles`, (count, side, side, 3) uint8.

    luma: how much more an error of grey weighs than one of colour when components are put in order; 1 is RGB as it is.
    """
    pixels = crops.batch(tiles, blocks, BLOCK, rng).transpose(0, 3, 1, 2).reshape(blocks, -1)
    samples, components = _grey(to_network(torch.from_numpy(pixels)), luma), network.architecture.components
    mean = samples.mean(0)
    variances, axes = _principal(samples - mean, components)
    edge = (network.architecture.kernel - BLOCK) // 2
    for kernels, factor in ((network.analysis, luma), (network.synthesis, 1 / luma)):
        kernels.zero_()
        inner = kernels[:, :, edge : edge + BLOCK, edge : edge + BLOCK]
        inner.copy_(_grey(axes.T, factor).view(components, 3, BLOCK, BLOCK))
    network.mean.copy_(mean @ axes)
    network.scale.copy_(variances.sqrt())
    left = (samples - mean) @ axes
    for k in range(len(network.directions)):
        _, most = _principal(left, network.architecture.step_bits)
        along = left @ most
        size = along.abs().mean(0)
        network.directions[k], network.moves[k], network.log_step[k] = most, most.T, size.log()
        left -= (torch.where(along >= 0, 1.0, -1.0) * size) @ most.T


def _grey(blocks, factor):
    """Return (n, size) blocks with the mean of red, green and blue multiplied, and the differences from it kept."""
    planes = blocks.reshape(len(blocks), 3, -1)
    return (planes + (factor - 1) * planes.mean(1, keepdim=True)).flatten(1)


def _principal(samples, count):
    """Return the `count` largest variances of (n, size) centred samples, and their axes, (size, count)."""
    variances, axes = torch.linalg.eigh(samples.T @ samples / len(samples))
    return variances.flip(0)[:count], axes.flip(1)[:, :count]
