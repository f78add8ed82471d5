/* Bytes to break: arrow keys walk over them, a press chooses one, and eight buttons flip its bits.
   start is the first one chosen; parts(data) names the part of each byte as a letter, for its look; means(data, at) says what a byte is. */
window.icHands.bytes = (box, { data, parts, means, change, start = 0 }) => {
  const { hex } = window.icHands, whole = [...data], cells = box.querySelector(".ic-bytes")
  const bits = [...box.querySelectorAll(".ic-bit")], chosen = box.querySelector(".ic-chosen"), buttons = []
  let at = start

  const show = () => {
    const looks = parts(data)
    buttons.forEach((button, i) => {
      button.textContent = hex(data[i])
      button.className = `ic-byte ic-part-${looks[i]}${data[i] === whole[i] ? "" : " ic-broken"}`
      button.tabIndex = i === at ? 0 : -1
      button.setAttribute("aria-pressed", i === at)
      button.setAttribute("aria-label", `byte ${i}, ${hex(data[i])}${data[i] === whole[i] ? "" : `, was ${hex(whole[i])}`}`)
    })
    bits.forEach((bit, i) => {
      const one = data[at] >> 7 - i & 1
      bit.textContent = one
      bit.setAttribute("aria-label", `flip bit ${7 - i} of byte ${at}, now ${one}`)
      bit.classList.toggle("ic-broken", (data[at] ^ whole[at]) >> 7 - i & 1)
    })
    chosen.textContent = `Byte ${at}, ${hex(data[at])}: ${means(data, at)}`
  }
  const choose = (i, focus) => {
    at = Math.max(0, Math.min(i, data.length - 1))
    show()
    if (focus) buttons[at].focus()
  }
  const line = () => Math.max(1, buttons.filter(button => button.offsetTop === buttons[0].offsetTop).length)

  cells.replaceChildren(...data.map(() => {
    const button = Object.assign(document.createElement("button"), { type: "button" })
    button.dataset.lmSuppressShortcuts = "true"  // JupyterLab leaves the keys to us
    buttons.push(button)
    return button
  }))
  cells.addEventListener("click", event => {
    const i = buttons.indexOf(event.target)
    if (i >= 0) choose(i, false)
  })
  cells.addEventListener("keydown", event => {
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -line(), ArrowDown: line(), Home: -at, End: data.length }[event.key]
    if (step === undefined) return
    event.preventDefault()
    choose(at + step, true)
  })
  bits.forEach((bit, i) => bit.addEventListener("click", () => {
    data[at] ^= 128 >> i
    show()
    change(data)
  }))
  box.querySelector(".ic-mend").addEventListener("click", () => {
    data.splice(0, data.length, ...whole)
    show()
    change(data)
  })
  show()
}
