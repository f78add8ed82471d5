/* Long work in slices, so that a page does not freeze: the work is a generator that yields now and then. */
{
  /* Let a generator run for as long as a page may stand still, then go on in the next frame; call it off by its result. */
  const slices = (work, done, still = 12) => {
    let off = false
    const go = () => {
      for (const from = performance.now(); !off && performance.now() - from < still;) {
        const { value, done: ends } = work.next()
        if (ends) { off = true; done(value) }
      }
      if (!off) requestAnimationFrame(go)
    }
    go()
    return () => { off = true }
  }

  /* The same at once. */
  const whole = work => { for (;;) { const { value, done } = work.next(); if (done) return value } }
  Object.assign(window.icHands, { slices, atOnce: whole })
}
