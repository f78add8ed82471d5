/* A writer of baseline JPEG files, grey, 4:4:4 and 4:2:0; its bytes are those of imgcomp_lib.formats.jpeg. */
{
  const { dct, zigzag, jpegCodes, jpegLevels } = window.icHands

  /* Tell the symbols of a scan in order: say(table, symbol, how many bits follow, these bits).  Tables 0 and 1 are DC,
     4 and 5 AC. */
  function* told(parts, say) {
    const before = parts.map(() => 0), size = value => 32 - Math.clz32(Math.abs(value))
    const low = (level, bits) => (level < 0 ? level - 1 : level) & (1 << bits) - 1
    const value = (table, run, level, bits) => say(table, run << 4 | bits, bits, low(level, bits))
    const block = (c, levels, at) => {
      const table = c ? 1 : 0, step = levels[at] - before[c]
      before[c] = levels[at]
      value(table, 0, step, size(step))
      let run = 0
      for (let k = 1; k < 64; k++) {
        const level = levels[at + k]
        if (!level) { run++; continue }
        for (; run > 15; run -= 16) say(4 + table, 0xf0, 0, 0)
        value(4 + table, run, level, size(level))
        run = 0
      }
      if (run) say(4 + table, 0, 0, 0)
    }
    for (let my = 0; my < parts[0].down / parts[0].side; my++) {
      for (let mx = 0; mx < parts[0].across / parts[0].side; mx++) {
        parts.forEach(({ side, across, levels }, c) => {
          for (let y = my * side; y < (my + 1) * side; y++) for (let x = mx * side; x < (mx + 1) * side; x++) {
            block(c, levels, 64 * (y * across + x))
          }
        })
      }
      yield
    }
  }

  const short = n => [n >> 8, n & 255]
  const segment = (marker, body) => [0xff, marker, ...short(body.length + 2), ...body]

  /* The bits of a scan, by codes: a byte FF gets a zero behind it, ones fill up the last byte (F.1.2.3). */
  function* written(parts, codes, most) {
    const bytes = new Uint8Array(most), words = codes.map(code => code && jpegCodes.words(code))
    let at = 0, held = 0, free = 8
    const put = (value, count) => {
      while (count) {
        const taken = Math.min(count, free)
        held = held << taken | value >> count - taken & (1 << taken) - 1
        count -= taken
        free -= taken
        if (free) continue
        bytes[at++] = held
        if (held === 0xff) at++
        held = 0
        free = 8
      }
    }
    yield* told(parts, (table, symbol, count, bits) => {
      put(words[table].word[symbol], words[table].size[symbol])
      put(bits, count)
    })
    if (free < 8) put((1 << free) - 1, free)
    return bytes.slice(0, at)
  }

  /* The bits that symbols take which occur so often; the best codes of two tables, or one for both where that saves. */
  const spent = (counts, code) => {
    const { size } = jpegCodes.words(code)
    return counts.reduce((sum, n, symbol) => sum + n * size[symbol], 0)
  }
  const best = (counts, tables) => {
    const own = tables.map(table => jpegCodes.optimal(counts[table])), found = {}
    const both = counts[tables[0]].map((n, symbol) => tables.reduce((sum, table) => sum + counts[table][symbol], 0))
    const one = jpegCodes.optimal(both)
    const size = (counts, code) => 8 * (17 + code.values.length) + spent(counts, code)
    const apart = tables.reduce((sum, table, i) => sum + size(counts[table], own[i]), 0)
    tables.forEach((table, i) => { found[table] = apart > size(both, one) ? one : own[i] })
    return found
  }

  /* The file of a picture, `sizes` of its parts in bytes and how many of its `levels` are `zeros`.
     components: of `analysed`.  tables: steps for luma and chroma.  standard: four codes by name, or null for the best. */
  function* encoded({ width, height }, components, quality, tables, standard) {
    const scaled = tables.map(table => dct.scaled(table, quality))
    const parts = components.map((part, c) => jpegLevels.quantised(part, scaled[c ? 1 : 0]))
    const counts = Array.from({ length: 6 }, () => new Float64Array(256)), behind = Array(6).fill(0)
    yield* told(parts, (table, symbol, bits) => { counts[table][symbol]++; behind[table] += bits })
    const used = [0, 1, 4, 5].filter(table => counts[table].some(n => n)), codes = [], bits = Array(6).fill(0)
    if (standard) used.forEach(table => { codes[table] = standard[`${table & 4 ? "AC" : "DC"} ${table & 1}`] })
    else for (const pair of [[0, 1], [4, 5]]) Object.assign(codes, best(counts, pair.filter(table => used.includes(table))))
    for (const table of used) bits[table] = spent(counts[table], codes[table]) + behind[table]
    const scan = yield* written(parts, codes, 2 * Math.ceil(bits.reduce((a, b) => a + b) / 8) + 2)

    const steps = scaled.slice(0, parts.length).map(table => zigzag.map(place => table[place]))
    const different = steps.filter((one, i) => !i || one.join() !== steps[0].join())
    const which = c => c && different.length > 1 ? 1 : 0
    const place = (table, c) => c && codes[table + 1] !== codes[table] ? 1 : 0
    const own = used.filter(table => !(table & 1) || codes[table] !== codes[table - 1])
    const dqt = segment(0xdb, different.flatMap((one, i) => [i, ...one]))
    const dht = segment(0xc4, own.flatMap(t => [(t & 4) << 2 | t & 3, ...codes[t].bits, ...codes[t].values]))
    const start = [0xff, 0xd8, ...segment(0xe0, [0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0])]
    const frame = parts.flatMap(({ side }, c) => [c + 1, side * 17, which(c)])
    const sof = segment(0xc0, [8, ...short(height), ...short(width), parts.length, ...frame])
    const sos = segment(0xda, [parts.length, ...parts.flatMap((_, c) => [c + 1, place(0, c) << 4 | place(4, c)]), 0, 63, 0])
    const bytes = Uint8Array.from([...start, ...dqt, ...sof, ...dht, ...sos, ...scan, 0xff, 0xd9])
    const sizes = { tables: dqt.length + dht.length, dc: (bits[0] + bits[1]) / 8, ac: (bits[4] + bits[5]) / 8 }
    sizes.header = bytes.length - scan.length - sizes.tables
    sizes.filling = scan.length - sizes.dc - sizes.ac
    const levels = parts.reduce((n, part) => n + part.levels.length, 0)
    return { bytes, sizes, levels, zeros: parts.reduce((n, part) => part.levels.reduce((m, level) => m + !level, n), 0) }
  }
  window.icHands.jpegEncoded = encoded
}
