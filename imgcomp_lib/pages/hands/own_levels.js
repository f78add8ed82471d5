/* The figure of the reader's own points, dragged along a histogram, and the picture that has only these. */
{
  const hands = window.icHands, { count, tenths, decibels } = hands
  const HIGH = 200, STRIP = 40
  const short = number => +number.toFixed(2), shade = point => `rgb(${Array(3).fill(Math.round(point))})`

  /* The histogram, square roots of counts, above a strip with the grey of each cell. */
  const view = (counts, points) => {
    const most = Math.max(...counts), between = hands.edges(points), ends = [0, ...between, 256]
    const bar = (n, grey) => n ? `M${grey} ${HIGH}v-${Math.floor(HIGH * Math.sqrt(n / most))}h1V${HIGH}z` : ""
    const cell = (point, i) => `<rect x="${short(ends[i])}" y="${HIGH}" width="${short(ends[i + 1] - ends[i])}" `
      + `height="${STRIP}" fill="${shade(point)}"></rect>`
    const cells = points.map(cell).join("")
    const lines = between.map(edge => `M${short(edge)} 0V${HIGH}`).join("")
    return `<svg viewBox="0 0 256 ${HIGH + STRIP}" preserveAspectRatio="none" role="img" aria-label="${words(points)}">`
      + `<path class="ic-counts" d="${counts.map(bar).join("")}"></path>${cells}<path class="ic-edges" d="${lines}"></path></svg>`
  }
  const words = points => `The histogram of the picture, cut into ${count(points.length, "cell")}; `
    + `their points are ${points.map(point => +point.toFixed(1)).join(", ")}`

  const verdict = (counts, points) => {
    const error = hands.errorOf(counts, points), best = hands.errorOf(counts, hands.bestPoints(counts, points.length))
    return `${count(points.length, "point")}: mean squared error ${tenths(error)}, ${decibels(error)}. `
      + `The least possible: ${tenths(best)}, ${decibels(best)}.`
  }
  const equal = size => Array.from({ length: size }, (_, i) => Math.floor(256 * (2 * i + 1) / (2 * size)))
  Object.assign(hands, { levelsView: view, levelsVerdict: verdict, equalLevels: equal })

  hands.start("own-levels", (box, { points: begun, most, alt }) => {
    const shown = box.querySelector(".ic-photo img"), says = box.querySelector(".ic-says")
    const field = box.querySelector(".ic-levels"), seen = field.querySelector(".ic-view"), rail = field.querySelector(".ic-rail")
    let picture = null, counts, points = begun, held = null

    const room = i => [i ? Math.floor(points[i - 1]) + 1 : 0, i < points.length - 1 ? Math.ceil(points[i + 1]) - 1 : 255]
    const draw = () => {
      if (!picture) return
      const table = hands.lookUp(points)
      seen.innerHTML = view(counts, points)
      rail.childNodes.forEach((handle, i) => {
        const [low, high] = room(i), grey = points[i]
        handle.style.cssText = `left:${100 * (grey + 0.5) / 256}%;background:${shade(grey)}`
        const state = { min: low, max: high, now: +grey.toFixed(1) }
        for (const [name, value] of Object.entries(state)) handle.setAttribute(`aria-value${name}`, value)
      })
      shown.src = hands.drawn({ ...picture, samples: picture.samples.map(sample => Math.round(table[sample])) })
      Object.assign(shown, { width: picture.width, height: picture.height })
      says.textContent = verdict(counts, points)
    }
    const move = (i, grey) => {
      const [low, high] = room(i)
      if (low > high) return
      points = points.map((point, k) => k === i ? Math.max(low, Math.min(high, grey)) : point)
      draw()
    }
    const build = () => rail.replaceChildren(...points.map((_, i) => {
      const handle = Object.assign(document.createElement("span"), { className: "ic-handle", tabIndex: 0, role: "slider" })
      handle.dataset.lmSuppressShortcuts = "true"  // JupyterLab leaves the keys to us
      handle.setAttribute("aria-label", `point ${i + 1} of ${points.length}`)
      handle.addEventListener("keydown", event => {
        const [low, high] = room(i), to = { Home: low, End: high }[event.key]
          ?? Math.round(points[i]) + { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -8, PageUp: 8 }[event.key]
        if (Number.isNaN(to)) return
        event.preventDefault()
        move(i, to)
      })
      return handle
    }))
    const set = next => { points = next; build(); draw() }
    const greyAt = event => {
      const { left, width } = field.getBoundingClientRect()
      return Math.max(0, Math.min(255, Math.floor(256 * (event.clientX - left) / width)))
    }
    field.addEventListener("pointerdown", event => {
      if (event.button) return
      const grey = greyAt(event), far = points.map(point => Math.abs(point - grey))
      held = far.indexOf(Math.min(...far))
      field.setPointerCapture(event.pointerId)
      rail.childNodes[held].focus()
      event.preventDefault()
      move(held, grey)
    })
    field.addEventListener("pointermove", event => { if (held !== null) move(held, greyAt(event)) })
    for (const end of ["pointerup", "pointercancel"]) field.addEventListener(end, () => { held = null })

    const take = found => { picture = found; counts = hands.histogram(found.samples); build(); draw() }
    hands.photograph(box, { most, change: found => { shown.alt = alt; take(found) } })
    hands.number(box, { name: "levels", words: n => count(n, "point"), change: size => set(equal(size)) })
    box.querySelector(".ic-turn").addEventListener("click", () => set(hands.lloydStep(counts, points)))
    box.querySelector(".ic-equal").addEventListener("click", () => set(equal(points.length)))
    const whole = box.querySelector(".ic-whole"), first = () => take(hands.samplesOf(whole, most, false))
    if (whole.complete) first()
    else whole.addEventListener("load", first, { once: true })
  })
}
