/* The figure of one JPEG 2000 file: choose an order, a resolution and layers; see what is read, and what comes of it. */
{
  const hands = window.icHands, { jpegPerCent: perCent } = hands, number = n => n.toLocaleString("en-GB"), ROWS = 12
  const bytesOf = text => Uint8Array.from(atob(text), letter => letter.charCodeAt(0))

  /* The packets of a file in an order, each with its place in it, and whether it is wanted. */
  const placed = ({ head, packets }, order, resolutions, layers) => {
    const found = new Map(packets.map(p => [`${p.l} ${p.r} ${p.c}`, p]))
    let at = head.places.start
    return hands.packetOrder(order, head).map(({ l, r, c }) => {
      const { start, body, end } = found.get(`${l} ${r} ${c}`), from = at
      at += end - start
      return { l, r, from, body: from + body - start, to: at, wanted: r < resolutions && l < layers }
    })
  }

  /* How many bytes are read for what is wanted, how many of its packets there are, and where the last one ends. */
  const bill = (packets, start) => {
    const until = packets.findLastIndex(p => p.wanted), some = packets.slice(0, until + 1)
    const read = some.reduce((n, p) => n + (p.wanted ? p.to : p.body) - p.from, start)
    return { read, count: packets.filter(p => p.wanted).length, last: packets[until].to }
  }

  /* The map: rows of bytes, a rectangle for each stretch of packets of one resolution and one layer. */
  const map = (packets, start, size) => {
    const per = Math.ceil(size / ROWS), pieces = [{ look: "ic-fh", shade: "1", from: 0, to: start }]
    for (const { l, r, from, to, wanted } of packets) {
      const look = `ic-f${r}`, shade = wanted ? ["1", ".72"][l % 2] : [".2", ".12"][l % 2], before = pieces.at(-1)
      if (before.look === look && before.shade === shade) before.to = to
      else pieces.push({ look, shade, from, to })
    }
    let rects = ""
    for (const { look, shade, from, to } of pieces) {
      for (let at = from; at < to;) {
        const row = Math.floor(at / per), end = Math.min(to, (row + 1) * per)
        const place = `x="${at - row * per}" y="${10 * row}" width="${end - at}" height="9"`
        rects += `<rect class="${look}" ${place} fill-opacity="${shade}"></rect>`
        at = end
      }
    }
    return rects
  }

  const squared = (one, other) => one.reduce((n, sample, i) => n + (sample - other[i]) ** 2, 0) / one.length
  const verdict = ({ width, height }, quality, { read, count, last }, many, size) =>
    `${width} × ${height} pixels${quality ? `, ${quality}` : ""}, from ${count} of ${many} packets. Read: ${number(read)} bytes of `
    + `${number(size)}, ${perCent(read, size)}. The last of them ends at byte ${number(last)}.`
  Object.assign(hands, { placed, packetBill: bill, fileMap: map })

  hands.start("one-file", (box, { file, rows, alt }) => {
    const opened = hands.jpeg2000(bytesOf(file)), { head, data } = opened, { start } = head.places, whole = head.levels + 1
    const [shown, says, svg, save, order] = [".ic-photo img", ".ic-says", "svg", ".ic-save", "select"]
      .map(name => box.querySelector(name))
    const original = hands.jpeg2000Picture(opened, whole, head.layers, rows)
    const draw = () => {
      const r = resolution.value, l = layer.value, picture = hands.jpeg2000Picture(opened, r, l, rows)
      const packets = placed(opened, order.value, r, l)
      Object.assign(shown, { src: hands.drawn(picture), width: picture.width, height: picture.height, alt })
      svg.innerHTML = map(packets, start, data.length)
      const quality = r === whole ? hands.decibels(squared(picture.samples, original.samples)) : ""
      says.textContent = verdict(picture, quality, bill(packets, start), packets.length, data.length)
      URL.revokeObjectURL(save.href)
      const cut = hands.jpeg2000Rebuilt(opened, order.value, r, l)
      Object.assign(save, { href: URL.createObjectURL(new Blob([cut], { type: "image/x-jp2-codestream" })),
        download: `${picture.width}x${picture.height}-${l}.j2k` })
    }
    const sides = r => `${Math.ceil(head.width / 2 ** (whole - r))} × ${Math.ceil(head.height / 2 ** (whole - r))}`
    const resolution = hands.number(box, { name: "resolution", words: r => `${r} of ${whole}, ${sides(r)}`, change: draw })
    const layer = hands.number(box, { name: "layer", words: l => l === 1 ? `the first of ${head.layers}` : `1 to ${l} of ${head.layers}`,
      change: draw })
    order.addEventListener("change", draw)
    draw()
  })
}
