/* The segments of a JPEG file and what its headers say, checked as in imgcomp_lib.formats.jpeg.segments.
   Whoever finds damage throws {kind, message, at}: "corrupt", "unsupported", or "unread" for what only the library reads. */
{
  const SOI = 0xd8, EOI = 0xd9, SOS = 0xda, DQT = 0xdb, DNL = 0xdc, DRI = 0xdd, DHT = 0xc4, TEM = 1, COM = 0xfe
  const BASELINE = 0xc0, EXTENDED = 0xc1, PROGRESSIVE = 0xc2, APP0 = 0xe0, APP14 = 0xee, APP15 = 0xef
  const NOT_READ = [0xc3, 0xc5, 0xc6, 0xc7, 0xc8, 0xc9, 0xca, 0xcb, 0xcc, 0xcd, 0xce, 0xcf, 0xde, 0xdf, 0xf7]
  const damage = (message, at, kind = "corrupt") => Object.assign(new Error(message), { kind, at })
  const stop = (...told) => { throw damage(...told) }
  const isRestart = marker => marker >= 0xd0 && marker < 0xd8
  const name = marker => `FF${marker.toString(16).padStart(2, "0").toUpperCase()}`
  const short = (data, at) => data[at] << 8 | data[at + 1]
  const spells = (body, text) => [...text].every((letter, i) => body[i] === letter.charCodeAt(0))

  /* Each segment: marker, from its first FF; its body is start to end, and the bits of a scan are end to next. */
  function* segments(data) {
    if (data[0] !== 0xff || data[1] !== SOI) stop("no JPEG file: it does not begin with FFD8", 0)
    for (let from = 2, marker = SOI, next; marker !== EOI; from = next) {
      let start = from
      while (data[start] === 0xff) start++
      if (start >= data.length) stop("the file ends before its end marker FFD9", from)
      if (start === from || !data[start]) stop(`the file has no marker at byte ${from}`, from)
      marker = data[start++]
      let end = start
      if (![SOI, EOI, TEM].includes(marker) && !isRestart(marker)) {
        const size = start + 1 < data.length ? short(data, start) : 0
        end = start + size
        start += 2
        const cut = size < 2 || end > data.length
        if (cut) stop(`the segment ${name(marker)} at byte ${from} is cut, or has no length`, from)
      }
      next = end
      if (marker === SOS) while (next < data.length && !endsBits(data[next], data[next + 1])) next++
      yield { marker, from, start, end, next, body: data.subarray(start, end) }
    }
  }
  const endsBits = (byte, following) => byte === 0xff && following > 0 && following < 0xff && !isRestart(following)

  /* The scans, each with all that is in force; until codes come, those of Annex K.3 are. */
  function* scans(data, standard) {
    const steps = [], codes = { ...standard }, notes = { jfif: false, adobe: -1 }
    let header = null, interval = 0
    for (const { marker, from, end, next, body } of segments(data)) {
      const begins = [BASELINE, EXTENDED, PROGRESSIVE].includes(marker) && !header
      if (begins) header = { ...frame(body, from), marker, notes }
      else if (marker === DQT) quantisation(body, steps, from)
      else if (marker === DHT) huffman(body, codes, from)
      else if (marker === DRI) interval = number("restart interval", body, from)
      else if (marker === SOS && header) {
        if (!header.height) stop("a frame without a number of lines", from, data[next + 1] === DNL ? "unread" : "corrupt")
        yield { header, ...scan(body, header, steps, codes, from), interval, start: end, end: next }
      } else if (marker === DNL && header) {
        if (number("number of lines", body, from) !== header.height) stop("the number of lines changes behind a scan", from, "unsupported")
      } else if (marker >= APP0 && marker <= APP15) {
        if (marker === APP0 && spells(body, "JFIF\0") && body.length > 13) notes.jfif = true
        if (marker === APP14 && spells(body, "Adobe") && body.length > 11) notes.adobe = body[11]
      } else if (![COM, TEM, EOI].includes(marker)) {
        const wrong = `marker ${name(marker)} before byte ${end} does not stand there in a JPEG file`
        stop(wrong, from, NOT_READ.includes(marker) ? "unsupported" : "corrupt")
      }
    }
  }

  const number = (name, body, at) => {
    if (body.length !== 2) stop(`a ${name} of ${body.length} bytes`, at)
    return short(body, 0)
  }

  const frame = (body, at) => {
    const [bits] = body, height = short(body, 1), width = short(body, 3), planes = []
    if (body.length < 6 || body.length !== 6 + 3 * body[5]) stop(`no frame header has ${body.length + 2} bytes`, at)
    for (let i = 6; i < body.length; i += 3) {
      planes.push({ number: body[i], across: body[i + 1] >> 4, down: body[i + 1] & 15, table: body[i + 2] })
    }
    if (bits !== 8) stop(`a frame of ${bits} bits a sample`, at, bits === 12 ? "unsupported" : "corrupt")
    const isFactor = n => n > 0 && n < 5
    const wild = planes.some(p => !isFactor(p.across) || !isFactor(p.down) || p.table > 3)
    const numbers = new Set(planes.map(p => p.number))
    if (!width || !planes.length || wild || numbers.size < planes.length) stop(`no frame is ${width} wide with such components`, at)
    if (![1, 3, 4].includes(planes.length)) stop(`a file of ${planes.length} components`, at, "unsupported")
    const across = Math.max(...planes.map(p => p.across)), down = Math.max(...planes.map(p => p.down))
    const divide = planes.every(p => across % p.across === 0 && down % p.down === 0)
    if (!divide) stop("sampling factors that do not divide each other", at, "unsupported")
    return { height, width, planes, across, down }
  }

  const quantisation = (body, steps, from) => {
    for (let at = 0; at < body.length;) {
      const wide = body[at] >> 4, place = body[at] & 15, end = at + 1 + 64 * (1 + wide)
      if (wide > 1 || place > 3 || end > body.length) stop("a quantisation table is cut, or of a kind that there is not", from)
      steps[place] = Array.from({ length: 64 }, (_, k) => wide ? short(body, at + 1 + 2 * k) : body[at + 1 + k])
      if (steps[place].includes(0)) stop(`the quantisation table ${place} has a step of 0`, from)
      at = end
    }
  }

  const huffman = (body, codes, from) => {
    for (let at = 0; at < body.length;) {
      const kind = body[at] >> 4, place = body[at] & 15, bits = [...body.subarray(at + 1, at + 17)]
      const many = bits.reduce((sum, n) => sum + n, 0), end = at + 17 + many
      const cut = kind > 1 || place > 3 || end > body.length || many > 256
      if (cut) stop("a Huffman table is cut, or of a class or a place that there is not", from)
      const share = bits.reduce((sum, n, i) => sum + n * 2 ** (15 - i), 0)  // the word of ones is kept free
      if (share >= 1 << 16) stop(`the Huffman table ${place} of class ${kind} has more codewords than bits allow`, from)
      codes[`${kind ? "AC" : "DC"} ${place}`] = { bits, values: [...body.subarray(at + 17, end)] }
      at = end
    }
  }

  const scan = (body, { planes }, steps, codes, at) => {
    const many = body[0], members = []
    if (!(many >= 1 && many <= 4) || body.length !== 4 + 2 * many) stop("a scan header of a wrong length", at)
    for (let i = 1; i < 1 + 2 * many; i += 2) {
      const c = planes.findIndex(plane => plane.number === body[i])
      if (c < 0) stop("a scan of a component that the frame has not", at)
      const names = [`DC ${body[i + 1] >> 4}`, `AC ${body[i + 1] & 15}`]
      members.push({ c, names, codes: names.map(table => codes[table]), steps: steps[planes[c].table] })
    }
    const blocks = members.reduce((sum, { c }) => sum + planes[c].across * planes[c].down, 0)
    const twice = new Set(members.map(({ c }) => c)).size < many
    if (twice || (many > 1 && blocks > 10)) stop(`a scan with ${blocks} blocks in an MCU, or of one component twice`, at)
    if (members.some(member => !member.steps)) stop("a scan of a component whose quantisation table never came", at)
    return { members }
  }
  window.icHands.jpegSegments = { segments, scans, stop, damage, isRestart }
}
