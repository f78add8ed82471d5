"""Call every public function of a room with wild arguments; run as a program it prints what came of each, as JSON.

Functions, classes and their methods are found by walking the packages.  Each is called in a process of its own, a copy
of one that has imported the room and made the sensible calls, so that kernels are compiled before anything is measured.
What a function answers to a sensible call joins the arguments of its neighbours: a decoder gets a true file, and then a
wild count.

A call ends in an answer or in a `ValueError` (`CorruptStream` and `Unsupported` are some).  Where a path is among the
arguments, `OSError` is the system's word on a file.  Anything else is a failure that names the call: `TypeError` too,
an endless loop, memory without bound, and the end of the interpreter.
"""

import contextlib
import faulthandler
import functools
import importlib
import importlib.util
import inspect
import itertools
import json
import os
import pkgutil
import random
import signal
import sys
import tempfile
import time
import warnings

import numpy as np
from arguments import SENSIBLE, calls, is_needed, parameters, sensible, shown

try:
    import resource
except ImportError:  # not every system can bound memory and seconds
    resource = None

SECONDS = 10
"""Of the processor, for one call that takes milliseconds."""
SECONDS_EACH = 20
"""Of the processor, for all the calls of one function."""
SECONDS_ALL = 600
"""Of the processor, for import and compiling and all the sensible calls of a room."""
MEMORY = 6 << 30

LEFT_OUT = {
    "core.codec.Codec.encode": "what a codec has to write",
    "core.codec.Codec.decode": "what a codec has to write",
    "core.codec.knob": "called where a class is written, as a decorator is",
    "core.codec.choice": "called where a class is written, as a decorator is",
    "core.kernels.kernel": "a decorator",
    "core.kernels.inner": "a decorator",
    "learned.training.code_fit.main": "a command",
    "learned.training.code_fit.codes": "takes a network",
    "learned.training.code_fit.fit": "trains",
    "learned.training.judge.curve": "takes a network",
    "learned.training.objective": "takes tensors of torch, which checks them, or the options of the command",
    "learned.training.principal.start": "takes a network",
    "learned.training.saver.Saver": "takes the options of the command",
    "learned.training.train": "takes the options of the command",
    "learned.frameworks.to_": "takes tensors of torch, which checks them",
    "measure.images.kodak": "downloads; test_images has wild numbers for it",
}
"""What is not called, by the beginning of its name, and why.  Neither are layers of torch, which itself checks what
they are made of and given, nor kernels: compiled code checks no bounds, its callers do."""

DEAR = {"codecs.rnn.RnnCodec.": 12, "measure.images.fax": 8, "pages.plots.": 3}
"""Of the calls of what begins so, the first and one in so many are made, chosen by a seed: they take milliseconds."""


def found(room: str) -> dict:
    """Return the public functions of a room by their full names; of a class the constructor, and its methods."""
    functions = {}
    inside = f"imgcomp_lib.{room}"
    package = importlib.import_module(inside if importlib.util.find_spec(inside) else room)
    for name in [package.__name__, *(m.name for m in pkgutil.walk_packages(package.__path__, f"{package.__name__}."))]:
        module = importlib.import_module(name)
        for word, thing in vars(module).items():
            if word.startswith("_") or getattr(thing, "__module__", None) != name or not callable(thing):
                continue
            if inspect.isclass(thing):
                functions |= {f"{name}.{word}{method}": call for method, call in _methods(thing).items()}
            elif not _is_kernel(thing):
                functions[f"{name}.{word}"] = thing
    short = {name.removeprefix("imgcomp_lib."): function for name, function in functions.items()}
    return {name: function for name, function in short.items() if not name.startswith(tuple(LEFT_OUT))}


def _is_kernel(function) -> bool:
    """Say whether `core.kernels` made it; without numba a kernel is a plain function, so its source is asked."""
    lines = inspect.getsource(getattr(function, "py_func", function)).splitlines()
    return any(line in ("@kernel", "@inner") for line in lines[:1])


def _methods(kind) -> dict:
    """Return the constructor of a class under "", and each public method under ".name", called on a sensible object."""
    is_layer = any(base.__module__ == "torch.nn.modules.module" for base in kind.__mro__)
    if is_layer or issubclass(kind, Exception | str):  # these add nothing to what torch or Python checks
        return {}
    own = {word: thing for word, thing in vars(kind).items() if not word.startswith("_")}
    calls = {"": kind}
    for word, thing in own.items():
        if isinstance(thing, staticmethod):
            calls[f".{word}"] = thing.__func__
        elif inspect.isfunction(thing):
            calls[f".{word}"] = functools.partial(_on_an_object, kind, thing)
    return calls


def _on_an_object(kind, method, *arguments):
    return method(_an_object(kind), *arguments)


def _an_object(kind):
    """Return an object made from sensible arguments, the first that are taken."""
    chosen = [sensible(parameter, ()) for parameter in parameters(kind) if is_needed(parameter)]
    for values in itertools.islice(itertools.product(*chosen), 200):
        with contextlib.suppress(Exception):
            return kind(*values)
    raise AssertionError(f"no sensible arguments make a {kind.__name__}")


def _answer(function, arguments):
    """Return what the call gives, an iterator's first items."""
    answer = function(*arguments)
    return list(itertools.islice(answer, 20)) if inspect.isgenerator(answer) else answer


def _joined(answers, answer) -> None:
    """Add to `answers` the arrays, bytes and numbers among an answer, a few of each kind."""
    for part in answer if isinstance(answer, tuple) else (answer,):
        alike = sum(type(other) is type(part) for other in answers)
        if isinstance(part, np.ndarray | bytes | int) and alike < 12:
            answers.append(part)


def drawn(name, function, answers):
    """Yield the calls of a function, and whether each is sensible; of a dear one, a share."""
    rng, choice = random.Random(name), random.Random(name)
    share = next((share for start, share in DEAR.items() if name.startswith(start)), 1)
    for number, arguments in enumerate(calls(name, function, answers, rng)):
        if share == 1 or number == 0 or choice.random() < 1 / share:
            yield arguments, number < SENSIBLE


def warm(functions) -> list:
    """Make the sensible calls of every function, and return their answers by module."""
    pools = {}
    for _, (name, function) in itertools.product(range(2), functions.items()):
        answers = pools.setdefault(name.rsplit(".", 1)[0], [])
        for arguments, is_sensible in drawn(name, function, answers):
            if not is_sensible:
                break
            note(name, arguments)
            with contextlib.suppress(Exception):
                _joined(answers, _answer(function, arguments))
    return pools


def attack(name, function, answers) -> dict:
    """Return how many calls were made, how many answered, and the failures."""
    made, answered, failures, begin = 0, 0, {}, time.process_time()
    may_miss = any(p.name in ("path", "folder", "arguments") for p in parameters(function))
    for arguments, _ in drawn(name, function, answers):
        note(name, arguments)
        made += 1
        start = time.process_time()
        try:
            _answer(function, arguments)
            answered += 1
        except ValueError:
            pass
        except BaseException as error:
            if not (may_miss and isinstance(error, OSError)):
                failures.setdefault(_where(error), f"{_label(name, arguments)}: {type(error).__name__}: {error}"[:400])
        if time.process_time() - start > SECONDS:
            failures.setdefault("time", f"{_label(name, arguments)}: {time.process_time() - start:.0f} s")
    seconds = round(time.process_time() - begin, 2)
    said = {"name": name, "parameters": len(parameters(function)), "calls": made, "answers": answered}
    return said | {"failures": list(failures.values()), "seconds": seconds}


def _where(error) -> str:
    """Return the kind of an error and the deepest line of the library that it passed."""
    trace, line = error.__traceback__, ""
    while trace:
        if "imgcomp_lib" in trace.tb_frame.f_code.co_filename:
            line = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"
        trace = trace.tb_next
    return f"{type(error).__name__} {line}"


def _label(name, arguments) -> str:
    return f"{name}({', '.join(map(shown, arguments))})"


NOTES = tempfile.TemporaryFile()  # noqa: SIM115 (open as long as the program runs)


def note(name, arguments) -> None:
    """Write down the call that is about to be made, where it is still to be read when the process has ended."""
    text = _label(name, arguments).encode(errors="backslashreplace")[:1000]
    os.pwrite(NOTES.fileno(), text.ljust(1000), 0)


def _noted() -> str:
    return os.pread(NOTES.fileno(), 1000, 0).decode(errors="replace").strip()


def in_a_process_of_its_own(work, seconds: int) -> dict:
    """Return what `work` returns, a dictionary; or, where its process ends before, the call that ended it."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        if resource:
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
        os.close(reader)
        with os.fdopen(writer, "w") as pipe:
            json.dump(work(), pipe)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        said = pipe.read()
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status == 0:
        return json.loads(said)
    reason = signal.Signals(-status).name if status < 0 else f"exit status {status}"
    failures = [f"{_noted()}: {reason}"]
    return {"name": _noted().split("(")[0], "parameters": 0, "calls": 1, "answers": 1, "failures": failures}


def main(room: str, seconds: int = SECONDS_EACH) -> None:
    """Print a line of JSON for each function of a room: its name, how many calls were made, answered, and failed."""
    warnings.simplefilter("ignore")
    faulthandler.enable()  # where a sensible call ends this very process
    if resource:
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS_ALL, SECONDS_ALL + 5 * seconds))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    said, sys.stdout = sys.stdout, open(os.devnull, "w")  # noqa: SIM115 (what the functions print is no line of ours)
    functions = found(room)
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        pools = warm(functions)
        for name, function in functions.items():
            work = functools.partial(attack, name, function, pools[name.rsplit(".", 1)[0]])
            print(json.dumps(in_a_process_of_its_own(work, seconds)), flush=True, file=said)


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
