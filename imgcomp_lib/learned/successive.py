"""The flagship's network: sign bits of a lapped transform, four at a time, with step sizes that follow.

    picture --analysis--> coefficients x                      y: what the bits have built so far, 0 at first
                              |
        +----> r = x - y -----+                               128 steps of 4 bits, 8 steps an iteration:
        |                     |
        |    v = (w r) V / a  |  signs  -->  b = +1 or -1  ------------------------+-----> 4 bits of each position
        |                     |                                                    |
        |      a = exp(c + [h, e] W):  step sizes, from the memory h               |
        |                              and the energies e of y around              |
        |                                                                          v
        +<---- y = y + w (b a U)                                      h = LSTM([b, log a, e], h)

    after each iteration   m = gelu(3x3 conv of [y, h, e]);  y = y + m P;  h = h + m Q;  w = exp(m R);
                           picture = synthesis of y

The paper's network decides 32 bits at once and sees what they made only after all of them.  Here each four see the
residual that those before them left (successive approximation), and a step size is not sent but follows from what both
sides know (backward adaptation); so does the weight w of each component, 1 at first.  The kernels of analysis and
synthesis overlap by half, so that blocks have no seams.  Everything recurrent happens at a sixteenth of the picture's
resolution, where a position costs 1/256 of a pixel.  The rule is the additive one of Toderici et al.: each iteration
adds to the picture that the earlier ones built.

Sources: G. Toderici et al., CVPR 2017, arXiv:1608.05148 (iterations, binariser, additive reconstruction);
N. S. Jayant, "Adaptive quantization with a one-word memory", Bell System Technical Journal 52, 1973 (backward
adaptation); H. S. Malvar, D. H. Staelin, "The LOT: transform coding without blocking effects", IEEE Transactions on
Acoustics, Speech, and Signal Processing 37, 1989 (lapped transform).
"""

import dataclasses
import itertools
from collections.abc import Iterable, Iterator

import torch
from torch import nn
from torch.nn import functional as F

from .networks import BITS

BLOCK = 16
"""Pixels of a position's side."""

ITERATIONS = 16

CELLS = {"lstm": nn.LSTMCell, "gru": nn.GRUCell}


@dataclasses.dataclass(frozen=True)
class Shape:
    """Everything that decides the shapes of the network's weights; the later fields turn an ingredient off.

    components: coefficients of a position.  memory: numbers in the memory of a position.  context: channels of the
    convolution between iterations, 0 for none.  step_bits: bits that are decided together.  kernel: side of the
    kernels of analysis and synthesis, 16 for blocks that do not overlap.  adaptive: whether step sizes follow memory
    and energies, or are constants.  unit: the recurrent cell.  looks: how often each iteration looks around; more than
    once, what is known spreads further before the next bits are decided, as priming does for the paper's networks.
    """

    components: int = 224
    memory: int = 112
    context: int = 224
    step_bits: int = 4
    kernel: int = 32
    adaptive: bool = True
    unit: str = "lstm"
    looks: int = 1

    def __post_init__(self):
        allowed = {
            "components": range(BITS, 769), "memory": range(1, 1025), "context": range(1025),
            "step_bits": (1, 2, 4, 8, 16, 32), "kernel": (16, 32, 48), "adaptive": (False, True),
            "unit": tuple(CELLS), "looks": range(1, 5),
        }  # fmt: skip
        for field, values in allowed.items():
            if getattr(self, field) not in values:
                raise ValueError(f"{field} is one of {values}, not {getattr(self, field)!r}")


class Successive(nn.Module):
    """Encoder and decoder in one: the encoder is the decoder with a residual to take the signs of."""

    APPETITE = 4
    """By how much the limit of `core.limits` is lower: some 10 bytes are taken for each sample that is decoded."""
    GROUPS = 16
    """Bands of components whose energies are looked at, in order of variance, each wider than the one before."""
    EMBEDDING = 16
    """Numbers that tell the memory which step it is."""
    CAREFUL = ("analysis", "synthesis", "mean", "directions", "moves", "log_step")
    """Weights that `principal.start` sets, and that training only corrects."""

    def __init__(self, shape: Shape):
        super().__init__()
        self.architecture = shape
        k, d, bits, side = shape.components, shape.memory, shape.step_bits, shape.kernel
        self.steps = BITS // bits  # of one iteration
        steps, energies = ITERATIONS * self.steps, 2 * self.GROUPS
        self.analysis, self.synthesis = (nn.Parameter(torch.zeros(k, 3, side, side)) for _ in range(2))
        self.mean = nn.Parameter(torch.zeros(k))
        self.directions = nn.Parameter(torch.randn(steps, k, bits) / k**0.5)  # V
        self.moves = nn.Parameter(torch.randn(steps, bits, k) / k**0.5)  # U
        self.log_step = nn.Parameter(torch.zeros(steps, bits))  # c
        self.adapt = nn.Parameter(torch.zeros(steps, d + energies, bits))  # W
        self.step_embedding = nn.Parameter(torch.randn(steps, self.EMBEDDING) * 0.3)
        self.cell = CELLS[shape.unit](2 * bits + energies + self.EMBEDDING, d)
        if shape.context:
            self.context = nn.Conv2d(k + d + energies, shape.context, 3, padding=1)
            self.iteration_bias = nn.Parameter(torch.zeros(ITERATIONS, shape.context))
            self.iteration_gain = nn.Parameter(torch.ones(ITERATIONS, shape.context))
            self.refine = nn.Parameter(torch.zeros(shape.context, k))  # P
            self.remember = nn.Parameter(torch.zeros(shape.context, d))  # Q
            self.emphasis = nn.Parameter(torch.zeros(shape.context, k))  # R
        self.register_buffer("scale", torch.ones(k))
        self.register_buffer("bands", _bands(k, self.GROUPS))

    def encode(self, picture: torch.Tensor, iterations: int) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        """Yield the bits and the reconstruction of each iteration.

        picture: (batch, 3, height, width), sides multiples of 32, samples from -0.9 to 0.9.
        bits: (batch, 32, height/16, width/16) of -1 and +1.
        """
        grid, coefficients = self._analysed(picture)
        state = self._start(coefficients)
        for number in range(iterations):
            bits, state = self._iteration(number, grid, state, wanted=coefficients)
            yield _spread(bits, grid), self._drawn(state[0], grid)

    def decode(self, codes: Iterable[torch.Tensor]) -> Iterator[torch.Tensor]:
        """Yield the reconstruction after each of `codes`."""
        state = None
        for number, code in enumerate(codes):
            grid = (code.shape[0], *code.shape[2:])
            bits = code.permute(0, 2, 3, 1).reshape(-1, BITS)
            if state is None:
                state = self._start(bits.new_zeros(len(bits), self.architecture.components))
            _, state = self._iteration(number, grid, state, bits=bits)
            yield self._drawn(state[0], grid)

    def forward(self, picture: torch.Tensor, cuts: Iterable[int]) -> torch.Tensor:
        """Return the reconstructions after the iterations `cuts` (from 1), (cuts, batch, 3, height, width)."""
        cuts, drawn = set(cuts), []
        grid, coefficients = self._analysed(picture)
        state = self._start(coefficients)
        for number in range(max(cuts)):
            _, state = self._iteration(number, grid, state, wanted=coefficients)
            if number + 1 in cuts:
                drawn.append(self._drawn(state[0], grid))
        return torch.stack(drawn)

    def multiplications(self) -> tuple[float, float]:
        """Return the multiplications for one pixel of one iteration: of the signs, and of the decoder.

        The analysis is done once a picture, the synthesis once an iteration, and both are counted so.
        """
        k, d, context, bits = (getattr(self.architecture, f) for f in ("components", "memory", "context", "step_bits"))
        energies, transform = 2 * self.GROUPS, k * 3 * self.architecture.kernel**2
        gates = {"lstm": 4, "gru": 3}[self.architecture.unit]
        step = (d + energies) * bits + bits * k + k + gates * d * (self.cell.input_size + d) + k * self.GROUPS
        looking = 9 * (k + d + energies) * context + context * (2 * k + d) + k * self.GROUPS
        looking *= self.architecture.looks
        signs = self.steps * (k * bits + k) + transform / ITERATIONS
        return signs / BLOCK**2, (self.steps * step + looking + transform) / BLOCK**2

    def _iteration(self, number, grid, state, wanted=None, bits=None):
        """Return the 32 bits of each position and the next state; signs of what is `wanted`, or the given `bits`."""
        built, h, c, weight = state
        taken, width = [], self.architecture.step_bits
        for k in range(number * self.steps, (number + 1) * self.steps):
            energies, log_step = self._energies(built, grid), self.log_step[k]
            if self.architecture.adaptive:
                log_step = log_step + (torch.cat((h, energies), 1) @ self.adapt[k]).clamp(-6, 2)
            log_step = log_step.expand(len(built), width)
            size = log_step.exp()
            if bits is None:
                signs = self._signs(((weight * (wanted - built)) @ self.directions[k]) / size)
            else:
                signs = bits[:, len(taken) * width : (len(taken) + 1) * width]
            taken.append(signs)
            built = built + weight * ((signs * size) @ self.moves[k])
            where = self.step_embedding[k].expand(len(built), -1)
            seen = torch.cat((signs, log_step / 4, energies, where), 1)
            h, c = self.cell(seen, (h, c)) if self.architecture.unit == "lstm" else (self.cell(seen, h), c)
        for _ in range(self.architecture.looks if self.architecture.context else 0):
            built, h, weight = self._look_around(number, grid, built, h)
        return torch.cat(taken, 1), (built, h, c, weight)

    def _signs(self, v):
        """Return +1 where v >= 0, else -1; in training with the gradient of tanh, as if the bit were that."""
        signs = torch.where(v >= 0, 1.0, -1.0)
        if not self.training:
            return signs
        soft = v.tanh()
        return soft + (signs - soft).detach()

    def _look_around(self, number, grid, built, h):
        """Return coefficients and memory corrected by what stands at the eight neighbours, and weights for next time.

        What grows from iteration to iteration is held down, by asinh, tanh and clamp: else one picture in thousands
        runs away.
        """
        seen = _spread(torch.cat((torch.asinh(built / self.scale), h, self._energies(built, grid)), 1), grid)
        found = self.context(seen).permute(0, 2, 3, 1).flatten(0, 2)
        found = F.gelu(found + self.iteration_bias[number]) * self.iteration_gain[number]
        weight = (2 * torch.tanh(found @ self.emphasis / 2)).exp()
        return built + found @ self.refine, h + found @ self.remember, weight

    def _energies(self, built, grid):
        """Return log energies by band, (positions, 32): those of each position, then the mean of its 3x3."""
        own = built.square() @ self.bands
        around = F.avg_pool2d(_spread(own, grid), 3, 1, 1, count_include_pad=False)
        return (torch.cat((own, around.permute(0, 2, 3, 1).flatten(0, 2)), 1) + 1e-3).log() / 4

    def _analysed(self, picture):
        """Return (batch, rows, columns) and the coefficients, (positions, components)."""
        edge = (self.architecture.kernel - BLOCK) // 2
        found = F.conv2d(F.pad(picture, (edge,) * 4, mode="replicate"), self.analysis, stride=BLOCK)
        return (found.shape[0], *found.shape[2:]), found.permute(0, 2, 3, 1).flatten(0, 2) - self.mean

    def _drawn(self, built, grid):
        """Return the picture of coefficients, (batch, 3, height, width)."""
        edge = (self.architecture.kernel - BLOCK) // 2
        return F.conv_transpose2d(_spread(built + self.mean, grid), self.synthesis, stride=BLOCK, padding=edge)

    def _start(self, like):
        """Return nothing built, an empty memory, and no component before the others."""
        empty = like.new_zeros(len(like), self.architecture.memory)
        return torch.zeros_like(like), empty, empty, torch.ones_like(like)


def _bands(components, groups):
    """Return the matrix, (components, groups), that takes the mean over bands whose edges grow as squares."""
    edges = [int((number * components**0.5 / groups) ** 2) for number in range(groups + 1)]
    bands = torch.zeros(components, groups)
    for number, (first, end) in enumerate(itertools.pairwise(edges)):
        end = max(end, first + 1)
        bands[first:end, number] = 1 / (end - first)
    return bands


def _spread(values, grid):
    """Return (positions, channels) as (batch, channels, rows, columns)."""
    return values.view(*grid, -1).permute(0, 3, 1, 2)
