/* A word or a row to type: box has an .ic-word, perhaps .ic-key buttons, and an .ic-refused for the reason of a refusal. */
window.icHands.word = (box, { alphabet, most, change }) => {
  const input = box.querySelector(".ic-word"), refused = box.querySelector(".ic-refused"), shown = window.icHands.html
  const known = letter => [letter, letter.toLowerCase(), letter.toUpperCase()].find(c => alphabet.includes(c))
  let value = ""

  /* Return the letters that may stay, and say why the others may not. */
  const kept = letters => {
    const wrong = [...new Set(letters.filter(letter => !known(letter)))]
    const good = letters.map(known).filter(Boolean), list = alphabet.map(shown).join(", ")
    refused.innerHTML = wrong.length ? `Left out: <code>${wrong.map(shown).join(" ")}</code>. Only ${list} can stand here.`
      : good.length > most ? `No more than ${most} fit here.` : ""
    return good.slice(0, most).join("")
  }
  const take = () => {
    const caret = kept([...input.value.slice(0, input.selectionStart)]).length  // what stays before it
    value = kept([...input.value])
    if (input.value !== value) {
      input.value = value
      if (document.activeElement === input) input.setSelectionRange(caret, caret)
    }
    change(value)
  }
  const press = key => {
    input.value = key === "back" ? value.slice(0, -1) : value + key
    take()
  }
  input.addEventListener("input", event => event.isComposing || take())
  input.addEventListener("compositionend", take)
  for (const button of box.querySelectorAll(".ic-key")) button.addEventListener("click", () => press(button.dataset.key))
  value = input.value
  return { set(text) { input.value = value = text; refused.textContent = "" } }
}
