/* The interval of a text in exact fractions, as imgcomp_lib.entropy.arithmetic has it: low/scale, width/scale, BigInt. */
Object.assign(window.icHands, {
  /* {letter: {start, count}} and total, as BigInt, of {letter: count}. */
  slices(counts) {
    let total = 0n
    const found = {}
    for (const [letter, count] of counts) {
      found[letter] = { start: total, count: BigInt(count) }
      total += BigInt(count)
    }
    return { found, total }
  },

  /* The interval before and after each letter. */
  intervals(text, counts) {
    const { found, total } = this.slices(counts), steps = [{ low: 0n, width: 1n, scale: 1n }]
    for (const letter of text) {
      const { low, width, scale } = steps.at(-1), { start, count } = found[letter]
      steps.push({ low: low * total + width * start, width: width * count, scale: scale * total })
    }
    return steps
  },

  /* The fewest digits after the point, base 2 or 10, whose number lies in [low, low + width). */
  shortest({ low, width, scale }, base) {
    for (let power = 1n, length = 0; ; power *= BigInt(base), length++) {
      const first = (low * power + scale - 1n) / scale
      if (first * scale < (low + width) * power) return length ? first.toString(base).padStart(length, "0") : ""
    }
  },

  /* The letters whose interval holds the number given by its digits, each with where the number then stands. */
  readBack(digits, base, counts, length) {
    const { found, total } = this.slices(counts), letters = []
    let top = digits ? [...digits].reduce((n, digit) => n * BigInt(base) + BigInt(digit), 0n) : 0n
    let scale = BigInt(base) ** BigInt(digits.length)
    for (let i = 0; i < length; i++) {
      const point = top * total
      const holds = ([, slice]) => slice.start * scale <= point && point < (slice.start + slice.count) * scale
      const [letter, { start, count }] = Object.entries(found).find(holds)
      letters.push({ letter, top, scale })
      top = point - start * scale
      scale *= count
    }
    return { letters, rest: { top, scale } }
  },

  /* top/scale, cut after so many digits. */
  decimal(top, scale, digits) {
    const cut = (top * 10n ** BigInt(digits) / scale).toString().padStart(digits + 1, "0")
    return digits ? `${cut.slice(0, -digits)}.${cut.slice(-digits)}` : cut
  },

  log2(n) {
    const bits = n.toString(2), head = bits.slice(0, 53)
    return bits.length - head.length + Math.log2(parseInt(head, 2))
  },

  /* The bits that an interval is worth. */
  ideal({ width, scale }) { return this.log2(scale) - this.log2(width) },
})
