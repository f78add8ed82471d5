// The orange square after a measured sentence is a button: it opens the code that computed the sentence.
// Without this script the square is a mark, and "Show code" stands in the margin, as beside every other folded cell.
document.addEventListener("DOMContentLoaded", () => {
  for (const cell of document.querySelectorAll("div.cell.tag_hide-input")) {
    const fold = cell.querySelector(":scope > details.hide")
    const said = [...cell.querySelectorAll(":scope > .cell_output .say")].pop()
    if (!fold || !said || cell.querySelector(":scope > .cell_output figure")) continue
    const square = document.createElement("button")
    square.type = "button"
    square.className = "say-code"
    square.setAttribute("aria-label", "Code behind this sentence")
    fold.id ||= `code-${document.querySelectorAll(".say-code").length + 1}`
    square.setAttribute("aria-controls", fold.id)
    const tell = () => {
      square.setAttribute("aria-expanded", fold.open)
      square.title = fold.open ? "Hide code" : "Show code"
    }
    square.addEventListener("click", () => { fold.open = !fold.open; tell() })
    fold.addEventListener("toggle", tell)  // the browser's own search opens folds too
    tell()
    said.append("\u2060", square)  // no line begins with the square
    cell.classList.add("has-square")
  }
})
