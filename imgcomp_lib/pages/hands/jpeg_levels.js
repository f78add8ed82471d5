/* The quantised coefficients of a picture, as imgcomp_lib.formats.jpeg.pixels makes them for grey, 4:4:4 and 4:2:0. */
{
  const hands = window.icHands, { dct, zigzag } = hands

  /* The components of a picture before quantisation: blocks of eightfold coefficients, row by row. */
  function* analysed(picture, halved) {
    const isGrey = picture.samples.length === picture.width * picture.height, found = []
    const planes = isGrey ? [picture] : hands.planesOf(picture), most = halved && !isGrey ? 2 : 1
    for (const [c, plane] of planes.entries()) {
      const { width, height, samples } = c && most > 1 ? hands.down(plane) : plane, block = Array(64)
      const rows = Math.ceil(height / 8), columns = Math.ceil(width / 8), eightfold = new Int32Array(64 * rows * columns)
      for (let y = 0, at = 0; y < 8 * rows; y += 8) {
        for (let x = 0; x < 8 * columns; x += 8, at += 64) {
          for (let i = 0; i < 64; i++) {
            block[i] = samples[Math.min(y + (i >> 3), height - 1) * width + Math.min(x + i % 8, width - 1)] - 128
          }
          eightfold.set(dct.forward(block), at)
        }
        yield
      }
      found.push({ side: c ? 1 : most, rows, columns, eightfold })
    }
    return found
  }

  /* A component's levels in zigzag order, up to whole MCUs: blocks beyond repeat the mean before them (A.2.4). */
  const quantised = ({ side, rows, columns, eightfold }, steps) => {
    const up = n => Math.ceil(n / side) * side, down = up(rows), across = up(columns)
    const levels = new Int16Array(64 * down * across), mean = (row, column) => 64 * (row * across + column)
    for (let row = 0; row < rows; row++) for (let column = 0; column < columns; column++) {
      const from = 64 * (row * columns + column), to = mean(row, column)
      for (let k = 0; k < 64; k++) {
        const value = eightfold[from + zigzag[k]], step = steps[zigzag[k]]
        const level = Math.floor((Math.abs(value) + 4 * step) / (8 * step))
        levels[to + k] = value < 0 ? -level : level
      }
    }
    for (let row = 0; row < rows; row++) for (let x = columns; x < across; x++) levels[mean(row, x)] = levels[mean(row, x - 1)]
    for (let row = rows; row < down; row++) for (let x = 0; x < across; x++) {
      levels[mean(row, x)] = levels[mean(row - 1, x - x % side + side - 1)]
    }
    return { side, down, across, levels }
  }
  hands.jpegLevels = { analysed, quantised }
}
