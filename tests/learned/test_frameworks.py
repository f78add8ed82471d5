"""The three rules by hand."""

import pytest
from untrained import FRAMEWORKS, network, one_thread, torch  # noqa: F401

from imgcomp_lib.learned import networks


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_the_receiver_draws_what_the_sender_saw(framework):
    codec, picture = network(framework=framework), torch.rand(1, 3, 32, 64) - 0.5
    bits, built = zip(*codec.encode(picture, 4), strict=True)
    assert all(torch.equal(a, b) for a, b in zip(codec.decode(bits), built, strict=True))


class Halves(torch.nn.Module):
    """A decoder that answers half of the bits, and remembers how often."""

    def forward(self, bits, states=None):
        return bits / 2, (states or 0) + 1


class ByHand(torch.nn.Module):
    """A gain network that can be worked out on paper."""

    def forward(self, picture):
        return 2 / (1 - picture) - 2


@pytest.mark.parametrize(
    "framework, pictures", [("one-shot", [0.5] * 3), ("additive", [0.5, 1, 1.5]), ("scaling", [0.5, 0.75, 5 / 6])]
)
def test_the_three_rules_by_hand(framework, pictures):
    codec = network(framework=framework)
    codec.decoder = Halves()
    if framework == "scaling":
        codec.gain = ByHand()  # 2 after 0.5, 6 after 0.75
    built = [picture.item() for picture in codec.decode([torch.ones(1)] * 3)]
    assert built == pytest.approx(pictures)


def test_the_encoder_sees_the_residual_times_the_gain():
    codec, seen = network(framework="scaling"), []
    codec.encoder.register_forward_pre_hook(lambda _, args: seen.append(args[0]))
    picture = torch.rand(1, 3, 32, 32) - 0.5
    built = [b for _, b in codec.encode(picture, 2)]
    assert torch.equal(seen[0], picture)
    torch.testing.assert_close(seen[1], (picture - built[0]) * codec.gain(built[0]))


def test_the_gain_is_one_number_above_1_for_each_32x32():
    gain = networks.Gain()(5 * torch.randn(2, 3, 64, 96))
    blocks = gain.unflatten(3, (3, 32)).unflatten(2, (2, 32))
    assert gain.shape == (2, 1, 64, 96) and gain.min() > 1
    assert (blocks == blocks[:, :, :, :1, :, :1]).all() and len(gain.unique()) == 12
