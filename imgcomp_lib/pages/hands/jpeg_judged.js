/* A damaged JPEG file beside the whole one: what our reader says of it, and how many pixels are wrong. */
{
  const hands = window.icHands, { count, jpegDecode, jpegPixels, jpegPerCent: perCent } = hands

  /* How many pixels of a picture differ from the whole one, in per cent of those; null where their sizes differ. */
  const wrongShare = (one, whole) => {
    const planes = ({ width, height, samples }) => samples.length / width / height, many = planes(one)
    if (one.width !== whole.width || one.height !== whole.height || many !== planes(whole)) return null
    const pixels = one.width * one.height
    let wrong = 0
    for (let i = 0; i < pixels; i++) {
      let same = true
      for (let c = 0; c < many; c++) same &&= one.samples[many * i + c] === whole.samples[many * i + c]
      wrong += !same
    }
    return perCent(wrong, pixels)
  }

  const verdict = (data, found, pixels, whole, isWhole) => {
    const { trouble, picture } = found, rows = picture && perCent(pixels.height, picture.height)
    if (isWhole) return `${count(data.length, "byte")}, ${whole.width} × ${whole.height} pixels, nothing broken.`
    if (trouble?.kind === "corrupt") {
      return `Our reader stops: ${trouble.message}. ${rows ? `${rows} of the picture had arrived.` : "Nothing had arrived."}`
    }
    if (trouble) return `Our reader refuses: ${trouble.message}.`
    const wrong = wrongShare(pixels, whole)
    if (wrong) return `Our reader notices nothing. Wrong pixels: ${wrong}.`
    return `Our reader notices nothing, and finds another picture, of ${pixels.width} × ${pixels.height} pixels.`
  }

  /* {found, pixels, words, account} of a file, beside those of the whole one; knowledge: for `jpegDecode`. */
  const judged = (data, whole, knowledge) => {
    const found = jpegDecode(data, knowledge), pixels = found.picture && jpegPixels(found.picture)
    const isWhole = whole && data.length === whole.data.length && data.every((byte, i) => byte === whole.data[i])
    const words = verdict(data, found, pixels, whole?.pixels ?? pixels, isWhole ?? true)
    return { data, found, pixels, words, account: isWhole ?? true ? "" : hands.jpegAccount(found, whole.found) }
  }
  Object.assign(hands, { jpegJudged: judged, wrongShare })
}
