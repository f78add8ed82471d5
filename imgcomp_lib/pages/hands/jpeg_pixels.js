/* From the levels of a JPEG file to pixels, as imgcomp_lib.formats.jpeg.to_pixels makes them. */
{
  const { dct, zigzag } = window.icHands
  const clipped = sample => sample < 0 ? 0 : sample > 255 ? 255 : sample

  /* The samples of a component, as many rows and columns as are wanted. */
  const plane = ({ levels, steps, storedColumns }, rows, columns) => {
    const samples = new Uint8Array(rows * columns), coefficients = Array(64)
    for (let y = 0; y < rows; y += 8) for (let x = 0; x < columns; x += 8) {
      const at = 64 * ((y >> 3) * storedColumns + (x >> 3))
      let last = 63
      while (last && !levels[at + last]) last--
      coefficients.fill(0)
      for (let k = 0; k <= last; k++) coefficients[zigzag[k]] = levels[at + k] * steps[k]
      const flat = clipped(Math.floor((coefficients[0] + 4) / 8) + 128), block = last ? dct.samples(coefficients) : null
      for (let i = 0; i < 64; i++) {
        const row = y + (i >> 3), column = x + i % 8
        if (row < rows && column < columns) samples[row * columns + column] = block ? block[i] : flat
      }
    }
    return samples
  }

  /* A plane in its full size: straight lines between two samples, and repetition where a sample stands for more. */
  const up = (samples, rows, columns, down, across, height, width) => {
    const out = new Uint8Array(height * width), linear = down < 3 && across < 3 && !(across === 2 && columns < 3)
    const beside = (at, most) => Math.max(0, Math.min(most - 1, (at >> 1) + (at % 2 ? 1 : -1)))
    for (let y = 0; y < height; y++) {
      const near = Math.floor(y / down) * columns, far = beside(y, rows) * columns
      const tall = x => down === 2 ? 3 * samples[near + x] + samples[far + x] : samples[near + x]
      for (let x = 0; x < width; x++) {
        let sample = samples[near + Math.floor(x / across)]
        if (linear && across === 2) {
          const rounding = x % 2 ? (down === 2 ? 7 : 2) : (down === 2 ? 8 : 1)
          sample = 3 * tall(x >> 1) + tall(beside(x, columns)) + rounding >> 2 * down
        } else if (linear && down === 2) sample = tall(x) + 1 + y % 2 >> 2
        out[y * width + x] = sample
      }
    }
    return out
  }

  /* {width, height, samples}: the rows that came of what `jpegDecode` found, grey or R, G, B. */
  window.icHands.jpegPixels = ({ parts, rows, down, across, width, height: all, notes, planes }) => {
    const height = Math.min(all, 8 * down * rows)
    const full = parts.map(part => {
      const tall = Math.ceil(height * part.down / down), wide = Math.ceil(width * part.across / across)
      return up(plane(part, tall, wide), tall, wide, down / part.down, across / part.across, height, width)
    })
    if (full.length === 1) return { width, height, samples: full[0] }
    const names = String.fromCharCode(...planes.map(one => one.number)), samples = new Uint8Array(3 * width * height)
    const isRgb = !notes.jfif && (notes.adobe >= 0 ? notes.adobe === 0 : names === "RGB")
    for (let i = 0; i < width * height; i++) {
      const y = full[0][i], b = full[1][i] - 128, r = full[2][i] - 128
      samples[3 * i] = isRgb ? y : clipped(y + (91881 * r + 32768 >> 16))
      samples[3 * i + 1] = isRgb ? full[1][i] : clipped(y + (-22554 * b - 46802 * r + 32768 >> 16))
      samples[3 * i + 2] = isRgb ? full[2][i] : clipped(y + (116130 * b + 32768 >> 16))
    }
    return { width, height, samples }
  }
}
