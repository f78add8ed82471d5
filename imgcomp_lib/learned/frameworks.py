"""Three ways to build one picture in sixteen iterations.

                          +-------------------------- sender ---------------------------+
    picture x --> r' --> times gain --> encoder --> binariser --> bits b --+             |
              (x - xhat')                                                  |             |
                          +--------------------------------- receiver: rebuild ----------+
                                                                           |
                               decoder D --> one-shot:  xhat = D(b)        |
                                             additive:  xhat = xhat' + D(b)
                                             scaling:   xhat = xhat' + D(b) / gain,  next gain = G(xhat)

The sender runs the receiver too: each iteration codes what the receiver still lacks.  Both call the same `rebuild`, on
tensors of the same shape, so the sender's picture is the receiver's.

Source: Toderici et al., CVPR 2017, arXiv:1608.05148, eq. 1-2 and 16-19.
"""

from collections.abc import Iterable, Iterator

import torch
from torch import nn

from .networks import Architecture, Binariser, Decoder, Encoder, Gain


class Recurrent(nn.Module):
    """Encoder, binariser, decoder and, for residual scaling, the gain network, with their rule."""

    APPETITE = 11
    """By how much the limit of `core.limits` is lower: up to 54 bytes are taken for each sample that is decoded."""

    def __init__(self, architecture: Architecture):
        super().__init__()
        self.architecture = architecture
        self.encoder, self.binariser = Encoder(architecture), Binariser(architecture)
        self.decoder = Decoder(architecture)
        if architecture.framework == "scaling":
            self.gain = Gain()

    def encode(self, picture: torch.Tensor, iterations: int) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        """Yield the bits and the reconstruction of each iteration.

        picture: (batch, 3, height, width), sides multiples of 32, samples from -0.9 to 0.9.
        bits: (batch, 32, height/16, width/16) of -1 and +1.
        """
        residual, states, built = picture, None, None
        for _ in range(iterations):
            features, states = self.encoder(residual, states)
            bits = self.binariser(features)
            built = self.rebuild(bits, built)
            yield bits, built[0]
            residual = (picture - built[0]) * built[1]

    def decode(self, codes: Iterable[torch.Tensor]) -> Iterator[torch.Tensor]:
        """Yield the reconstruction after each of `codes`."""
        built = None
        for bits in codes:
            built = self.rebuild(bits, built)
            yield built[0]

    def rebuild(self, bits, built=None):
        """Return picture, gain and decoder states after `bits`; `built` are those before it, None at first."""
        before, gain, states = built or (0.0, 1.0, None)
        out, states = self.decoder(bits, states)
        if self.architecture.framework == "one-shot":
            return out, 1.0, states
        picture = before + out / gain
        return picture, self.gain(picture) if self.architecture.framework == "scaling" else 1.0, states

    def forward(self, picture, cuts=range(1, 17)):
        """Return the reconstructions after the iterations `cuts` (from 1), (cuts, batch, 3, height, width)."""
        drawn = enumerate(self.encode(picture, max(cuts)), 1)
        return torch.stack([built for number, (_, built) in drawn if number in cuts])


def to_network(image: torch.Tensor) -> torch.Tensor:
    """Return samples 0 to 255 as numbers from -0.9 to 0.9."""
    return image.float() * (1.8 / 255) - 0.9


def to_levels(picture: torch.Tensor) -> torch.Tensor:
    """Return numbers from -0.9 to 0.9 as grey levels 0 to 255, not yet rounded; those outside stay outside."""
    return (picture + 0.9) * (255 / 1.8)
