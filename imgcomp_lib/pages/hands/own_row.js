/* The figure of the reader's own row: runs, pairs and packets of what is painted or typed. */
{
  const { count, hex } = window.icHands

  const pair = ([value, length]) => `<code>(${value}, ${length})</code>`
  const packet = ({ isRun, count, bytes: [head, ...rest] }) => `<span class="ic-packet"><code><b>${hex(head)}</b> `
    + `${rest.map(hex).join(" ")}</code><small>${isRun ? "run of" : "raw,"} ${count}</small></span>`
  const bar = (name, size, raw, most) => `<div class="ic-size${size > raw ? " ic-more" : ""}"><span>${name}</span>`
    + `<i><b style="width:${Math.floor(1000 * size / most) / 10}%"></b></i><span>${count(size, "byte")}</span></div>`

  const view = symbols => {
    const pairs = window.icHands.runs(symbols), packed = window.icHands.pack(symbols)
    const sizes = { "as they are": symbols.length, "as pairs": window.icHands.pairBytes(pairs), "in packets": packed.length }
    const most = Math.max(...Object.values(sizes))
    const bars = Object.entries(sizes).map(([name, size]) => bar(name, size, symbols.length, most))
    return `<p class="ic-head">${count(pairs.length, "run")}, each a pair (value, length)</p>`
      + `<p class="ic-pairs">${pairs.map(pair).join(" ")}</p>`
      + `<p class="ic-head">${count(window.icHands.packets(packed).length, "packet")}, in hexadecimal</p>`
      + `<p class="ic-packets">${window.icHands.packets(packed).map(packet).join(" ")}</p>`
      + `<div class="ic-sizes">${bars.join("")}</div>`
  }

  const verdict = symbols => {
    const size = window.icHands.pack(symbols).length, saved = symbols.length - size
    const ending = saved > 0 ? `${count(saved, "byte")} saved.` : saved === 0 ? "nothing gained."
      : `the row grew by ${count(-saved, "byte")}.`
    return `${count(symbols.length, "pixel")}, ${count(window.icHands.runs(symbols).length, "run")}. `
      + `In packets ${count(size, "byte")}: ${ending}`
  }
  Object.assign(window.icHands, { rowView: view, rowVerdict: verdict })

  window.icHands.start("own-row", (box, { row, levels, most }) => {
    const seen = box.querySelector(".ic-view"), says = box.querySelector(".ic-says")
    const letters = levels.map(([letter]) => letter), values = Object.fromEntries(levels)
    let text = row, each = 1
    const draw = () => {
      const symbols = [...text].flatMap(letter => Array(each).fill(values[letter]))
      seen.innerHTML = text ? view(symbols) : ""
      says.textContent = text ? verdict(symbols) : `No pixels yet. Type ${letters.join(" or ")}.`
    }
    const typed = value => { cells.set(text = value); draw() }, painted = value => { word.set(text = value); draw() }
    const word = window.icHands.word(box, { alphabet: letters, most, change: typed })
    const cells = window.icHands.pixels(box.querySelector(".ic-cells"), { levels, change: painted })
    if (box.querySelector(".ic-drag")) {
      window.icHands.number(box, { name: "each", words: n => count(n, "pixel"), change: value => { each = value; draw() } })
    }
    cells.set(text)
    draw()
  })
}
