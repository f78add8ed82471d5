/* A damaged JPEG file beside the whole one: what our reader says of it, how many pixels are wrong, and by how much. */
{
  const hands = window.icHands, { count, jpegDecode, jpegPixels, jpegTenths, jpegPerCent: perCent } = hands

  /* How many pixels of a picture differ from the whole one, and by how much their wrong samples do, in words; null
     where the pictures' sizes differ. */
  const wrongPixels = (one, whole) => {
    const planes = ({ width, height, samples }) => samples.length / width / height, many = planes(one)
    if (one.width !== whole.width || one.height !== whole.height || many !== planes(whole)) return null
    const pixels = one.width * one.height
    let wrong = 0, samples = 0, off = 0
    for (let i = 0; i < pixels; i++) {
      const before = samples
      for (let at = many * i; at < many * (i + 1); at++) {
        const error = Math.abs(one.samples[at] - whole.samples[at])
        samples += error > 0
        off += error
      }
      wrong += samples > before
    }
    const share = perCent(wrong, pixels)
    return wrong ? `${share}, by ${jpegTenths(off, 100 * samples)} grey levels on average` : share
  }

  const verdict = (data, found, pixels, whole, isWhole) => {
    const { trouble, picture } = found, rows = picture && perCent(pixels.height, picture.height)
    if (isWhole) return `${count(data.length, "byte")}, ${whole.width} × ${whole.height} pixels, nothing broken.`
    if (trouble?.kind === "corrupt") {
      const arrived = rows ? `${rows} of the picture had arrived.` : "It shows only whole rows of MCUs, and none had arrived."
      return `Our reader stops: ${trouble.message}. ${arrived}`
    }
    if (trouble) return `Our reader refuses: ${trouble.message}.`
    const wrong = wrongPixels(pixels, whole)
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
  Object.assign(hands, { jpegJudged: judged, wrongPixels })
}
