"""What the benchmarks share: photographs by set, a clock, and results that say where they come from."""

import datetime
import json
import os
import platform
import subprocess
import time
from pathlib import Path

import numpy as np

from imgcomp_lib.core import atomic

HERE = Path(__file__).parent
RESULTS = HERE / "results"
DATA = Path(os.environ.get("IMGCOMP_DATA", HERE.parent.parent / "shared" / "data"))


def photographs(name: str, count: int = 24) -> list[Path]:
    """Return the first `count` files of a set: "kodak"; "photos24", which photos24.txt lists out of train/; or "tune".

    "tune" is every eighth of the others in train/, the photographs on which the champion's constants were chosen.
    """
    if name == "kodak":
        return sorted((DATA / "kodak").glob("kodim*.png"))[:count]
    lines = [line.strip() for line in (DATA / "photos24.txt").read_text().splitlines()]
    held = [DATA / "train" / line for line in lines if line and not line.startswith("#")]
    if name == "photos24":
        return held[:count]
    return [path for path in sorted((DATA / "train").glob("*.png")) if path not in held][::8][:count]


def coded(name: str, codec, image: np.ndarray) -> dict:
    """Return bytes, pixels and CPU seconds of an image coded once; `ValueError` with the name where it is changed."""
    start = time.process_time()
    data = codec.encode(image)
    middle = time.process_time()
    decoded = codec.decode(data)
    end = time.process_time()
    if not np.array_equal(decoded, image):
        raise ValueError(f"{name} comes back changed")
    size = {"bytes": len(data), "pixels": image.shape[0] * image.shape[1]}
    return size | {"encode_s": middle - start, "decode_s": end - middle}


def best_cpu(call, runs: int = 7) -> float:
    """Return the least CPU seconds of `runs` calls after one that does not count: it compiles, or fills a cache."""
    call()
    seconds = []
    for _ in range(runs):
        start = time.process_time()
        call()
        seconds.append(time.process_time() - start)
    return min(seconds)


def save(name: str, entries: dict) -> None:
    """Add entries to benchmarks/results/`name`.json, each with commit, date and machine; others stay."""
    path = RESULTS / f"{name}.json"
    command = ["git", "-C", str(HERE), "describe", "--always", "--dirty"]
    commit = subprocess.run(command, capture_output=True, text=True).stdout.strip() or "unknown"
    date, machine = datetime.datetime.now(datetime.UTC).date().isoformat(), f"{platform.machine()}, {_processor()}"
    stamp = {"commit": commit, "date": date, "machine": machine}
    known = json.loads(path.read_text()) if path.exists() else {}
    path.parent.mkdir(exist_ok=True)
    merged = known | {key: entry | stamp for key, entry in entries.items()}
    atomic.write_bytes(path, (json.dumps(merged, indent=1) + "\n").encode())


def show(rows: list[dict]) -> None:
    """Print rows as a table; the keys of the first head the columns."""
    cells = [[_text(row.get(key)) for key in rows[0]] for row in rows]
    widths = [max(map(len, column)) for column in zip(rows[0], *cells, strict=True)]
    for line in [list(rows[0]), *cells]:
        first, *rest = (
            f"{cell:{'>' if at else '<'}{width}}" for at, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        print("  ".join([first, *rest]), flush=True)
    print()


def _text(value):
    """Return a cell: whole numbers with thousands, others with four digits that count."""
    if isinstance(value, float):
        return f"{value:,.2f}" if value >= 100 else f"{value:.4g}"
    return f"{value:,}" if isinstance(value, int) else str("" if value is None else value)


def _processor():
    """Return the processor's name."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor()
