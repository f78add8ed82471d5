/* The figure of a block to paint: 64 pixels, their 64 coefficients, and each follows the other. */
{
  const hands = window.icHands, { dct, count } = hands

  const grey = value => value === 0 ? "black" : value === 255 ? "white" : `grey ${value}`
  const signed = value => `${value}`.replace("-", "−")
  const waves = i => `${i >> 3} half ${i >> 3 === 1 ? "wave" : "waves"} down, ${i % 8} across`
  const where = i => `${i >> 3} down, ${i % 8} across`
  const pixel = value => `background:rgb(${value},${value},${value})`
  const tint = value => {
    const share = Math.min(45, Math.floor(3 * Math.sqrt(Math.abs(value)) + 0.5)) / 100
    return value ? `background:rgba(${value > 0 ? "227,116,0" : "10,99,196"},${share})` : "background:none"
  }
  const verdict = (coefficients, samples, painted) => {
    const alive = count(coefficients.filter(c => c).length, "coefficient"), off = samples.map((s, i) => Math.abs(s - painted[i]))
    const most = Math.max(...off), squares = off.reduce((sum, d) => sum + d * d, 0)
    return `${alive} of 64 left. ` + (most ? `They draw the block with errors of at most ${count(most, "level")}, `
      + `${dct.psnr(squares, 64).toFixed(1)} dB.` : "They draw the block exactly.")
  }
  Object.assign(hands, { blockTint: tint, blockVerdict: verdict })

  hands.start("own-block", (box, { blocks, table }) => {
    const says = box.querySelector(".ic-says"), find = act => box.querySelector(`[data-act="${act}"]`)
    const pattern = [...box.querySelectorAll(".ic-pattern span")]
    let painted = Object.values(blocks)[0], shown = [], eightfold = [], coefficients = [], before = 0, numbers = null

    const draw = () => {
      pixels.show()
      numbers.show()
      const one = dct.samples(coefficients.map((_, i) => i === numbers.at ? 480 : 0))
      pattern.forEach((cell, i) => { cell.style.cssText = pixel(one[i]) })
      value.set(coefficients[numbers.at])
      says.textContent = verdict(coefficients, dct.samples(coefficients), painted)
      find("drop").setAttribute("aria-disabled", !coefficients.some(c => c))
    }
    /* What is painted: its coefficients are kept to an eighth, as the encoder has them, and shown as whole numbers. */
    const take = block => {
      painted = [...block]
      shown = [...block]
      eightfold = dct.analysed(block)
      coefficients = dct.whole(eightfold)
    }
    const load = block => { take(block); draw() }
    const paint = (i, level) => load(shown.with(i, Math.max(0, Math.min(255, level))))
    const set = changed => {
      eightfold = changed
      coefficients = dct.whole(eightfold)
      shown = dct.samples(coefficients)
      draw()
    }
    const put = (i, level) => set(eightfold.with(i, 8 * Math.max(-1024, Math.min(1024, level))))
    const drop = () => {
      const alive = hands.zigzag.filter(i => coefficients[i])
      const least = Math.min(...alive.map(i => Math.abs(coefficients[i])))
      if (alive.length) set(eightfold.with(alive.findLast(i => Math.abs(coefficients[i]) === least), 0))
    }

    take(painted)
    const brush = hands.number(box, { name: "brush", words: grey, change: () => {} })
    const value = hands.number(box, {
      name: "value", words: v => `${signed(v)} (${where(numbers?.at ?? 1)})`, change: v => put(numbers.at, v),
    })
    const pixelKeys = { "+": 16, "=": 16, "-": -16 }, numberKeys = { "+": 8, "=": 8, "-": -8, PageUp: 64, PageDown: -64 }
    const pixels = hands.grid(box.querySelector(".ic-pixels"), {
      look: i => ({ text: "", style: pixel(shown[i]), label: `row ${(i >> 3) + 1}, column ${i % 8 + 1}, ${grey(shown[i])}` }),
      press: i => paint(i, brush.value),
      over: i => paint(i, brush.value),
      key: (i, key) => {
        if (key in pixelKeys) paint(i, shown[i] + pixelKeys[key])
        else if (/^[0-9]$/.test(key)) paint(i, Math.round(255 * key / 9))
        else return false
        return true
      },
    })
    numbers = hands.grid(box.querySelector(".ic-numbers"), {
      look: i => ({
        text: coefficients[i] ? signed(coefficients[i]) : "", style: tint(coefficients[i]),
        label: `${waves(i)}: ${coefficients[i]}`,
      }),
      press: i => { before = coefficients[i]; draw() },
      pull: (i, x) => { if (Math.abs(x) > 3) put(i, before + 4 * Math.round(x)) },
      key: (i, key) => {
        if (key === "walk") draw()
        else if (key in numberKeys) put(i, coefficients[i] + numberKeys[key])
        else if (["0", "Delete", "Backspace"].includes(key)) put(i, 0)
        else return false
        return true
      },
      start: 1,
    })
    find("drop").addEventListener("click", drop)
    find("quantise").addEventListener("click", () => set(dct.dequantise(dct.quantise(eightfold, table), table).map(c => 8 * c)))
    find("again").addEventListener("click", () => load(painted))
    for (const [name, block] of Object.entries(blocks)) find(`load ${name}`).addEventListener("click", () => load(block))
    draw()
  })
}
