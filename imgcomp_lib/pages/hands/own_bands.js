/* The figure of the bands of the reader's own photograph: each can be switched off, and on again. */
{
  const hands = window.icHands, { dwt, decibels } = hands
  const clipped = value => Math.max(0, Math.min(255, Math.floor(value + 0.5) + 128))

  /* The picture that the bands draw which are on, the bands as a picture, and a sentence about both. */
  const view = (picture, transformed, { levels, loud, off, wavelet, on }) => {
    const { width, height, samples } = transformed, all = dwt.sides(width, height, levels)
    const kept = samples.slice(), map = new Uint8Array(width * height)
    let alive = 0, squares = 0
    for (let y = 0, i = 0; y < height; y++) {
      for (let x = 0; x < width; x++, i++) {
        const band = dwt.bandOf(x, y, all), shown = Math.min(Math.floor(loud * Math.abs(samples[i])), 255)
        map[i] = !on[band] ? off : band ? shown : clipped(samples[i])
        if (on[band]) alive++
        else kept[i] = 0
      }
    }
    const left = Uint8Array.from(dwt.inverse({ width, height, samples: kept }, levels, wavelet).samples, clipped)
    for (let i = 0; i < left.length; i++) squares += (left[i] - picture.samples[i]) ** 2
    const ending = squares ? `PSNR ${decibels(squares / left.length)}` : "Not a sample has changed"
    const says = `${on.filter(Boolean).length} of ${on.length} bands: ${alive.toLocaleString("en-GB")} of `
      + `${left.length.toLocaleString("en-GB")} coefficients. ${ending}.`
    return { left: { width, height, samples: left }, map: { width, height, samples: map }, says }
  }
  const centred = picture => ({ ...picture, samples: Array.from(picture.samples, sample => sample - 128) })
  Object.assign(hands, { bandsView: view, centred })

  hands.start("own-bands", (box, { most, alt, levels, loud, off, wavelet: begun }) => {
    const [shown, map] = box.querySelectorAll(".ic-photo img:not(.ic-kept)"), says = box.querySelector(".ic-says")
    const buttons = [...box.querySelectorAll(".ic-band")].sort((a, b) => a.dataset.band - b.dataset.band)
    const wavelets = [...box.querySelectorAll(".ic-wavelet")]
    let picture = null, transformed, wavelet = begun
    const on = () => buttons.map(button => button.getAttribute("aria-pressed") === "true")
    const draw = () => {
      if (!picture) return
      const found = view(picture, transformed, { levels, loud, off, wavelet, on: on() })
      for (const [image, seen] of [[shown, found.left], [map, found.map]]) {
        image.src = hands.drawn(seen)
        Object.assign(image, { width: seen.width, height: seen.height })
      }
      says.textContent = found.says
    }
    const transform = () => { if (picture) transformed = dwt.forward(centred(picture), levels, wavelet); draw() }
    const press = (button, yes) => button.setAttribute("aria-pressed", yes)
    for (const button of buttons) {
      button.addEventListener("click", () => { press(button, button.getAttribute("aria-pressed") !== "true"); draw() })
    }
    const wanted = { all: () => true, none: () => false, low: i => i === 0 }
    for (const act of box.querySelectorAll("[data-act]")) {
      act.addEventListener("click", () => { buttons.forEach((button, i) => press(button, wanted[act.dataset.act](i))); draw() })
    }
    for (const button of wavelets) {
      button.addEventListener("click", () => {
        for (const other of wavelets) press(other, other === button)
        wavelet = button.textContent
        transform()
      })
    }
    const take = found => { picture = found; transform() }
    hands.photograph(box, { most, change: found => { shown.alt = alt; take(found) } })
    const first = Object.assign(new Image(), { src: box.querySelector(".ic-kept").src })
    first.addEventListener("load", () => { if (!picture) take(hands.samplesOf(first, most, false)) })
  })
}
