/* Runs and packets, as imgcomp_lib.entropy.runs makes them: the same bytes for pixels of one byte. */
Object.assign(window.icHands, {
  /* [[value, length], ...], one pair for each longest run of equal neighbours. */
  runs(symbols) {
    const pairs = []
    for (const value of symbols) {
      if (pairs.length && pairs.at(-1)[0] === value) pairs.at(-1)[1]++
      else pairs.push([value, 1])
    }
    return pairs
  },

  /* Bytes that pairs of one byte each take: a run longer than 255 needs several. */
  pairBytes: pairs => pairs.reduce((bytes, [, length]) => bytes + 2 * Math.ceil(length / 255), 0),

  /* Packets of at most 128 pixels: 127 + count and a pixel, or count - 1 and the pixels as they are. */
  pack(symbols) {
    const packed = [], raw = []
    const flush = () => {
      while (raw.length) {
        const piece = raw.splice(0, 128)
        packed.push(piece.length - 1, ...piece)
      }
    }
    for (const [value, length] of this.runs(symbols)) {
      if (length === 1 || (length === 2 && raw.length)) {  // in a raw packet a pair costs no more than a run
        raw.push(...Array(length).fill(value))
        continue
      }
      flush()
      for (let left = length; left > 0; left -= 128) packed.push(127 + Math.min(left, 128), value)
    }
    flush()
    return packed
  },

  /* The packets in bytes that `pack` made: [{isRun, count, bytes}]. */
  packets(packed) {
    const found = []
    for (let at = 0; at < packed.length;) {
      const isRun = packed[at] > 127, count = (packed[at] & 127) + 1, size = 1 + (isRun ? 1 : count)
      found.push({ isRun, count, bytes: packed.slice(at, at + size) })
      at += size
    }
    return found
  },
})
