"""The encoder, the binariser, the decoder and the gain network of one iteration.

                                 depth / stride                                       bits
    picture  E-Conv   E-RNN#1   E-RNN#2   E-RNN#3   B-Conv   D-Conv#1  D-RNN#1   D-RNN#2   D-RNN#3   D-RNN#4  D-Conv#2
    H x W    3x3      3x3       3x3       3x3       1x1      1x1       2x2       3x3       3x3       3x3      1x1
     x 3 --> 64/2 --> 256/2 --> 512/2 --> 512/2 --> 32 -+-+> 512 ----> 512 ----> 512 ----> 256 ----> 128 ---> 3
    size     1/2      1/4       1/8       1/16      1/16     1/16      1/16      1/8       1/4       1/2      1
    hidden            1x1       1x1       1x1                          1x1 |     1x1 |     3x3 |     3x3 |
                                                                       depth to space: 4 channels become 2x2 pixels

A picture of 32x32 pixels becomes 2x2x32 = 128 bits an iteration: 1/8 bit a pixel.  `width` scales every depth but the
32 of the bits and the 3 of the picture.  The paper does not say what follows E-Conv (here: nothing) nor D-Conv#2
(here: tanh).  Samples are scaled to [-0.9, 0.9], as in the same group's paper at ICLR 2016 (arXiv:1511.06085).

Source: Toderici et al., CVPR 2017, arXiv:1608.05148, fig. 1, section 2 and eq. 16-19.
"""

import dataclasses

import torch
from torch import nn
from torch.nn import functional as F

from ..core.codec import check_number
from .cells import CELLS, Same

BITS = 32
"""Bits of each 16x16 pixels in one iteration."""

ENCODER = ((256, 3, 1), (512, 3, 1), (512, 3, 1))
"""Depth, input kernel and hidden kernel of E-RNN#1 to #3; each has stride 2."""

DECODER = ((512, 2, 1), (512, 3, 1), (256, 3, 3), (128, 3, 3))
"""Depth, input kernel and hidden kernel of D-RNN#1 to #4."""


@dataclasses.dataclass(frozen=True)
class Architecture:
    """Everything that decides the shapes of a network's weights and what is done with them.

    unit: "lstm", "alstm", "gru" or "resgru".  framework: "one-shot", "additive" or "scaling".
    width: the factor on all depths.  first_kernel: that of D-RNN#1, 2 in the paper, 3 in some other programs.
    bias: whether the cells have biases, as in eq. 4 (eq. 11-15 write none).  copies: of an associative memory.
    """

    unit: str = "lstm"
    framework: str = "one-shot"
    width: float = 1.0
    first_kernel: int = 2
    bias: bool = True
    copies: int = 1

    def __post_init__(self):
        for field, allowed in (("unit", tuple(CELLS)), ("framework", FRAMEWORKS), ("first_kernel", (2, 3))):
            if getattr(self, field) not in allowed:
                raise ValueError(f"{field} is one of {', '.join(map(str, allowed))}; not {getattr(self, field)!r}")
        numbers = isinstance(self.width, int | float) and isinstance(self.copies, int)
        if not (numbers and 1 / 16 <= self.width <= 2 and 16 * self.width % 1 == 0 and 1 <= self.copies <= 64):
            raise ValueError(f"a width in sixteenths, 1/16 to 2, and 1 to 64 copies; not {self.width}, {self.copies}")

    def depth(self, full: int) -> int:
        """Return the depth of a layer that has `full` channels at width 1."""
        return int(check_number("full", full, 1, 1 << 16) * self.width)


FRAMEWORKS = ("one-shot", "additive", "scaling")


class Encoder(nn.Module):
    """E-Conv and E-RNN#1 to #3: (batch, 3, height, width) to (batch, 512 width, height/16, width/16)."""

    def __init__(self, architecture: Architecture):
        super().__init__()
        depths = [architecture.depth(64)] + [architecture.depth(depth) for depth, _, _ in ENCODER]
        self.conv = Same(3, depths[0], 3, stride=2)
        unit = "lstm" if architecture.unit == "alstm" else architecture.unit  # only the decoder associates
        plain = dataclasses.replace(architecture, unit=unit)
        self.cells = nn.ModuleList(
            _cell(plain, inputs, depth, kernel, hidden, stride=2)
            for inputs, depth, (_, kernel, hidden) in zip(depths, depths[1:], ENCODER, strict=False)
        )

    def forward(self, x, states=None):
        """Return the features and the next states."""
        x, after = self.conv(x), []
        for cell, state in zip(self.cells, states or [None] * len(self.cells), strict=True):
            x, state = cell(x, state)
            after.append(state)
        return x, after


class Binariser(nn.Module):
    """B-Conv and the decision: features to (batch, 32, height, width) of -1 and +1.

    v = tanh(W x) is in [-1, 1].  In training the bit is +1 with probability (1 + v)/2, so that its mean is v, and the
    gradient passes as if the bit were v.  In use it is the sign of v, and that of 0 is + (ICLR 2016, eq. 4-7).
    """

    def __init__(self, architecture: Architecture):
        super().__init__()
        inputs = architecture.depth(ENCODER[-1][0])
        self.conv = Same(inputs, BITS, 1)
        nn.init.normal_(self.conv.weight, std=2 / inputs**0.5)  # small v are bits of pure chance

    def forward(self, x):
        """Return the bits as -1.0 and +1.0."""
        v = self.conv(x).float().tanh()
        threshold = 2 * torch.rand_like(v) - 1 if self.training else torch.zeros_like(v)
        bits = torch.where(v >= threshold, 1.0, -1.0)
        return v + (bits - v).detach() if self.training else bits


class Decoder(nn.Module):
    """D-Conv#1, D-RNN#1 to #4 and D-Conv#2: bits to (batch, 3, 16 height, 16 width) in (-1, 1)."""

    def __init__(self, architecture: Architecture):
        super().__init__()
        inputs = architecture.depth(DECODER[0][0])
        self.first, self.cells = Same(BITS, inputs, 1), nn.ModuleList()
        for number, (full, kernel, hidden) in enumerate(DECODER):
            kernel, depth = kernel if number else architecture.first_kernel, architecture.depth(full)
            self.cells.append(_cell(architecture, inputs, depth, kernel, hidden))
            inputs = depth // 4
        self.last = Same(inputs, 3, 1)
        nn.init.normal_(self.last.weight, std=0.1 / inputs**0.5)  # sixteen corrections from chance would add up

    def forward(self, bits, states=None):
        """Return the picture, or its correction, and the next states."""
        x, after = self.first(bits), []
        for cell, state in zip(self.cells, states or [None] * len(self.cells), strict=True):
            x, state = cell(x, state)
            x = F.pixel_shuffle(x, 2)
            after.append(state)
        return self.last(x).float().tanh(), after


class Gain(nn.Module):
    """How much to enlarge what is left of each 32x32 pixels: (batch, 3, height, width) to the same, constant in blocks.

    It sees only the reconstruction, which the decoder has too, so it costs no bits.  Four 3x3 convolutions of depth 32
    and one 2x2 of depth 1, all of stride 2, each with an ELU; then 2 is added: every gain is above 1 (eq. 17-19).
    """

    def __init__(self):
        super().__init__()
        layers = [nn.Conv2d(inputs, 32, 3, 2, 1) for inputs in (3, 32, 32, 32)] + [nn.Conv2d(32, 1, 2, 2)]
        self.layers = nn.ModuleList(layers)

    def forward(self, picture):
        """Return the gains, held over 32x32 pixels."""
        x = picture
        for layer in self.layers:
            x = F.elu(layer(x))
        return F.interpolate(x.float() + 2, scale_factor=32, mode="nearest")


STARTS = {"lstm": (1, 1, 1, 0), "alstm": (1, 1, 1, 0, 0, 1, 0, 1, 0), "gru": (0, 0, 0), "resgru": (0, 0, 0, 0)}
"""The biases at the start: gates open, keys 1 + 0i.  With zeros, three closed gates in seven layers leave no signal."""


def _cell(architecture, inputs, depth, kernel, hidden, stride=1):
    """Return one recurrent layer with weights that let a signal through."""
    extra = {"copies": architecture.copies} if architecture.unit == "alstm" else {}
    cell = CELLS[architecture.unit](inputs, depth, kernel, stride, hidden, bias=architecture.bias, **extra)
    nn.init.normal_(cell.x.weight, std=2 / (inputs * kernel**2) ** 0.5)
    if architecture.bias:
        starts = torch.tensor(STARTS[architecture.unit], dtype=torch.float32)
        cell.x.bias.data.copy_(starts.repeat_interleave(cell.x.out_channels // len(starts)))
    return cell
