/* The figure of the reader's own photograph as a JPEG file: its bytes, where they went, and a link that saves it. */
{
  const hands = window.icHands, { count, jpegTenths: tenths, jpegPerCent: perCent } = hands
  const PARTS = ["header", "tables", "dc", "ac", "filling"]

  /* The width of each bar and the words beside it; sizes are in bytes, and bits are eighths. */
  const shares = ({ bytes, sizes }) => PARTS.map(part => {
    const bits = [8 * sizes[part], 8 * bytes.length]
    return [`${tenths(...bits)}%`, perCent(...bits)]
  })
  const verdict = ({ width, height, samples }, quality, { bytes, levels, zeros }) => {
    const pixels = width * height, size = bytes.length, hundredths = Math.floor((1600 * size + pixels) / (2 * pixels))
    return `${width} × ${height} pixels at quality ${quality}: ${count(size, "byte")}, ${(hundredths / 100).toFixed(2)} bits a `
      + `pixel; its samples take ${tenths(samples.length, 100 * size)} times as many bytes. ${perCent(zeros, levels)} of `
      + `${levels.toLocaleString("en-GB")} levels are zero.`
  }
  Object.assign(hands, { jpegShares: shares, jpegVerdict: verdict })

  hands.start("own-jpeg", (box, { most, alt, tables, standard }) => {
    const shown = box.querySelector(".ic-photo img"), kept = box.querySelector(".ic-kept"), says = box.querySelector(".ic-says")
    const [peek, save, few, codes] = [".ic-peek", ".ic-save", ".ic-few", ".ic-codes"].map(name => box.querySelector(name))
    const bars = [...box.querySelectorAll(".ic-size")]
    let picture = null, note = "", source = "", file = "", peeking = false, found = {}, busy = false, again = false

    /* The coefficients are kept: another quality only quantises them anew. */
    function* work(halved, quality) {
      if (found.picture !== picture || found.halved !== halved) {
        const taken = picture, parts = yield* hands.jpegLevels.analysed(taken, halved)
        found = { picture: taken, halved, parts }
      }
      const { picture: of, parts } = found, given = codes.value === "standard" ? standard : null
      return { ...yield* hands.jpegEncoded(of, parts, quality, tables, given), of, quality }
    }
    const paint = () => {
      if (peeking) source ||= hands.drawn(picture)
      shown.src = peeking ? source : file
      peek.setAttribute("aria-pressed", peeking)
    }
    const show = made => {
      URL.revokeObjectURL(file)
      file = URL.createObjectURL(new Blob([made.bytes], { type: "image/jpeg" }))
      Object.assign(save, { href: file, download: `quality-${made.quality}.jpg` })
      Object.assign(shown, { width: made.of.width, height: made.of.height })
      shares(made).forEach(([width, words], i) => {
        bars[i].querySelector("b").style.width = width
        bars[i].lastChild.textContent = words
      })
      says.textContent = note + verdict(made.of, made.quality, made)
      paint()
    }
    const run = () => {
      again = busy
      if (!picture || busy) return
      busy = true
      hands.slices(work(few.value === "4:2:0", quality.value), made => {
        busy = false
        if (again) run()
        if (made.of === picture) show(made)
      })
    }
    const take = (taken, words) => {
      const { width, height, whole } = taken
      picture = taken
      source = ""
      shown.alt = words
      note = whole && (whole[0] > width || whole[1] > height) ? `Scaled down from ${whole[0]} × ${whole[1]} pixels. ` : ""
      run()
    }
    const quality = hands.number(box, { name: "quality", change: run })
    hands.photograph(box, { most, rgb: true, change: taken => take(taken, alt) })
    for (const list of [few, codes]) list.addEventListener("change", run)
    peek.addEventListener("click", () => { peeking = !peeking; if (picture) paint() })
    const first = () => { if (!picture) take(hands.samplesOf(kept, most, true), shown.alt) }
    if (kept.complete) first()
    else kept.addEventListener("load", first, { once: true })
  })
}
