r"""From the counts of symbols to the codeword lengths of an optimal prefix code.

    counts    a 5  b 2  c 1  d 1     merge the two rarest, again and again:   c d -> 2,  b (c d) -> 4,  a (b (c d)) -> 9

                 9
                / \               a symbol's codeword is as long as its leaf is deep:
               a   4              a 1  b 2  c 3  d 3
                  / \
                 b   2            No code spends fewer bits on these counts: 5*1 + 2*2 + 1*3 + 1*3 = 15.
                    / \
                   c   d

Where a format allows words of so many bits at most, the best lengths are found by packaging coins.  Chapter 6.

Sources: D. A. Huffman, "A method for the construction of minimum-redundancy codes", Proc. IRE 40(9), 1952,
doi:10.1109/JRPROC.1952.273898; two queues: J. van Leeuwen, "On the construction of Huffman trees", ICALP 1976;
coins: L. L. Larmore and D. S. Hirschberg, "A fast algorithm for optimal length-limited Huffman codes", J. ACM 37(3),
1990, doi:10.1145/79147.79150.
"""

import numpy as np

from ..core.codec import check_array, check_number
from ..core.kernels import kernel

LONGEST = 56
"""No codeword is longer, asked for or not: only counts that add up to a trillion could want one."""


def tree(counts) -> np.ndarray:
    """Return (m, 3) int64, one merge a row in the order in which they happen: left node, right node, sum of counts.

    Symbol s is node s; row k makes node `len(counts) + k`.  Of equal counts the higher symbol goes first, and a
    symbol before a subtree: so the longest codeword is as short as an optimal code allows.

    >>> tree([5, 2, 1, 1]).tolist()
    [[3, 2, 2], [1, 4, 4], [5, 0, 9]]
    """
    counts = _check_counts(counts)
    order = _by_count(counts)
    children, sums = _merge(counts[order])
    names = np.concatenate([order, len(counts) + np.arange(len(children))])
    return np.column_stack([names[children], sums])


def optimal(counts, limit: int = LONGEST) -> np.ndarray:
    """Return the (n,) int64 codeword lengths that make the sum of counts * lengths least, none above `limit`.

    Of equal counts the lower symbol has the shorter word.  `ValueError` where `limit` bits are too few.

    >>> optimal([5, 2, 1, 1]), optimal([5, 2, 1, 1], limit=2)
    (array([1, 2, 3, 3]), array([2, 2, 2, 2]))
    """
    counts = _check_counts(counts)
    order, result = _by_count(counts), np.zeros(len(counts), np.int64)
    limit = check_number("limit", limit, 1, LONGEST)
    if len(order) > 1 << limit:
        raise ValueError(f"{len(order)} symbols need codewords of more than {limit} bits")
    if len(order) < 2:
        result[order] = 1
        return result
    result[order] = _depths(_merge(counts[order])[0])
    if result.max() > limit:
        result[order] = _package_merge(counts[order], limit)
    return result


def _check_counts(counts):
    """Return the counts as (n,) int64; `ValueError` for negative ones."""
    return check_array("counts", counts, (1,), 0, 1 << 40)


def _by_count(counts):
    """Return the symbols that occur, the rarest first; of equal counts the higher symbol first."""
    falling = np.arange(len(counts))[::-1]
    order = falling[np.argsort(counts[falling], kind="stable")]
    return order[counts[order] > 0]


@kernel
def _merge(counts):
    """Return the children, (n - 1, 2), and the sums of all merges of rising `counts`; merge k makes node n + k.

    Sums come in rising order, so two queues suffice: leaves not yet merged, and subtrees not yet merged.
    """
    n = len(counts)
    children, weights = np.zeros((max(n - 1, 0), 2), np.int64), np.append(counts, np.zeros(max(n - 1, 0), np.int64))
    leaf, subtree = 0, n
    for made in range(n, 2 * n - 1):
        for side in range(2):
            if leaf < n and (subtree == made or weights[leaf] <= weights[subtree]):
                child, leaf = leaf, leaf + 1
            else:
                child, subtree = subtree, subtree + 1
            children[made - n, side] = child
            weights[made] += weights[child]
    return children, weights[n:]


@kernel
def _depths(children):
    """Return how deep each leaf lies below the last merge."""
    n = len(children) + 1
    depths = np.zeros(2 * n - 1, np.int64)
    for made in range(2 * n - 2, n - 1, -1):
        for side in range(2):
            depths[children[made - n, side]] = depths[made] + 1
    return depths[:n]


@kernel
def _package_merge(counts, limit):
    """Return the optimal lengths, at most `limit`, for rising `counts` (Larmore and Hirschberg, section 2).

    Every symbol offers one coin for each length 1 to `limit`.  From the longest length on, the coins are listed by
    count and packaged in pairs, and the packages join the coins of the next length.  A symbol's codeword is as long
    as the number of its coins among the cheapest 2n - 2 entries of the last list.
    """
    n, packages = len(counts), np.zeros(0, np.int64)
    is_coin = np.zeros((limit, 2 * n), np.int64)
    for row in range(limit):
        entries = np.zeros(n + len(packages), np.int64)
        coin, package = 0, 0
        for i in range(len(entries)):
            if package == len(packages) or (coin < n and counts[coin] <= packages[package]):
                entries[i], is_coin[row, i], coin = counts[coin], 1, coin + 1
            else:
                entries[i], package = packages[package], package + 1
        half = len(entries) // 2
        packages = entries[0 : 2 * half : 2] + entries[1 : 2 * half : 2]
    lengths, wanted = np.zeros(n, np.int64), 2 * n - 2
    for row in range(limit - 1, -1, -1):
        coins = is_coin[row, :wanted].sum()
        lengths[:coins] += 1
        wanted = 2 * (wanted - coins)
    return lengths
