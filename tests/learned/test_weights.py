"""Networks return from their files."""

import pytest
from untrained import network, one_thread, torch  # noqa: F401

from imgcomp_lib.learned import weights


def test_weights_return_with_their_architecture(tmp_path):
    path, codec = tmp_path / "w.safetensors", network(unit="alstm", framework="scaling", copies=2)
    path.write_bytes(weights.pack(codec, {"steps": 7, "data": "x"}))
    back, checksum, _ = weights.unpack(path)
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
