/* The file of a photograph whose painted tiles get the bytes first, as `pages.hands.regions` writes and reads it. */
{
  const hands = window.icHands, { dwt, zerotree } = hands
  const tilesOf = ({ width, height }, tile) => [Math.ceil(width / tile), Math.ceil(height / tile)]

  /* By how many bits each coefficient is shifted: as much as its band, and those of the region further. */
  const shiftsOf = (tiles, columns, rows, ahead, { levels, tile, shifts }) => {
    const width = columns * tile, height = rows * tile, all = dwt.sides(width, height, levels)
    const region = Uint8Array.from({ length: width * height }, (_, i) =>
      tiles[Math.floor(i / width / tile) * columns + Math.floor(i % width / tile)])
    const inside = zerotree.needed(region, width, height, levels, "5/3")
    return inside.map((yes, i) => shifts[dwt.bandOf(i % width, Math.floor(i / width), all)] + (yes ? ahead : 0))
  }
  const packed = tiles => Array.from({ length: Math.ceil(tiles.length / 8) }, (_, i) =>
    tiles.slice(8 * i, 8 * i + 8).reduce((byte, bit, k) => byte | bit << 7 - k, 0))

  const encode = (picture, tiles, ahead, size, settings) => {
    const { width, height, samples } = picture, { levels, tile } = settings, [columns, rows] = tilesOf(picture, tile)
    const head = [height >> 8, height & 255, width >> 8, width & 255, ahead, ...ahead ? packed(tiles) : []]
    const wide = columns * tile, high = rows * tile
    const padded = Int32Array.from({ length: wide * high }, (_, i) =>
      samples[Math.min(Math.floor(i / wide), height - 1) * width + Math.min(i % wide, width - 1)] - 128)
    const found = dwt.forward({ width: wide, height: high, samples: padded }, levels, "5/3")
    const shifts = shiftsOf(tiles, columns, rows, ahead, settings)
    found.samples.forEach((value, i) => { found.samples[i] = value << shifts[i] })
    return [...head, ...zerotree.encode(found, levels, size - head.length)]
  }
  const decode = (data, settings) => {
    const height = data[0] << 8 | data[1], width = data[2] << 8 | data[3], ahead = data[4]
    const [columns, rows] = tilesOf({ width, height }, settings.tile), count = columns * rows
    const start = 5 + (ahead ? Math.ceil(count / 8) : 0)
    const tiles = Array.from({ length: count }, (_, i) => ahead ? data[5 + (i >> 3)] >> 7 - i % 8 & 1 : 0)
    const wide = columns * settings.tile, high = rows * settings.tile
    const found = zerotree.decode(data.slice(start), wide, high, settings.levels)
    const shifts = shiftsOf(tiles, columns, rows, ahead, settings)
    found.samples.forEach((value, i) => { found.samples[i] = value < 0 ? -(-value >> shifts[i]) : value >> shifts[i] })
    const { samples } = dwt.inverse(found, settings.levels, "5/3")
    const out = Uint8Array.from({ length: width * height }, (_, i) =>
      Math.max(0, Math.min(255, samples[Math.floor(i / width) * wide + i % width] + 128)))
    return { width, height, samples: out }
  }

  /* The frame around painted tiles: a line wherever one side is painted and the other is not. */
  const outline = (tiles, columns, rows, tile) => {
    const on = (y, x) => y >= 0 && y < rows && x >= 0 && x < columns && tiles[y * columns + x]
    let path = ""
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x <= columns; x++) if (!on(y, x - 1) !== !on(y, x)) path += `M${tile * x} ${tile * y}v${tile}`
    }
    for (let y = 0; y <= rows; y++) {
      for (let x = 0; x < columns; x++) if (!on(y - 1, x) !== !on(y, x)) path += `M${tile * x} ${tile * y}h${tile}`
    }
    return path
  }

  const verdict = (picture, left, tiles, ahead, data, { tile }) => {
    const [columns] = tilesOf(picture, tile), sums = [0, 0], counts = [0, 0], { width } = picture
    picture.samples.forEach((sample, i) => {
      const inside = tiles[Math.floor(i / width / tile) * columns + Math.floor(i % width / tile)]
      sums[inside] += (left.samples[i] - sample) ** 2
      counts[inside]++
    })
    const head = 5 + (ahead ? Math.ceil(tiles.length / 8) : 0)
    const says = `${data.length.toLocaleString("en-GB")} bytes, of which ${head} say sides and tiles. `
    const [rest, painted] = sums.map((sum, i) => hands.decibels(sum / counts[i]))
    if (!counts[1]) return `${says}No tile is painted: ${rest} everywhere.`
    if (!counts[0]) return `${says}Every tile is painted: ${painted} everywhere.`
    return `${says}Painted tiles: ${painted}; the rest: ${rest}.`
  }
  Object.assign(hands, { regions: { encode, decode, outline, verdict, tilesOf } })
}
