/* The figure of the reader's own photograph: its rows in packets, with as many of its bits as the reader keeps. */
{
  const hands = window.icHands, { count } = hands

  const packedSize = ({ width, height, samples }) => {
    let size = 0
    for (let y = 0; y < height; y++) size += hands.pack(samples.subarray(y * width, (y + 1) * width)).length
    return size
  }
  const coarse = ({ width, height, samples }, bits) => ({ width, height, samples: samples.map(s => s & 256 - (1 << 8 - bits)) })

  const verdict = picture => {
    const raw = picture.samples.length, size = packedSize(picture)
    const tenths = Math.floor(1000 * Math.abs(size - raw) / raw), share = `${Math.floor(tenths / 10)}.${tenths % 10} %`
    return `${picture.width} × ${picture.height} pixels, ${count(raw, "byte")}. In packets ${count(size, "byte")}, `
      + `${size > raw ? `${share} more: the picture grew` : `${share} less`}.`
  }
  Object.assign(hands, { packedSize, coarse, photoVerdict: verdict })

  hands.start("own-photo", (box, { most, alt }) => {
    const shown = box.querySelector(".ic-photo img"), says = box.querySelector(".ic-says")
    let picture = null, bits = 8
    const draw = () => {
      const seen = coarse(picture, bits)
      shown.src = hands.drawn(seen)
      Object.assign(shown, { width: seen.width, height: seen.height })
      says.textContent = verdict(seen)
    }
    const first = () => { picture = hands.samplesOf(shown, most, false); draw() }
    hands.photograph(box, { most, change: found => { picture = found; shown.alt = alt; draw() } })
    const words = n => `${count(n, "bit")} of 8`
    hands.number(box, { name: "bits", words, change: value => { bits = value; if (picture) draw() } })
    if (shown.complete) first()
    else shown.addEventListener("load", first, { once: true })
  })
}
