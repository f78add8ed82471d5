/* The figure of what the eye forgives: lightness and colour of a photograph, each with as few samples as one likes. */
{
  const hands = window.icHands, { decibels } = hands
  const SIDES = [1, 2, 4, 8, 16]
  const square = times => times ? `one sample for ${SIDES[times]} × ${SIDES[times]} pixels` : "every sample"

  const coarsened = (planes, light, colour) => planes.map((plane, c) => hands.coarse(plane, c ? colour : light))
  const bits = (light, colour) => +(8 / 4 ** light + 16 / 4 ** colour).toFixed(2)
  const verdict = (planes, few, light, colour) => {
    const found = ["Y", "Cb", "Cr"].map((name, c) => `${name} ${decibels(hands.errorBetween(planes[c], few[c]))}`)
    return `${bits(light, colour)} bits per pixel instead of 24. ${found.join(", ")}.`
  }

  /* What is said when the reader sees a loss, which must be of one kind; `before`: the number of the bet, or null. */
  const seen = (light, colour, before, peeking) => {
    if (peeking) return "This is the original. Press its button again first."
    if (light && colour) return "Is it the colour or the lightness? Take one of them back to every sample first."
    if (!light && !colour) return "This is the photograph itself. Drag a slider first."
    const at = times => `at ${SIDES[times]} × ${SIDES[times]}`, place = at(light || colour)
    const what = light ? "lightness" : "colour", bet = before === null ? "" : before > 3 ? "never" : at(before + 1)
    const met = !bet || light ? "" : bet === place ? " You had bet on that." : ` You had bet: ${bet}.`
    return `You saw the loss of ${what} ${place}, with one sample of ${SIDES[light || colour] ** 2} left.${met}`
  }
  Object.assign(hands, { coloursVerdict: verdict, coarsened, lossSeen: seen })

  hands.start("own-colours", (box, { light: lightest, colour: first, most, alt, bet }) => {
    const shown = box.querySelector(".ic-photo img"), says = box.querySelector(".ic-says"), noticed = box.querySelector(".ic-noticed")
    const peek = box.querySelector(".ic-peek")
    let planes = null, few, source, light = lightest, colour = first, peeking = false
    const draw = () => {
      if (!planes) return
      few = coarsened(planes, light, colour)
      Object.assign(shown, { width: planes[0].width, height: planes[0].height })
      shown.src = peeking ? source : hands.drawn(hands.pictureOf(few))
      says.textContent = peeking ? "The original, 24 bits per pixel." : verdict(planes, few, light, colour)
      noticed.textContent = ""
    }
    const take = found => { source = hands.drawn(found); planes = hands.planesOf(found); draw() }
    hands.photograph(box, { most, rgb: true, change: found => { shown.alt = alt; take(found) } })
    hands.number(box, { name: "light", words: square, change: value => { light = value; draw() } })
    hands.number(box, { name: "colour", words: square, change: value => { colour = value; draw() } })
    box.querySelector(".ic-seen").addEventListener("click", () => {
      noticed.textContent = seen(light, colour, hands.recallBet(bet), peeking)
    })
    peek.addEventListener("click", () => {
      peeking = !peeking
      peek.setAttribute("aria-pressed", peeking)
      draw()
    })
    const whole = box.querySelector(".ic-whole"), begin = () => take(hands.samplesOf(whole, most, true))
    if (whole.complete) begin()
    else whole.addEventListener("load", begin, { once: true })
  })
}
