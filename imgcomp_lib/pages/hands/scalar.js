/* Scalar quantisers of grey levels: cells around points, their error on a histogram, Lloyd's turn, the best points. */
{
  const hands = window.icHands
  const sum = numbers => numbers.reduce((a, b) => a + b, 0)

  const histogram = samples => {
    const counts = Array(256).fill(0)
    for (const sample of samples) counts[sample]++
    return counts
  }

  /* Midway between two neighbours; a grey on an edge belongs to the cell above. */
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

  /* Each point becomes the mean of its cell; a cell without pixels keeps its point. */
  const lloydStep = (counts, points) => {
    const between = edges(points), mass = points.map(() => 0), moment = points.map(() => 0)
    counts.forEach((count, grey) => {
      const level = levelOf(grey, between)
      mass[level] += count
      moment[level] += count * grey
    })
    return points.map((point, i) => mass[i] ? moment[i] / mass[i] : point)
  }

  /* The points with the least error of all, as `lloyd.best` finds them: the best k cells of the first greys end with a
     cell that begins somewhere, after the best k - 1 cells of those before it. */
  const bestPoints = (counts, size) => {
    const greys = [...counts.keys()].filter(grey => counts[grey]), total = greys.length
    const sums = [0, 1, 2].map(power => greys.reduce((before, grey) => [...before, before.at(-1) + counts[grey] * grey ** power], [0]))
    const inside = (first, last) => sums.map(running => running[last] - running[first])
    const cost = (first, last) => {
      const [mass, moment, square] = inside(first, last)
      return Math.max(square - moment ** 2 / mass, 0)
    }
    let least = [0, ...greys.map((_, i) => cost(0, i + 1))]
    const cuts = []
    while (cuts.length < Math.min(size, total) - 1) {
      const cut = Array(total + 1).fill(0), next = Array(total + 1).fill(Infinity)
      for (let last = cuts.length + 2; last <= total; last++) {
        for (let first = cuts.length + 1; first < last; first++) {
          const error = least[first] + cost(first, last)
          if (error < next[last]) { next[last] = error; cut[last] = first }
        }
      }
      cuts.push(cut)
      least = next
    }
    const points = []
    for (let last = total, k = cuts.length - 1; last; k--) {
      const first = k < 0 ? 0 : cuts[k][last], [mass, moment] = inside(first, last)
      points.unshift(moment / mass)
      last = first
    }
    return points
  }
  Object.assign(hands, { histogram, edges, lookUp, errorOf, lloydStep, bestPoints })
}
