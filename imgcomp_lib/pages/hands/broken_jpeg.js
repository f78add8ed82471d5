/* The figure of a real JPEG file to break: its bytes, the picture of the reader's own browser, and that of our reader. */
{
  const hands = window.icHands, { hex, jpegParts, jpegJudged, wrongPixels } = hands
  const BIT = 16
  const bytesOf = text => Uint8Array.from(atob(text), letter => letter.charCodeAt(0))
  const number = n => n.toLocaleString("en-GB")

  /* {src, samples, ...} of a file that the browser decodes, or null. */
  const browsed = data => new Promise(done => {
    const image = new Image(), src = URL.createObjectURL(new Blob([data], { type: "image/jpeg" }))
    image.onload = () => done({ src, ...hands.samplesOf(image, Infinity, true) })
    image.onerror = () => { URL.revokeObjectURL(src); done(null) }
    image.src = src
  })

  /* Where an MCU lies in the picture, in shares of its sides. */
  const mcuBox = ({ picture: { width, height, across, down, parts }, scan: { members, perRow } }, mcu) => {
    const [one] = members, alone = members.length === 1
    const w = 8 * across / (alone ? parts[one.c].across : 1), h = 8 * down / (alone ? parts[one.c].down : 1)
    return { left: mcu % perRow * w / width, top: Math.floor(mcu / perRow) * h / height, width: w / width, height: h / height }
  }

  /* The bit of another stream of the same levels that stands where a bit of one stands in its MCU, or null. */
  const sameBit = (one, other, bit) => {
    const mcu = one.starts.findLastIndex(start => start <= bit), to = other.starts[mcu] + bit - one.starts[mcu]
    return to < (other.starts[mcu + 1] ?? 8 * other.places.length) ? to : null
  }

  hands.start("broken-jpeg", (box, { files, flip, looks, alts, many, ...knowledge }) => {
    const find = name => box.querySelector(name), all = files.map(bytesOf).map(data => jpegJudged(data, null, knowledge))
    const [theirs, ours] = box.querySelectorAll(".ic-arrived"), bits = [...box.querySelectorAll(".ic-bit")]
    const restarts = find(".ic-restarts"), slider = find(".ic-drag input"), first = browsed(all[0].data)
    let which = 0, data = all[0].data, origin = [], judged = all[0], parts = [], turn = 0, flipped = null

    const jumps = [...box.querySelectorAll("[data-part]")].map(chip => {
      const jump = Object.assign(document.createElement("button"), { type: "button", className: chip.className })
      Object.assign(jump.dataset, { lmSuppressShortcuts: true, part: chip.dataset.part })
      chip.replaceWith(jump)
      return jump
    })

    const whole = () => all[which].data
    const isBroken = i => data[i] !== whole()[origin[i]] || origin[i] !== (i ? origin[i - 1] + 1 : 0)
    const put = (side, src, words) => {
      const [image, none] = side.children
      image.hidden = !src
      none.hidden = !!src
      if (src) Object.assign(image, { src, alt: words })
    }
    const browse = async () => {
      const mine = ++turn, seen = await browsed(data), right = await first
      if (mine !== turn) return seen && URL.revokeObjectURL(seen.src)
      const wrong = seen && right && wrongPixels(seen, right), before = theirs.firstElementChild.src
      const words = !seen ? "It shows nothing." : wrong ? `Wrong pixels: ${wrong}.` : "It draws another picture."
      if (before.startsWith("blob:")) URL.revokeObjectURL(before)
      put(theirs, seen?.src, `${alts[0]}. ${words}`)
      find(".ic-marks").textContent = words
    }
    const mark = at => {
      const { found, pixels } = judged, isScan = jpegParts.partAt(parts, at).name === "scan"
      const mcu = isScan && found.scan ? jpegParts.mcuAt(found.scan.begins, at) : -1
      const sides = ({ width, height } = {}) => `${width} × ${height}`
      const seen = mcu >= 0 && pixels && sides(found.picture) === sides(all[0].pixels)
      for (const side of [theirs, ours]) {
        side.lastElementChild.hidden = !seen
        if (!seen) continue
        for (const [name, share] of Object.entries(mcuBox(found, mcu))) side.lastElementChild.style[name] = `${100 * share}%`
      }
    }
    const chosen = at => {
      const means = jpegParts.means(data, parts, at, judged.found.scan ?? {}), before = whole()[origin[at]]
      find(".ic-chosen").textContent = `Byte ${number(at)} of the file, ${hex(data[at])}: ${means}`
      bits.forEach((bit, i) => {
        bit.textContent = data[at] >> 7 - i & 1
        bit.setAttribute("aria-label", `flip bit ${7 - i} of byte ${at}, now ${bit.textContent}`)
        bit.classList.toggle("ic-broken", (data[at] ^ before) >> 7 - i & 1)
      })
      mark(at)
    }
    const bytes = hands.byteWindow(find(".ic-bytes"), {
      many, length: () => data.length, chosen,
      look: i => {
        const { name } = jpegParts.partAt(parts, i), broken = isBroken(i)
        const label = `byte ${i}, ${hex(data[i])}, ${name || "not read"}${broken ? ", changed" : ""}`
        return { text: hex(data[i]), looks: (looks[name] ?? looks[""]) + (broken ? " ic-broken" : ""), label }
      },
    })
    const change = at => {
      judged = jpegJudged(data, all[which], knowledge)
      parts = jpegParts.parts(data)
      put(ours, judged.pixels && hands.drawn(judged.pixels), `${alts[1]}. ${judged.words}`)
      find(".ic-says").textContent = judged.words
      find(".ic-account").textContent = judged.account
      for (const jump of jumps) {
        const size = parts.filter(({ name }) => name === jump.dataset.part).reduce((sum, { from, end }) => sum + end - from, 0)
        jump.hidden = !size
        jump.textContent = `${jump.dataset.part} ${number(size)}`
      }
      bytes.choose(at, false)
      browse()
    }

    /* The file anew, without restart markers or with them, one bit flipped in the nth byte of its scan, or in none. */
    const begin = (n, bit = BIT) => {
      const scan = jpegParts.parts(whole()).filter(({ name }) => name === "scan"), [{ from }] = scan
      data = whole().slice()
      origin = [...data.keys()]
      slider.max = scan.at(-1).end - from
      flipped = { at: from + n - 1, bit }
      if (n) data[flipped.at] ^= bit
      change(n ? flipped.at : bytes.at)
    }

    /* The other file, the same bit of the same MCU flipped. */
    const turnOver = n => {
      const [one, other] = [which, 1 - which].map(i => all[i].found.scan), place = one.places.indexOf(flipped.at)
      const to = n && place >= 0 ? sameBit(one, other, 8 * place + Math.clz32(flipped.bit) - 24) : null
      which = 1 - which
      if (!to) return again(n)
      const [{ from }] = jpegParts.parts(whole()).filter(({ name }) => name === "scan")
      again(other.places[to >> 3] - from + 1, 128 >> (to & 7))
    }
    const edit = value => { data[bytes.at] = value; change(bytes.at) }
    const drop = at => {
      if (data.length < 2) return
      data = data.filter((_, i) => i !== at)
      origin.splice(at, 1)
      change(at)
    }
    const words = n => n ? `in byte ${number(n)} of ${number(+slider.max)}` : "none"
    const broken = hands.number(box, { name: "flip", words, change: begin })
    const again = (n, bit) => { begin(n, bit); broken.set(n) }

    bits.forEach((bit, i) => bit.addEventListener("click", () => edit(data[bytes.at] ^ 128 >> i)))
    const acts = { "00": () => edit(0), "FF": () => edit(255), "drop": () => drop(bytes.at) }
    for (const [act, does] of Object.entries(acts)) find(`[data-act="${act}"]`).addEventListener("click", does)
    find(".ic-mend").addEventListener("click", () => again(0))
    restarts.addEventListener("click", () => {
      turnOver(broken.value)
      restarts.setAttribute("aria-pressed", which === 1)
    })
    for (const jump of jumps) {
      jump.addEventListener("click", () => bytes.choose(parts.find(({ name }) => name === jump.dataset.part).from, false))
    }
    again(flip)
  })
}
