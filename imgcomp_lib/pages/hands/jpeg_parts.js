/* What each byte of a JPEG file is: the part that it belongs to, and its meaning in words. */
{
  const { jpegSegments: { segments, isRestart } } = window.icHands
  const NAMES = { 0xd8: "SOI", 0xd9: "EOI", 0xdb: "DQT", 0xc0: "SOF0", 0xc4: "DHT", 0xda: "SOS", 0xdd: "DRI", 0xe0: "APP0" }

  /* {name, from, start, end} of each part, one after the other: from its marker on, its body from start on.
     What the reader cannot tell any more has no name. */
  const parts = data => {
    const found = [], last = () => found.length ? found.at(-1).end : 0
    const add = (name, start, end) => { if (end > last()) found.push({ name, from: last(), start, end }) }
    try {
      for (const { marker, from, start, end, next } of segments(data)) {
        if (!found.length) add("SOI", 2, 2)
        add(NAMES[marker] ?? `FF${marker.toString(16).padStart(2, "0").toUpperCase()}`, start, end)
        for (let i = end; i < next - 1; i++) {
          if (data[i] !== 0xff || !isRestart(data[i + 1])) continue
          add("scan", i, i)
          add("RST", i + 2, i + 2)
        }
        if (next > end) add("scan", last(), next)
      }
    } catch (trouble) {
      if (!trouble.kind) throw trouble
    }
    add("", last(), data.length)
    return found
  }
  const partAt = (found, at) => found.find(({ end }) => at < end)

  const component = i => ["the name of the component", "its sampling factors, across and down", "its quantisation table"][i % 3]
  const fields = {
    APP0: i => i < 5 ? "“JFIF”: Y, Cb, Cr, or grey" : i < 7 ? "the version of JFIF" : "density or preview: no pixel needs it",
    DRI: () => "how many MCUs from restart to restart",
    SOF0: i => ["bits a sample", "height", "height", "width", "width", "how many components"][i] ?? component(i - 6),
    DQT: (i, body) => {
      const k = i % 65, table = body[i - k]
      return k ? `table ${table}, the step of coefficient ${k - 1} in zigzag order: ${body[i]}` : `here begins table ${table}`
    },
    SOS: (i, body) => {
      const rest = i - 1 - 2 * body[0]
      if (!i) return "how many components the scan has"
      if (rest >= 0) return ["the first coefficient", "the last coefficient", "for progressive files only"][rest]
      return i % 2 ? "the name of a component" : "its tables of Huffman codes, DC and AC"
    },
    DHT: (i, body) => {
      let at = 0, many = 0
      const size = from => body.subarray(from + 1, from + 17).reduce((sum, n) => sum + n, 0)
      while (i >= at + 17 + (many = size(at))) at += 17 + many
      const table = `${body[at] >> 4 ? "AC" : "DC"} ${body[at] & 15}`, k = i - at, run = body[i] >> 4, bits = body[i] & 15
      if (!k) return `here begins table ${table}`
      if (k < 17) return `table ${table}: how many codewords have ${k} ${k > 1 ? "bits" : "bit"}`
      const says = body[at] >> 4 === 0 ? `a difference of ${body[i]} bits`
        : bits ? `${run} zeros, then a level of ${bits} bits` : run ? "16 zeros" : "zeros to the end of the block"
      return `table ${table}, its codeword ${k - 16}: ${says}`
    },
  }

  /* A byte in words; begins: the byte at which each MCU of the scan begins. */
  const means = (data, found, at, { begins = [], count = 0 } = {}) => {
    const { name, from, start, end } = partAt(found, at)
    if (!name) return "the reader does not come here."
    if (name === "scan") {
      if (data[at - 1] === 0xff && !data[at]) return "a zero behind FF, which says: this FF is no marker."
      const mcu = mcuAt(begins, at)
      return mcu < 0 ? "bits of the scan, which the reader never reached." : `bits of the scan, MCU ${mcu + 1} of ${count}.`
    }
    if (name === "RST") return "a restart marker: bits begin anew, and means count from zero again."
    if (name === "SOI" || name === "EOI") return `the ${name === "SOI" ? "start" : "end"} of the image.`
    if (at < start) return `${name}, ${at < start - 2 ? "its marker" : "its length"}.`
    return `${name}, ${fields[name]?.(at - start, data.subarray(start, end)) ?? `byte ${at - from} of it`}.`
  }

  /* The last MCU that begins at a byte or before it, or -1 behind what was read. */
  const mcuAt = (begins, at) => begins.length ? begins.findLastIndex(begin => begin <= at) : -1
  window.icHands.jpegParts = { parts, partAt, means, mcuAt }
}
