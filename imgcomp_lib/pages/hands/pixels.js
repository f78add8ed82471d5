/* Pixels to paint: a row of cells, or a grid of `columns`.  Press a cell and it takes the next level; drag, and the
   others take it too.  Arrow keys walk (with Shift they paint), Space paints, a level's letter sets it and goes on. */
window.icHands.pixels = (cells, { levels, columns, change }) => {
  const letters = levels.map(([letter]) => letter), values = Object.fromEntries(levels), buttons = []
  let row = "", brush = null, at = 0

  const named = value => value === 0 ? "black" : value === 255 ? "white" : `grey ${value}`
  const place = i => columns ? `row ${Math.floor(i / columns) + 1}, column ${i % columns + 1}` : `pixel ${i + 1}`
  const show = i => {
    const value = values[row[i]], button = buttons[i]
    button.textContent = row[i]
    button.style.cssText = `background:rgb(${value},${value},${value});color:${value > 117 ? "#000" : "#fff"}`
    button.setAttribute("aria-label", `${place(i)}, ${named(value)}`)
  }
  const paint = (i, letter) => {
    if (row[i] === letter) return
    row = row.slice(0, i) + letter + row.slice(i + 1)
    show(i)
    change(row)
  }
  const next = i => letters[(letters.indexOf(row[i]) + 1) % letters.length]
  const stand = (i, focus) => {
    buttons[at]?.setAttribute("tabindex", "-1")
    at = Math.max(0, Math.min(i, row.length - 1))
    buttons[at].setAttribute("tabindex", "0")
    if (focus) buttons[at].focus()
  }
  const build = () => {
    cells.replaceChildren()
    buttons.length = 0
    for (const _ of row) {
      const button = document.createElement("button")
      Object.assign(button, { type: "button", className: "ic-cell", tabIndex: -1 })
      button.dataset.lmSuppressShortcuts = "true"  // JupyterLab leaves the keys to us
      buttons.push(button)
      cells.append(button)
    }
  }
  const set = text => {
    const before = row
    row = text
    if (before.length !== row.length) build()
    buttons.forEach((_, i) => show(i))
    if (row) stand(at)
  }

  /* How many cells stand in a line: a row wraps like text. */
  const line = () => Math.max(1, buttons.filter(button => button.offsetTop === buttons[0].offsetTop).length)
  cells.addEventListener("keydown", event => {
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -line(), ArrowDown: line(), Home: -at, End: row.length }[event.key]
    const letter = event.ctrlKey || event.metaKey || event.altKey ? undefined : letters.find(c => c === event.key.toLowerCase())
    if (step === undefined && letter === undefined) return
    event.preventDefault()
    if (letter) paint(at, letter)
    const from = row[at]
    stand(at + (letter ? 1 : step), true)
    if (step && event.shiftKey) paint(at, from)
  })
  cells.addEventListener("click", event => {
    const i = buttons.indexOf(event.target)
    if (i >= 0 && event.detail === 0) { stand(i); paint(i, next(i)) }  // Space, Enter, a screen reader
  })
  cells.addEventListener("pointerdown", event => {
    const i = buttons.indexOf(event.target)
    if (i < 0 || event.button) return
    if (event.target.hasPointerCapture(event.pointerId)) event.target.releasePointerCapture(event.pointerId)
    brush = next(i)
    stand(i)
    paint(i, brush)
  })
  cells.addEventListener("pointermove", event => {
    if (brush === null) return
    const i = buttons.indexOf(document.elementFromPoint(event.clientX, event.clientY))
    if (i >= 0) paint(i, brush)
  })
  for (const end of ["pointerup", "pointercancel"]) window.addEventListener(end, () => { brush = null })
  return { set }
}
