"""Recurrent cells against torch's own, and against their equations in NumPy."""

import numpy as np
import pytest
from untrained import UNITS, one_thread, torch  # noqa: F401

from imgcomp_lib.learned import cells


def test_on_one_pixel_the_lstm_is_torchs():
    torch.manual_seed(1)
    ours, theirs = cells.LSTM(5, 8, 1, bias=True), torch.nn.LSTMCell(5, 8)
    order = torch.tensor([1, 0, 3, 2])  # ours f i o j, theirs i f j o

    def sorted_(tensor):
        return tensor.detach().unflatten(0, (4, 8))[order].flatten(0, 1)

    order = torch.tensor([1, 0, 3, 2])
    ours.x.weight.data = sorted_(theirs.weight_ih)[:, :, None, None]
    ours.h.weight.data = sorted_(theirs.weight_hh)[:, :, None, None]
    ours.x.bias.data = sorted_(theirs.bias_ih + theirs.bias_hh)
    state, pair = None, None
    for x in torch.randn(5, 3, 5):
        h, state = ours(x[:, :, None, None], state)
        pair = theirs(x, pair)
        torch.testing.assert_close(h[:, :, 0, 0], pair[0], atol=1e-6, rtol=0)
        torch.testing.assert_close(state[1][:, :, 0, 0], pair[1], atol=1e-6, rtol=0)


@pytest.mark.parametrize("reset_after", [True, False])
def test_on_one_pixel_the_gru_is_torchs(reset_after):
    """Torch's z keeps where the paper's replaces, and its r multiplies Uh; with a diagonal U both orders are one."""
    torch.manual_seed(1)
    ours, theirs = cells.GRU(5, 8, 1, bias=True, reset_after=reset_after), torch.nn.GRUCell(5, 8)
    theirs.bias_hh.data[16:] = 0  # inside r (Uh + b): the paper has no such b
    if not reset_after:
        theirs.weight_hh.data[16:] *= torch.eye(8)
    (r, z, n), (hr, hz, hn) = theirs.weight_ih.detach().chunk(3), theirs.weight_hh.detach().chunk(3)
    br, bz, bn = (theirs.bias_ih + theirs.bias_hh).detach().chunk(3)
    ours.x.weight.data, ours.x.bias.data = torch.cat((-z, r, n))[:, :, None, None], torch.cat((-bz, br, bn))
    ours.h.weight.data, ours.reset.weight.data = torch.cat((-hz, hr))[:, :, None, None], hn[:, :, None, None]
    state, h = None, torch.zeros(3, 8)
    for x in torch.randn(5, 3, 5):
        out, state = ours(x[:, :, None, None], state)
        h = theirs(x, h)
        torch.testing.assert_close(out[:, :, 0, 0], h, atol=1e-6, rtol=0)


def sigm(x):
    return 1 / (1 + np.exp(-x))


def bnd(z):
    return z / np.maximum(1, abs(z))


def matrices(cell):
    """Return W, b and U of a cell on one pixel, float64."""
    maps = (cell.x.weight[:, :, 0, 0], cell.x.bias, cell.h.weight[:, :, 0, 0])
    return [m.detach().numpy().astype(np.float64) for m in maps]


@pytest.mark.parametrize("copies", [1, 4])
def test_the_associative_lstm_is_its_equations(copies):
    torch.manual_seed(2)
    cell = cells.AssociativeLSTM(5, 8, 1, bias=True, copies=copies)
    W, b, U = matrices(cell)
    orders = [np.arange(4), *cell.orders.numpy()]
    assert all(sorted(order) == [0, 1, 2, 3] for order in orders) and len(orders) == copies
    c, h, state = np.zeros((copies, 4), complex), np.zeros(8), None
    for x in np.random.default_rng(0).normal(size=(6, 5)):
        f, i, o, *parts = np.split(W @ (3 * x) + b + U @ h, 9)
        j, r_i, r_o = (bnd(re + 1j * im) for re, im in zip(parts[::2], parts[1::2], strict=True))
        c = np.array([sigm(f) * old + r_i[order] * (sigm(i) * j) for old, order in zip(c, orders, strict=True)])
        read = np.mean([r_o[order] * copy for copy, order in zip(c, orders, strict=True)], axis=0)
        complex_h = sigm(o) * bnd(read)
        h = np.concatenate((complex_h.real, complex_h.imag))
        out, state = cell(torch.tensor(3 * x, dtype=torch.float32)[None, :, None, None], state)
        np.testing.assert_allclose(out[0, :, 0, 0].detach().numpy(), h, atol=2e-6)


def test_the_residual_gru_is_its_equations():
    torch.manual_seed(3)
    cell = cells.ResidualGRU(5, 8, 1, bias=True)
    (W, b, U), V = matrices(cell), cell.reset.weight[:, :, 0, 0].detach().numpy()
    h, state = np.zeros(8), None
    for x in np.random.default_rng(0).normal(size=(6, 5)):
        (z, r, n, through), (uz, ur, shortcut) = np.split(W @ x + b, 4), np.split(U @ h, 3)
        z, r = sigm(z + uz), sigm(r + ur)
        h = (1 - z) * h + z * np.tanh(n + V @ (r * h)) + 0.1 * shortcut
        out, state = cell(torch.tensor(x, dtype=torch.float32)[None, :, None, None], state)
        np.testing.assert_allclose(state[0, :, 0, 0].detach().numpy(), h, atol=1e-6)
        np.testing.assert_allclose(out[0, :, 0, 0].detach().numpy(), h + 0.1 * through, atol=1e-6)


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("stride, hidden_kernel, kernel", [(2, 1, 3), (1, 3, 3), (1, 1, 2)])
def test_units_keep_or_halve_the_picture(unit, stride, hidden_kernel, kernel):
    cell, x = cells.CELLS[unit](3, 4, kernel, stride, hidden_kernel), torch.randn(2, 3, 6, 10)
    first, state = cell(x)
    second, _ = cell(x, state)
    assert first.shape == second.shape == (2, 4, 6 // stride, 10 // stride)
    assert not torch.equal(first, second), "it remembers nothing"


def test_a_2x2_kernel_looks_right_and_down():
    conv = cells.Same(1, 1, 2)
    conv.weight.data[:] = torch.tensor([[1.0, 10], [100, 1000]])
    out = conv(torch.tensor([[[[1.0, 2], [3, 4]]]]))
    assert out.flatten().tolist() == [4321, 402, 43, 4]


def test_an_odd_associative_depth_is_refused():
    with pytest.raises(ValueError, match="even depth, not 7"):
        cells.AssociativeLSTM(3, 7)
