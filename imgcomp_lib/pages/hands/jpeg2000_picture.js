/* Pictures from the pieces of a JPEG 2000 file: 5/3 wavelet and colours taken back; and the file put together anew. */
{
  const hands = window.icHands, up = (n, by) => Math.ceil(n / 2 ** by)

  /* Join low and high samples of a line, `step` apart in a plane, and lift them back (T.800, F.3). */
  const unlifted = (plane, from, step, length) => {
    if (length === 1) return
    const at = i => from + step * (i < 0 ? -i : i >= length ? 2 * length - 2 - i : i)
    for (let i = 0; i < length; i += 2) plane[at(i)] -= plane[at(i - 1)] + plane[at(i + 1)] + 2 >> 2
    for (let i = 1; i < length; i += 2) plane[at(i)] += plane[at(i - 1)] + plane[at(i + 1)] >> 1
  }

  const joined = (low, [hl, lh, hh], width, height) => {
    const plane = new Int32Array(width * height)
    for (const [{ values, w }, right, down] of [[low, 0, 0], [hl, 1, 0], [lh, 0, 1], [hh, 1, 1]]) {
      for (let i = 0; i < values.length; i++) {
        plane[(2 * Math.floor(i / w) + down) * width + 2 * (i % w) + right] = values[i]
      }
    }
    for (let y = 0; y < height; y++) unlifted(plane, y * width, 1, width)
    for (let x = 0; x < width; x++) unlifted(plane, x, width, height)
    return { values: plane, w: width }
  }

  /* A band from the passes of its blocks in so many layers. */
  const bandOf = (data, band, planes, side, layers, rows) => {
    const values = new Int32Array(band.w * band.h)
    for (const { x, y, zeros, pieces } of band.blocks) {
      const mine = pieces.filter(piece => piece.l < layers), passes = mine.reduce((n, piece) => n + piece.passes, 0)
      if (!passes) continue
      const bytes = Uint8Array.from(mine.flatMap(({ start, end }) => [...data.subarray(start, end)]))
      const w = Math.min(side, band.w - side * x), h = Math.min(side, band.h - side * y)
      const found = hands.jpeg2000Block(bytes, passes, planes - zeros, h, w, band.kind, rows)
      for (let i = 0; i < found.length; i++) {
        values[(side * y + Math.floor(i / w)) * band.w + side * x + i % w] = found[i] / 2 | 0
      }
    }
    return { values, w: band.w }
  }

  /* {width, height, planes, samples} of the first resolutions and layers, as `samplesOf` has them. */
  const picture = ({ data, head, parts }, resolutions, layers, rows) => {
    const { width, height, levels, side, planes, colours } = head, shape = r => [up(width, levels - r), up(height, levels - r)]
    const [w, h] = shape(resolutions - 1), three = parts.map(part => {
      const bands = part.slice(0, resolutions).map(some => some.map(band =>
        bandOf(data, band, planes[band.number], side, layers, rows)))
      return bands.slice(1).reduce((low, details, i) => joined(low, details, ...shape(i + 1)), bands[0][0]).values
    })
    const samples = new Uint8ClampedArray(w * h * three.length)
    for (let i = 0; i < w * h; i++) {
      const [y, u, v] = three.map(plane => plane[i])
      if (!colours) { samples[i] = y + 128; continue }
      const green = y - (u + v >> 2)
      samples.set([v + green + 128, green + 128, u + green + 128], 3 * i)
    }
    return { width: w, height: h, planes: three.length, samples }
  }

  /* The bytes of a file in another order, or of its first resolutions and layers alone. */
  const rebuilt = ({ data, head, packets }, order, resolutions, layers) => {
    const { places, levels, width, height } = head, found = new Map(packets.map(p => [`${p.l} ${p.r} ${p.c}`, p]))
    const kept = hands.packetOrder(order, { ...head, layers, levels: resolutions - 1 })
      .map(({ l, r, c }) => found.get(`${l} ${r} ${c}`))
    const cut = levels + 1 - resolutions, steps = places.steps + 2 + 3 * (resolutions - 1)
    const first = data.slice(0, steps), last = data.slice(places.tile - 4, places.start)
    const view = new DataView(first.buffer), body = kept.map(p => data.subarray(p.start, p.end))
    for (const [at, side] of [[2, width], [6, height], [18, width], [22, height]]) view.setUint32(places.size + at, up(side, cut))
    first[places.style + 1] = ["LRCP", "RLCP", "RPCL", "PCRL", "CPRL"].indexOf(order)
    view.setUint16(places.style + 2, layers)
    first[places.style + 5] = resolutions - 1
    view.setUint16(places.steps - 2, 2 + steps - places.steps)
    new DataView(last.buffer).setUint32(6, last.length + body.reduce((n, piece) => n + piece.length, 0))
    return Uint8Array.from([first, last, ...body, [255, 217]].flatMap(piece => [...piece]))
  }
  Object.assign(hands, { jpeg2000Picture: picture, jpeg2000Rebuilt: rebuilt })
}
