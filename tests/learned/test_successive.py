"""The flagship's network: what the receiver draws, what each ingredient is worth, and what a resume costs."""

import dataclasses

import numpy as np
import pytest
from untrained import one_thread, torch  # noqa: F401  it skips where there is no PyTorch

from imgcomp_lib.learned import weights
from imgcomp_lib.learned.frameworks import to_network
from imgcomp_lib.learned.successive import Shape, Successive
from imgcomp_lib.learned.training import judge, objective, principal, train
from imgcomp_lib.measure import files, images

SMALL = Shape(components=48, memory=8, context=8)
VARIANTS = [SMALL] + [
    dataclasses.replace(SMALL, **change)
    for change in ({"context": 0}, {"step_bits": 32}, {"step_bits": 1}, {"kernel": 16}, {"adaptive": False})
]


@pytest.fixture(scope="module")
def tiles():
    """Return 80 x 80 pixels squares of two photographs."""
    found = []
    for name in ("cat", "coffee"):
        photo = images.photo(name)
        rows, columns = photo.shape[0] // 80, photo.shape[1] // 80
        cut = photo[: 80 * rows, : 80 * columns].reshape(rows, 80, columns, 80, 3)
        found.append(cut.swapaxes(1, 2).reshape(-1, 80, 80, 3))
    return np.concatenate(found)


def network(shape, tiles, seed=0):
    """Return a network in closed form whose small parts are not all zero."""
    torch.manual_seed(seed)
    found = Successive(shape)
    principal.start(found, tiles, np.random.default_rng(seed), blocks=1000)
    for name, parameter in found.named_parameters():
        if name in ("adapt", "refine", "remember", "iteration_bias"):
            torch.nn.init.normal_(parameter, std=0.02)
    return found.eval().requires_grad_(False)


def picture(tiles, count=2):
    """Return tiles as a network sees them, 64 x 64 pixels each."""
    return to_network(torch.from_numpy(tiles[:count, :64, :64]).permute(0, 3, 1, 2))


@pytest.mark.parametrize("shape", VARIANTS, ids=str)
def test_the_receiver_draws_what_the_sender_saw(shape, tiles):
    net, x = network(shape, tiles), picture(tiles)
    bits, drawn = zip(*net.encode(x, 5), strict=True)
    assert all(b.shape == (2, 32, 4, 4) and set(b.unique().tolist()) == {-1.0, 1.0} for b in bits)
    assert all(torch.equal(a, b) for a, b in zip(net.decode(bits), drawn, strict=True))
    assert torch.equal(net(x, [2, 5]), torch.stack([drawn[1], drawn[4]]))


def test_four_bits_at_a_time_beat_thirty_two(tiles):
    """In closed form, without anything learned: errors left after 4 iterations, in grey levels."""
    errors = {}
    for bits in (32, 8, 4, 1):
        net = Successive(dataclasses.replace(SMALL, components=96, step_bits=bits, context=0))
        principal.start(net, tiles, np.random.default_rng(0), blocks=4000)
        with torch.inference_mode():
            errors[bits] = objective.objective(net.eval()(picture(tiles, 16), [4]), picture(tiles, 16))[1][0]
    assert errors[32] > 1.1 * errors[8] and errors[8] > errors[4] > errors[1], errors


@pytest.mark.parametrize("luma", [1, 2])
def test_principal_components_are_perfect_with_all_of_them(tiles, luma):
    net = Successive(dataclasses.replace(SMALL, components=768, kernel=16))
    principal.start(net, tiles, np.random.default_rng(0), blocks=1000, luma=luma)
    x = picture(tiles)
    grid, found = net._analysed(x)
    torch.testing.assert_close(net._drawn(found, grid), x, atol=1e-4, rtol=0)


@pytest.mark.parametrize("shape", VARIANTS, ids=str)
def test_each_weight_learns(shape, tiles):
    net, x = network(shape, tiles).train().requires_grad_(True), picture(tiles, 4)
    objective.objective(net(x, [1, 3, 16]), x, structure=1)[0].backward()
    still = [name for name, p in net.named_parameters() if p.grad is None or not p.grad.any()]
    assert still == ([] if shape.adaptive else ["adapt"])


def test_grey_that_weighs_more_comes_first(tiles):
    """Among the first 96 components, those that draw mainly colour become fewer."""
    coloured = []
    for luma in (1, 4):
        net = Successive(dataclasses.replace(SMALL, components=96, context=0))
        principal.start(net, tiles, np.random.default_rng(0), blocks=4000, luma=luma)
        grey = net.analysis.mean(1, keepdim=True).expand_as(net.analysis).square().sum((1, 2, 3))
        coloured.append(int((grey < net.analysis.square().sum((1, 2, 3)) / 2).sum()))
    assert 0 < coloured[1] < coloured[0] / 2, coloured


def test_a_teacher_is_the_next_reconstruction(tiles):
    x = picture(tiles)
    built = torch.stack([x + 0.3, x + 0.1, x]).requires_grad_(True)
    plain, taught = (objective.objective(built, x, teach=teach)[0] for teach in (0, 2))
    assert (taught - plain).item() == pytest.approx(2 * (0.2 + 0.1) / 2, abs=1e-5)
    (taught - plain).backward()
    assert built.grad[0].any() and not built.grad[2].any(), "the teacher learns nothing from its pupil"


def test_a_shape_that_is_none():
    wild = [({"step_bits": 5}, "step_bits"), ({"kernel": 20}, "kernel"), ({"components": 4}, "32, 769")]
    for change, message in wild:
        with pytest.raises(ValueError, match=message):
            dataclasses.replace(SMALL, **change)


def test_weights_return_with_their_shape(tiles, tmp_path):
    net = network(SMALL, tiles)
    (tmp_path / "w.safetensors").write_bytes(weights.pack(net, {}))
    again, *_ = weights.unpack(tmp_path / "w.safetensors")
    assert again.architecture == SMALL
    assert all(torch.equal(a.half().float(), b) for a, b in zip(net.parameters(), again.parameters(), strict=True))


def test_structure_that_is_all_there_is_missing_nowhere(tiles):
    x = picture(tiles)
    assert objective.missing(x, x).item() == pytest.approx(0, abs=1e-5)
    blurred = torch.nn.functional.avg_pool2d(x, 5, 1, 2, count_include_pad=False)
    assert 0.02 < objective.missing(blurred, x).item() < objective.missing(x.mean((2, 3), keepdim=True) + 0 * x, x) < 1


@pytest.fixture(scope="module")
def folder(tmp_path_factory, tiles):
    """Return a folder with packed tiles, a picture to judge by, and a trained network's checkpoint."""
    home = tmp_path_factory.mktemp("training")
    np.save(home / "tiles.npy", tiles)
    (home / "judge").mkdir()
    files.save(home / "judge" / "coffee.png", images.photo("coffee")[192:384, 192:384])
    assert run(home, "trunk", "--steps=80") == 0
    return home


def run(home, name, *more):
    """Train a small network for the flagship's recipe; return the exit status."""
    recipe = "--network successive --components 48 --memory 8 --context 8 --structure 1 --cuts 3 --crop 64 --batch 4"
    words = f"{recipe} --rate 3e-3 --careful 0.07 --warmup 10 --cool 0 --beta2 0.99 --average 0.95 --threads 1"
    files = ["--data", f"{home}/tiles.npy", "--out", f"{home}/{name}.safetensors", "--judge", f"{home}/judge"]
    return train.main([*words.split(), *files, *more])


def areas(home, name):
    """Return the areas that a training noted."""
    return [float(row.split(",")[2]) for row in (home / f"{name}-areas.csv").read_text().splitlines()[1:]]


def test_training_widens_the_area_beyond_the_closed_form(folder):
    assert run(folder, "start", "--steps=0") == 0
    assert areas(folder, "trunk")[-1] > areas(folder, "start")[-1] + 0.01


def test_a_resume_without_moments_costs_less_than_a_thousandth_of_the_area(folder):
    """Adam forgets everything, the average loses half its digits: 140 steps later nobody can tell."""
    for suffix in ("checkpoint", "resume"):
        assert run(folder, suffix, "--steps=220", "--begin", f"{folder}/trunk.{suffix}") == 0
    lost = areas(folder, "checkpoint")[-1] - areas(folder, "resume")[-1]
    print(f"lost {lost:.5f} of {areas(folder, 'checkpoint')[-1]:.4f}")
    assert lost < 0.001


def test_the_branch_cools(folder):
    options = train._parser().parse_args(["--data", "x", "--steps=100", "--warmup=10", "--cool=0.2", "--rate=1"])
    rates = [train.learning_rate(step, options) for step in range(100)]
    assert rates[10:80] == [1] * 70 and rates[-1] < 0.02 and all(np.diff(rates[80:]) < 0)
    assert train.learning_rate(50, options, start=50) == pytest.approx(0.1)


def test_a_budget_is_counted_instead_of_steps(folder):
    words = "--data x --budget=50 --warmup=1 --cool=0.2 --rate=1 --grow"
    options = train._parser().parse_args(words.split())
    rates = [train.learning_rate(9, options, seconds=seconds) for seconds in (10, 40, 45, 50, 60)]
    assert rates[:2] == [1, 1] and rates[2] == pytest.approx(0.505, abs=0.001) and rates[3:] == [0.01, 0.01]
    assert [train.unrolled(0, options, seconds) for seconds in (0, 13, 26, 40, 50)] == [2, 4, 8, 16, 16]
    assert run(folder, "brief", "--budget=1.5", "--steps=100000") == 0
    steps, seconds = (folder / "brief-areas.csv").read_text().splitlines()[-1].split(",")[:2]
    assert int(steps) > 1 and 1.5 <= float(seconds) + 0.5 <= 9
    assert run(folder, "brief", "--budget=1.5", "--steps=100000") == 0, "a budget spent is spent after a resume too"
    assert (folder / "brief-areas.csv").read_text().splitlines()[-1].split(",")[0] == steps


def test_cuts_fall_one_in_each_part():
    rng = np.random.default_rng(0)
    drawn = np.array([train._cuts(16, 4, rng) for _ in range(200)])
    assert (np.ceil(drawn / 4) == [1, 2, 3, 4]).all() and set(drawn.ravel()) == set(range(1, 17))
    assert train._cuts(3, 4, rng) == [1, 2, 3] == train._cuts(3, 0, rng)


def test_the_area_is_that_of_the_rates():
    assert judge.area(np.full(16, 0.5)) == pytest.approx(0.9375)
