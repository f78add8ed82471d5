"""The recurrent codec's files."""

import functools
import io
import os
import subprocess
import sys
import zlib

import numpy as np
import pytest
from conftest import ROOT, pattern
from untrained import FRAMEWORKS, network, one_thread, torch  # noqa: F401

from imgcomp_lib import cli, codecs
from imgcomp_lib.codecs.rnn import RnnCodec
from imgcomp_lib.core import container
from imgcomp_lib.core.bits import CorruptStream
from imgcomp_lib.learned import weights
from imgcomp_lib.measure import files, images, quality


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """Return a maker of codecs on an untrained network in a file of its own."""
    path = tmp_path_factory.mktemp("weights") / "tiny.safetensors"
    path.write_bytes(weights.pack(network(), {"steps": 0}))
    return functools.partial(RnnCodec, weights=str(path))


PHOTO = images.photo("cat")[60:123, 100:190]  # 63 x 90


def test_bytes_are_counted(tiny):
    for shape, blocks in (((1, 1), 1), ((31, 33, 3), 2), ((32, 32, 3), 1), ((64, 96), 6), ((63, 90, 3), 6)):
        data = tiny(iterations=5, code=0).encode(pattern(*shape))
        assert len(data) == 14 + 4 + 10 + 5 * 16 * blocks
        assert tiny().breakdown(data) == {
            "header": 18, "tables": 0, "side information": 10, "payload": 80 * blocks}  # fmt: skip


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize("image", [PHOTO, PHOTO[:, :, 1], PHOTO[:1, :1], PHOTO[:31, :33]], ids=lambda i: str(i.shape))
def test_the_encoder_knows_what_the_decoder_will_draw(tmp_path, framework, image):
    path = tmp_path / "w.safetensors"
    path.write_bytes(weights.pack(network(framework=framework), {}))
    codec = functools.partial(RnnCodec, weights=str(path))
    drawn = list(codec(iterations=3).reconstructions(image))
    for code in (0, 1):
        files = [codec(iterations=k, code=code).encode(image) for k in (1, 2, 3)]
        stages = codec(iterations=3, code=code).stages(image)
        assert [size for size, _ in stages] == [len(file) for file in files]
        assert all(np.array_equal(picture, other) for (_, picture), other in zip(stages, drawn, strict=True))
        for data, picture in zip(files, drawn, strict=True):
            decoded = codec().decode(data)
            assert np.array_equal(decoded, picture)
            assert (decoded.shape, decoded.dtype) == (image.shape, np.uint8)


@pytest.mark.parametrize("code", [0, 1])
def test_a_file_that_is_cut_gives_the_iterations_that_are_whole(tiny, code):
    codec = tiny(iterations=4, code=code)
    data, (sizes, drawn) = codec.encode(PHOTO), zip(*codec.stages(PHOTO), strict=True)
    whole = []
    for size in range(sizes[0] - 4, len(data) + 1):
        try:
            picture = tiny().decode(data[:size])
        except CorruptStream as error:
            assert "1 iteration" in str(error) or "one iteration" in str(error) or "1 to 4" in str(error)
            whole.append(0)
        else:
            whole.append(next(k for k in (4, 3, 2, 1) if np.array_equal(picture, drawn[k - 1])))
    assert whole == sorted(whole) and set(whole) == {0, 1, 2, 3, 4}
    for number, size in enumerate(sizes, 1):
        assert whole[size - sizes[0] + 4] >= number, "what would end with an iteration holds it"


def test_grey_is_the_mean_of_three_equal_planes(tiny):
    grey = PHOTO[:, :, 0]
    data, colour = tiny(iterations=2).encode(grey), tiny(iterations=2).encode(np.stack([grey] * 3, 2))
    assert data[18:] == colour[18:]
    mean = tiny().decode(colour).astype(int).mean(2)
    assert abs(tiny().decode(data) - mean).max() < 1


SCRIPT = """
import sys, torch, zlib
import numpy as np
from imgcomp_lib.codecs.rnn import RnnCodec
torch.set_num_threads(int(sys.argv[2]))
codec, (image, data) = RnnCodec(4, weights=sys.argv[1]), (open(p, "rb").read() for p in sys.argv[3:])
image = np.frombuffer(image, np.uint8).reshape(63, 90, 3)
picture, again = codec.decode(data), codec.encode(image)
print(zlib.crc32(picture.tobytes()), again == data, torch.get_num_threads() == int(sys.argv[2]))
"""


@pytest.mark.parametrize("threads", [1, 3])
def test_any_process_and_any_threads_draw_the_same(tiny, tmp_path, threads):
    data = tiny(iterations=4).encode(PHOTO)
    (tmp_path / "image").write_bytes(PHOTO.tobytes())
    (tmp_path / "data").write_bytes(data)
    words = [sys.executable, "-c", SCRIPT, tiny().weights, str(threads), tmp_path / "image", tmp_path / "data"]
    said = subprocess.run(words, capture_output=True, text=True, timeout=1200, cwd=ROOT)
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
from imgcomp_lib.codecs.rnn import RnnCodec
from imgcomp_lib.measure import files
files.save(sys.argv[3], RnnCodec(weights=sys.argv[1]).decode(open(sys.argv[2], "rb").read()))
"""


@pytest.mark.parametrize("processor", ["this", "AVX2", "SSE41"])
def test_another_processor_draws_the_same_within_one_level(tmp_path, processor):
    """Decode in the manner of older processors, and compare with the picture that the golden file holds."""
    checksum = by_hand(tmp_path / "w.safetensors")
    bits = np.packbits(pattern(3 * 16, 8) & 1).tobytes() * 4  # 3 iterations of 2 x 4 positions are 96 bytes
    image = np.zeros((32, 64, 3), np.uint8)
    (tmp_path / "data").write_bytes(container.pack("rnn", image, 8, b"\3\0" + checksum + bits[:96], True))
    limits = {"AVX2": ("AVX2", "avx2"), "SSE41": ("SSE41", "default")}.get(processor)
    more = dict(zip(("ONEDNN_MAX_CPU_ISA", "ATEN_CPU_CAPABILITY"), limits, strict=True)) if limits else {}
    words = [sys.executable, "-c", GOLDEN, tmp_path / "w.safetensors", tmp_path / "data", tmp_path / "out.png"]
    said = subprocess.run(words, capture_output=True, text=True, timeout=1200, cwd=ROOT, env=os.environ | more)
    assert said.returncode == 0, said.stderr
    golden = ROOT / "tests" / "golden" / "rnn-3-iterations.png"
    if os.environ.get("IMGCOMP_GOLDEN") == "write" and not limits:
        golden.write_bytes((tmp_path / "out.png").read_bytes())
    was = files.load(golden).astype(int)
    assert was.std() > 20, "the picture says nothing"
    assert abs(files.load(tmp_path / "out.png") - was).max() <= 1


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
    """Return a file with other bytes at one place and a header's CRC-32 that fits."""
    body = data[:at] + new + data[at + len(new) :]
    return container.seal(body[:14]) + body[18:]


def test_damage_is_an_error(tiny):
    data = tiny(iterations=2, code=0).encode(PHOTO[:32, :32])
    for wrong in (data[:17], data[:27], data[:28], data + b"\0", data[:8] + b"\0\x41" + data[10:]):
        with pytest.raises(CorruptStream):
            tiny().decode(wrong)
    for at, new, message in [
        (18, b"\0", "1 to 16 iterations"),
        (18, b"\x11", "1 to 16 iterations"),
        (19, b"\2", "a code model of 0 or 1: 02 02"),
        (18, b"\x01", "are not 1 to 1 iterations"),
        (20, b"12345678", f"weights {b'12345678'.hex()}"),
        (13, b"\x09", "of 9 bits"),
        (8, b"\x7f\xff\x07\xff", "no recurrent network coded"),
    ]:
        with pytest.raises(CorruptStream, match=message):
            tiny().decode(sealed(data, at, new))
    assert tiny().decode(sealed(data, 28, b"\xff")).shape == (32, 32, 3)  # every pattern of bits is a picture


def test_other_weights_are_named(tiny, tmp_path):
    path = tmp_path / "other.safetensors"
    path.write_bytes(weights.pack(network(seed=1), {}))
    other = functools.partial(RnnCodec, weights=str(path))
    mine = other().encode(PHOTO)[20:28].hex()
    with pytest.raises(CorruptStream, match=f"made with the weights .*other.safetensors is {mine}"):
        other().decode(tiny(iterations=1).encode(PHOTO))


def test_missing_weights_are_named():
    with pytest.raises(ValueError, match=r"nobody.safetensors are missing"):
        RnnCodec(weights="nobody.safetensors").encode(PHOTO)
    with pytest.raises(ValueError, match=r"weights is flagship, .* or a .safetensors file, not 'nobody'"):
        RnnCodec(weights="nobody")


def test_any_decoder_finds_the_weights_that_ship():
    """A file says by a checksum which network drew it; a decoder at rest takes that one and not its own."""
    codec = RnnCodec(1, weights="gru-one-shot")
    assert np.array_equal(codecs.decode(codec.encode(PHOTO)), next(codec.reconstructions(PHOTO)))


def test_without_torch_one_line_names_the_extra():
    code = """
import sys
sys.modules["torch"] = None
import numpy as np
from imgcomp_lib import cli, codecs, formats
from imgcomp_lib.codecs.rnn import RnnCodec
from imgcomp_lib.measure import evaluate, files, images, quality
from imgcomp_lib.pages import explore, plots
assert codecs.decode(codecs.CODECS["rle"]().encode(np.eye(9, dtype=np.uint8))).sum() == 9
try:
    RnnCodec().encode(np.zeros((4, 4), np.uint8))
except ValueError as error:
    print(error)
"""
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, timeout=1200)
    assert said.stdout == "the codec rnn needs PyTorch: pip install imgcomp-lib[learned]\n", said.stderr


FLAGSHIP = ROOT / "imgcomp_lib" / "weights" / "flagship.safetensors"
ships = pytest.mark.skipif(not FLAGSHIP.exists(), reason="no trained weights ship yet")


@ships
def test_the_shipped_weights_draw_a_photograph():
    photo = images.photo("cat")[:150, :200]
    pictures = list(RnnCodec().reconstructions(photo))
    psnr = [quality.psnr(photo, picture) for picture in pictures]
    assert len(psnr) == 16 and psnr[0] > RnnCodec.promised_psnr and psnr[15] > psnr[3] > psnr[0]
    data = RnnCodec().encode(photo)
    assert np.array_equal(codecs.decode(data), pictures[15])
    assert FLAGSHIP.stat().st_size < 20e6


@ships
def test_the_command_line_codes_and_another_process_decodes(tmp_path):
    photo = images.photo("cat")[100:163, 100:190]
    files.save(tmp_path / "photo.png", photo)
    paths = [str(tmp_path / name) for name in ("photo.png", "photo.icl", "back.png")]
    assert cli.main(["encode", *paths[:2], "--codec", "rnn", "--set", "iterations=4"]) == 0
    words = [sys.executable, "-m", "imgcomp_lib.cli", "decode", *paths[1:]]
    subprocess.run(words, cwd=ROOT, check=True, capture_output=True, timeout=1200)
    assert 28 < os.path.getsize(paths[1]) <= 28 + 4 * 16 * 2 * 3 + 40
    assert np.array_equal(files.load(paths[2]), list(RnnCodec(iterations=4).reconstructions(photo))[3])


@ships
def test_the_header_is_the_containers():
    data = RnnCodec(iterations=1).encode(pattern(4, 5))
    assert container.unpack_header(data)[:4] == ("rnn", 4, 5, 1) and io.BytesIO(data).read(4) == b"ICL1"
