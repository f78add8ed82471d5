/* A photograph to drop in or to choose: it is scaled down, turned to grey samples, and never leaves the page. */
{
  const hands = window.icHands

  /* How wide and high a picture becomes that may have `most` pixels a side. */
  const fitted = (width, height, most) => {
    const scale = Math.min(1, most / Math.max(width, height))
    return [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))]
  }
  const grey = (r, g, b) => Math.round(0.299 * r + 0.587 * g + 0.114 * b)

  /* {width, height, samples}: rows of grey or, with `rgb`, of R, G, B; of anything that a canvas draws.
     `whole`: its sides before it was scaled down. */
  const samplesOf = (picture, most, rgb) => {
    const whole = [picture.naturalWidth || picture.width, picture.naturalHeight || picture.height]
    const [width, height] = fitted(...whole, most)
    const context = Object.assign(document.createElement("canvas"), { width, height }).getContext("2d")
    Object.assign(context, { fillStyle: "#fff", imageSmoothingQuality: "high" })
    context.fillRect(0, 0, width, height)
    context.drawImage(picture, 0, 0, width, height)
    const { data } = context.getImageData(0, 0, width, height), samples = new Uint8Array(width * height * (rgb ? 3 : 1))
    for (let i = 0, at = 0; i < data.length; i += 4) {
      if (rgb) for (let c = 0; c < 3; c++) samples[at++] = data[i + c]
      else samples[at++] = grey(data[i], data[i + 1], data[i + 2])
    }
    return { width, height, samples, whole }
  }

  /* An image file of its samples, grey or R, G, B, as a data URI. */
  const drawn = ({ width, height, samples }) => {
    const canvas = Object.assign(document.createElement("canvas"), { width, height }), context = canvas.getContext("2d")
    const image = context.createImageData(width, height)
    const planes = samples.length / (width * height)
    for (let i = 0; i < width * height; i++) {
      for (let c = 0; c < 3; c++) image.data[4 * i + c] = samples[planes * i + (planes === 3 ? c : 0)]
      image.data[4 * i + 3] = 255
    }
    context.putImageData(image, 0, 0)
    return canvas.toDataURL()
  }
  Object.assign(hands, { fitted, samplesOf, drawn })

  /* Bind the drop zone in box: change gets {width, height, samples} of each picture that could be read. */
  hands.photograph = (box, { most, rgb = false, change }) => {
    const zone = box.querySelector(".ic-drop"), input = zone.querySelector("input"), refused = box.querySelector(".ic-refused")
    const take = file => {
      if (!file) return
      const picture = new Image()
      picture.onload = () => { refused.textContent = ""; change(samplesOf(picture, most, rgb)); URL.revokeObjectURL(picture.src) }
      picture.onerror = () => { refused.textContent = `This browser reads no picture in ${file.name}.` }
      picture.src = URL.createObjectURL(file)
    }
    input.addEventListener("change", () => take(input.files[0]))
    for (const [kind, over] of [["dragenter", true], ["dragover", true], ["dragleave", false], ["drop", false]]) {
      zone.addEventListener(kind, event => {
        event.preventDefault()
        zone.classList.toggle("ic-over", over)
        if (kind === "drop") take(event.dataTransfer.files[0])
      })
    }
  }
}
