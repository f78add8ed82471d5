/* The figure of a file to break: its bytes, and the picture that a decoder makes of them. */
{
  const hands = window.icHands, { count, tga } = hands

  const image = ({ width, height, size, pixels }) => {
    const canvas = Object.assign(document.createElement("canvas"), { width, height }), context = canvas.getContext("2d")
    const drawn = context.createImageData(width, height)
    for (let i = 0; i < width * height; i++) {
      for (let c = 0; c < 3; c++) drawn.data[4 * i + c] = pixels[size * i + (size === 3 ? c : 0)]
      drawn.data[4 * i + 3] = 255
    }
    context.putImageData(drawn, 0, 0)
    return canvas.toDataURL()
  }

  const verdict = (data, whole, broken) => {
    const found = tga.decode(data), first = tga.decode(whole), size = count(data.length, "byte")
    if (found.refused) return `Refused: ${found.refused}.`
    if (found.unread) return `No picture: this is now ${found.unread}.`
    if (!broken) return `${size}, ${found.width} × ${found.height} pixels, nothing broken.`
    if (found.width !== first.width || found.height !== first.height) {
      return `${count(broken, "bit")} flipped: a picture of ${found.width} × ${found.height} pixels.`
    }
    let wrong = 0
    for (let i = 0; i < found.width * found.height; i++) {
      const pixel = p => p.pixels.slice(p.size * i, p.size * (i + 1)).join()
      wrong += pixel(found) !== pixel(first)
    }
    return `${count(broken, "bit")} flipped: ${wrong} of ${count(found.width * found.height, "pixel")} wrong.`
  }

  const flips = (data, whole) => data.reduce((n, byte, i) => n + (byte ^ whole[i]).toString(2).replace(/0/g, "").length, 0)
  Object.assign(hands, { damageVerdict: (data, whole) => verdict(data, whole, flips(data, whole)) })

  hands.start("own-damage", (box, { bytes, alt, side }) => {
    const shown = box.querySelector(".ic-picture img"), none = box.querySelector(".ic-none")
    const says = box.querySelector(".ic-says"), whole = [...bytes]
    const change = data => {
      const found = tga.decode(data)
      shown.hidden = !found.width
      none.hidden = !!found.width
      if (found.width) {
        const zoom = Math.max(1, Math.floor(side / Math.max(found.width, found.height)))
        Object.assign(shown, { src: image(found), width: found.width * zoom, height: found.height * zoom })
      }
      says.textContent = hands.damageVerdict(data, whole)
      shown.alt = flips(data, whole) ? `The picture, damaged: ${says.textContent}` : alt
    }
    hands.bytes(box, { data: [...bytes], parts: tga.parts, means: tga.means, change, start: 18 })
    change(bytes)
  })
}
