/* What a damaged JPEG file did to a reader, in sentences: where it was noticed, where it began, how far it went. */
{
  const hands = window.icHands, n = number => number.toLocaleString("en-GB")
  const WHERE = {  // by the numbers of imgcomp_lib.formats.jpeg.scan_decoder
    1: "the bits end here, before the MCU does", 3: "this run of zeros leads beyond the 64th coefficient",
    4: "a number of this size stands in no file", 5: "the MCUs are complete, and bytes are left over",
    6: "a restart marker should stand here, and does not, or it is not the one that is due",
  }

  /* The shortest bits with which no codeword begins. */
  const noWord = (words, bits) => {
    for (let length = 1; length < 16; length++) {
      const from = bits >> 16 - length << 16 - length
      if (words.subarray(from, from + (1 << 16 - length)).every(word => !word)) return [length, from]
    }
    return [16, bits]
  }
  const spelt = ([length, bits]) => bits.toString(2).padStart(16, "0").slice(0, length).replace(/.{8}(?=.)/g, "$& ")

  /* For each MCU that both have: 0 where its levels are right, 1 where only means are wrong, 2 where more is. */
  const compared = (one, other, perRow, many) => {
    const found = Array(many).fill(0)
    one.parts.forEach((part, c) => {
      const { levels } = other.parts[c]
      part.levels.forEach((level, i) => {
        if (level === levels[i]) return
        const block = i >> 6, row = Math.floor(block / part.storedColumns / part.down)
        const mcu = row * perRow + Math.floor(block % part.storedColumns / part.across)
        if (mcu < many) found[mcu] = Math.max(found[mcu], i & 63 ? 2 : 1)
      })
    })
    return found
  }
  const alike = (one, other) => {
    const shape = ({ width, height, parts }) => [width, height, ...parts.flatMap(part => [part.storedRows, part.storedColumns])]
    return shape(one).join() === shape(other).join()
  }

  const wrongBlocks = (found, whole) => {
    const { scan, picture } = found, states = compared(picture, whole.picture, scan.perRow, scan.done)
    const first = states.findIndex(state => state), last = states.findLastIndex(state => state)
    return { first, last, means: states.filter(state => state === 1).length, wrong: states.filter(state => state).length }
  }

  const stopped = ({ trouble, scan, picture }, whole) => {
    const none = () => `no codeword of table ${scan.table} begins with ${spelt(noWord(scan.words, scan.bits))}`
    const word = scan.wrong === 2 ? none() : WHERE[scan.wrong]
    const told = [`Byte ${n(scan.at)}: ${word}.`]
    if (picture && alike(picture, whole.picture)) {
      const { first } = wrongBlocks({ scan, picture }, whole), late = scan.done - first
      if (first < 0) told.push("Each MCU before that is right.")
      else told.push(`Levels are wrong from MCU ${n(first + 1)} on: ${hands.count(late, "MCU")} went by before anything was noticed.`)
    }
    if (picture) told.push(`The picture shows the ${hands.count(picture.rows, "row")} of MCUs that had arrived.`)
    const next = scan.interval ? scan.interval * (Math.floor(scan.done / scan.interval) + 1) : scan.count
    if (next < scan.count) told.push(`A reader that may guess goes on at the next restart marker, with MCU ${n(next + 1)}.`)
    return told.join(" ")
  }

  /* Of steps that differ: does a block have a level there?  null where none differs. */
  const wrongStep = (one, other) => {
    const uses = ({ levels }, k) => levels.some((level, i) => level && i % 64 === k)
    const found = one.parts.map((part, c) => part.steps.map((step, k) => step === other.parts[c].steps[k] ? null : uses(part, k)))
    return found.flat().reduce((seen, used) => used === null ? seen : seen || used, null)
  }

  const unnoticed = (found, whole) => {
    const { picture, scan } = found
    if (!alike(picture, whole.picture)) return "The bits are legal ones, but the header makes another picture of them."
    const { first, last, means, wrong } = wrongBlocks(found, whole)
    if (first >= 0) {
      const from = "The bits still spell legal symbols, so a decoder has nothing to notice. "
      const isEnd = last === scan.count - 1, one = `MCU ${n(first + 1)} of ${n(scan.count)}`
      if (first === last) return `${from}Only ${one} is wrong${isEnd ? ", the last" : ": after it the bits are in step again"}.`
      const ends = isEnd ? " on, to the last" : ` on, up to MCU ${n(last + 1)}: behind it everything is right again`
      const alone = `In ${n(means)} of ${hands.count(wrong, "wrong MCU")} only means are wrong, since each is sent as a difference.`
      return `${from}Levels are wrong from ${one}${ends}. ${means ? alone : ""}`.trim()
    }
    const step = wrongStep(picture, whole.picture)
    if (step) return "Each level is right, but a step is not: its coefficient is wrong in every block that uses it."
    if (step === false) return "Each level is right. A step is not, but no block uses its coefficient, so nothing is to be seen."
    return "Each level and each step is right."
  }

  /* What our reader found in a file that is not `whole` any more; both of `jpegDecode`. */
  hands.jpegAccount = (found, whole) => {
    const { trouble, scan } = found
    if (!trouble) return unnoticed(found, whole)
    if (trouble.kind === "unread") return "The library may read such a file; the script of this figure does not."
    if (scan?.wrong) return stopped(found, whole)
    return `That is byte ${n(trouble.at)}, ${scan ? "behind the bits of a scan" : "in the headers, before the first bit of a picture"}.`
  }
}
