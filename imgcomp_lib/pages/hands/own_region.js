/* The figure on which the reader paints where the bytes of a photograph go. */
{
  const hands = window.icHands, { regions } = hands

  hands.start("own-region", (box, settings) => {
    const { most, alt, tile } = settings, field = box.querySelector(".ic-region"), says = box.querySelector(".ic-says")
    const shown = field.querySelector("img"), svg = field.querySelector("svg"), cursor = svg.querySelector(".ic-at")
    let picture = null, tiles, columns, rows, at = [0, 0], brush = null, waiting = false

    const draw = () => {
      if (!picture) return
      const data = regions.encode(picture, tiles, ahead.value, 100 * size.value, settings)
      const left = regions.decode(data, settings), path = regions.outline(tiles, columns, rows, tile)
      shown.src = hands.drawn(left)
      Object.assign(shown, { width: 2 * left.width, height: 2 * left.height })
      svg.setAttribute("viewBox", `0 0 ${left.width} ${left.height}`)
      for (const line of svg.querySelectorAll("path")) line.setAttribute("d", path)
      says.textContent = regions.verdict(picture, left, tiles, ahead.value, data, settings)
    }
    /* While a finger moves, the picture is drawn once in each frame of the screen. */
    const soon = () => {
      if (waiting) return
      waiting = true
      requestAnimationFrame(() => { waiting = false; draw() })
    }
    const paint = ([x, y], yes) => {
      if (tiles[y * columns + x] === yes) return
      tiles[y * columns + x] = yes
      soon()
    }
    const stand = ([x, y]) => {
      at = [Math.max(0, Math.min(columns - 1, x)), Math.max(0, Math.min(rows - 1, y))]
      cursor.setAttribute("x", at[0] * tile)
      cursor.setAttribute("y", at[1] * tile)
    }
    const under = event => {
      const { left, top, width, height } = field.getBoundingClientRect()
      const x = Math.floor((event.clientX - left) / width * picture.width / tile)
      const y = Math.floor((event.clientY - top) / height * picture.height / tile)
      return x < 0 || y < 0 || x >= columns || y >= rows ? null : [x, y]
    }
    field.addEventListener("pointerdown", event => {
      const place = !event.button && picture && under(event)
      if (!place) return
      brush = 1 - tiles[place[1] * columns + place[0]]
      stand(place)
      paint(place, brush)
    })
    field.addEventListener("pointermove", event => {
      const place = brush !== null && under(event)
      if (place) paint(place, brush)
    })
    for (const end of ["pointerup", "pointercancel"]) window.addEventListener(end, () => { brush = null })
    field.addEventListener("dragstart", event => event.preventDefault())
    field.addEventListener("keydown", event => {
      const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key]
      if (!picture || !step && event.key !== " ") return
      event.preventDefault()
      const [x, y] = at, here = tiles[y * columns + x]
      if (!step) return paint(at, 1 - here)
      stand([x + step[0], y + step[1]])
      if (event.shiftKey) paint(at, here)
    })
    for (const act of box.querySelectorAll("[data-act]")) {
      act.addEventListener("click", () => {
        if (!picture) return
        tiles = tiles.map(yes => act.dataset.act === "turn" ? 1 - yes : 0)
        draw()
      })
    }
    const take = (found, painted) => {
      picture = found;
      [columns, rows] = regions.tilesOf(found, tile)
      tiles = painted ? painted.flat() : new Array(columns * rows).fill(0)
      stand([0, 0])
      draw()
    }
    const size = hands.number(box, { name: "size", words: n => (100 * n).toLocaleString("en-GB"), change: soon })
    const ahead = hands.number(box, { name: "ahead", words: n => hands.count(n, "bit plane"), change: soon })
    hands.photograph(box, { most, change: found => { shown.alt = alt; take(found) } })
    const first = Object.assign(new Image(), { src: field.querySelector(".ic-kept").src })
    first.addEventListener("load", () => { if (!picture) take(hands.samplesOf(first, most, false), settings.tiles) })
  })
}
