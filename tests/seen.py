"""What can be seen of a page in a browser, each as a function of a Playwright page that returns its complaints.

`test_browser` looks at the chapters in the second form of a page with them, and shows each a page that is wrong.
"""

import io

import numpy as np
from PIL import Image

LEAST = 4.5  # to 1: the contrast of letters with their ground, WCAG 2.2, 1.4.3
CLIPPED = """() => [...document.querySelectorAll("article .cell_input pre")].filter(pre => {
  if (!pre.checkVisibility() || pre.scrollWidth <= pre.clientWidth) return false
  if (innerWidth >= 1280) return true
  const there = pre.scrollLeft, look = getComputedStyle(pre).overflowX
  pre.scrollLeft = 1e6
  const end = pre.scrollLeft + pre.clientWidth >= pre.scrollWidth - 1
  pre.scrollLeft = there
  const box = pre.getBoundingClientRect()
  return !["auto", "scroll"].includes(look) || !end || box.left < 0 || box.right > innerWidth + 1
}).map(pre => pre.textContent.slice(0, 60))"""

CONTRAST = """least => {
  const rgba = text => {
    const [r, g, b, a = 1] = text.match(/[\\d.]+(e-\\d+)?/g).map(Number), wide = text.startsWith("color(") ? 255 : 1
    return [r * wide, g * wide, b * wide, a]
  }
  const over = (top, ground, share = 1) => ground.map((v, i) => top[i] * top[3] * share + v * (1 - top[3] * share))
  const light = rgb => rgb.map(v => v / 255).map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0)
  const share = e => e ? +getComputedStyle(e).opacity * share(e.parentElement) : 1
  const words = e => e.matches("text, text *")
  const paint = e => {
    if (e.matches("img, image, canvas, video")) return "picture"
    const look = getComputedStyle(e), drawn = e.ownerSVGElement
    if (drawn && !look.fill.startsWith("rgb")) return look.fill.startsWith("url") ? "picture" : null
    const colour = rgba(drawn ? look.fill : look.backgroundColor)
    if (!drawn && look.backgroundImage !== "none") return "picture"
    return [...colour.slice(0, 3), colour[3] * (drawn ? +look.fillOpacity : 1)]
  }
  const ratio = (x, y, e) => {
    let ground = [255, 255, 255]
    for (const under of document.elementsFromPoint(x, y).reverse()) {
      const top = words(under) || (under === e && e.ownerSVGElement) ? null : paint(under)
      if (top === "picture") ground = null
      else if (top && top[3] * share(under) === 1) ground = top.slice(0, 3)
      else if (top && ground) ground = over(top, ground, share(under))
    }
    if (!ground) return Infinity
    const look = getComputedStyle(e), svg = e.ownerSVGElement
    const ink = rgba(svg ? look.fill : look.color)
    if (svg) ink[3] *= +look.fillOpacity
    const [a, b] = [light(over(ink, ground, share(e))), light(ground)].sort((a, b) => a - b)
    return (b + .05) / (a + .05)
  }
  const poor = []
  for (const figure of document.querySelectorAll(".imgcomp")) {
    const walk = document.createTreeWalker(figure, NodeFilter.SHOW_TEXT)
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
      const e = node.parentElement
      if (!node.data.trim() || e.closest("style, script, output, defs, :disabled, [aria-disabled=true]")) continue
      if (!e.checkVisibility({visibilityProperty: true, opacityProperty: true})) continue
      const range = document.createRange()
      range.selectNodeContents(node)
      let [box] = range.getClientRects()
      if (!box || box.width < 1) continue
      if (box.top < 60 || box.bottom > innerHeight) {
        e.scrollIntoView({block: "center", inline: "center", behavior: "instant"})
        box = range.getClientRects()[0]
      }
      const y = (box.top + box.bottom) / 2
      const least_here = Math.min(...[.1, .5, .9].map(at => ratio(box.left + at * box.width, y, e)))
      if (least_here < least) poor.push(`${least_here.toFixed(2)}: ${node.data.trim().slice(0, 40)}`)
    }
  }
  return [...new Set(poor)]
}"""


def clipped_code(page) -> list[str]:
    """Open code that is cut off: wider than its block at 1280 pixels, and on a phone without a scroll bar."""
    return page.evaluate(CLIPPED)


def poor_contrast(page) -> list[str]:
    """Words of our own figures that stand out less than 4.5:1 from what is painted under them; pictures aside."""
    return page.evaluate(CONTRAST, LEAST)


def ink(locator) -> float:
    """Return which share of an element's pixels differs from its commonest colour."""
    pixels = np.asarray(Image.open(io.BytesIO(locator.screenshot())).convert("RGB")).reshape(-1, 3).astype(int)
    colours, counts = np.unique(pixels, axis=0, return_counts=True)
    return float((np.abs(pixels - colours[counts.argmax()]).max(axis=1) > 24).mean())


def empty_starts(page) -> list[str]:
    """Moving figures whose first state shows nothing: under 1 % ink, or under a quarter of their usual ink."""
    found = []
    for stepper in page.locator(".ic-steps").all():
        shown = stepper.locator(".ic-on .ic-pic > *").first
        states = [ink(shown)]
        slider = stepper.locator("input[type=range]").last
        slider.press("Home")
        for _ in range(min(int(slider.get_attribute("max")), 12) + 1):
            states.append(ink(shown))
            slider.press("ArrowRight")
        if states[0] < max(0.01, np.median(states) / 4):
            found.append(f"a stepper opens with {states[0]:.1%} ink of {np.median(states):.1%}")
    return found + [f"a figure for the hand opens with {ink(hand):.1%} ink" for hand in hands(page) if ink(hand) < 0.01]


def hands(page) -> list:
    """Return what the figures that take a reader's own input draw on: their largest picture, or all of them."""
    found = []
    for figure in page.locator(".imgcomp:has(input, textarea, button, canvas):not(:has(.ic-steps))").all():
        pictures = [(p.bounding_box(), p) for p in figure.locator("svg, canvas, img").all() if p.is_visible()]
        sized = [(box["width"] * box["height"], i) for i, (box, _) in enumerate(pictures) if box]
        found.append(pictures[max(sized)[1]][1] if sized else figure)
    return found
