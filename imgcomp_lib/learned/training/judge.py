"""How good a network is while it trains: the area under its mean MS-SSIM at the sixteen nominal rates.

Source: Toderici et al., CVPR 2017, arXiv:1608.05148, Table 1.
"""

from pathlib import Path

import numpy as np
import torch

from ...measure import curves, files, quality
from ..frameworks import to_levels, to_network

RATES = np.arange(1, 17) / 8
"""Bits a pixel after each iteration: 32 bits of 16 x 16 pixels."""


@torch.inference_mode()
def curve(network, folder: str | Path) -> np.ndarray:
    """Return the MS-SSIM after each iteration, mean over the pictures of `folder`, each cut to multiples of 32."""
    training, scores = network.training, []
    network.eval()
    for path in sorted(Path(folder).iterdir()):
        image = files.load(path)
        image = image[: image.shape[0] // 32 * 32, : image.shape[1] // 32 * 32]
        picture = to_network(torch.from_numpy(np.ascontiguousarray(image)).permute(2, 0, 1)[None])
        drawn = (to_levels(built[0]).round().clamp(0, 255) for _, built in network.encode(picture, len(RATES)))
        scores.append([quality.ms_ssim(image, one.permute(1, 2, 0).byte().numpy()) for one in drawn])
    network.train(training)
    return np.mean(scores, 0)


def area(scores: np.ndarray) -> float:
    """Return the area under a curve of `curve`, at most 1.875."""
    return curves.rate_distortion_area(RATES, scores, RATES[0])
