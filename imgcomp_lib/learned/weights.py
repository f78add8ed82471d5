"""Networks in and out of safetensors files, with what they are and where they come from written inside.

A file holds the tensors in half precision and, as text, the architecture, the data, the steps, the seed and the
revision of the program that trained it.  Its first 8 bytes of SHA-256 are its checksum; every coded picture carries
them, because a decoder with other weights would draw another picture.
"""

import dataclasses
import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from safetensors import torch as safetensors

from ..core.codec import check_bytes
from .frameworks import Recurrent
from .networks import Architecture
from .successive import Shape, Successive

CHECKSUM_SIZE = 8


CODE_MODEL = "code_model"
"""The name of the tensor with which `entropy.code_model` foretells the network's bits, where a file has one."""


def pack(network: torch.nn.Module, notes: dict[str, object], taught: np.ndarray | None = None) -> bytes:
    """Return the file of a network, its numbers in half precision; `notes` go in as text beside the architecture.

    taught: the weights of its code model, (16, 32, INPUTS) int16.
    """
    if not (isinstance(network, Recurrent | Successive) and isinstance(notes, Mapping)):
        raise ValueError(f"a network of this book with notes, not {type(network).__name__} with {notes!r}")
    texts = {key: str(value) for key, value in notes.items()}
    texts["architecture"] = json.dumps(dataclasses.asdict(network.architecture))
    tensors = {name: tensor.detach().cpu().half().contiguous() for name, tensor in network.state_dict().items()}
    if taught is not None:
        if not isinstance(taught, np.ndarray) or taught.dtype != np.int16:
            raise ValueError(f"the weights of the code model are int16, not {getattr(taught, 'dtype', taught)!r}")
        tensors[CODE_MODEL] = torch.from_numpy(np.ascontiguousarray(taught))
    return save(tensors, texts)


def save(tensors: dict[str, torch.Tensor], texts: dict[str, str]) -> bytes:
    """Return a safetensors file whose header is in order: the package's own leaves the order of texts to chance."""
    if not (_is_named(tensors, torch.Tensor) and _is_named(texts, str)):
        raise ValueError("tensors and texts are dictionaries by name, of tensors and of strings")
    data = safetensors.save(tensors, texts)
    end = 8 + int.from_bytes(data[:8], "little")
    header = json.dumps(json.loads(data[8:end]), sort_keys=True).encode()
    header += b" " * (-len(header) % 8)
    return len(header).to_bytes(8, "little") + header + data[end:]


def unpack(path: str | Path) -> tuple[torch.nn.Module, bytes, np.ndarray | None]:
    """Return the network in a file, ready for use, the file's checksum, and the weights of the code model or None.

    `ValueError` that names the file where it is damaged, or holds another architecture than it says.
    """
    data = Path(_checked(path)).read_bytes()
    try:
        network = build(json.loads(notes(path)["architecture"]))
        tensors = safetensors.load(data)
        taught = tensors.pop(CODE_MODEL, None)
        network.load_state_dict({name: tensor.float() for name, tensor in tensors.items()})
    except (SafetensorError, KeyError, TypeError, RuntimeError, ValueError) as error:
        raise ValueError(f"{path}: no weights of this book's networks ({_first_line(error)})") from error
    return network.eval().requires_grad_(False), checksum(data), None if taught is None else taught.numpy()


def build(fields: dict) -> torch.nn.Module:
    """Return an untrained network: the paper's by the fields of an `Architecture`, or by those of a `Shape`."""
    kind = Shape if isinstance(fields, Mapping) and "components" in fields else Architecture
    if not isinstance(fields, Mapping) or not fields.keys() <= {field.name for field in dataclasses.fields(kind)}:
        raise ValueError(f"fields are those of an Architecture or of a Shape by their names, not {fields!r}")
    return Successive(Shape(**fields)) if kind is Shape else Recurrent(Architecture(**fields))


def notes(path: str | Path) -> dict[str, str]:
    """Return what a weights file says about itself; `ValueError` that names the file where it is none."""
    try:
        with safe_open(_checked(path), "pt") as file:
            return file.metadata() or {}
    except SafetensorError as error:
        raise ValueError(f"{path}: no weights ({_first_line(error)})") from error


def checksum(data: bytes) -> bytes:
    """Return the 8 bytes by which coded pictures name the weights file `data`."""
    return hashlib.sha256(check_bytes(data)).digest()[:CHECKSUM_SIZE]


def parameters(network: torch.nn.Module) -> int:
    """Return the number of trained numbers in a network."""
    if not isinstance(network, torch.nn.Module):
        raise ValueError(f"a network is a module of torch, not {type(network).__name__}")
    return sum(parameter.numel() for parameter in network.parameters())


def _is_named(things, kind):
    """Say whether these are a dictionary of texts to things of a kind."""
    named = isinstance(things, Mapping)
    return named and all(isinstance(name, str) and isinstance(thing, kind) for name, thing in things.items())


def _checked(path):
    """Return a path as it is; `ValueError` where it is none."""
    if not isinstance(path, str | os.PathLike):
        raise ValueError(f"a path is text or a Path, not {path!r}")
    return path


def _first_line(error):
    return " ".join(str(error).split())[:200]
