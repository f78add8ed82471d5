/* What every figure for the reader's hands shares.  The next figure on the page adds the same once more: no harm. */
window.icHands = Object.assign(window.icHands || {}, {
  /* Start every figure of a kind, each once: setUp gets its element and its settings. */
  start(kind, setUp) {
    for (const box of document.querySelectorAll(`.ic-hands[data-kind="${kind}"]:not(.ic-ready)`)) {
      box.classList.add("ic-ready")
      for (const tools of box.querySelectorAll(".ic-tools")) tools.hidden = false
      setUp(box, JSON.parse(box.dataset.settings))
    }
  },

  /* Text as HTML, and a space as something to be seen. */
  html: text => text.replace(/[&<>"']/g, c => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;" })[c])
    .replace(/ /g, "␣"),

  /* "1 byte", "2,000 bytes". */
  count: (n, noun) => `${n.toLocaleString("en-GB")} ${noun}${n === 1 ? "" : "s"}`,

  hex: byte => byte.toString(16).padStart(2, "0"),
})
