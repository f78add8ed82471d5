/* Scalar quantisers of grey levels: cells around points, their error on a histogram, Lloyd's turn, Lloyd-Max. */
{
  const hands = window.icHands
  const sum = numbers => numbers.reduce((a, b) => a + b, 0)

  const histogram = samples => {
    const counts = Array(256).fill(0)
    for (const sample of samples) counts[sample]++
    return counts
  }

  /* Midway between two neighbours; a grey on an edge belongs to the level above. */
  const edges = points => points.slice(1).map((point, i) => (points[i] + point) / 2)
  const levelOf = (grey, between) => between.filter(edge => edge <= grey).length

  /* The point that each of the 256 greys becomes. */
  const lookUp = points => {
    const between = edges(points)
    return Array.from({ length: 256 }, (_, grey) => points[levelOf(grey, between)])
  }
  const errorOf = (counts, points) => {
    const table = lookUp(points)
    return sum(counts.map((count, grey) => count * (grey - table[grey]) ** 2)) / sum(counts)
  }

  /* Each point becomes the mean of its cell, a whole number; a cell without pixels keeps its point. */
  const lloydStep = (counts, points) => {
    const between = edges(points), mass = points.map(() => 0), moment = points.map(() => 0)
    counts.forEach((count, grey) => {
      const level = levelOf(grey, between)
      mass[level] += count
      moment[level] += count * grey
    })
    return points.map((point, i) => mass[i] ? Math.floor((2 * moment[i] + mass[i]) / (2 * mass[i])) : point)
  }

  /* As the library designs it: equal cells first, then turns until nothing moves; an empty cell is never left alone. */
  const lloydMax = (counts, size) => {
    const greys = [...counts.keys()].filter(grey => counts[grey])
    const low = greys[0], width = greys.at(-1) - low || 1
    const values = greys.map(grey => (grey - low) / width), weights = greys.map(grey => counts[grey])
    const cell = (first, last) => {
      const inside = values.slice(first, last), mass = weights.slice(first, last)
      const mean = sum(inside.map((value, i) => value * mass[i])) / sum(mass)
      const error = last - first < 2 ? -1 : sum(inside.map((value, i) => mass[i] * (value - mean) ** 2))
      return { first, last, mean, error }
    }
    const cellsOf = points => {
      const between = edges(points), ends = [0, ...between.map(edge => values.filter(v => v < edge).length), values.length]
      return points.map((_, i) => cell(ends[i], ends[i + 1])).filter(({ first, last }) => last > first)
    }
    const cut = ({ first, last, mean }) => {
      const after = first + values.slice(first, last).filter(value => value <= mean).length
      return Math.min(Math.max(after, first + 1), last - 1)
    }
    const refilled = cells => {
      while (cells.length < Math.min(size, values.length)) {
        const worst = cells.reduce((a, b) => b.error > a.error ? b : a), middle = cut(worst)
        cells.splice(cells.indexOf(worst), 1, cell(worst.first, middle), cell(middle, worst.last))
      }
      return cells
    }
    let points = Array.from({ length: size }, (_, i) => (i + 0.5) / size), before
    do {
      before = points
      let cells = cellsOf(points)
      if (cells.length < Math.min(size, values.length)) cells = refilled(cellsOf(cells.map(({ mean }) => mean)))
      points = cells.map(({ mean }) => mean)
    } while (points.length !== before.length || points.some((point, i) => Math.abs(point - before[i]) > 1e-9))
    return points.map(point => low + width * point)
  }
  Object.assign(hands, { histogram, edges, lookUp, errorOf, lloydStep, lloydMax })
}
