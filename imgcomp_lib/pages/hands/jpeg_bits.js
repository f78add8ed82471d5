/* The bits of a scan of a JPEG file, and the numbers and symbols that they spell. */
{
  const ROOM = 272  // bytes of zeros behind the bits: no block reads farther

  /* The bytes of a scan without stuffed zeros and markers, where each stood in the file, and where intervals end. */
  const unstuffed = (data, start, end, intervals) => {
    const bytes = new Uint8Array(end - start + ROOM), places = [], ends = []
    let i = start
    while (i < end) {
      const byte = data[i], following = i + 1 < end ? data[i + 1] : 255
      if (byte !== 255 || following === 0) {
        bytes[places.length] = byte
        places.push(i)
        i += byte === 255 ? 2 : 1
      } else if (following === 255) i++
      else {
        if (following !== 208 + (ends.length & 7) || ends.length >= intervals - 1) return { bytes, places, ends, at: i }
        ends.push(8 * places.length)
        i += 2
      }
    }
    ends.push(8 * places.length)
    return { bytes, places, ends, at: end }
  }

  /* The bits of a scan, one after the other. */
  const reader = bytes => ({
    position: 0,
    next16() {
      const at = this.position >> 3
      return (bytes[at] << 16 | bytes[at + 1] << 8 | bytes[at + 2]) >> 8 - (this.position & 7) & 0xffff
    },
    value(size) {  // EXTEND (F.2.2.1)
      const value = this.next16() >> 16 - size
      this.position += size
      return value >> size - 1 ? value : value + 1 - (1 << size)
    },
    symbol(table) {
      const found = table[this.next16()]
      this.position += found & 31
      return found ? found >> 5 : -1
    },
  })
  window.icHands.jpegBits = { unstuffed, reader }
}
