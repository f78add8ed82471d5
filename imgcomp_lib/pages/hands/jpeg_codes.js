/* Huffman codes of JPEG files, {bits, values}: words, a table that finds a word, and the best code for counts.
   The same as in imgcomp_lib.formats.jpeg.codes and entropy.huffman_lengths. */
{
  const LONGEST = 16

  /* The word of each symbol and its length, 0 for none; each word is the one before plus one (T.81, C.2). */
  const words = ({ bits, values }) => {
    const word = new Int32Array(256), size = new Uint8Array(256)
    let next = 0, at = 0
    bits.forEach((count, i) => {
      for (let n = 0; n < count; n++) {
        word[values[at]] = next++
        size[values[at++]] = i + 1
      }
      next *= 2
    })
    return { word, size }
  }

  /* symbol * 32 + length of the word with which 16 bits begin, or 0 for none. */
  const lookUp = ({ bits, values }) => {
    const table = new Int32Array(1 << LONGEST)
    let from = 0, at = 0
    bits.forEach((count, i) => {
      for (let n = 0; n < count; n++, from += 1 << LONGEST - 1 - i) {
        table.fill(values[at++] << 5 | i + 1, from, from + (1 << LONGEST - 1 - i))
      }
    })
    return table
  }

  /* How deep the leaves lie for rising counts: the two rarest are merged, of equals a leaf goes before a subtree. */
  const depths = counts => {
    const n = counts.length, weights = [...counts], children = []
    let leaf = 0, subtree = n
    const rarest = made => leaf < n && (subtree === made || weights[leaf] <= weights[subtree]) ? leaf++ : subtree++
    for (let made = n; made < 2 * n - 1; made++) {
      const pair = [rarest(made), rarest(made)]
      children.push(pair)
      weights.push(weights[pair[0]] + weights[pair[1]])
    }
    const found = Array(2 * n - 1).fill(0)
    for (let made = 2 * n - 2; made >= n; made--) for (const child of children[made - n]) found[child] = found[made] + 1
    return found.slice(0, n)
  }

  /* The best lengths of at most 16 bits for rising counts: coins, packaged in pairs. */
  const packaged = counts => {
    const n = counts.length, isCoin = [], lengths = Array(n).fill(0)
    let packages = []
    for (let row = 0; row < LONGEST; row++) {
      const entries = [], coins = []
      for (let coin = 0, box = 0; entries.length < n + packages.length;) {
        const takes = box === packages.length || (coin < n && counts[coin] <= packages[box])
        entries.push(takes ? counts[coin++] : packages[box++])
        coins.push(takes)
      }
      isCoin.push(coins)
      packages = Array.from({ length: entries.length >> 1 }, (_, i) => entries[2 * i] + entries[2 * i + 1])
    }
    for (let row = LONGEST - 1, wanted = 2 * n - 2; row >= 0; row--) {
      const coins = isCoin[row].slice(0, wanted).filter(takes => takes).length
      for (let i = 0; i < coins; i++) lengths[i]++
      wanted = 2 * (wanted - coins)
    }
    return lengths
  }

  /* The best code; a symbol that no file has, rarer than all, keeps the word of ones free (K.2). */
  const optimal = counts => {
    const all = [...Array.from(counts, count => 32 * count), 1]
    const order = all.map((_, s) => s).filter(s => all[s]).sort((a, b) => all[a] - all[b] || b - a)
    const rising = order.map(s => all[s]), lengths = Array(all.length).fill(0), tree = depths(rising)
    const best = Math.max(...tree) > LONGEST ? packaged(rising) : tree
    order.forEach((symbol, i) => { lengths[symbol] = best[i] })
    const used = lengths.slice(0, -1)
    const values = used.map((_, s) => s).filter(s => used[s]).sort((a, b) => used[a] - used[b] || a - b)
    const bits = Array.from({ length: LONGEST }, (_, i) => used.filter(length => length === i + 1).length)
    return { bits, values }
  }
  window.icHands.jpegCodes = { words, lookUp, optimal }
}
