"""Teach the code model what a network's bits look like: one logistic regression for each bit of each iteration.

    python -m imgcomp_lib.learned.training.code_fit --data photographs/ --weights flagship.safetensors

The network codes one square of each photograph; each bit is then foretold from what `entropy.code_model` sees.  The
weights are rounded to whole numbers and go into the weights file, beside the network's own.

Source: C. M. Bishop, "Pattern recognition and machine learning", Springer 2006, section 4.3.2.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F
from tqdm import tqdm

from ...core import atomic
from ...entropy import code_model
from ...measure import files
from .. import weights
from ..frameworks import to_network
from .crops import SUFFIXES


@torch.inference_mode()
def codes(network: torch.nn.Module, folder: str | Path, side: int, seed: int = 0) -> list[np.ndarray]:
    """Return the codes, (16, rows, columns, 32) uint8, of a square at random of each photograph of a folder."""
    rng, found = np.random.default_rng(seed), []
    paths = [path for path in sorted(Path(folder).iterdir()) if path.suffix.lower() in SUFFIXES]
    for path in tqdm(paths, "coding", leave=False, disable=None):
        image = np.broadcast_to(np.atleast_3d(files.load(path)), (*files.load(path).shape[:2], 3))
        if image.dtype == np.uint8 and min(image.shape[:2]) >= side:
            y, x = (int(rng.integers(0, length - side + 1)) for length in image.shape[:2])
            square = np.ascontiguousarray(image[y : y + side, x : x + side].transpose(2, 0, 1))
            bits = [b[0].permute(1, 2, 0) for b, _ in network.encode(to_network(torch.from_numpy(square)[None]), 16)]
            found.append((torch.stack(bits) > 0).numpy().astype(np.uint8))
    if not found:
        raise ValueError(f"{folder}: no photograph of {side} x {side} pixels or more and 8 bits a sample")
    return found


def fit(found: list[np.ndarray], epochs: int = 25, seed: int = 0) -> np.ndarray:
    """Return the weights, (16, 32, INPUTS) int16, fitted to codes of one shape: the bit's cross entropy, AdamW."""
    torch.manual_seed(seed)
    stacked, rounded = np.stack(found), []
    for t in tqdm(range(code_model.ITERATIONS), "fitting", leave=False, disable=None):
        inputs = torch.from_numpy(np.concatenate([code_model.seen(one, t) for one in stacked])).float()
        target = torch.from_numpy(stacked[:, t].reshape(-1, code_model.BITS)).float()
        learnt = _regression(inputs, target, epochs)
        rounded.append((learnt * code_model.UNIT).round().clamp(-32768, 32767).short().numpy())
    return np.stack(rounded)


def _regression(inputs, target, epochs, batch=256, rate=3e-3, decay=0.7):
    """Return the weights, (32, INPUTS), that foretell `target` from `inputs` and the earlier bits of the position."""
    others, bits = inputs.shape[1], target.shape[1]
    across = torch.zeros(others, bits, requires_grad=True)
    within = torch.zeros(bits, bits, requires_grad=True)
    constant = torch.zeros(bits, requires_grad=True)
    earlier = torch.triu(torch.ones(bits, bits), 1)  # row i says what bit i tells of the later ones
    optimiser = torch.optim.AdamW([across, within, constant], rate, weight_decay=decay)
    steps = max(1, epochs * len(inputs) // batch)
    for step in range(steps):
        optimiser.param_groups[0]["lr"] = rate * (1 - step / steps) + 1e-5
        some = torch.randint(len(inputs), (batch,))
        known, wanted = inputs[some], target[some]
        log_odds = known @ across + (2 * wanted - 1) @ (within * earlier) + constant
        F.binary_cross_entropy_with_logits(log_odds, wanted).backward()
        optimiser.step()
        optimiser.zero_grad()
    return torch.cat((across, within * earlier, constant[None])).T.detach()


def main(arguments: list[str] | None = None) -> int:
    """Fit, and put the weights into the file; return the exit status."""
    parser = argparse.ArgumentParser("imgcomp_lib.learned.training.code_fit", description=__doc__.splitlines()[0])
    parser.add_argument("--data", required=True, help="a folder of photographs")
    parser.add_argument("--weights", required=True, help="the weights file, which is replaced")
    parser.add_argument("--side", type=int, default=256, help="side of the square of each photograph, in pixels")
    parser.add_argument("--epochs", type=int, default=25)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    try:
        network, _, _ = weights.unpack(options.weights)
        taught = fit(codes(network, options.data, options.side, options.seed), options.epochs, options.seed)
        atomic.write_bytes(options.weights, weights.pack(network, weights.notes(options.weights), taught))
    except (ValueError, OSError) as error:
        print(f"code_fit: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
