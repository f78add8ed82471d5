/* A decoder of TGA files of 8-bit grey and 24-bit RGB, as imgcomp_lib.formats.tga reads them; other kinds are left out. */
{
  const FOOTER = 26, SIGNATURE = [..."TRUEVISION-XFILE."].map(c => c.charCodeAt(0)).concat(0), MOST = 1 << 28
  const FIELDS = [[1, "length of a comment"], [2, "whether there is a table of colours"], [3, "the kind of file"],
    [8, "about the table of colours"], [10, "x on the screen"], [12, "y on the screen"], [14, "width"], [16, "height"],
    [17, "bits a pixel"], [18, "order of the rows"]]

  const hasFooter = data => SIGNATURE.every((byte, i) => data[data.length - SIGNATURE.length + i] === byte)

  /* {start, end, packed, size, width, height, ...}, or {refused} with a reason, or {unread} for kinds not read here. */
  const header = data => {
    const word = at => data[at] | data[at + 1] << 8
    const [idSize, mapType, kind] = data, plain = kind & ~8, bits = data[16], flags = data[17]
    const width = word(12), height = word(14), mapBits = data[7]
    if (data.length < 18) return { refused: "the header is cut off" }
    if (![1, 2, 3].includes(plain)) return { refused: `no picture is of kind ${kind}` }
    if (mapType > 1 || flags & 0xc0) return { refused: "the header contradicts itself" }
    if (plain === 1 || bits === 15 || bits === 16 || bits === 32) return { unread: "a kind of TGA that this figure does not read" }
    if (bits !== (plain === 2 ? 24 : 8)) return { refused: `no picture of kind ${kind} has ${bits} bits a pixel` }
    if (!width || !height || width * height > MOST) return { refused: `no picture has ${width} × ${height} pixels` }
    const start = 18 + idSize + mapType * word(5) * (mapBits + 7 >> 3), end = data.length - (hasFooter(data) ? FOOTER : 0)
    if (start > data.length) return { refused: "the file ends before the pixels" }
    return { start, end, packed: kind > 7, size: bits >> 3, width, height, up: !(flags & 0x20), left: !!(flags & 0x10) }
  }

  /* The packets of a body: [{at, isRun, count}], and whether they fill the picture to its last pixel. */
  const walk = (data, { start, end, size, width, height }) => {
    const packets = [], total = width * height
    let at = start, done = 0
    while (done < total) {
      if (at >= end) return { packets, fills: false }
      const isRun = data[at] > 127, count = (data[at] & 127) + 1, bytes = isRun ? size : count * size
      if (done + count > total || at + 1 + bytes > end) return { packets, fills: false }
      packets.push({ at, isRun, count, bytes })
      at += 1 + bytes
      done += count
    }
    return { packets, fills: true }
  }

  /* {width, height, size, pixels}, pixels grey or R, G, B from the top; or {refused}, or {unread}. */
  const decode = data => {
    const head = header(data), { start, end, size, width, height } = head
    if (!width) return head
    let flat = []
    if (head.packed) {
      const { packets, fills } = walk(data, head)
      if (!fills) return { refused: `the packets do not fill ${width} × ${height} pixels` }
      for (const { at, isRun, count, bytes } of packets) {
        const pixels = data.slice(at + 1, at + 1 + bytes)
        flat.push(...(isRun ? Array(count).fill(pixels).flat() : pixels))
      }
    } else {
      if (end - start < width * height * size) return { refused: `the file ends before ${width} × ${height} pixels` }
      flat = data.slice(start, start + width * height * size)
    }
    const pixels = []
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const at = size * ((head.up ? height - 1 - y : y) * width + (head.left ? width - 1 - x : x))
        pixels.push(...flat.slice(at, at + size).reverse())
      }
    }
    return { width, height, size, pixels }
  }

  /* What each byte is: header, head of a packet, pixel, footer; n where the decoder never comes. */
  const parts = data => {
    const head = header(data), looks = data.map((_, i) => i < 18 ? "h" : "n")
    if (hasFooter(data)) looks.fill("f", data.length - FOOTER)
    if (!head.width) return looks
    const packets = head.packed ? walk(data, head).packets : [{ at: head.start - 1, bytes: head.width * head.height * head.size }]
    for (const { at, bytes } of packets) {
      looks.fill("p", at + 1, Math.min(at + 1 + bytes, head.end))
      if (head.packed) looks[at] = "k"
    }
    return looks
  }

  const means = (data, at) => {
    const look = parts(data)[at]
    if (look === "h") return `header, ${FIELDS.find(([end]) => at < end)[1]}.`
    if (look === "k") return `head of a packet, ${data[at] > 127 ? "a run of" : "raw,"} ${(data[at] & 127) + 1}.`
    return { p: "a pixel.", f: "footer.", n: "the decoder does not come here." }[look]
  }
  Object.assign(window.icHands, { tga: { decode, parts, means } })
}
