/* The integer DCT of imgcomp_lib.transforms.dct_integer, to the last bit.  A block is a row of 64 numbers.
   Sums stay below 2**53, where doubles are exact, so dividing and rounding down is what >> does in Python. */
{
  const half = [
    [8192, 8192, 8192, 8192], [11363, 9633, 6437, 2260], [10703, 4433, -4433, -10703], [9633, -2259, -11362, -6436],
    [8192, -8192, -8192, 8192], [6437, -11362, 2261, 9633], [4433, -10704, 10704, -4433], [2260, -6436, 9633, -11363],
  ]
  const matrix = half.map((row, k) => [...row, ...row.toReversed().map(entry => k % 2 ? -entry : entry)])
  const turned = matrix.map((_, n) => matrix.map(row => row[n]))

  /* The transform of each row, shifted and rounded, as the column of its number. */
  const pass = (block, rows, shift) => {
    const out = Array(64), one = 2 ** shift
    for (let i = 0; i < 8; i++) {
      for (let k = 0; k < 8; k++) {
        let total = one / 2
        for (let j = 0; j < 8; j++) total += rows[k][j] * block[8 * i + j]
        out[8 * k + i] = Math.floor(total / one)
      }
    }
    return out
  }
  const turn = block => block.map((_, i) => block[i % 8 * 8 + (i >> 3)])

  window.icHands.dct = {
    /* Eight times the coefficients of samples less 128. */
    forward: block => pass(pass(block, matrix, 11), matrix, 15),

    /* The samples less 128 of coefficients. */
    inverse: coefficients => turn(pass(pass(turn(coefficients), turned, 11), turned, 18)),

    /* Levels of eight times the coefficients, halves away from zero. */
    quantise: (eightfold, table) => eightfold.map((c, i) =>
      c < 0 ? -Math.floor((4 * table[i] - c) / (8 * table[i])) : Math.floor((4 * table[i] + c) / (8 * table[i]))),

    dequantise: (levels, table) => levels.map((level, i) => level * table[i]),

    /* A table for a quality of 1 to 100. */
    scaled: (table, quality) => {
      const percent = quality < 50 ? Math.floor(5000 / quality) : 200 - 2 * quality
      return table.map(step => Math.max(1, Math.min(255, Math.floor((step * percent + 50) / 100))))
    },

    /* Samples of 0 to 255. */
    samples: coefficients => window.icHands.dct.inverse(coefficients).map(s => Math.max(0, Math.min(255, s + 128))),

    /* Eight times the coefficients of samples of 0 to 255, and whole coefficients of those. */
    analysed: samples => window.icHands.dct.forward(samples.map(s => s - 128)),
    whole: eightfold => window.icHands.dct.quantise(eightfold, Array(64).fill(1)),

    /* PSNR in dB of a sum of squared errors. */
    psnr: (squares, count) => squares ? 10 * Math.log10(255 ** 2 * count / squares) : Infinity,
  }
}
