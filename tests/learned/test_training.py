"""Recurrent units against torch's own and NumPy's, counts against the paper's layers, and the codec's files."""

import csv
import json
import os
import signal
import subprocess
import sys

import numpy as np
import pytest
from conftest import ROOT
from untrained import FRAMEWORKS, one_thread, torch  # noqa: F401

from imgcomp_lib.core import atomic
from imgcomp_lib.learned import weights
from imgcomp_lib.learned.training import crops, train
from imgcomp_lib.measure import files, images

TRAIN = ["--width=0.0625", "--batch=2", "--iterations=2", "--threads=1", "--device=cpu", "--no-bf16", "--warmup=2"]
TRAIN += ["--every=0", "--steps=6"]


@pytest.fixture(scope="module")
def tiles(tmp_path_factory):
    """Return a packed file of the tiles of one photograph."""
    folder = tmp_path_factory.mktemp("tiles")
    files.save(folder / "cat.png", images.photo("cat"))
    files.save(folder / "grey.png", images.photo("camera")[:96, :96])
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
from imgcomp_lib.learned.training import train
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
    monkeypatch.setattr(atomic.os, "replace", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left")))
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
