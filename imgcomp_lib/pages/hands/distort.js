/* Five ways to spoil a picture, sample for sample those of imgcomp_lib.measure.distortions; needs quality.js. */
{
  const hands = window.icHands, STEPS = 4096, BLOCK = 16
  const BAYER = [[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]]

  const planesOf = ({ width, height, samples }) => samples.length / (width * height)
  const mean = samples => samples.reduce((sum, sample) => sum + sample, 0) / samples.length
  /* A picture like `picture` whose sample i, of pixel (x, y) and plane c, is made by `make`, rounded and clipped. */
  const made = (picture, make) => {
    const { width, height } = picture, planes = planesOf(picture), samples = new Uint8Array(picture.samples.length)
    for (let y = 0, i = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        for (let c = 0; c < planes; c++, i++) samples[i] = Math.min(255, Math.max(0, Math.floor(make(i, x, y, c) + 0.5)))
      }
    }
    return { width, height, samples }
  }

  /* A number of mean 0 and deviation 1: the four bytes of a hash, added up. */
  const grain = i => {
    let x = i + 1
    x = Math.imul(x ^ x >>> 16, 0x7feb352d)
    x = Math.imul(x ^ x >>> 15, 0x846ca68b)
    x ^= x >>> 16
    return ((x & 255) + (x >>> 8 & 255) + (x >>> 16 & 255) + (x >>> 24) - 510) / Math.sqrt((256 ** 2 - 1) / 3)
  }

  const noise = (picture, step) => made(picture, i => picture.samples[i] + step / 32 * grain(i))

  const brightness = (picture, step) => {
    const towards = mean(picture.samples) < 128 ? 1 : -1
    return made(picture, (i, x, y) => picture.samples[i] + towards * Math.floor(step / 32 + BAYER[y % 4][x % 4] / 16))
  }

  const contrast = (picture, step) => {
    const middle = mean(picture.samples)
    return made(picture, i => middle + (1 - step / STEPS) * (picture.samples[i] - middle))
  }

  const blur = (picture, step) => {
    const { width, height, samples } = picture, planes = planesOf(picture), sigma = step / 256, reach = Math.ceil(3 * sigma)
    const weights = reach ? Array.from({ length: 2 * reach + 1 }, (_, k) => Math.exp(-((k - reach) ** 2) / (2 * sigma ** 2))) : [1]
    const sum = weights.reduce((a, b) => a + b), taps = weights.map(w => Math.floor(w / sum * 65536 + 0.5))
    const whole = taps.reduce((a, b) => a + b), within = (n, size) => Math.min(size - 1, Math.max(0, n))
    const wide = new Float64Array(samples.length), tall = new Float64Array(samples.length), row = width * planes
    for (let k = 0; k < taps.length; k++) {
      for (let y = 0, i = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const from = y * row + within(x + k - reach, width) * planes
          for (let c = 0; c < planes; c++) wide[i++] += taps[k] * samples[from + c]
        }
      }
    }
    for (let k = 0; k < taps.length; k++) {
      for (let y = 0, i = 0; y < height; y++) {
        for (let at = within(y + k - reach, height) * row, end = at + row; at < end; at++) tall[i++] += taps[k] * wide[at]
      }
    }
    return made(picture, i => tall[i] / whole ** 2)
  }

  const blocks = (picture, step) => {
    const { width, height, samples } = picture, planes = planesOf(picture), across = Math.ceil(width / BLOCK)
    const sums = new Float64Array(across * Math.ceil(height / BLOCK) * planes), counts = new Float64Array(sums.length)
    const place = (x, y, c) => (Math.floor(y / BLOCK) * across + Math.floor(x / BLOCK)) * planes + c
    made(picture, (i, x, y, c) => { sums[place(x, y, c)] += samples[i]; counts[place(x, y, c)]++; return 0 })
    return made(picture, (i, x, y, c) => {
      const at = place(x, y, c)
      return samples[i] + step / STEPS * (sums[at] / counts[at] - samples[i])
    })
  }

  const kinds = { noise, brightness, contrast, blur, blocks }
  const atStep = (picture, kind, step) => kinds[kind](picture, step)

  /* The step whose picture comes closest to a PSNR, by bisection; the last one where even that is above it. */
  const stepAtPsnr = (picture, kind, wanted) => {
    const reached = step => hands.psnr(picture, atStep(picture, kind, step))
    let low = 0, high = STEPS
    if (reached(high) >= wanted) return high
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2)
      if (reached(middle) >= wanted) low = middle
      else high = middle
    }
    return reached(low) - wanted < wanted - reached(high) ? low : high
  }
  Object.assign(hands, { atStep, stepAtPsnr })
}
