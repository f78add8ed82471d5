"""What the tests of recurrent networks share: PyTorch or a skip, and networks that nobody trained."""

import dataclasses

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is an extra: pip install imgcomp-lib[learned]")

from imgcomp_lib.learned import cells, frameworks, networks  # noqa: E402

UNITS, FRAMEWORKS = tuple(cells.CELLS), networks.FRAMEWORKS
TINY = networks.Architecture("lstm", "one-shot", 1 / 16)


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    """Small tensors: two threads would only wait for each other."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def network(seed=0, **changes):
    """Return an untrained network whose bits and pictures are not all alike."""
    torch.manual_seed(seed)
    codec = frameworks.Recurrent(dataclasses.replace(TINY, **changes))
    codec.decoder.last.weight.data *= 20
    return codec.eval().requires_grad_(False)
