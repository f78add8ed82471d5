/* A blind test: pairs of spoilt versions in a random order, and how often each measure chose as the reader did. */
{
  const hands = window.icHands

  const shuffled = (items, random = Math.random) => {
    const out = [...items]
    for (let i = out.length - 1; i > 0; i--) {
      const j = Math.floor(random() * (i + 1))
      const kept = out[i]
      out[i] = out[j]
      out[j] = kept
    }
    return out
  }

  /* Of rounds [chosen, other], names of versions: how often each measure has the chosen one above the other. */
  const agreements = (rounds, scores) => Object.fromEntries(Object.entries(scores).map(([measure, of]) =>
    [measure, rounds.filter(([chosen, other]) => of[chosen] > of[other]).length]))
  const listed = names => names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`
  const praise = (best, most, all) => best.length === 1
    ? `${best[0]} agreed with you most often, in ${most} of ${all} rounds.`
    : `${listed(best)} agreed with you most often, each in ${most} of ${all} rounds.`
  Object.assign(hands, { shuffled, agreements, praise })

  const escaped = text => hands.html(text).replace(/␣/g, " ")
  const result = (rounds, scores) => {
    const found = agreements(rounds, scores), names = Object.keys(found), all = rounds.length
    const bars = [...names].sort((a, b) => found[b] - found[a]).map(name => `<div class="ic-size"><span>${escaped(name)}</span>`
      + `<b style="width:${100 * found[name] / all}%"></b><span>${found[name]} of ${all}</span></div>`).join("")
    const sign = yes => `<td>${yes ? "as you" : "–"}</td>`
    const rows = rounds.map(([chosen, other]) => `<tr><th scope="row">${escaped(chosen)}</th><td>${escaped(other)}</td>`
      + `${names.map(name => sign(scores[name][chosen] > scores[name][other])).join("")}</tr>`).join("")
    const heads = ["your choice", "instead of", ...names].map(head => `<th scope="col">${escaped(head)}</th>`).join("")
    return `${bars}<div class="imgcomp ic-scroll" role="group" tabindex="0"><table><thead><tr>${heads}</tr></thead>`
      + `<tbody>${rows}</tbody></table></div>`
  }

  hands.start("blind-test", (box, { versions, pairs, scores }) => {
    const says = box.querySelector(".ic-says"), first = box.querySelector(".ic-original img"), end = box.querySelector(".ic-result")
    const buttons = [...box.querySelectorAll(".ic-pick")], shown = buttons.map(button => button.querySelector("img"))
    const again = box.querySelector(".ic-again"), stage = box.querySelector(".ic-pair")
    let order = [], rounds = [], picture = null
    const source = name => {
      const { src, kind, step } = versions[name]
      return src || hands.drawn(hands.atStep(picture, kind, step))
    }
    const ask = () => {
      const pair = order[rounds.length]
      stage.hidden = !pair
      end.hidden = !!pair
      again.hidden = !rounds.length
      if (!pair) {
        end.innerHTML = result(rounds, scores)
        const found = Object.entries(agreements(rounds, scores)), most = Math.max(...found.map(([, n]) => n))
        const best = found.filter(([, n]) => n === most).map(([name]) => name)
        says.textContent = praise(best, most, order.length)
        return
      }
      shown.forEach((img, i) => { img.src = source(pair[i]) })
      says.textContent = `Round ${rounds.length + 1} of ${order.length}. Which looks closer to the original?`
    }
    const pick = side => {
      const pair = order[rounds.length]
      if (!pair) return
      rounds.push([pair[side], pair[1 - side]])
      ask()
    }
    const start = () => {
      picture ||= hands.samplesOf(first, 512, true)
      order = shuffled(pairs).map(pair => shuffled(pair))
      rounds = []
      ask()
    }
    buttons.forEach((button, side) => button.addEventListener("click", () => pick(side)))
    stage.addEventListener("keydown", event => {
      const side = ["ArrowLeft", "ArrowRight"].indexOf(event.key)
      if (side < 0) return
      event.preventDefault()
      pick(side)
      if (!stage.hidden) buttons[side].focus()
      else again.focus()
    })
    again.addEventListener("click", () => { start(); buttons[0].focus() })
    if (first.complete) start()
    else first.addEventListener("load", start, { once: true })
  })
}
