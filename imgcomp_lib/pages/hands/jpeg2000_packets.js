/* A JPEG 2000 codestream of one tile, taken to pieces: packets, and what each says of code blocks; and put together. */
{
  const ORDERS = { LRCP: "lrc", RLCP: "rlc", RPCL: "rcl", PCRL: "crl", CPRL: "crl" }  // one precinct a resolution
  const up = (n, by) => Math.ceil(n / 2 ** by)

  /* What the main header says, and where the packets begin. */
  const header = data => {
    const said = {}, view = new DataView(data.buffer, data.byteOffset, data.byteLength)
    let at = 2
    while (data[at + 1] !== 0x93) {
      const end = at + 2 + view.getUint16(at + 2)
      said[data[at + 1]] = at + 4
      at = data[at + 1] === 0x90 ? at + 12 : end
    }
    const [size, style, steps] = [0x51, 0x52, 0x5c].map(marker => said[marker]), levels = data[style + 5]
    return {
      width: view.getUint32(size + 2), height: view.getUint32(size + 6), count: view.getUint16(size + 34),
      order: Object.keys(ORDERS)[data[style + 1]], layers: view.getUint16(style + 2), colours: data[style + 4] === 1, levels,
      side: 2 ** (data[style + 6] + 2), planes: [...data.subarray(steps + 1, steps + 2 + 3 * levels)]
        .map(step => (data[steps] >> 5) + (step >> 3) - 1),
      places: { size, style, steps, tile: said[0x90], start: at + 2 },
    }
  }

  /* The bands of each resolution: kind, number, sides, and the rows and columns of their code blocks. */
  const bandsOf = ({ width, height, levels, side }) => Array.from({ length: levels + 1 }, (_, r) =>
    (r ? [1, 2, 3] : [0]).map(kind => {
      const deep = r ? levels - r + 1 : levels, half = r ? 2 ** (deep - 1) : 0
      const w = up(width - half * (kind & 1), deep), h = up(height - half * (kind >> 1), deep)
      return { kind, number: r ? 3 * r - 3 + kind : 0, w, h, columns: up(w, Math.log2(side)), rows: up(h, Math.log2(side)) }
    }))

  /* The keys of all packets in an order: {l, r, c}. */
  const packetOrder = (order, { layers, levels, count }) => {
    const ends = { l: layers, r: levels + 1, c: count }, [x, y, z] = ORDERS[order], keys = []
    for (let i = 0; i < ends[x]; i++) for (let j = 0; j < ends[y]; j++) for (let k = 0; k < ends[z]; k++) {
      keys.push({ [x]: i, [y]: j, [z]: k })
    }
    return keys
  }

  /* Bits of a header: seven after a byte 255. */
  const bitsOf = (data, at) => {
    let byte = 0, left = 0
    const bit = () => {
      if (!left) { left = byte === 255 ? 7 : 8; byte = data[at++] }
      return byte >> --left & 1
    }
    return { bit, number: n => { let value = 0; while (n--) value = 2 * value + bit(); return value },
      end: () => byte === 255 ? at + 1 : at }
  }

  /* A tag tree; `ask` reads whether a leaf is below a limit, and `value` is then what it is. */
  const tagTree = (rows, columns) => {
    const levels = []
    for (let h = rows, w = columns; ; h = up(h, 1), w = up(w, 1)) {
      levels.push({ w, low: new Int32Array(h * w), known: new Uint8Array(h * w) })
      if (h * w <= 1) break
    }
    const ask = (bits, y, x, limit) => {
      let low = 0, known = 1
      for (let i = levels.length - 1; i >= 0; i--) {
        const level = levels[i], at = (y >> i) * level.w + (x >> i)
        low = Math.max(low, level.low[at])
        while (low < limit && !level.known[at]) if (bits.bit()) level.known[at] = 1; else low++
        level.low[at] = low
        known = level.known[at]
      }
      return known && low < limit
    }
    return { ask, value: (y, x) => levels[0].low[y * columns + x] }
  }

  const passesOf = bits => {
    if (!bits.bit()) return 1
    if (!bits.bit()) return 2
    let more = bits.number(2)
    if (more < 3) return 3 + more
    more = bits.number(5)
    return more < 31 ? 6 + more : 37 + bits.number(7)
  }

  /* Read the header of a packet, and note in each code block its passes, and where their bytes are. */
  const readPacket = (data, at, bands, l) => {
    const bits = bitsOf(data, at), pieces = []
    if (bits.bit()) {
      for (const band of bands) for (const block of band.blocks) {
        const { y, x } = block, here = block.passes ? bits.bit() : band.first.ask(bits, y, x, l + 1)
        if (!here) continue
        if (!block.passes) {
          for (let limit = 1; !band.zeros.ask(bits, y, x, limit); limit++);
          block.zeros = band.zeros.value(y, x)
        }
        const passes = passesOf(bits)
        while (bits.bit()) block.wide++
        pieces.push({ block, l, passes, size: bits.number(block.wide + Math.floor(Math.log2(passes))) })
        block.passes += passes
      }
    }
    let end = bits.end()
    const body = end
    for (const piece of pieces) {
      piece.block.pieces.push({ l: piece.l, passes: piece.passes, start: end, end: end + piece.size })
      end += piece.size
    }
    return { start: at, body, end }
  }

  /* A whole file: {head, packets, parts}; parts[c][r] are bands with their blocks. */
  const opened = data => {
    const head = header(data), packets = [], parts = []
    for (let c = 0; c < head.count; c++) {
      parts.push(bandsOf(head).map(bands => bands.map(band => ({ ...band, first: tagTree(band.rows, band.columns),
        zeros: tagTree(band.rows, band.columns), blocks: Array.from({ length: band.rows * band.columns }, (_, i) => ({
          y: Math.floor(i / band.columns), x: i % band.columns, passes: 0, wide: 3, zeros: 0, pieces: [] })) }))))
    }
    let at = head.places.start
    for (const key of packetOrder(head.order, head)) {
      packets.push({ ...key, ...readPacket(data, at, parts[key.c][key.r], key.l) })
      at = packets.at(-1).end
    }
    return { data, head, packets, parts }
  }
  Object.assign(window.icHands, { jpeg2000: opened, packetOrder })
}
