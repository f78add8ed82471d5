/* A reader of sequential JPEG files, grey and of three components: bytes to levels.  It stops where
   imgcomp_lib.formats.jpeg.decoder stops, for the same reason, and tells at which byte that was. */
{
  const { jpegBits: { unstuffed, reader }, jpegCodes, jpegSegments: { scans, stop, damage } } = window.icHands
  const FINE = 0, ENDS = 1, NO_CODE = 2, TOO_FAR = 3, TOO_LARGE = 4, LEFT = 5, RESTART = 6
  const MOST = 1 << 24  // samples of a picture; the library has a limit too, a higher one

  /* Decode a block; return what stopped it, and tell which table has no codeword. */
  const block = (bits, part, before, at, tell) => {
    const { tables: [dc, ac], c, levels } = part, size = bits.symbol(dc)
    if (size < 0) { tell(part, 0); return NO_CODE }
    if (size > 15) return TOO_LARGE
    if (size) before[c] += bits.value(size)
    if (Math.abs(before[c]) > 32767) return TOO_LARGE
    levels[at] = before[c]
    for (let k = 1; k < 64; k++) {
      const symbol = bits.symbol(ac), run = symbol >> 4, size = symbol & 15
      if (symbol < 0) { tell(part, 1); return NO_CODE }
      if (!symbol) break
      k += run
      if (!size && run !== 15) return TOO_LARGE
      if (k > 63) return TOO_FAR
      if (size) levels[at + k] = bits.value(size)
    }
    return FINE
  }

  const closed = ({ bytes }, position, end) => {
    if (position > end) return ENDS
    for (let at = position + 7 >> 3; at < end >> 3; at++) if (bytes[at] !== 0 && bytes[at] !== 255) return LEFT
    return FINE
  }

  /* Decode the MCUs of a scan: how many came, what stopped them and at which byte of the file, where each began, as a
     byte of the file (`begins`) and as a bit of the stream (`starts`), whose bytes stand in the file at `places`. */
  const sequential = (picture, { members, interval, start, end }, data) => {
    const alone = members.length === 1, table = code => jpegCodes.lookUp(code ?? { bits: [], values: [] })
    const parts = members.map(({ c, names, codes }) => {
      const part = picture.parts[c], sides = alone ? [1, 1] : [part.down, part.across]
      return { ...part, c, names, tables: codes.map(table), sides }
    })
    const [first] = parts, perRow = alone ? first.columns : first.storedColumns / first.across
    const count = perRow * (alone ? first.rows : first.storedRows / first.down), every = interval || count
    const stream = unstuffed(data, start, end, Math.ceil(count / every)), bits = reader(stream.bytes), begins = []
    let told = {}
    const tell = ({ names, tables }, kind) => { told = { table: names[kind], words: tables[kind], bits: bits.next16() } }
    const place = position => stream.places[position >> 3] ?? stream.at
    const seen = { count, perRow, starts: begins, places: stream.places }
    const result = (done, wrong) => ({ ...seen, done, wrong, begins: begins.map(place), at: place(bits.position), ...told })
    for (const last of stream.ends) {
      const before = [0, 0, 0, 0], from = begins.length
      for (let mcu = from; mcu < Math.min(from + every, count); mcu++) {
        begins.push(bits.position)
        for (const part of parts) for (let i = 0; i < part.sides[0] * part.sides[1]; i++) {
          const row = Math.floor(mcu / perRow) * part.sides[0] + Math.floor(i / part.sides[1])
          const column = mcu % perRow * part.sides[1] + i % part.sides[1]
          const wrong = block(bits, part, before, 64 * (row * part.storedColumns + column), tell)
          if (wrong || bits.position > last) return result(mcu, wrong || ENDS)
        }
      }
      const wrong = closed(stream, bits.position, last)
      if (wrong) return result(begins.length, wrong)
      bits.position = last
    }
    if (begins.length < count) return { ...result(begins.length, RESTART), at: stream.at }
    return result(count, FINE)
  }

  const blank = header => {
    const { width, height, across, down, planes, marker } = header
    if (marker === 0xc2 || planes.length > 3) stop("a progressive file, or one of four inks", 0, "unread")
    if (width * height * planes.length > MOST) stop(`a picture of ${width} × ${height} pixels`, 0, "unread")
    const parts = planes.map(plane => {
      const blocks = (side, factor, most) => Math.ceil(Math.ceil(side * factor / most) / 8)
      const rows = blocks(height, plane.down, down), columns = blocks(width, plane.across, across)
      const storedRows = Math.ceil(height / (8 * down)) * plane.down
      const storedColumns = Math.ceil(width / (8 * across)) * plane.across
      const levels = new Int16Array(64 * storedRows * storedColumns)
      return { ...plane, rows, columns, storedRows, storedColumns, levels, steps: Array(64).fill(1), arrived: 0, sent: false }
    })
    return { ...header, parts }
  }

  /* {picture, trouble, scan}: `picture` as far as it came, with `rows` of MCUs; `trouble` says what stopped the reader. */
  const decode = (data, { reasons, standard }) => {
    let picture = null, scan = null, early = null
    try {
      for (const one of scans(data, standard)) {
        picture ??= blank(one.header)
        const blocks = picture.parts.reduce((sum, { rows, columns }) => sum + rows * columns, 0)
        if (blocks > 8 * data.length) early = damage(`${data.length} bytes cannot hold a bit for each block`, one.start)
        if (one.members.some(({ c }) => picture.parts[c].sent)) stop("a scan sends coefficients again", one.start)
        for (const { c, steps } of one.members) picture.parts[c].steps = steps
        scan = { ...one, ...sequential(picture, one, data) }
        const done = Math.floor(scan.done / scan.perRow), alone = one.members.length === 1
        for (const { c } of one.members) {
          const part = picture.parts[c]
          part.arrived = alone ? Math[done === part.rows ? "ceil" : "floor"](done / part.down) : done
          part.sent = !scan.wrong
        }
        if (scan.wrong) stop(`${reasons[scan.wrong]}, after ${scan.done} of ${scan.count} MCUs of a scan`, scan.at)
        if (picture.parts.every(part => part.sent)) break
      }
      const isWhole = picture && picture.parts.every(part => part.sent)
      if (!isWhole) stop("a JPEG file without a scan for each component", data.length)
      return whole(picture, null, early, scan)
    } catch (trouble) {
      if (!trouble.kind) throw trouble
      return whole(picture, trouble, early, scan)
    }
  }
  const whole = (picture, last, early, scan) => {
    const rows = picture ? Math.max(...picture.parts.map(part => part.arrived)) : 0
    const shown = rows && (!last || last.kind === "corrupt")
    return { picture: shown ? { ...picture, rows } : null, trouble: early ?? last, scan: early ? null : scan }
  }
  window.icHands.jpegDecode = decode
}
