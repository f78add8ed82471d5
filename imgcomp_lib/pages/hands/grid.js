/* A square of buttons: arrow keys walk, one is a tab stop.  look(i) gives {text, style, label} of a cell.
   press(i) when one is pressed, over(i) when the pointer, still down, comes to another, pull(i, x) how far it went
   sideways from there, key(i, key) a key that is no step: true where it was of use. */
window.icHands.grid = (cells, { look, press, over = () => {}, pull = () => {}, key = () => false, start = 0 }) => {
  const side = 8, buttons = []
  let at = start, from = null, last = null

  const show = () => buttons.forEach((button, i) => {
    const { text, style, label } = look(i)
    button.textContent = text
    button.style.cssText = style
    button.tabIndex = i === at ? 0 : -1
    button.setAttribute("aria-label", label)
    button.setAttribute("aria-current", i === at)
  })
  const stand = (i, focus) => {
    at = i
    show()
    if (focus) buttons[at].focus()
  }
  cells.replaceChildren(...Array.from({ length: side * side }, () => {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "ic-cell" })
    button.dataset.lmSuppressShortcuts = "true"  // JupyterLab leaves the keys to us
    buttons.push(button)
    return button
  }))

  cells.addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -side, ArrowDown: side }[event.key]
    if (step === undefined) {
      if (key(at, event.key)) event.preventDefault()
      return
    }
    event.preventDefault()
    const leaves = Math.abs(step) === 1 && Math.floor((at + step) / side) !== Math.floor(at / side)
    if (!leaves && at + step >= 0 && at + step < side * side) { stand(at + step, true); key(at, "walk") }
  })
  cells.addEventListener("click", event => {
    const i = buttons.indexOf(event.target)
    if (i >= 0 && event.detail === 0) { stand(i); press(i) }  // Space, Enter, a screen reader
  })
  cells.addEventListener("pointerdown", event => {
    const i = buttons.indexOf(event.target)
    if (i < 0 || event.button) return
    if (event.target.hasPointerCapture(event.pointerId)) event.target.releasePointerCapture(event.pointerId)
    from = { i, x: event.clientX, id: event.pointerId }
    last = i
    stand(i)
    press(i)
  })
  window.addEventListener("pointermove", event => {
    if (!from || event.pointerId !== from.id) return
    pull(from.i, event.clientX - from.x)
    const i = buttons.indexOf(document.elementFromPoint(event.clientX, event.clientY))
    if (i >= 0 && i !== last) { last = i; over(i) }
  })
  for (const end of ["pointerup", "pointercancel"]) window.addEventListener(end, () => { from = null })
  return { show, stand, get at() { return at } }
}
