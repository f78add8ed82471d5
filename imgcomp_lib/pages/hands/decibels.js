/* Errors in words: one decimal, halves up, and decibels below the largest error that 8 bits allow. */
{
  const tenths = number => {
    const whole = Math.floor(10 * number + 0.5)
    return `${Math.floor(whole / 10)}.${whole % 10}`
  }
  const decibels = error => error ? `${tenths(10 * Math.log10(65025 / error))} dB` : "no error"
  Object.assign(window.icHands, { tenths, decibels })
}
