/* The figure of the reader's own text: its interval closes in letter by letter, and one number says the whole text. */
{
  const hands = window.icHands, { count, html } = hands
  const percent = (part, whole) => hands.decimal(100n * part, whole, 3)

  /* Digits enough to tell the two ends apart, and those on which both agree in bold: they are settled. */
  const ends = ({ low, width, scale }) => {
    let digits = 2
    while (10n ** BigInt(digits) * width < 100n * scale) digits++
    const texts = [hands.decimal(low, scale, digits), hands.decimal(low + width, scale, digits)]
    let same = 0
    while (same < texts[0].length && texts[0][same] === texts[1][same]) same++
    const settled = same > 2 ? same : 0
    const tail = text => text.slice(settled).replace(/0+$/, "").replace(/\.$/, "")
    const end = text => `<span><b>${text.slice(0, settled)}</b>${tail(text)}</span>`
    return `<div class="ic-ends">${texts.map(end).join("")}</div>`
  }

  const bar = (counts, chosen, mark) => {
    const { found, total } = hands.slices(counts)
    const slices = counts.map(([letter, n], k) => `<span class="ic-slice ic-s${k % 7}${letter === chosen ? " ic-on" : ""}" `
      + `style="width:${percent(BigInt(n), total)}%"><b>${html(letter)}</b></span>`)
    const needle = mark ? `<i style="left:${percent(mark.top, mark.scale)}%"></i>` : ""
    const { start, count: n } = chosen ? found[chosen] : {}
    const zoom = chosen ? '<svg class="ic-zoom" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><path '
      + `d="M${percent(start, total)} 0L0 10M${percent(start + n, total)} 0L100 10"/></svg>` : ""
    return `<div class="ic-slices">${slices.join("")}${needle}</div>${zoom}`
  }

  /* Everything below the field: one bar a letter, then what the number is and how it is read. */
  const view = (text, counts) => {
    const steps = hands.intervals(text, counts), last = steps.at(-1)
    const binary = hands.shortest(last, 2), decimal = hands.shortest(last, 10)
    const { letters, rest } = hands.readBack(binary, 2, counts, text.length)
    const marks = [...letters, rest]
    const rows = steps.map((step, i) => ends(step) + bar(counts, text[i], text ? marks[i] : undefined))
    const read = letters.map(({ letter, top, scale }) => `<span class="ic-packet">`
      + `<code>${hands.decimal(top, scale, 4)}</code><small>is in <b>${html(letter)}</b></small></span>`)
    return `<div class="ic-bars" role="img" aria-label="${words(text, binary)}">${rows.join("")}</div>`
      + '<p class="ic-legend">Underlined: digits on which both ends agree, settled for good. Needle: where the number stands.</p>'
      + "<dl class=\"ic-facts\"><dt>Shortest number inside</dt>"
      + `<dd>in binary <code>0.${binary || "0"}</code>, which is <code>`
      + `${hands.decimal(marks[0].top ?? 0n, marks[0].scale ?? 1n, 4)}${binary.length > 4 ? "…" : ""}</code>; `
      + `in decimal <code>0.${decimal || "0"}</code>, another one</dd>`
      + `<dt>Cost</dt><dd>${count(binary.length, "bit")} after the point; `
      + `ideal, −log<sub>2</sub> of the width: ${hands.ideal(last).toFixed(2)}</dd>`
      + `<dt>Read back</dt><dd>${read.join(" ") || "–"}</dd></dl>`
  }

  const words = (text, binary) => text
    ? `${count(text.length, "bar")}, one a letter of ${html(text)}, each the chosen slice of the bar above at `
      + `full width; a needle marks 0.${binary || "0"} in all of them`
    : "One bar, divided by the shares of the letters"

  const verdict = (text, counts) => {
    const last = hands.intervals(text, counts).at(-1), bits = hands.shortest(last, 2).length, ideal = hands.ideal(last)
    const luck = bits < ideal ? " By luck a number of fewer bits lies inside." : ""
    return `${html(text)}: ${count(text.length, "letter")} in ${count(bits, "bit")}, ideal ${ideal.toFixed(2)}.${luck}`
  }
  Object.assign(hands, { textView: view, textVerdict: verdict })

  hands.start("own-text", (box, { text, counts, most }) => {
    const seen = box.querySelector(".ic-view"), says = box.querySelector(".ic-says")
    const draw = value => {
      seen.innerHTML = view(value, counts)
      says.innerHTML = value ? verdict(value, counts) : "No letter yet: the interval is everything from 0 to 1."
    }
    hands.word(box, { alphabet: counts.map(([letter]) => letter), most, change: draw })
    draw(text)
  })
}
