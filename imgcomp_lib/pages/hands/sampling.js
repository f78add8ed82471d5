/* YCbCr of JPEG files, and planes with fewer samples: whole numbers, exactly as the library has them. */
{
  const hands = window.icHands
  const rounded = (top, bottom) => Math.floor((2 * top + bottom) / (2 * bottom))
  const level = value => Math.max(0, Math.min(255, value))

  const ycbcr = (red, green, blue) => {
    const y = 299 * red + 587 * green + 114 * blue
    return [rounded(y, 1000), 128 + rounded(1000 * blue - y, 1772), 128 + rounded(1000 * red - y, 1402)].map(level)
  }
  const rgb = (y, cb, cr) => {
    const blue = 1772 * (cb - 128), red = 1402 * (cr - 128)
    return [y + rounded(red, 1000), y + rounded(-(114 * blue + 299 * red), 587000), y + rounded(blue, 1000)].map(level)
  }

  /* Three samples a pixel to three planes, and back. */
  const planesOf = ({ width, height, samples }) => {
    const planes = [0, 1, 2].map(() => ({ width, height, samples: new Int32Array(width * height) }))
    for (let i = 0; i < width * height; i++) {
      ycbcr(samples[3 * i], samples[3 * i + 1], samples[3 * i + 2]).forEach((sample, c) => { planes[c].samples[i] = sample })
    }
    return planes
  }
  const pictureOf = planes => {
    const [{ width, height }] = planes, samples = new Uint8Array(3 * width * height)
    for (let i = 0; i < width * height; i++) samples.set(rgb(...planes.map(plane => plane.samples[i])), 3 * i)
    return { width, height, samples }
  }

  /* One sample for a square of four; an odd side repeats its last row or column. */
  const down = ({ width, height, samples }) => {
    const few = { width: Math.ceil(width / 2), height: Math.ceil(height / 2) }
    few.samples = new Int32Array(few.width * few.height)
    for (let y = 0; y < few.height; y++) for (let x = 0; x < few.width; x++) {
      const [top, bottom] = [2 * y, Math.min(2 * y + 1, height - 1)].map(row => row * width)
      const left = 2 * x, right = Math.min(2 * x + 1, width - 1)
      const sum = samples[top + left] + samples[top + right] + samples[bottom + left] + samples[bottom + right]
      few.samples[y * few.width + x] = (sum + 1 + x % 2) >> 2
    }
    return few
  }

  /* Four samples for one: three quarters of the nearest and a quarter of the next, along rows and along columns. */
  const up = ({ width: w, height: h, samples }, width, height) => {
    const many = { width, height, samples: new Int32Array(width * height) }
    const beside = (at, most) => Math.max(0, Math.min(most - 1, (at >> 1) + (at % 2 ? 1 : -1)))
    for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) {
      const near = (y >> 1) * w, far = beside(y, h) * w, next = beside(x, w)
      const column = at => 3 * samples[near + at] + samples[far + at]
      many.samples[y * width + x] = (3 * column(x >> 1) + column(next) + (x % 2 ? 7 : 8)) >> 4
    }
    return many
  }

  /* A plane with one sample for 2**times × 2**times, in its full size again. */
  const coarse = (plane, times) => {
    if (!times) return plane
    return up(coarse(down(plane), times - 1), plane.width, plane.height)
  }
  const errorBetween = ({ samples }, other) =>
    samples.reduce((sum, sample, i) => sum + (sample - other.samples[i]) ** 2, 0) / samples.length
  Object.assign(hands, { ycbcr, rgb, planesOf, pictureOf, down, up, coarse, errorBetween })
}
