/* Where the nth coefficient of the zigzag stands in a block read row by row. */
window.icHands.zigzag = Array.from({ length: 64 }, (_, i) => i).sort((a, b) => {
  const [y, x, v, u] = [a >> 3, a % 8, b >> 3, b % 8]
  return y + x - v - u || ((y + x) % 2 ? y - v : x - u)
})
