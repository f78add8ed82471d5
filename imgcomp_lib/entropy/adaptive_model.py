"""Chances that learn: the adaptive modeller of the arithmetic coder.

Nothing is sent ahead.  A symbol is a row of yes-or-no questions, from its top bit down, and each question keeps its own
chance, which moves towards each answer.  The decoder sees the same answers and moves the same chances.

    symbol 5 of 0 to 7, 101 in binary       question 1: is the first bit a 1?         yes
                                            question 11: after a 1, a 1?              no
                                            question 110: after 1, 0, a 1?            yes

Why questions and not a table of counts that both sides update: a question needs one multiplication and no search, a
symbol among 256 a division and a walk through a tree of partial sums (Fenwick 1994).  Nothing is lost: the chance of
a symbol is the product along its path.

A chance is the mean of two estimates, one that moves 1/16 of the way to each answer and one that moves 1/128: the first
follows a picture from the sky into the trees, the second is precise where little changes.  Chapter 7; `new_chances`,
`chance` and `learn` serve every later modeller of bits.

Sources: P. M. Fenwick, "A new data structure for cumulative frequency tables", Software: Practice and Experience 24(3),
1994, doi:10.1002/spe.4380240306; D. Marpe, H. Schwarz and T. Wiegand, "Context-based adaptive binary arithmetic coding
in the H.264/AVC video compression standard", IEEE Trans. Circuits and Systems for Video Technology 13(7), 2003,
doi:10.1109/TCSVT.2003.815173 (symbols as decisions, chances moved by shifts).
"""

import numpy as np

from ..core.bits import CorruptStream
from ..core.codec import MAX_SAMPLES, check_bytes, check_number, check_symbols
from ..core.kernels import kernel
from .arithmetic import CERTAIN, code_bit, filled, finish, finished, overrun, start_decoder, start_encoder

FAST, SLOW = 4, 7
"""How far the two estimates of a chance move: 1/2**4 and 1/2**7 of the way."""


def encode(symbols: np.ndarray, depth: int, memory: int = 0) -> bytes:
    """Return the stream of `symbols`, (n,) integers below 2**depth, depth 1 to 16.

    memory: how many top bits of the symbol before (in a picture: the left neighbour) choose among sets of chances.
    """
    depth, memory = _check(depth, memory)
    symbols = check_symbols(symbols, 1 << depth).ravel()
    return filled(lambda out: _encode(symbols, depth, memory, out), len(symbols) * depth // 6 + 64)


def decode(data: bytes, count: int, depth: int, memory: int = 0) -> np.ndarray:
    """Return the `count` symbols, (count,) uint16, of which `encode` made `data`; `CorruptStream` if not whole."""
    depth, memory = _check(depth, memory)
    symbols = np.zeros(check_number("count", count, 0, MAX_SAMPLES), np.int64)
    if not _decode(np.frombuffer(bytearray(check_bytes(data)), np.uint8), depth, memory, symbols):
        raise CorruptStream(f"an arithmetic stream that does not end with its {count} symbols")
    return symbols.astype(np.uint16)


def _check(depth, memory):
    """Return depth and memory, of which no more than the depth; `ValueError` for what they cannot be."""
    return check_number("depth", depth, 1, 16), min(check_number("memory", memory, 0, 16), depth)


@kernel
def new_chances(contexts):
    """Return the state of `contexts` questions, (contexts, 2) int64: nothing known, both estimates at one half."""
    return np.full((contexts, 2), CERTAIN // 2)


@kernel
def chance(chances, context):
    """Return the chance of a 1 in 65536ths: the mean of a fast and a slow estimate, never 0 and never certain."""
    return (chances[context, 0] + chances[context, 1]) >> 1


@kernel
def learn(chances, context, bit):
    """Move both estimates towards the answer; shifts stall a little before 0 and before CERTAIN."""
    if bit:
        chances[context, 0] += (CERTAIN - chances[context, 0]) >> FAST
        chances[context, 1] += (CERTAIN - chances[context, 1]) >> SLOW
    else:
        chances[context, 0] -= chances[context, 0] >> FAST
        chances[context, 1] -= chances[context, 1] >> SLOW


@kernel
def _context(node, previous, depth, memory):
    """Return the question's number: the first 8 bits depend on the symbol before, the others on `node` alone.

    node: 1, then the bits of this symbol so far.  16-bit symbols would else spread over too many questions.
    """
    return previous >> (depth - memory) << 8 | node if node < 256 else (256 << memory) + node


@kernel
def _encode(symbols, depth, memory, out):
    """Code all symbols; return the size."""
    coder = start_encoder()
    _code(symbols, depth, memory, coder, out, False)
    return finish(coder, out)


@kernel
def _decode(data, depth, memory, symbols):
    """Fill in all symbols; return whether the stream was whole."""
    coder = start_decoder(data)
    return _code(symbols, depth, memory, coder, data, True) and finished(coder, data)


@kernel
def _code(symbols, depth, memory, coder, buffer, decoding):
    """Code each symbol as `depth` questions, or fill it in; False as soon as the decoder has run out of bytes."""
    chances, previous = new_chances((256 << memory) + (1 << depth)), 0
    for i in range(len(symbols)):
        node = 1
        for level in range(depth - 1, -1, -1):
            context = _context(node, previous, depth, memory)
            bit = code_bit(coder, buffer, symbols[i] >> level & 1, chance(chances, context), decoding)
            learn(chances, context, bit)
            node = node << 1 | bit
        previous = node - (1 << depth)
        symbols[i] = previous
        if decoding and overrun(coder, buffer):
            return False
    return True
