/* Shares in per cent, halves rounded up, in whole numbers: those of imgcomp_lib.pages.hands.jpeg_file. */
{
  /* A part in per cent, to tenths; of a hundredfold whole thus how many times it goes into the part. */
  const tenths = (part, whole) => {
    const found = Math.floor((2000 * part + whole) / (2 * whole))
    return `${Math.floor(found / 10)}.${found % 10}`
  }
  const perCent = (part, whole) => {
    const share = tenths(part, whole)
    return part && share === "0.0" ? "less than 0.1 %" : `${share} %`
  }
  Object.assign(window.icHands, { jpegTenths: tenths, jpegPerCent: perCent })
}
