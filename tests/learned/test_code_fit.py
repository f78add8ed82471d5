"""The code model's regression is fitted to a network's bits and travels in the weights file."""

import numpy as np
from untrained import network, one_thread, torch  # noqa: F401

from imgcomp_lib.codecs.rnn import RnnCodec
from imgcomp_lib.learned import weights
from imgcomp_lib.learned.training import code_fit
from imgcomp_lib.measure import files, images


def test_what_is_fitted_saves_bytes_and_travels_with_the_network(tmp_path, capsys):
    path = tmp_path / "w.safetensors"
    path.write_bytes(weights.pack(network(), {"steps": 0}))
    photo = images.photo("coffee")
    (tmp_path / "photographs").mkdir()
    for number, (y, x) in enumerate(((0, 0), (100, 100), (200, 300))):
        files.save(tmp_path / "photographs" / f"{number}.png", photo[y : y + 96, x : x + 96])
    codec, image = RnnCodec(weights=str(path)), photo[100:196, 100:196]
    before = len(codec.encode(image))
    words = ["--data", str(tmp_path / "photographs"), "--weights", str(path), "--side", "96", "--epochs", "300"]
    assert code_fit.main(words) == 0
    taught = weights.unpack(path)[2]
    assert taught.shape == (16, 32, 577) and taught.dtype == np.int16 and taught.any()
    assert len(codec.encode(image)) < 0.97 * before
    assert np.array_equal(codec.decode(codec.encode(image)), codec.stages(image)[-1][1])
    assert code_fit.main(["--data", str(tmp_path), "--weights", str(path)]) == 2
    assert "no photograph of 256 x 256" in capsys.readouterr().err
