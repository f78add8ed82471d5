"""Recurrent units against torch's own and NumPy's, counts against the paper's layers, and the codec's files."""

import csv
import dataclasses
import io
import json
import os
import signal
import subprocess
import sys
import zlib

import numpy as np
import pytest
from conftest import ROOT, pattern

from imgcomp_lib import cli, codecs, container, images, metrics
from imgcomp_lib.bits import CorruptStream

torch = pytest.importorskip("torch", reason="PyTorch is an extra: pip install imgcomp-lib[learned]")

from imgcomp_lib.rnn import cells, crops, frameworks, networks, train, weights  # noqa: E402
from imgcomp_lib.rnn.codec import RnnCodec  # noqa: E402
from imgcomp_lib.rnn.networks import Architecture  # noqa: E402

UNITS, FRAMEWORKS = tuple(cells.CELLS), networks.FRAMEWORKS
TINY = Architecture("lstm", "one-shot", 1 / 16)


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    """Small tensors: two threads would only wait for each other."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def network(seed=0, **changes):
    """Return an untrained network whose bits and pictures are not all alike."""
    torch.manual_seed(seed)
    codec = frameworks.Codec(dataclasses.replace(TINY, **changes))
    codec.decoder.last.weight.data *= 20
    return codec.eval().requires_grad_(False)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """Return a codec class on an untrained network in a file of its own."""
    path = tmp_path_factory.mktemp("weights") / "tiny.safetensors"
    path.write_bytes(weights.pack(network(), {"steps": 0}))
    return type("TinyCodec", (RnnCodec,), {"weights": path})


# ---- cells


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


# ---- networks

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
        codec = frameworks.Codec(Architecture("lstm", "one-shot", width, kernel, bias=False))
    assert weights.parameters(codec) == PARAMETERS[width][column]
    if width == 1:
        assert weights.parameters(codec.encoder) == pytest.approx(17.11e6, rel=1e-3)


@pytest.mark.parametrize("unit, millions", [("gru", 26.60), ("resgru", 35.46), ("lstm", 35.46)])
def test_parameters_of_the_other_networks(unit, millions):
    with torch.device("meta"):
        codec = frameworks.Codec(Architecture(unit, "one-shot", 1, 3, bias=False))
    assert weights.parameters(codec) / 1e6 == pytest.approx(millions, abs=0.006)


def test_only_the_decoder_associates_at_an_eighth_more():
    with torch.device("meta"):
        lstm, alstm = (frameworks.Codec(Architecture(u, "one-shot", 1, 3, bias=False)) for u in ("lstm", "alstm"))
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


# ---- frameworks


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


# ---- weights


def test_weights_return_with_their_architecture(tmp_path):
    path, codec = tmp_path / "w.safetensors", network(unit="alstm", framework="scaling", copies=2)
    path.write_bytes(weights.pack(codec, {"steps": 7, "data": "x"}))
    back, checksum = weights.unpack(path)
    assert back.architecture == codec.architecture and not back.training
    assert weights.checksum(path.read_bytes()) == checksum and len(checksum) == 8
    assert {"steps": "7", "data": "x"}.items() <= weights.notes(path).items()
    for name, tensor in codec.state_dict().items():
        assert torch.equal(back.state_dict()[name], tensor.half().float()), name


@pytest.mark.parametrize("damage", ["cut", "empty", "text", "another architecture", "no architecture"])
def test_weights_that_are_none(tmp_path, damage):
    path = tmp_path / "w.safetensors"
    data = weights.pack(network(), {})
    if damage == "another architecture":
        data = data.replace(b'\\"unit\\": \\"lstm\\"', b'\\"unit\\": \\"gru\\" ')
    if damage == "no architecture":
        data = data.replace(b"architecture", b"architexture")
    path.write_bytes({"cut": data[:-9], "empty": b"", "text": b"Dear reader,\n"}.get(damage, data))
    with pytest.raises(ValueError, match=r"w.safetensors: no weights of this book's networks"):
        weights.unpack(path)


# ---- the codec

PHOTO = images.photo("cat")[60:123, 100:190]  # 63 x 90


def test_bytes_are_counted(tiny):
    for shape, blocks in (((1, 1), 1), ((31, 33, 3), 2), ((32, 32, 3), 1), ((64, 96), 6), ((63, 90, 3), 6)):
        data = tiny(iterations=5).encode(pattern(*shape))
        assert len(data) == 14 + 1 + 8 + 5 * 16 * blocks + 4
        assert tiny().breakdown(data) == {
            "header": 18, "tables": 0, "side information": 9, "payload": 80 * blocks}  # fmt: skip


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize("image", [PHOTO, PHOTO[:, :, 1], PHOTO[:1, :1], PHOTO[:31, :33]], ids=lambda i: str(i.shape))
def test_the_encoder_knows_what_the_decoder_will_draw(tmp_path, framework, image):
    path = tmp_path / "w.safetensors"
    path.write_bytes(weights.pack(network(framework=framework), {}))
    codec = type("Codec", (RnnCodec,), {"weights": path})
    drawn = list(codec(iterations=3).reconstructions(image))
    files = [codec(iterations=k).encode(image) for k in (1, 2, 3)]
    assert [f[23:-4] for f in files] == [files[2][23 : 23 + len(f) - 27] for f in files], "a file is a beginning"
    for data, picture in zip(files, drawn, strict=True):
        decoded = codec().decode(data)
        assert np.array_equal(decoded, picture)
        assert (decoded.shape, decoded.dtype) == (image.shape, np.uint8)


def test_grey_is_the_mean_of_three_equal_planes(tiny):
    grey = PHOTO[:, :, 0]
    data, colour = tiny(iterations=2).encode(grey), tiny(iterations=2).encode(np.stack([grey] * 3, 2))
    assert data[14:-4] == colour[14:-4]
    mean = tiny().decode(colour).astype(int).mean(2)
    assert abs(tiny().decode(data) - mean).max() < 1


SCRIPT = """
import sys, torch, zlib
import numpy as np
from imgcomp_lib.rnn.codec import RnnCodec
torch.set_num_threads(int(sys.argv[2])); RnnCodec.weights = sys.argv[1]
codec, (image, data) = RnnCodec(iterations=4), (open(p, "rb").read() for p in sys.argv[3:])
image = np.frombuffer(image, np.uint8).reshape(63, 90, 3)
picture, again = codec.decode(data), codec.encode(image)
print(zlib.crc32(picture.tobytes()), again == data, torch.get_num_threads() == int(sys.argv[2]))
"""


@pytest.mark.parametrize("threads", [1, 3])
def test_any_process_and_any_threads_draw_the_same(tiny, tmp_path, threads):
    data = tiny(iterations=4).encode(PHOTO)
    (tmp_path / "image").write_bytes(PHOTO.tobytes())
    (tmp_path / "data").write_bytes(data)
    words = [sys.executable, "-c", SCRIPT, tiny.weights, str(threads), tmp_path / "image", tmp_path / "data"]
    said = subprocess.run(words, capture_output=True, text=True, timeout=120, cwd=ROOT)
    assert said.stdout.split() == [str(zlib.crc32(tiny().decode(data).tobytes())), "True", "True"], said.stderr


def by_hand(path):
    """Write weights that no version of a random generator can change; return their checksum."""
    codec = network()
    for parameter in codec.parameters():
        hashed = np.arange(parameter.numel()) * 7919 % 1009 / 1009 - 0.5
        hashed = torch.tensor(hashed, dtype=torch.float32).reshape(parameter.shape)
        parameter.data = hashed * 3 / parameter[0].numel() ** 0.5
    path.write_bytes(weights.pack(codec, {}))
    return weights.checksum(path.read_bytes())


GOLDEN = """
import sys, torch
import numpy as np
from imgcomp_lib import images
from imgcomp_lib.rnn.codec import RnnCodec
RnnCodec.weights = sys.argv[1]
images.save(sys.argv[3], RnnCodec().decode(open(sys.argv[2], "rb").read()))
"""


@pytest.mark.parametrize("processor", ["this", "AVX2", "SSE41"])
def test_another_processor_draws_the_same_within_one_level(tmp_path, processor):
    """Decode in the manner of older processors, and compare with the picture that the golden file holds."""
    checksum = by_hand(tmp_path / "w.safetensors")
    bits = np.packbits(pattern(3 * 16, 8) & 1).tobytes() * 4  # 3 iterations of 2 x 4 positions are 96 bytes
    image = np.zeros((32, 64, 3), np.uint8)
    (tmp_path / "data").write_bytes(container.pack("rnn", image, 8, b"\3" + checksum + bits[:96]))
    limits = {"AVX2": ("AVX2", "avx2"), "SSE41": ("SSE41", "default")}.get(processor)
    more = dict(zip(("ONEDNN_MAX_CPU_ISA", "ATEN_CPU_CAPABILITY"), limits, strict=True)) if limits else {}
    words = [sys.executable, "-c", GOLDEN, tmp_path / "w.safetensors", tmp_path / "data", tmp_path / "out.png"]
    said = subprocess.run(words, capture_output=True, text=True, timeout=120, cwd=ROOT, env=os.environ | more)
    assert said.returncode == 0, said.stderr
    golden = ROOT / "tests" / "golden" / "rnn-3-iterations.png"
    if os.environ.get("IMGCOMP_GOLDEN") == "write" and not limits:
        golden.write_bytes((tmp_path / "out.png").read_bytes())
    was = images.load(golden).astype(int)
    assert was.std() > 20, "the picture says nothing"
    assert abs(images.load(tmp_path / "out.png") - was).max() <= 1


def test_what_is_refused(tiny):
    with pytest.raises(ValueError, match="iterations is 1 to 16, not 0"):
        RnnCodec(iterations=0)
    with pytest.raises(ValueError, match="iterations is 1 to 16, not 17"):
        RnnCodec(iterations=17)
    with pytest.raises(ValueError, match="8 bits a sample, not 16"):
        tiny().encode(pattern(4, 4, 1, np.uint16))
    with pytest.raises(ValueError, match="at most 16777216 pixels"):
        tiny().encode(np.zeros((4097, 4096), np.uint8))


def sealed(data, at, new):
    """Return a file with other bytes at one place and a CRC-32 that fits."""
    body = data[:at] + new + data[at + len(new) : -4]
    return body + zlib.crc32(body).to_bytes(4, "big")


def test_damage_is_an_error(tiny):
    data = tiny(iterations=2).encode(PHOTO[:32, :32])
    for wrong in (data[:-1], data[:20], data + b"\0", sealed(data, 8, b"\0\x41"), data[:30] + b"!" + data[31:]):
        with pytest.raises(CorruptStream):
            tiny().decode(wrong)
    for at, new, message in [
        (14, b"\0", "0 iterations"),
        (14, b"\x11", "17 iterations"),
        (14, b"\x03", "are not 3 iterations"),
        (15, b"12345678", f"weights {b'12345678'.hex()}"),
        (13, b"\x09", "of 9 bits"),
        (8, b"\xff\xff\x07\xff", "no recurrent network coded"),
    ]:
        with pytest.raises(CorruptStream, match=message):
            tiny().decode(sealed(data, at, new))
    assert tiny().decode(sealed(data, 23, b"\xff")).shape == (32, 32, 3)  # every pattern of bits is a picture


def test_other_weights_are_named(tiny, tmp_path):
    path = tmp_path / "other.safetensors"
    path.write_bytes(weights.pack(network(seed=1), {}))
    other = type("Other", (RnnCodec,), {"weights": path})
    mine = other().encode(PHOTO)[15:23].hex()
    with pytest.raises(CorruptStream, match=f"made with the weights .*other.safetensors is {mine}"):
        other().decode(tiny(iterations=1).encode(PHOTO))


def test_missing_weights_are_named():
    codec = type("Codec", (RnnCodec,), {"weights": "nobody"})()
    with pytest.raises(ValueError, match=r"nobody.safetensors are missing"):
        codec.encode(PHOTO)


def test_without_torch_one_line_names_the_extra():
    code = """
import sys
sys.modules["torch"] = None
import numpy as np
from imgcomp_lib import cli, codecs, evaluate, formats, images, metrics, plots
from imgcomp_lib.rnn.codec import RnnCodec
assert codecs.decode(codecs.CODECS["rle"]().encode(np.eye(9, dtype=np.uint8))).sum() == 9
try:
    RnnCodec().encode(np.zeros((4, 4), np.uint8))
except ValueError as error:
    print(error)
"""
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, timeout=120)
    assert said.stdout == "the codec rnn needs PyTorch: pip install imgcomp-lib[learned]\n", said.stderr


# ---- training

TRAIN = ["--width=0.0625", "--batch=2", "--iterations=2", "--threads=1", "--device=cpu", "--no-bf16", "--warmup=2"]
TRAIN += ["--every=0", "--steps=6"]


@pytest.fixture(scope="module")
def tiles(tmp_path_factory):
    """Return a packed file of the tiles of one photograph."""
    folder = tmp_path_factory.mktemp("tiles")
    images.save(folder / "cat.png", images.photo("cat"))
    images.save(folder / "grey.png", images.photo("camera")[:96, :96])
    path = folder / "tiles.npy"
    assert train.main(["--data", str(folder), "--pack", str(path), "--megabytes", "0.3"]) == 0
    return path


def test_tiles_are_cut_within_their_budget(tiles, capsys):
    packed = np.load(tiles)
    assert packed.shape[1:] == (48, 48, 3) and packed.dtype == np.uint8 and 250_000 < packed.nbytes <= 300_000
    batch = crops.batch(packed, 5, 32, np.random.default_rng(0))
    assert batch.shape == (5, 32, 32, 3) and np.array_equal(batch, crops.batch(packed, 5, 32, np.random.default_rng(0)))


def run(tiles, out, *more):
    """Return the exit status of a training."""
    return train.main(["--data", str(tiles), "--out", str(out), *TRAIN, *more])


KILLED = """
import os, signal, sys
from imgcomp_lib.rnn import train
step = train.Run.advance
def advance(run, tiles):
    if run.step == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return step(run, tiles)
train.Run.advance = advance
train.main(sys.argv[1:])
"""


def test_two_halves_are_one_whole(tiles, tmp_path):
    whole, halves = tmp_path / "whole.safetensors", tmp_path / "halves.safetensors"
    assert run(tiles, whole) == 0
    words = [sys.executable, "-c", KILLED, "--data", str(tiles), "--out", str(halves), *TRAIN]
    assert subprocess.run(words, cwd=ROOT, timeout=120, capture_output=True).returncode == -signal.SIGKILL
    assert weights.notes(halves)["steps"] == "3"
    assert run(tiles, halves) == 0
    for suffix in (".safetensors", ".checkpoint"):
        assert whole.with_suffix(suffix).read_bytes() == halves.with_suffix(suffix).read_bytes()
    rows = list(csv.DictReader(halves.with_suffix(".csv").read_text().splitlines()))
    assert [row["step"] for row in rows] == list("123456") and rows[-1]["images"] == "12"


def test_a_failed_save_leaves_the_checkpoint_before(tiles, tmp_path, monkeypatch):
    out = tmp_path / "w.safetensors"
    assert run(tiles, out, "--steps", "2") == 0
    before = out.with_suffix(".checkpoint").read_bytes()
    monkeypatch.setattr(images.os, "replace", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left")))
    assert run(tiles, out, "--steps", "3") == 2
    assert out.with_suffix(".checkpoint").read_bytes() == before


def test_what_training_refuses(tiles, tmp_path, capsys):
    out = tmp_path / "w.safetensors"
    assert run(tiles, out, "--steps", "1") == 0
    checkpoint = out.with_suffix(".checkpoint")
    assert run(tiles, out, "--unit", "gru") == 2
    assert "is a checkpoint of" in capsys.readouterr().err
    checkpoint.write_bytes(checkpoint.read_bytes()[:1000])
    assert run(tiles, out) == 2
    assert "a damaged checkpoint" in capsys.readouterr().err
    assert run(tiles, out, "--no-resume", "--steps", "1") == 0
    for more, message in [
        (["--data", str(tmp_path)], "no picture of 48 x 48"),
        (["--data", str(tmp_path / "none")], "No such file"),
        (["--width", "0.3"], "a width in sixteenths"),
        (["--device", "abacus"], "no device is called 'abacus'"),
    ]:
        assert run(tiles, tmp_path / "x.safetensors", *more) == 2
        assert message in capsys.readouterr().err


def test_weights_files_say_where_they_come_from(tiles, tmp_path):
    out = tmp_path / "w.safetensors"
    assert run(tiles, out, "--steps", "2", "--keep", "1", "--seed", "5") == 0
    notes = weights.notes(out)
    options = json.loads(notes["options"])
    assert json.loads(notes["architecture"])["width"] == 0.0625
    assert (notes["steps"], notes["seed"], notes["data"]) == ("2", "5", "tiles.npy") and notes["revision"]
    assert options["batch"] == 2 and options["rate"] == 1e-3
    assert (tmp_path / "w-000001.safetensors").exists() and weights.unpack(tmp_path / "w-000002.safetensors")
    assert not any(str(ROOT) in value or str(tmp_path) in value for value in notes.values())
    assert run(tiles, out, "--steps", "2", "--about", "four flat tiles") == 0
    assert weights.notes(out)["data"] == "four flat tiles", "a run that is done only says more of itself"


def test_a_signal_stops_cleanly(tiles, tmp_path, monkeypatch):
    out, before, advance = tmp_path / "w.safetensors", signal.getsignal(signal.SIGTERM), train.Run.advance
    monkeypatch.setattr(train.Run, "advance", lambda run, _: [os.kill(os.getpid(), signal.SIGTERM), advance(run, _)][1])
    assert run(tiles, out) == 0
    assert weights.notes(out)["steps"] == "1" and signal.getsignal(signal.SIGTERM) == before


def test_no_minutes_left_stops_cleanly(tiles, tmp_path):
    out = tmp_path / "w.safetensors"
    assert run(tiles, out, "--minutes", "1e-9") == 0
    assert weights.notes(out)["steps"] == "0"
    assert run(tiles, out) == 0
    assert weights.notes(out)["steps"] == "6"


def test_a_gradient_that_is_no_number_stops_before_it_spoils_the_weights(tiles, tmp_path, capsys):
    out = tmp_path / "w.safetensors"
    assert run(tiles, out, "--steps", "2") == 0
    before = out.with_suffix(".checkpoint").read_bytes()
    assert run(tiles, out, "--steps", "3", "--early", "nan") == 2
    assert "no number at step 2" in capsys.readouterr().err
    assert out.with_suffix(".checkpoint").read_bytes() == before


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_training_lowers_the_loss(tiles, framework):
    words = ["--data", str(tiles), *TRAIN, "--framework", framework, "--steps=200", "--rate=0.01", "--ssim=0.5"]
    run = train.Run(train._parser().parse_args(words))
    rows = [run.advance(np.load(tiles)[:1]) for _ in range(60)]
    assert np.mean([r["last"] for r in rows[-10:]]) < 0.8 * np.mean([r["last"] for r in rows[:10]])


def test_the_objective_by_hand():
    picture = torch.zeros(1, 3, 32, 32)
    built = torch.stack([picture + 0.2, picture + 0.1])
    loss, levels = train.objective(built, picture)
    assert loss.item() == pytest.approx(0.15) and levels == pytest.approx([0.2 * 255 / 1.8, 0.1 * 255 / 1.8])
    loss, _ = train.objective(built, picture, early=1)
    assert loss.item() == pytest.approx((0.2 * 1 + 0.1 * 0.5) / 1.5)
    loss, _ = train.objective(built, picture, ssim=1)
    assert loss.item() == pytest.approx(0.15, rel=1e-4), "equal dissimilarity everywhere changes nothing"


def test_the_learning_rate_climbs_and_falls():
    options = train._parser().parse_args(["--data", "x", "--steps", "1000", "--warmup", "50", "--rate", "1"])
    rates = [train.learning_rate(step, options) for step in range(1000)]
    assert rates[0] < 0.03 and max(rates) == pytest.approx(1, abs=0.02) and 0.01 < rates[-1] < 0.011
    assert np.argmax(rates) == 49


def test_iterations_grow_in_quarters():
    options = train._parser().parse_args(["--data", "x", "--steps", "100", "--grow", "--iterations", "12"])
    counts = [train.unrolled(step, options) for step in (0, 24, 25, 49, 50, 74, 75, 99, 100)]
    assert counts == [2, 2, 4, 4, 8, 8, 12, 12, 12]
    options.grow = False
    assert train.unrolled(0, options) == 12


def test_help_names_every_option(capsys):
    with pytest.raises(SystemExit):
        train.main(["--help"])
    said = capsys.readouterr().out
    assert all(f"--{name}" in said for name in ("unit", "framework", "resume", "minutes", "compile", "early", "ssim"))


# ---- what ships

FLAGSHIP = ROOT / "imgcomp_lib" / "weights" / "flagship.safetensors"
ships = pytest.mark.skipif(not FLAGSHIP.exists(), reason="no trained weights ship yet")


@ships
def test_the_shipped_weights_draw_a_photograph():
    photo = images.photo("cat")[:150, :200]
    pictures = list(RnnCodec().reconstructions(photo))
    psnr = [metrics.psnr(photo, picture) for picture in pictures]
    assert len(psnr) == 16 and psnr[0] > RnnCodec.promised_psnr and psnr[15] > psnr[3] > psnr[0]
    data = RnnCodec().encode(photo)
    assert np.array_equal(codecs.decode(data), pictures[15])
    assert FLAGSHIP.stat().st_size < 20e6


@ships
def test_the_command_line_codes_and_another_process_decodes(tmp_path):
    photo = images.photo("cat")[100:163, 100:190]
    images.save(tmp_path / "photo.png", photo)
    paths = [str(tmp_path / name) for name in ("photo.png", "photo.icl", "back.png")]
    assert cli.main(["encode", *paths[:2], "--codec", "rnn", "--set", "iterations=4"]) == 0
    words = [sys.executable, "-m", "imgcomp_lib.cli", "decode", *paths[1:]]
    subprocess.run(words, cwd=ROOT, check=True, capture_output=True, timeout=120)
    assert os.path.getsize(paths[1]) == 27 + 4 * 16 * 2 * 3
    assert np.array_equal(images.load(paths[2]), list(RnnCodec(iterations=4).reconstructions(photo))[3])


@ships
def test_the_header_is_the_containers():
    data = RnnCodec(iterations=1).encode(pattern(4, 5))
    assert container.unpack_header(data)[:4] == ("rnn", 4, 5, 1) and io.BytesIO(data).read(4) == b"ICL1"
