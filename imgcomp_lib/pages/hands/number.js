/* A number to drag: a native slider (mouse, touch, arrow keys, Home, End) between two buttons, its value beside it. */
window.icHands.number = (box, { name, words = String, change }) => {
  const control = [...box.querySelectorAll(".ic-drag")].find(one => one.dataset.name === name)
  const slider = control.querySelector("input"), shown = control.querySelector(".ic-value")
  const [less, more] = control.querySelectorAll("button")
  const show = () => {
    shown.textContent = words(+slider.value)
    slider.setAttribute("aria-valuetext", shown.textContent)
    less.setAttribute("aria-disabled", +slider.value <= +slider.min)
    more.setAttribute("aria-disabled", +slider.value >= +slider.max)
  }
  const moved = () => { show(); change(+slider.value) }
  slider.addEventListener("input", moved)
  less.addEventListener("click", () => { slider.stepDown(); moved() })
  more.addEventListener("click", () => { slider.stepUp(); moved() })
  show()
  return { get value() { return +slider.value }, set(value) { slider.value = value; show() } }
}
