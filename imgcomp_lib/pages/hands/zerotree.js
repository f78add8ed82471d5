/* Zerotrees as `entropy.zerotree` writes them, bit for bit: coefficients, the largest first, whole trees of zeros at a
   time, in a stream that may be cut anywhere; and the coefficients that a region needs, as `transforms.mosaic` finds them. */
{
  const { dwt } = window.icHands

  /* Encoder and decoder walk alike: `ask` writes what it is told and returns it, or reads; at the end it throws. */
  const walk = (values, steps, width, height, levels, planes, ask) => {
    const lowWidth = width >> levels, lowHeight = height >> levels, found = []
    const children = i => {
      const x = i % width, y = (i - x) / width
      if (x < lowWidth && y < lowHeight) return [i + lowWidth, i + lowHeight * width, i + lowHeight * width + lowWidth]
      if (2 * x >= width || 2 * y >= height) return []
      const first = 2 * y * width + 2 * x
      return [first, first + 1, first + width, first + width + 1]
    }
    for (let plane = planes - 1; plane >= 0; plane--) {
      const busy = ask.writes ? below(values, width, height, plane, children) : null, queue = []
      for (let y = 0; y < lowHeight; y++) for (let x = 0; x < lowWidth; x++) queue.push(y * width + x)
      for (let head = 0; head < queue.length; head++) {
        const i = queue[head], inside = children(i)
        if (!steps[i]) {
          if (ask(Math.abs(values[i]) >> plane)) {
            const negative = ask(values[i] < 0)
            steps[i] = 1 << plane
            found.push(i)
            if (!ask.writes) values[i] = negative ? -steps[i] : steps[i]
          } else if (inside.length && ask(busy && !busy[i])) continue
        }
        for (const child of inside) queue.push(child)
      }
      for (const i of plane ? found : []) {
        const more = ask(Math.abs(values[i]) >> plane - 1 & 1)
        steps[i] >>= 1
        if (!ask.writes && more) values[i] += values[i] < 0 ? -steps[i] : steps[i]
      }
    }
    for (const i of found) steps[i] = 0
  }

  /* Whether below a coefficient one becomes significant at this plane: children stand behind their parents. */
  const below = (values, width, height, plane, children) => {
    const busy = new Uint8Array(width * height)
    for (let i = width * height - 1; i >= 0; i--) {
      for (const child of children(i)) if (busy[child] || Math.abs(values[child]) >> plane === 1) busy[i] = 1
    }
    return busy
  }
  const END = Symbol("no room, or no more bytes")
  const untilTheEnd = run => { try { run() } catch (error) { if (error !== END) throw error } }

  const encode = ({ width, height, samples }, levels, size) => {
    const planes = 32 - Math.clz32(samples.reduce((most, value) => Math.max(most, Math.abs(value)), 0)), out = [planes]
    let at = 0
    const ask = bit => {
      if (at === 8 * (size - 1)) throw END
      if (at % 8 === 0) out.push(0)
      if (bit) out[out.length - 1] |= 128 >> at % 8
      at++
      return bit ? 1 : 0
    }
    ask.writes = true
    untilTheEnd(() => walk(samples, new Int32Array(width * height), width, height, levels, planes, ask))
    return out
  }
  const decode = (data, width, height, levels) => {
    const values = new Int32Array(width * height), steps = new Int32Array(width * height)
    let at = 8
    const ask = () => {
      if (at === 8 * data.length) throw END
      return data[at >> 3] >> 7 - at++ % 8 & 1
    }
    untilTheEnd(() => walk(values, steps, width, height, levels, data[0], ask))
    return { width, height, samples: values.map((v, i) => v < 0 ? v - (steps[i] >> 1) : v + (steps[i] >> 1)) }
  }

  /* Which samples of a line, low-pass at even places, are needed for the wanted ones. */
  const reached = (line, count, wavelet) => {
    if (count === 1) return
    for (const [odd, , one, other] of dwt.LIFTING[wavelet]) {
      for (let i = odd; i < count; i += 2) {
        if (line[i]) for (const near of [i + one, i + other]) line[dwt.mirrored(near, count)] = 1
      }
    }
  }
  const needed = (region, width, height, levels, wavelet) => {
    const plane = Uint8Array.from(region), line = new Uint8Array(Math.max(width, height))
    const spread = (start, step, count) => {
      for (let i = 0; i < count; i++) line[i] = plane[start + i * step]
      reached(line, count, wavelet)
      for (let i = 0; i < count; i++) plane[start + ((i >> 1) + (i % 2 ? count + 1 >> 1 : 0)) * step] = line[i]
    }
    for (const [w, h] of dwt.sides(width, height, levels).slice(0, -1)) {
      for (let y = 0; y < h; y++) spread(y * width, 1, w)
      for (let x = 0; x < w; x++) spread(x, width, h)
    }
    return plane
  }
  Object.assign(window.icHands, { zerotree: { encode, decode, needed } })
}
