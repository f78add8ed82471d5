"""What each ingredient of the recurrent codec's recipe is worth: python benchmarks/ablation.py --data TILES.npy

Every row is the flagship's recipe with one thing changed, trained from nothing for the same seconds of one core, the
last fifth of them with a falling rate; then judged by the area under its MS-SSIM at the sixteen nominal rates, mean
over the pictures of --judge.  The first four rows are trained with three seeds, because a difference smaller than that
between seeds says nothing.  Rows that results/ablation.json has already are passed over, so a run may be stopped.

The tiles are cut by `python -m imgcomp_lib.learned.training.train --pack`, see there; no picture of --judge is in them.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from measure import RESULTS, save, show

RECIPE = (
    "--network successive --structure 1 --cuts 4 --crop 64 --batch 16 --rate 3e-3 --careful 0.07 --warmup 50 "
    "--cool 0.2 --beta2 .99 --clip 1 --average 0.99 --threads 1"
)
SEEDS = (1, 2, 3)
REPEATED = {
    "the recipe": "",
    "step sizes are constants": "--no-adaptive",
    "no closed form at the start": "--no-principal --careful 1",
    "absolute error alone": "--structure 0",
}
ONCE = {
    "blocks that do not overlap": "--kernel 16",
    "no look at the neighbours": "--context 0",
    "8 bits at a time": "--step-bits 8",
    "32 bits at a time, as the paper": "--step-bits 32",
    "all 16 iterations looked at": "--cuts 0",
    "rate 1e-3": "--rate 1e-3",
    "rate 6e-3": "--rate 6e-3",
    "Adam remembers 1000 steps": "--beta2 .999",
    "gated recurrent unit": "--unit gru",
    "three looks an iteration (priming)": "--looks 3",
    "wider memory and context": "--memory 224 --context 448",
    "absolute error weighed by dissimilarity": "--ssim 0.5",
    "the rate falls from the start": "--cool 1",
    "grey weighs double (YCbCr)": "--luma 2",
    "early iterations taught by later ones": "--teach 0.5",
    "early iterations count more": "--early 0.5",
    "half the batch": "--batch 8",
}
ROWS = [(name, change, seed) for seed in SEEDS for name, change in REPEATED.items()]
ROWS = ROWS[:4] + [(name, change, SEEDS[0]) for name, change in ONCE.items()] + ROWS[4:]


def main() -> None:
    """Train and judge every row that is missing, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", help="packed tiles; without them only the table is printed")
    parser.add_argument("--judge", help="a folder of pictures that are not in the tiles")
    parser.add_argument("--seconds", type=float, default=300, help="of one core, for each row")
    options = parser.parse_args()
    for name, change, seed in ROWS if options.data else ():
        if _key(name, seed) not in _known():
            save("ablation", {_key(name, seed): _trained(change, seed, options)})
            table()
    table()


def table() -> None:
    """Print each row's area and what the change takes from the recipe's, the mean of the seeds that were trained."""
    known, rows = _known(), []
    for name in REPEATED | ONCE:
        areas = [known[_key(name, seed)]["area"] for seed in SEEDS if _key(name, seed) in known]
        if areas:
            mean = sum(areas) / len(areas)
            base = rows[0]["area"] if rows else mean
            rows.append(
                {"row": name, "seeds": len(areas), "area": mean, "less": base - mean, "spread": max(areas) - min(areas)}
            )
    if rows:
        show([row | {key: f"{row[key]:.4f}" for key in ("area", "less", "spread")} for row in rows])


def _trained(change, seed, options):
    """Return the area, the MS-SSIM after 1, 2, 4, 8 and 16 iterations and the steps of one training."""
    with tempfile.TemporaryDirectory() as folder:
        words = [*RECIPE.split(), *change.split(), "--budget", str(options.seconds), "--seed", str(seed)]
        files = [
            "--data",
            options.data,
            "--judge",
            options.judge,
            "--judge-every",
            "1e9",
            "--out",
            f"{folder}/row.safetensors",
        ]
        command = [sys.executable, "-m", "imgcomp_lib.learned.training.train", *words, *files]
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
        step, seconds, area, *scores = Path(folder, "row-areas.csv").read_text().splitlines()[-1].split(",")
    return {"area": float(area), "ms_ssim": [float(s) for s in scores], "steps": int(step), "seconds": float(seconds)}


def _key(name, seed):
    return f"{name}, seed {seed}"


def _known():
    path = RESULTS / "ablation.json"
    return json.loads(path.read_text()) if path.exists() else {}


if __name__ == "__main__":
    main()
