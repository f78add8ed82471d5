/* The wavelet transform by lifting, as `transforms.dwt` has it, to the last bit; the bands stand as `transforms.mosaic`
   arranges them: low in the corner, HL at its right, LH below.  Whole numbers for Haar and 5/3, floats for 9/7. */
{
  const LIFTING = {
    "haar": [[1, -1 / 2, -1, -1], [0, 1 / 4, 1, 1]],
    "5/3": [[1, -1 / 2, -1, 1], [0, 1 / 4, -1, 1]],
    "9/7": [[1, -1.586134342059924, -1, 1], [0, -0.052980118572961, -1, 1],
      [1, 0.882911075530934, -1, 1], [0, 0.443506852043971, -1, 1]],
  }
  const K = 1.230174104914001, real = wavelet => wavelet === "9/7"
  const mirrored = (i, count) => i < 0 ? 1 : i >= count ? count - 2 : i

  /* One line of `count` numbers, in place; back: what each step added is taken away again, the last step first. */
  const lift = (line, count, wavelet, back) => {
    const steps = back ? [...LIFTING[wavelet]].reverse() : LIFTING[wavelet]
    for (const [odd, weight, one, other] of steps) {
      for (let i = odd; i < count; i += 2) {
        const both = line[mirrored(i + one, count)] + line[mirrored(i + other, count)]
        const more = real(wavelet) ? weight * both : odd ? -(both >> 1) : both + 2 >> 2
        line[i] += back ? -more : more
      }
    }
  }

  /* A line of the mosaic, `step` apart, into low-pass and high-pass, and back; by: what floats are divided by. */
  const analyse = (plane, start, step, count, wavelet, line) => {
    for (let i = 0; i < count; i++) line[i] = plane[start + i * step]
    lift(line, count, wavelet, false)
    const half = count + 1 >> 1
    for (let i = 0; i < count; i++) {
      const value = real(wavelet) ? line[i] * (i % 2 ? K : 1 / K) : line[i]
      plane[start + ((i >> 1) + (i % 2 ? half : 0)) * step] = value
    }
  }
  const synthesise = (plane, start, step, count, wavelet, line, rows) => {
    const half = count + 1 >> 1
    for (let i = 0; i < count; i++) {
      const value = plane[start + ((i >> 1) + (i % 2 ? half : 0)) * step]
      const scaled = rows ? i % 2 ? value / K : value * K : value * (i % 2 ? 1 / K : 1 / (1 / K))
      line[i] = real(wavelet) ? scaled : value
    }
    lift(line, count, wavelet, true)
    for (let i = 0; i < count; i++) plane[start + i * step] = line[i]
  }

  /* Sides of the low band after 0, 1, 2 ... levels. */
  const sides = (width, height, levels) => {
    const found = [[width, height]]
    for (let i = 0; i < levels; i++) found.push(found[i].map(side => side + 1 >> 1))
    return found
  }
  const fresh = (values, wavelet) => real(wavelet) ? Float64Array.from(values) : Int32Array.from(values)

  const forward = ({ width, height, samples }, levels, wavelet) => {
    const plane = fresh(samples, wavelet), line = fresh(new Array(Math.max(width, height)).fill(0), wavelet)
    for (const [w, h] of sides(width, height, levels).slice(0, -1)) {
      if (h > 1) for (let x = 0; x < w; x++) analyse(plane, x, width, h, wavelet, line)
      if (w > 1) for (let y = 0; y < h; y++) analyse(plane, y * width, 1, w, wavelet, line)
    }
    return { width, height, samples: plane }
  }
  const inverse = ({ width, height, samples }, levels, wavelet) => {
    const plane = fresh(samples, wavelet), line = fresh(new Array(Math.max(width, height)).fill(0), wavelet)
    for (const [w, h] of sides(width, height, levels).slice(0, -1).reverse()) {
      if (w > 1) for (let y = 0; y < h; y++) synthesise(plane, y * width, 1, w, wavelet, line, true)
      if (h > 1) for (let x = 0; x < w; x++) synthesise(plane, x, width, h, wavelet, line, false)
    }
    return { width, height, samples: plane }
  }

  /* The band of each place: 0 low, then HL, LH, HH of the coarsest level, and so on. */
  const bandOf = (x, y, all) => {
    for (let level = all.length - 1; level > 0; level--) {
      const [w, h] = all[level]
      const [wide, high] = all[level - 1]
      if (x < wide && y < high && (x >= w || y >= h)) return 3 * (all.length - 1 - level) + (x >= w ? 1 : 0) + (y >= h ? 2 : 0)
    }
    return 0
  }
  Object.assign(window.icHands, { dwt: { LIFTING, forward, inverse, sides, bandOf, mirrored } })
}
