/* The figure of two distortions of one PSNR, on the reader's own photograph; needs photograph.js, number.js, distort.js. */
{
  const hands = window.icHands

  const decibels = value => Number.isFinite(value) ? `${value.toFixed(2)} dB` : "∞ dB"
  const score = value => value === null ? "–" : value.toFixed(3)
  const verdict = ({ reached, similar, wanted, names }) => {
    const those = off => [...new Set(names.filter((_, i) => off(reached[i] - wanted)))].join(" and ")
    const short = those(off => off > 0.1), coarse = those(off => off < -0.1)
    if (short) return `As far as it goes: ${short} cannot spoil this photograph down to ${wanted} dB.`
    if (coarse) return `As near as it comes: no step of ${coarse} is closer to ${wanted} dB.`
    if (names[0] === names[1]) return "The same distortion twice: choose another one on one side."
    const both = reached.every(one => Math.abs(one - wanted) < 0.02) ? `Both have ${wanted} dB` : `Both are within 0.1 of ${wanted} dB`
    if (similar.includes(null)) return `${both}.`
    const gap = Math.abs(similar[0] - similar[1]), closer = names[similar[0] > similar[1] ? 0 : 1]
    return gap < 0.0005 ? `${both}, and one SSIM.` : `${both}. SSIM finds ${closer} closer, by ${score(gap)}.`
  }
  Object.assign(hands, { qualityVerdict: verdict })

  hands.start("own-quality", (box, { most, wanted }) => {
    const sides = [...box.querySelectorAll(".ic-side")], says = box.querySelector(".ic-says"), look = box.querySelector(".ic-look")
    const first = box.querySelector(".ic-original img"), selects = [...box.querySelectorAll("select")]
    let picture = null, dB = wanted, found = [], waiting = 0
    const spoilt = new Map()

    const at = kind => {
      const key = `${kind} ${dB}`
      if (!spoilt.has(key)) {
        const other = hands.atStep(picture, kind, hands.stepAtPsnr(picture, kind, dB))
        spoilt.set(key, { src: hands.drawn(other), psnr: hands.psnr(picture, other), ssim: hands.ssim(picture, other) })
      }
      return spoilt.get(key)
    }
    const show = () => {
      const original = look.getAttribute("aria-pressed") === "true"
      sides.forEach((side, i) => {
        const shown = side.querySelector("img"), name = selects[i].value
        shown.src = original ? hands.drawn(picture) : found[i].src
        shown.alt = original ? "The original photograph" : `The photograph with ${name}, ${decibels(found[i].psnr)}`
        Object.assign(shown, { width: picture.width, height: picture.height })
      })
    }
    const draw = () => {
      if (!picture) return
      found = selects.map(select => at(select.value))
      sides.forEach((side, i) => {
        side.querySelector(".ic-title").textContent = selects[i].value
        side.querySelector(".ic-marks").textContent = `PSNR ${decibels(found[i].psnr)}, SSIM ${score(found[i].ssim)}`
      })
      show()
      const names = selects.map(select => select.value)
      says.textContent = verdict({ reached: found.map(f => f.psnr), similar: found.map(f => f.ssim), wanted: dB, names })
    }
    const soon = () => { clearTimeout(waiting); waiting = setTimeout(draw, 60) }
    const take = next => { picture = next; spoilt.clear(); look.setAttribute("aria-pressed", false); draw() }

    for (const select of selects) select.addEventListener("change", draw)
    look.addEventListener("click", () => {
      look.setAttribute("aria-pressed", look.getAttribute("aria-pressed") !== "true")
      if (picture) show()
    })
    hands.photograph(box, { most, rgb: true, change: take })
    hands.number(box, { name: "psnr", words: n => `${n} dB`, change: value => { dB = value; soon() } })
    const start = () => take(hands.samplesOf(first, most, true))
    if (first.complete) start()
    else first.addEventListener("load", start, { once: true })
  })
}
