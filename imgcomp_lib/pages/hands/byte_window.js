/* Bytes of a file too long to be shown at once: a window of some of them, which moves with the chosen one.
   Arrow keys walk, PageUp and PageDown turn over, Home and End go to either end; look(i) gives {text, looks, label}. */
window.icHands.byteWindow = (cells, { many, length, look, chosen }) => {
  const buttons = Array.from({ length: many }, () => {
    const button = Object.assign(document.createElement("button"), { type: "button" })
    button.dataset.lmSuppressShortcuts = "true"  // JupyterLab leaves the keys to us
    return button
  })
  let at = 0

  const show = () => buttons.forEach((button, i) => {
    const place = at - at % many + i
    button.hidden = place >= length()
    if (button.hidden) return
    const { text, looks, label } = look(place)
    button.textContent = text
    button.className = `ic-byte ${looks}`
    button.tabIndex = place === at ? 0 : -1
    button.setAttribute("aria-pressed", place === at)
    button.setAttribute("aria-label", label)
  })
  const choose = (place, focus) => {
    at = Math.max(0, Math.min(place, length() - 1))
    show()
    if (focus) buttons[at % many].focus()
    chosen(at)
  }
  const line = () => Math.max(1, buttons.filter(button => button.offsetTop === buttons[0].offsetTop).length)

  cells.replaceChildren(...buttons)
  cells.addEventListener("click", event => {
    const i = buttons.indexOf(event.target)
    if (i >= 0) choose(at - at % many + i, false)
  })
  cells.addEventListener("keydown", event => {
    const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -line(), ArrowDown: line(), PageUp: -many, PageDown: many }
    const step = { ...steps, Home: -at, End: length() }[event.key]
    if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    choose(at + step, true)
  })
  return { choose, get at() { return at } }
}
