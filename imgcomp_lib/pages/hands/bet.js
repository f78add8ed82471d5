/* A bet to place, and the place further down where it meets the truth.  It is kept for as long as the tab is open. */
{
  const hands = window.icHands, kept = window.icBets ||= {}
  const key = name => `ic-bet ${location.pathname} ${name}`

  const remember = (name, value) => {
    kept[name] = value
    try { sessionStorage.setItem(key(name), JSON.stringify(value)) } catch { /* then the page alone remembers */ }
    document.dispatchEvent(new CustomEvent("ic-bet", { detail: name }))
  }
  const recall = name => {
    try { return kept[name] ?? JSON.parse(sessionStorage.getItem(key(name))) } catch { return null }
  }

  const amount = (value, { unit, choices }) => choices.length ? choices[value] : `${value.toLocaleString("en-GB")}${unit}`

  /* What is said to a bet, null where none was placed. */
  const judged = (value, truth, bet) => {
    const is = `It is ${amount(truth, bet)}`
    if (value === null) return `${is}.`
    const off = Math.abs(value - truth), said = `You bet ${amount(value, bet)}. ${is}`
    if (off === 0) return `${said}: you were right.`
    return bet.choices.length ? `${said}.` : `${said}: your bet was ${amount(off, bet)} too ${value < truth ? "low" : "high"}.`
  }
  Object.assign(hands, { judged, recallBet: recall, rememberBet: remember })

  hands.start("bet", (box, bet) => {
    const says = box.querySelector(".ic-says"), placed = box.querySelector(".ic-place")
    const choices = [...box.querySelectorAll("input[type=radio]")], before = recall(bet.name)
    const show = value => {
      if (value !== null) says.textContent = `Your bet stands: ${amount(value, bet)}. You will meet it again.`
    }
    const slider = bet.choices.length ? null
      : hands.number(box, { name: "bet", words: value => amount(value, bet), change: () => {} })
    if (before !== null && slider) slider.set(before)
    if (before !== null && choices[before]) choices[before].checked = true
    placed.addEventListener("click", () => {
      const value = slider ? slider.value : choices.findIndex(choice => choice.checked)
      if (value < bet.low) { says.textContent = "Choose one first."; return }
      remember(bet.name, value)
      show(value)
    })
    show(before)
  })

  hands.start("confront", (box, { bet, truth }) => {
    const says = box.querySelector(".ic-says"), mark = box.querySelector(".ic-mine")
    const show = () => {
      const value = recall(bet.name)
      says.textContent = judged(value, truth, bet)
      if (!mark || value === null) return
      mark.hidden = false
      mark.style.left = `${100 * (value - bet.low) / (bet.high - bet.low)}%`
    }
    document.addEventListener("ic-bet", event => { if (event.detail === bet.name) show() })
    show()
  })
}
