"""Train a network, from nothing or from where the last run stopped.

    python -m imgcomp_lib.learned.training.train --data photographs/ --out flagship.safetensors --width 0.25
    torchrun --nproc-per-node 4 -m imgcomp_lib.learned.training.train ...             several GPUs, one process each

Beside OUT.safetensors stand OUT.checkpoint (everything that the next run needs, replaced in one move, so that a kill
leaves the one before) and OUT.csv (the loss curve).  Each step draws its crops and its noise from generators seeded
with the run's seed and the step's number: nothing about chance has to be stored, and a run that was cut in two ends
with the bytes of one that was not (CPU, same number of threads).  OUT holds a running average of the weights.

The recipe of the flagship is --network successive --structure 1 --cuts 4 --crop 64 --batch 16 --rate 2e-3 --beta2 0.99:
a trunk at a constant rate, which can be stopped and gone on with for ever.  What is released is a branch of it, begun
from the trunk's checkpoint by --begin and cooled down over --cool of its steps.  A checkpoint without Adam's moments
(OUT.resume, small enough to be kept under version control) starts with a warm-up.

Source: Toderici et al., CVPR 2017, section 4: L1 over all iterations, Adam, crops of 32x32.
"""

import argparse
import copy
import dataclasses
import itertools
import json
import os
import sys
import time
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from torch import distributed
from tqdm import tqdm

from .. import weights
from ..cells import CELLS
from ..frameworks import to_network
from ..networks import FRAMEWORKS, Architecture
from ..successive import Shape
from . import crops, judge, principal
from .objective import learning_rate, objective, unrolled
from .saver import Saver, Stop


def main(arguments: list[str] | None = None) -> int:
    """Pack crops, or train; return the exit status."""
    options = _parser().parse_args(arguments)
    try:
        if options.pack:
            tiles = crops.pack(options.data, options.crop, options.megabytes, options.seed)
            np.save(options.pack, tiles)
            print(f"{options.pack}: {len(tiles)} tiles of {tiles.shape[1]} x {tiles.shape[2]}, {tiles.nbytes:,} bytes")
        else:
            train(options)
    except (ValueError, OSError) as error:
        print(f"train: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    return 0


def train(options) -> None:
    """Train until steps or budget are done, `options.minutes` are over, or a signal asks to stop; then save."""
    torch.set_num_threads(options.threads or torch.get_num_threads())
    run, saver = Run(options), Saver(options)
    tiles = crops.load(options.data, options.crop, options.megabytes, options.seed)
    if options.resume and saver.checkpoint.exists():
        run.load(saver.checkpoint)
    elif options.begin:
        run.load(Path(options.begin))
    elif options.network == "successive" and options.principal:
        run.begin(tiles)
    bar = tqdm(total=options.steps, initial=run.step, disable=None if run.first else True, unit="step")
    judged = run.seconds
    with bar, Stop(options.minutes) as stop:
        while run.step < options.steps and not run.spent() and not stop.asked(run.world):
            row = run.advance(tiles)
            bar.update()
            bar.set_postfix(first=f"{row['first']:.2f}", last=f"{row['last']:.2f}")
            if run.first:
                saver.note(row, run)
                if options.judge and run.seconds - judged >= options.judge_every:
                    judged = run.judge(saver)
    if run.first:
        saver.save(run)
        if options.judge:
            run.judge(saver)
        print(f"{options.out}: {run.step} steps, {weights.parameters(run.network):,} parameters")
    if run.world > 1:
        distributed.destroy_process_group()


class Run:
    """A training in progress: the network, the running average of its weights, the optimiser, the steps done."""

    def __init__(self, options):
        self.options, self.step, self.rank, self.world = options, 0, *_join(options)
        self.seconds, self.warm = 0.0, 0  # of processor time; the step at which the rate begins to climb
        self.first = self.rank == 0
        self.device = _device(options.device)
        kind = Shape if options.network == "successive" else Architecture
        torch.manual_seed(options.seed)
        self.network = weights.build({field.name: getattr(options, field.name) for field in dataclasses.fields(kind)})
        self.network.to(self.device, memory_format=torch.channels_last)
        self.average = copy.deepcopy(self.network).requires_grad_(False)
        careful = set(getattr(self.network, "CAREFUL", ()))
        named = list(self.network.named_parameters())
        groups = [[p for name, p in named if (name in careful) == slow] for slow in (False, True)]
        self.parameters = [p for group in groups for p in group]
        groups = [{"params": group, "share": share} for group, share in zip(groups, (1, options.careful), strict=True)]
        rule = {"betas": (0.9, options.beta2), "fused": True}
        self.optimiser = torch.optim.Adam([group for group in groups if group["params"]], options.rate, **rule)
        if options.compile:
            self.network.encoder.compile()
            self.network.decoder.compile()

    def advance(self, tiles: np.ndarray) -> dict[str, float]:
        """Do one step; return its row of the loss curve: mean errors in grey levels of first and last iteration."""
        options, chance = self.options, np.random.SeedSequence([self.options.seed, self.step, self.rank])
        start = time.process_time()
        torch.manual_seed(int(chance.generate_state(1)[0]))
        rng = np.random.default_rng(chance)
        crop = crops.batch(tiles, options.batch, options.crop, rng)
        picture = to_network(torch.from_numpy(crop).to(self.device).permute(0, 3, 1, 2))
        with torch.autocast(self.device.type, torch.bfloat16, enabled=options.bf16):
            cuts = _cuts(unrolled(self.step, options, self.seconds), options.cuts, rng)
            built = self.network(picture, cuts)
        terms = {name: getattr(options, name) for name in ("early", "ssim", "structure", "pixels", "teach")}
        loss, levels = objective(built, picture, cuts=cuts, **terms)
        loss.backward()
        rate = self._update()
        self.step += 1
        self.seconds += time.process_time() - start
        return {"step": self.step, "loss": loss.item(), "rate": rate, "first": levels[0], "last": levels[-1]}

    def spent(self) -> bool:
        """Say whether the budget of processor seconds is used up."""
        return 0 < self.options.budget <= self.seconds

    def _update(self):
        """Move the weights along the gradient and the average after them; return the learning rate."""
        rate = learning_rate(self.step, self.options, self.warm, self.seconds)
        parameters = list(self.network.parameters())
        if self.world > 1:
            flat = torch.cat([p.grad.flatten() for p in parameters])
            distributed.all_reduce(flat)
            for p, grad in zip(parameters, (flat / self.world).split([p.numel() for p in parameters]), strict=True):
                p.grad.copy_(grad.view_as(p))
        length = torch.nn.utils.clip_grad_norm_(parameters, self.options.clip)
        if not length.isfinite():
            raise ValueError(f"the gradient is no number at step {self.step}; the last checkpoint stands")
        for group in self.optimiser.param_groups:
            group["lr"] = rate * group["share"]
        if length < 100 * self.options.clip:  # one in thousands says nothing but that a picture ran away
            self.optimiser.step()
        self.optimiser.zero_grad()
        keep = min(self.options.average, (1 + self.step) / (10 + self.step))  # short at first, or it never forgets
        torch._foreach_lerp_(list(self.average.parameters()), [p.detach() for p in parameters], 1 - keep)
        return rate

    def begin(self, tiles: np.ndarray) -> None:
        """Set the weights to principal components."""
        principal.start(self.network, tiles, np.random.default_rng(self.options.seed), luma=self.options.luma)
        self.average.load_state_dict(self.network.state_dict())

    def judge(self, saver: Saver) -> float:
        """Measure the average on the pictures of `options.judge`; return the seconds trained by then."""
        scores = judge.curve(self.average, self.options.judge)
        saver.judged(self, scores, judge.area(scores))
        return self.seconds

    def tensors(self) -> dict[str, torch.Tensor]:
        """Return everything that the next run needs, by name."""
        found = {f"network.{name}": t for name, t in self.network.state_dict().items()}
        found |= {f"average.{name}": t for name, t in self.average.state_dict().items()}
        for number, entry in self.optimiser.state_dict()["state"].items():
            found |= {f"adam.{number}.{name}": t for name, t in entry.items()}
        return found

    def load(self, path: Path) -> None:
        """Go on from a checkpoint; `ValueError` where it is damaged or of another architecture."""
        try:
            with safe_open(path, "pt", device=str(self.device)) as file:
                notes, tensors = file.metadata(), {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        except SafetensorError as error:
            raise ValueError(f"{path}: a damaged checkpoint ({error}); --no-resume starts anew") from error
        mine = json.dumps(dataclasses.asdict(self.network.architecture))
        its = json.dumps(dataclasses.asdict(weights.build(json.loads(notes["architecture"])).architecture))
        if its != mine:
            raise ValueError(f"{path} is a checkpoint of {its}, not {mine}; --no-resume starts anew")
        self.step, self.seconds = int(notes["step"]), float(notes.get("seconds", 0))
        for part, module in (("network", self.network), ("average", self.average)):
            module.load_state_dict({n.removeprefix(f"{part}."): t for n, t in tensors.items() if n.startswith(part)})
        if any(name.startswith("adam.") for name in tensors):
            self._load_moments(tensors)
        else:
            self.warm = self.step

    def _load_moments(self, tensors):
        """Put Adam's moments back, in the memory order of the weights: the fused Adam knows no other."""
        state = {}
        for number, weight in enumerate(self.parameters):
            step, *moments = (tensors[f"adam.{number}.{name}"] for name in ("step", "exp_avg", "exp_avg_sq"))
            first, second = (torch.empty_like(weight).copy_(moment) for moment in moments)
            state[number] = {"step": step, "exp_avg": first, "exp_avg_sq": second}
        self.optimiser.load_state_dict({"state": state, "param_groups": self.optimiser.state_dict()["param_groups"]})


def _cuts(last, count, rng):
    """Return the iterations whose pictures are looked at: all, or one at random of each of `count` equal parts."""
    if not count or count >= last:
        return list(range(1, last + 1))
    edges = [part * last // count for part in range(count + 1)]
    return [1 + int(rng.integers(first, end)) for first, end in itertools.pairwise(edges)]


def _join(options):
    """Return this process's number and how many there are, as torchrun says."""
    world, rank = int(os.environ.get("WORLD_SIZE", 1)), int(os.environ.get("RANK", 0))
    if world > 1:
        on_gpu = options.device != "cpu" and torch.cuda.is_available()
        if on_gpu:
            torch.cuda.set_device(int(os.environ.get("LOCAL_RANK", 0)))
        distributed.init_process_group("nccl" if on_gpu else "gloo")
    return rank, world


def _device(name):
    """Return the device of that name; "auto" is a GPU where there is one."""
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    try:
        return torch.empty(0, device=name).device
    except (RuntimeError, AssertionError) as error:
        raise ValueError(f"no device is called {name!r} here") from error


def _parser():
    """Return the parser of the one command."""
    parser = argparse.ArgumentParser("imgcomp_lib.learned.training.train", description="Train a recurrent codec.",
                                     formatter_class=argparse.ArgumentDefaultsHelpFormatter)  # fmt: skip
    add = parser.add_argument
    add("--data", required=True, help="a folder of pictures, or tiles packed by --pack")
    add("--about", default="", help="what the data are, in words, for the weights file; else the name of --data")
    add("--out", default="rnn.safetensors", help="the weights; the checkpoint and the loss curve stand beside")
    add("--pack", metavar="FILE.npy", help="only cut tiles from --data into this file")
    add("--megabytes", type=float, default=60, help="the most that the tiles of a folder may take")
    add("--begin", default="", metavar="FILE", help="a .checkpoint or .resume to begin with")
    add("--judge", default="", metavar="FOLDER", help="pictures on which the area is measured")
    add("--judge-every", type=float, default=1200, help="processor seconds between two measurements")
    add("--network", choices=("paper", "successive"), default="paper", help="the paper's, or the flagship's")
    for name, text in (("components", "coefficients of a position"), ("memory", "numbers in its memory"),
                       ("context", "channels that look at the neighbours, 0 for none"),
                       ("step_bits", "bits that are decided together"),
                       ("kernel", "side of the transform's kernels")):  # fmt: skip
        flag = f"--{name.replace('_', '-')}"
        add(flag, type=int, default=getattr(Shape, name), help=f"successive: {text}")
    add("--adaptive", action=argparse.BooleanOptionalAction, default=True, help="successive: step sizes that follow")
    add("--principal", action=argparse.BooleanOptionalAction, default=True, help="successive: start in closed form")
    add("--looks", type=int, default=Shape.looks, help="successive: how often an iteration looks at the neighbours")
    add("--luma", type=float, default=1, help="successive: weight of an error of grey in the closed form")
    add("--careful", type=float, default=0.1, help="successive: share of the rate for what started in closed form")
    add("--cuts", type=int, default=0, help="look at so many iterations of a step, drawn at random (0: all)")
    add("--structure", type=float, default=0, help="weight of the missing structural similarity in the loss")
    add("--pixels", type=float, default=1, help="weight of the absolute error in the loss")
    add("--teach", type=float, default=0, help="weight of the distance from the next reconstruction looked at")
    add("--beta2", type=float, default=0.999, help="Adam's memory of squared gradients")
    add("--cool", type=float, default=1, help="share of the training in which the rate falls, 0 for never")
    add("--unit", choices=tuple(CELLS), default="lstm", help="the recurrent cell; successive: lstm or gru")
    add("--framework", choices=FRAMEWORKS, default="one-shot", help="how iterations build the picture")
    add("--width", type=float, default=0.25, help="factor on the depth of every layer")
    add("--first-kernel", type=int, choices=(2, 3), default=2, help="side of the kernel of D-RNN#1")
    add("--bias", action=argparse.BooleanOptionalAction, default=True, help="biases in the cells")
    add("--copies", type=int, default=1, help="copies of an associative memory")
    add("--steps", type=int, default=100_000, help="length of the whole training")
    add("--budget", type=float, default=0, help="processor seconds of the whole training, counted instead of steps")
    add("--batch", type=int, default=32, help="crops a step, in each process")
    add("--crop", type=int, default=32, help="side of a crop, a multiple of 32")
    add("--iterations", type=int, choices=range(2, 17), default=16, metavar="2..16", help="iterations unrolled")
    add("--grow", action="store_true", help="unroll 2, 4, 8, then all iterations, a quarter of the steps each")
    add("--rate", type=float, default=1e-3, help="highest learning rate of Adam")
    add("--warmup", type=int, default=500, help="steps in which the rate climbs")
    add("--clip", type=float, default=0.5, help="longest gradient")
    add("--average", type=float, default=0.999, help="share of the old weights in the running average")
    add("--early", type=float, default=0, help="iteration t counts t ** -EARLY")
    add("--ssim", type=float, default=0, help="share, 0 to 1, of the weight by local dissimilarity")
    add("--seed", type=int, default=0, help="seed of weights, crops and noise")
    add("--resume", action=argparse.BooleanOptionalAction, default=True, help="go on from OUT's checkpoint")
    add("--every", type=float, default=120, help="seconds between checkpoints")
    add("--keep", type=int, default=0, help="keep the weights of each multiple of this step (0: only the last)")
    add("--minutes", type=float, default=0, help="stop cleanly after so long (0: no limit)")
    add("--device", default="auto", help="cpu, cuda, or auto")
    add("--threads", type=int, default=0, help="CPU threads (0: all)")
    add("--bf16", action=argparse.BooleanOptionalAction, default=torch.cuda.is_available(), help="bfloat16 products")
    add("--compile", action="store_true", help="torch.compile encoder and decoder")
    return parser


if __name__ == "__main__":
    sys.exit(main())
