"""What a training run leaves on the disk, and when it stops.

    OUT.safetensors          the running average of the weights, in half precision: what a codec loads
    OUT.checkpoint           weights, average, Adam's moments, step: what the next run loads
    OUT.resume               weights and, in half precision, their average: what another machine goes on from
    OUT.csv                  the loss curve, a row a step
    OUT-areas.csv            processor seconds, area and MS-SSIM on the pictures of --judge
    OUT-005000.safetensors   weights kept on the way, where asked for

Each is written beside its place and moved there in one step: a kill leaves the one before.
"""

import csv
import dataclasses
import json
import math
import signal
import subprocess
import time
from pathlib import Path

import torch
from torch import distributed

from ...core import atomic
from .. import weights

NOT_NOTED = ("data", "about", "out", "pack", "resume", "begin", "judge", "judge_every", "seed")


class Saver:
    """Where a run writes: weights, checkpoint and loss curve, each whole or not at all."""

    def __init__(self, options):
        self.options, self.rows, self.last = options, [], time.monotonic()
        self.out, self.revision = Path(options.out), _revision()  # now: the program may change under a long run
        self.checkpoint, self.curve = self.out.with_suffix(".checkpoint"), self.out.with_suffix(".csv")
        self.areas = self.out.with_name(f"{self.out.stem}-areas.csv")
        self.out.parent.mkdir(parents=True, exist_ok=True)

    def note(self, row, run) -> None:
        """Keep a row of the curve, and save where it is time to."""
        self.rows.append(row | {"images": run.step * self.options.batch * run.world, "time": round(time.time(), 1)})
        if time.monotonic() - self.last >= self.options.every:
            self.save(run)
        if self.options.keep and run.step % self.options.keep == 0:
            atomic.write_bytes(self.out.with_stem(f"{self.out.stem}-{run.step:06d}"), self._weights(run))

    def save(self, run) -> None:
        """Write the weights, the checkpoint, and the curve: old rows up to the run's first step, then the new ones."""
        kept = {name: tensor.contiguous() for name, tensor in run.tensors().items()}
        notes = {"step": str(run.step), "architecture": json.dumps(dataclasses.asdict(run.network.architecture))}
        notes["seconds"] = f"{run.seconds:.0f}"
        atomic.write_bytes(self.out, self._weights(run))
        light = {name: tensor for name, tensor in kept.items() if not name.startswith("adam.")}
        light |= {name: tensor.half() for name, tensor in light.items() if name.startswith("average.")}
        atomic.write_bytes(self.out.with_suffix(".resume"), weights.save(light, notes))
        self._write_curve()
        atomic.write_bytes(self.checkpoint, weights.save(kept, notes))
        self.last = time.monotonic()

    def judged(self, run, scores, area) -> None:
        """Add a row to the areas: step, processor seconds, area, and the MS-SSIM after 1, 2, 4, 8 and 16 iterations."""
        if not self.areas.exists():
            self.areas.write_text("step,seconds,area,ms1,ms2,ms4,ms8,ms16\n")
        numbers = ",".join(f"{scores[k - 1]:.4f}" for k in (1, 2, 4, 8, 16))
        with self.areas.open("a") as file:
            file.write(f"{run.step},{run.seconds:.0f},{area:.4f},{numbers}\n")

    def _weights(self, run):
        named = {name: value for name, value in vars(self.options).items() if name not in NOT_NOTED}
        data = self.options.about or Path(self.options.data).name
        origin = {"data": data, "steps": run.step, "seconds": round(run.seconds), "seed": self.options.seed}
        return weights.pack(run.average, origin | {"revision": self.revision, "options": json.dumps(named)})

    def _write_curve(self):
        old = []
        if self.rows and self.curve.exists():
            rows = csv.DictReader(self.curve.read_text().splitlines())
            old = [row for row in rows if int(row["step"]) < self.rows[0]["step"]]
        if self.rows:
            lines = [",".join(self.rows[0])] + [",".join(str(v) for v in row.values()) for row in old + self.rows]
            atomic.write_bytes(self.curve, ("\n".join(lines) + "\n").encode())


class Stop:
    """Says when to stop: after so many minutes (0: never), or at SIGTERM or Ctrl-C while its `with` block runs."""

    def __init__(self, minutes: float):
        if not isinstance(minutes, int | float) or not 0 <= minutes < math.inf:
            raise ValueError(f"minutes is a number from 0 on, not {minutes!r}")
        self.end, self.flag = time.monotonic() + 60 * minutes if minutes else math.inf, False

    def __enter__(self):
        self.before = {number: signal.signal(number, self._ask) for number in (signal.SIGTERM, signal.SIGINT)}
        return self

    def __exit__(self, *_):
        for number, handler in self.before.items():
            signal.signal(number, handler)

    def _ask(self, *_):
        self.flag = True

    def asked(self, world: int = 1) -> bool:
        """Say whether any of the processes is to stop."""
        mine = self.flag or time.monotonic() >= self.end
        if world == 1:
            return mine
        together = torch.tensor(float(mine), device="cuda" if torch.cuda.is_available() else "cpu")
        distributed.all_reduce(together)
        return together.item() > 0


def _revision():
    """Return the git revision of this program, "unknown" outside a repository."""
    command = ["git", "-C", str(Path(__file__).parent), "describe", "--always", "--dirty", "--abbrev=12"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
