/* How close two pictures are, as imgcomp_lib.measure.quality has it: {width, height, samples}, grey or R, G, B. */
{
  const hands = window.icHands

  const mse = (one, other) => {
    let sum = 0
    for (let i = 0; i < one.samples.length; i++) sum += (one.samples[i] - other.samples[i]) ** 2
    return sum / one.samples.length
  }
  const psnr = (one, other) => 10 * Math.log10(255 ** 2 / mse(one, other))

  const window11 = Array.from({ length: 11 }, (_, i) => Math.exp(-((i - 5) ** 2) / 4.5))
  const total = window11.reduce((a, b) => a + b)
  const taps = window11.map(tap => tap / total)

  /* Means under the window wherever it lies inside whole: 10 rows and columns fewer. */
  const smooth = (plane, width, height) => {
    const wide = width - 10, high = height - 10
    const tall = new Float64Array(width * high), out = new Float64Array(wide * high)
    for (let k = 0; k < 11; k++) for (let i = 0; i < tall.length; i++) tall[i] += taps[k] * plane[i + k * width]
    for (let y = 0; y < high; y++) {
      for (let k = 0; k < 11; k++) for (let x = 0; x < wide; x++) out[y * wide + x] += taps[k] * tall[y * width + x + k]
    }
    return out
  }

  const C1 = 2.55 ** 2, C2 = 7.65 ** 2

  /* The mean of luminance times contrast and structure over all windows of two planes. */
  const similarity = (a, b, width, height) => {
    const product = (p, q) => smooth(p.map((value, i) => value * q[i]), width, height)
    const [ma, mb, aa, bb, ab] = [smooth(a, width, height), smooth(b, width, height), product(a, a), product(b, b), product(a, b)]
    let sum = 0
    for (let i = 0; i < ma.length; i++) {
      const squares = ma[i] ** 2 + mb[i] ** 2
      const rest = (2 * (ab[i] - ma[i] * mb[i]) + C2) / (aa[i] + bb[i] - squares + C2)
      sum += (2 * ma[i] * mb[i] + C1) / (squares + C1) * rest
    }
    return sum / ma.length
  }

  /* The structural similarity of two pictures, null where a side has fewer than 11 pixels. */
  const ssim = (one, other) => {
    const { width, height } = one, planes = one.samples.length / (width * height)
    if (Math.min(width, height) < 11) return null
    const plane = ({ samples }, c) => Float64Array.from({ length: width * height }, (_, i) => samples[planes * i + c])
    let sum = 0
    for (let c = 0; c < planes; c++) sum += similarity(plane(one, c), plane(other, c), width, height)
    return sum / planes
  }
  Object.assign(hands, { mse, psnr, ssim })
}
