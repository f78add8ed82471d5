/* The figure of the reader's own photograph in cosines: a quality, and what it leaves. */
{
  const hands = window.icHands, { dct } = hands

  /* The eightfold coefficients of each block; the last row and column are repeated to whole blocks. */
  const analysed = ({ width, height, samples }) => {
    const found = []
    for (let y = 0; y < height; y += 8) {
      for (let x = 0; x < width; x += 8) {
        const at = i => samples[Math.min(y + (i >> 3), height - 1) * width + Math.min(x + i % 8, width - 1)] - 128
        found.push(dct.forward(Array.from({ length: 64 }, (_, i) => at(i))))
      }
    }
    return found
  }

  /* The picture that is left at a quality, how many levels are not zero, and the sum of the squared errors. */
  const coded = ({ width, height, samples }, blocks, table) => {
    const out = new Uint8Array(width * height), across = Math.ceil(width / 8)
    let alive = 0, squares = 0
    blocks.forEach((eightfold, n) => {
      const levels = dct.quantise(eightfold, table), block = dct.samples(dct.dequantise(levels, table))
      alive += levels.filter(level => level).length
      for (let i = 0; i < 64; i++) {
        const y = 8 * Math.floor(n / across) + (i >> 3), x = 8 * (n % across) + i % 8
        if (y >= height || x >= width) continue
        out[y * width + x] = block[i]
        squares += (block[i] - samples[y * width + x]) ** 2
      }
    })
    return { picture: { width, height, samples: out }, alive, squares }
  }
  const verdict = ({ width, height }, alive, squares) => {
    const total = 64 * Math.ceil(width / 8) * Math.ceil(height / 8), tenths = Math.floor(1000 * alive / total)
    return `${width} × ${height} pixels. ${alive.toLocaleString("en-GB")} of ${total.toLocaleString("en-GB")} `
      + `coefficients are not zero, ${Math.floor(tenths / 10)}.${tenths % 10} %. `
      + (squares ? `PSNR ${dct.psnr(squares, width * height).toFixed(1)} dB.` : "Not a sample has changed.")
  }
  Object.assign(hands, { analysed, coded, blocksVerdict: verdict })

  hands.start("own-blocks", (box, { most, alt, zoom, table }) => {
    const shown = box.querySelector(".ic-photo img"), says = box.querySelector(".ic-says")
    let picture = null, blocks = null
    const draw = () => {
      const steps = dct.scaled(table, quality.value), { picture: left, alive, squares } = coded(picture, blocks, steps)
      shown.src = hands.drawn(left)
      Object.assign(shown, { width: zoom * left.width, height: zoom * left.height })
      says.textContent = verdict(picture, alive, squares)
    }
    const take = found => { picture = found; blocks = analysed(found); draw() }
    const quality = hands.number(box, { name: "quality", change: () => { if (picture) draw() } })
    hands.photograph(box, { most, change: found => { shown.alt = alt; take(found) } })
    const first = Object.assign(new Image(), { src: box.querySelector(".ic-kept").src })
    first.addEventListener("load", () => { if (!picture) take(hands.samplesOf(first, most, false)) })
  })
}
