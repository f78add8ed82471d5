/* Code blocks of JPEG 2000, decoded: the MQ coder, and the three passes of a bit plane. */
{
  const SIGN = 9, REFINE = 14, RUN = 17, UNIFORM = 18, HL = 1, HH = 3

  /* A decoder of bytes, in 19 contexts; rows: of the standard's table.  Where the bytes end, ones are read. */
  const mqDecoder = (data, rows) => {
    const row = new Uint8Array(19), likely = new Uint8Array(19), byte = i => i < data.length ? data[i] : 255
    row[0] = 4
    row[RUN] = 3
    row[UNIFORM] = 46
    let at = 0, a = 0x8000, c = byte(0) << 16, left = 0
    const byteIn = () => {
      const full = byte(at) === 255, next = byte(at + 1)
      if (full && next > 0x8f) { c += 0xff00; left = 8; return }
      left = full ? 7 : 8
      c += next << 16 - left
      at++
    }
    byteIn()
    c <<= 7
    left -= 7
    return k => {
      const [qe, calm, alarm, turn] = rows[row[k]], bit = likely[k]
      let expected = true
      a -= qe
      if (c >>> 16 >= qe) {
        c -= qe << 16
        if (a >= 0x8000) return bit
        expected = a >= qe
      } else {
        expected = a < qe
        a = qe
      }
      if (!expected) likely[k] ^= turn
      row[k] = expected ? calm : alarm
      while (a < 0x8000) {
        if (!left) byteIn()
        a <<= 1
        c = c << 1 >>> 0
        left--
      }
      return expected ? bit : 1 - bit
    }
  }

  /* The context of a significance, by the neighbours across, down and diagonal. */
  const significance = (across, down, diagonal, band) => {
    if (band === HH) {
      const pairs = across + down
      return diagonal > 2 ? 8 : diagonal === 2 ? 6 + Math.min(pairs, 1) : 3 * diagonal + Math.min(pairs, 2)
    }
    if (band === HL) [across, down] = [down, across]
    if (across === 2) return 8
    if (across) return down ? 7 : 5 + Math.min(diagonal, 1)
    return down ? 2 + down : Math.min(diagonal, 2)
  }

  /* The coefficients of a block after some passes: an Int32Array, twice as large as they are, mid-way in what is known. */
  const decoded = (data, passes, planes, height, width, band, rows) => {
    const ask = mqDecoder(data, rows), wide = width + 2, last = height + 2
    const sign = new Int8Array(wide * last), size = new Int32Array(wide * last), low = new Uint8Array(wide * last)
    const refined = new Uint8Array(wide * last), asked = new Uint8Array(wide * last), lit = i => sign[i] !== 0 ? 1 : 0
    const near = i => {
      const across = lit(i - 1) + lit(i + 1), down = lit(i - wide) + lit(i + wide)
      const diagonal = lit(i - wide - 1) + lit(i - wide + 1) + lit(i + wide - 1) + lit(i + wide + 1)
      return across + down + diagonal ? 1 + significance(across, down, diagonal, band) : 0
    }
    const found = (i, plane) => {
      const clip = n => Math.max(-1, Math.min(1, n))
      let across = clip(sign[i - 1] + sign[i + 1]), down = clip(sign[i - wide] + sign[i + wide])
      const turned = across < 0 || !across && down < 0
      if (turned) [across, down] = [-across, -down]
      size[i] = 1 << plane
      low[i] = plane
      sign[i] = ask(SIGN + 3 * across + down) === (turned ? 1 : 0) ? 1 : -1
    }
    const walk = (column, one) => {
      for (let top = 0; top < height; top += 4) {
        const many = Math.min(4, height - top)
        for (let x = 0; x < width; x++) {
          const first = (top + 1) * wide + x + 1
          for (let j = column(first, many); j < many; j++) one(first + j * wide)
        }
      }
    }
    const propagation = plane => walk(() => 0, i => {
      const context = sign[i] ? 0 : near(i)
      if (!context) return
      asked[i] = 1
      if (ask(context - 1)) found(i, plane)
    })
    const refinement = plane => walk(() => 0, i => {
      if (!sign[i] || asked[i]) return
      size[i] |= ask(REFINE + (refined[i] ? 2 : near(i) ? 1 : 0)) << plane
      low[i] = plane
      refined[i] = 1
    })
    const cleanup = plane => {
      walk((first, many) => {
        for (let j = 0; j < 4; j++) {
          const i = first + j * wide
          if (many < 4 || sign[i] || near(i)) return 0
        }
        if (!ask(RUN)) return 4
        const at = 2 * ask(UNIFORM) + ask(UNIFORM)
        found(first + at * wide, plane)
        return at + 1
      }, i => { if (!sign[i] && !asked[i] && ask(Math.max(near(i) - 1, 0))) found(i, plane) })
      asked.fill(0)
    }
    for (let n = 0; n < passes; n++) [cleanup, propagation, refinement][n % 3](planes - 1 - Math.floor((n + 2) / 3))
    const values = new Int32Array(height * width)
    for (let y = 0, k = 0; y < height; y++) {
      for (let i = (y + 1) * wide + 1; i <= (y + 1) * wide + width; i++, k++) {
        values[k] = sign[i] * (2 * size[i] + (1 << low[i]))
      }
    }
    return values
  }
  Object.assign(window.icHands, { jpeg2000Block: decoded, mqDecoder })
}
