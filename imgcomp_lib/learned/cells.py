"""Recurrent cells whose matrices are convolutions.

    x  (batch, inputs, height, width) ---- W, stride s ----+
                                                           +-- gates --> output, next state
    h  (batch, depth, height/s, width/s) - U, stride 1 ----+

Every cell is called as `output, state = cell(x, state)`; the state of the first call is None and counts as zeros.  All
gates of a cell that look at the same tensor share one convolution: one large product is faster than four small ones.
On pictures of 1x1 pixels the LSTM and the GRU are PyTorch's own cells.  Chapter 20 builds each by hand.

Source: Toderici et al., CVPR 2017, arXiv:1608.05148, eq. 4-15; the copies of the associative LSTM are those of
I. Danihelka, G. Wayne, B. Uria, N. Kalchbrenner, A. Graves, "Associative long short-term memory", ICML 2016,
arXiv:1602.03032.
"""

import torch
from torch import nn
from torch.nn import functional as F


class Same(nn.Conv2d):
    """A convolution whose output has 1/stride of the input's height and width.

    An even kernel has no middle.  Its one missing row and column of zeros go below and to the right.
    """

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int = 1, bias: bool = False):
        super().__init__(inputs, outputs, kernel, stride, padding=(kernel - 1) // 2, bias=bias)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return (batch, outputs, height/stride, width/stride)."""
        return super().forward(x if self.kernel_size[0] % 2 else F.pad(x, (0, 1, 0, 1)))


class LSTM(nn.Module):
    """Long short-term memory, eq. 4-6.  State: h and c, both (batch, depth, height, width); output: h.

    f, i, o = sigm(Wx + Uh + b);  j = tanh(Wx + Uh + b);  c = f c' + i j;  h = o tanh(c)
    """

    def __init__(self, inputs, depth, kernel=3, stride=1, hidden_kernel=1, bias=False):
        super().__init__()
        self.x = Same(inputs, 4 * depth, kernel, stride, bias)
        self.h = Same(depth, 4 * depth, hidden_kernel)

    def forward(self, x, state=None):
        """Return h and (h, c)."""
        h, c = state or (None, None)
        f, i, o, j = _sum(self.x(x), self.h, h).chunk(4, 1)
        written = i.sigmoid() * j.tanh()
        c = written if c is None else f.sigmoid() * c + written
        h = o.sigmoid() * c.tanh()
        return h, (h, c)


class AssociativeLSTM(nn.Module):
    """An LSTM whose memory is complex and holds values under keys, eq. 7-10.  State: h and c; output: h.

    f, i, o = sigm(...);  j, r_i, r_o = bnd(...) complex;  c = f c' + r_i i j;  h = o bnd(r_o c)

    `depth` real outputs are depth/2 complex units: the real parts first, then the imaginary ones, and U acts on them
    in that form.  bnd(z) leaves z alone up to length 1 and shortens a longer one to 1.  The paper writes one copy of
    the memory; with more, copy s stores and reads under keys whose units a fixed permutation has shuffled, and the
    reading is the mean over the copies: what one copy garbles, the others outvote.
    """

    def __init__(self, inputs, depth, kernel=3, stride=1, hidden_kernel=1, bias=False, copies=1):
        super().__init__()
        if depth % 2:
            raise ValueError(f"an associative LSTM has an even depth, not {depth}")
        units = depth // 2
        self.x = Same(inputs, 9 * units, kernel, stride, bias)
        self.h = Same(depth, 9 * units, hidden_kernel)
        shuffler = torch.Generator().manual_seed(copies)
        orders = [torch.randperm(units, generator=shuffler) for _ in range(copies - 1)]
        self.register_buffer("orders", torch.stack(orders) if orders else torch.empty(0, units), persistent=False)

    def forward(self, x, state=None):
        """Return h and (h, c); h is (batch, depth, ...), c is (copies, 2, batch, depth/2, ...)."""
        h, c = state or (None, None)
        f, i, o, *parts = _sum(self.x(x), self.h, h).chunk(9, 1)
        j, r_i, r_o = (_bound(torch.stack(pair)) for pair in zip(parts[::2], parts[1::2], strict=True))
        orders = [None, *self.orders]  # the first copy keeps the order
        written = torch.stack([_times(_shuffled(r_i, order), i.sigmoid() * j) for order in orders])
        c = written if c is None else f.sigmoid() * c + written
        read = [_times(_shuffled(r_o, order), copy) for order, copy in zip(orders, c, strict=True)]
        h = torch.cat(tuple(o.sigmoid() * _bound(sum(read) / len(read))), 1)
        return h, (h, c)


class GRU(nn.Module):
    """Gated recurrent unit, eq. 11-13.  State and output: h, (batch, depth, height, width).

    z, r = sigm(Wx + Uh');  h = (1 - z) h' + z tanh(Wx + U(r h'))

    reset_after: True takes r (Uh') for U(r h'), as cuDNN and `torch.nn.GRUCell` do.  The paper's is False.
    """

    def __init__(self, inputs, depth, kernel=3, stride=1, hidden_kernel=1, bias=False, reset_after=False):
        super().__init__()
        self.reset_after = reset_after
        self.x = Same(inputs, 3 * depth, kernel, stride, bias)
        self.h = Same(depth, 2 * depth, hidden_kernel)
        self.reset = Same(depth, depth, hidden_kernel)

    def forward(self, x, state=None):
        """Return h and h."""
        h = self._step(*self.x(x).chunk(3, 1), state, None if state is None else self.h(state))
        return h, h

    def _step(self, z, r, new, h, from_h):
        """Return the next h from the parts of Wx, the last h (None at first) and the parts of Uh."""
        if h is None:
            return z.sigmoid() * new.tanh()
        from_z, from_r = from_h.chunk(2, 1)
        z, r = (z + from_z).sigmoid(), (r + from_r).sigmoid()
        recalled = r * self.reset(h) if self.reset_after else self.reset(r * h)
        return h + z * ((new + recalled).tanh() - h)


class ResidualGRU(GRU):
    """A GRU with a tenth of its input and of its last state added behind it, eq. 14-15.  State: h; output: o.

    h = (1 - z) h' + z tanh(Wx + U(r h')) + 0.1 W_h h';  o = h + 0.1 W_ox x

    The next layer sees o, the next iteration h.  W_h has the hidden kernel, W_ox the input's kernel and stride.
    """

    def __init__(self, inputs, depth, kernel=3, stride=1, hidden_kernel=1, bias=False):
        super().__init__(inputs, depth, kernel, stride, hidden_kernel, bias)
        self.x = Same(inputs, 4 * depth, kernel, stride, bias)
        self.h = Same(depth, 3 * depth, hidden_kernel)

    def forward(self, x, state=None):
        """Return o and h."""
        *parts, from_x = self.x(x).chunk(4, 1)
        if state is None:
            h = self._step(*parts, None, None)
        else:
            z, r, shortcut = self.h(state).chunk(3, 1)
            h = self._step(*parts, state, torch.cat((z, r), 1)) + 0.1 * shortcut
        return h + 0.1 * from_x, h


CELLS = {"lstm": LSTM, "alstm": AssociativeLSTM, "gru": GRU, "resgru": ResidualGRU}
"""The four units by the name that the training command and the weights files use."""


def _sum(from_x, conv, h):
    """Return Wx + Uh, where h may be the zeros of the first iteration."""
    return from_x if h is None else from_x + conv(h)


def _bound(z):
    """Return complex z, (2, ...), with |z| at most 1: eq. 10."""
    return z * z.square().sum(0).clamp(min=1).rsqrt()


def _times(a, b):
    """Return the complex product of a and b, both (2, ...)."""
    return torch.stack((a[0] * b[0] - a[1] * b[1], a[0] * b[1] + a[1] * b[0]))


def _shuffled(z, order):
    """Return z, (2, batch, units, ...), with its units in the given order; None leaves them."""
    return z if order is None else z.index_select(2, order)
