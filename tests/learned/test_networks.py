"""Counts against the paper's layers."""

import numpy as np
import pytest
from untrained import FRAMEWORKS, TINY, UNITS, network, one_thread, torch  # noqa: F401

from imgcomp_lib.learned import frameworks, networks, weights
from imgcomp_lib.learned.networks import Architecture

PARAMETERS = {  # millions, LSTM: width: (encoder, binariser and decoder) with 2x2, then with 3x3 in D-RNN#1
    1: (30_213_920, 35_456_800),
    1 / 2: (7_562_128, 8_872_848),
    1 / 4: (1_894_856, 2_222_536),
    1 / 8: (475_876, 557_796),
}


@pytest.mark.parametrize("width", PARAMETERS)
@pytest.mark.parametrize("column, kernel", [(0, 2), (1, 3)])
def test_parameters_of_the_lstm_network(width, column, kernel):
    with torch.device("meta"):
        codec = frameworks.Recurrent(Architecture("lstm", "one-shot", width, kernel, bias=False))
    assert weights.parameters(codec) == PARAMETERS[width][column]
    if width == 1:
        assert weights.parameters(codec.encoder) == pytest.approx(17.11e6, rel=1e-3)


@pytest.mark.parametrize("unit, millions", [("gru", 26.60), ("resgru", 35.46), ("lstm", 35.46)])
def test_parameters_of_the_other_networks(unit, millions):
    with torch.device("meta"):
        codec = frameworks.Recurrent(Architecture(unit, "one-shot", 1, 3, bias=False))
    assert weights.parameters(codec) / 1e6 == pytest.approx(millions, abs=0.006)


def test_only_the_decoder_associates_at_an_eighth_more():
    with torch.device("meta"):
        lstm, alstm = (frameworks.Recurrent(Architecture(u, "one-shot", 1, 3, bias=False)) for u in ("lstm", "alstm"))
    assert weights.parameters(alstm.encoder) == weights.parameters(lstm.encoder)
    assert weights.parameters(alstm.decoder) == pytest.approx(1.125 * weights.parameters(lstm.decoder), rel=1e-3)


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_every_network_makes_128_bits_of_32x32_pixels(unit, framework):
    codec = network(unit=unit, framework=framework)
    steps = list(codec.encode(torch.rand(2, 3, 32, 32) - 0.5, 3))
    assert len(steps) == 3
    for bits, built in steps:
        assert bits.shape == (2, 32, 2, 2) and set(bits.unique().tolist()) <= {-1.0, 1.0}
        assert built.shape == (2, 3, 32, 32)


def test_one_pixel_sees_the_layers_of_the_paper():
    codec = network(width=1 / 4)
    shapes = [(c.x.kernel_size[0], c.x.stride[0], c.h.kernel_size[0], c.h.in_channels) for c in codec.decoder.cells]
    assert shapes == [(2, 1, 1, 128), (3, 1, 1, 128), (3, 1, 3, 64), (3, 1, 3, 32)]
    shapes = [(c.x.kernel_size[0], c.x.stride[0], c.h.kernel_size[0], c.h.in_channels) for c in codec.encoder.cells]
    assert shapes == [(3, 2, 1, 64), (3, 2, 1, 128), (3, 2, 1, 128)]
    assert (codec.encoder.conv.out_channels, codec.decoder.first.out_channels, codec.decoder.last.in_channels) == (
        *(16, 128, 8),
    )


def test_the_binariser_in_use_and_in_training():
    binariser = networks.Binariser(TINY)
    binariser.eval()
    assert (binariser(torch.zeros(1, 32, 1, 1)) == 1).all(), "the sign of 0 is +1"
    binariser.train()
    torch.manual_seed(0)
    v = torch.full((2000, 32, 1, 1), 0.3, requires_grad=True)
    binariser.conv = torch.nn.Identity()
    bits = binariser(v)
    assert set(bits.unique().tolist()) == {-1, 1}
    assert bits.detach().mean().item() == pytest.approx(np.tanh(0.3), abs=0.02)
    bits.sum().backward()
    torch.testing.assert_close(v.grad, 1 - torch.tanh(v.detach()) ** 2)  # as if the bit were v


@pytest.mark.parametrize(
    "field, value, message",
    [
        ("unit", "rnn", "unit is one of lstm, alstm, gru, resgru; not 'rnn'"),
        ("framework", "best", "framework is one of one-shot, additive, scaling"),
        ("first_kernel", 5, "first_kernel is one of 2, 3"),
        ("width", 1 / 3, "a width in sixteenths"),
        ("copies", 0, "1 to 64 copies"),
    ],
)
def test_an_architecture_that_is_none(field, value, message):
    with pytest.raises(ValueError, match=message):
        Architecture(**{field: value})
