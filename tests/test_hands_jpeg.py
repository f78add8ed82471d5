"""The figures of JPEG files in a real browser: the library's bytes, its pixels, and its reasons to stop."""

import base64
import collections
import math
import random
import re
import shutil
import subprocess
from fractions import Fraction

import numpy as np
import pytest
from conftest import pattern
from PIL import Image
from test_hands import CONTRAST, opened, says  # noqa: F401

from imgcomp_lib.core.bits import Unsupported
from imgcomp_lib.entropy import huffman_lengths
from imgcomp_lib.formats.jpeg import Jpeg, codes
from imgcomp_lib.formats.jpeg.decoder import decode
from imgcomp_lib.formats.jpeg.scan_bits import REASONS
from imgcomp_lib.formats.jpeg.segments import scans
from imgcomp_lib.formats.jpeg.to_pixels import to_image
from imgcomp_lib.measure import images
from imgcomp_lib.pages.hands import jpeg_damage, jpeg_file, jpeg_photo, kit
from imgcomp_lib.transforms import dct

PHOTO = np.ascontiguousarray(images.photo("cat")[60:131, 140:209])
BEFORE_A_ROW = 102  # a byte of the scan whose flipped bit stops our reader before a row of MCUs is complete
SEEN = "The face of a cat, a small picture"
LEGAL = "The bits still spell legal symbols, so a decoder has nothing to notice. "
NONE = "It shows only whole rows of MCUs, and none had arrived."
KNOWLEDGE = {"reasons": {str(k): words for k, words in REASONS.items()}, "standard": jpeg_file.standard()}
TABLES = [table.ravel().tolist() for table in (dct.LUMINANCE_TABLE, dct.CHROMINANCE_TABLE)]


def own_jpeg(image=PHOTO, **knobs):
    return jpeg_photo.own_jpeg(image, SEEN, "Drag the slider.", **knobs)


def broken_jpeg(image=PHOTO, **knobs):
    return jpeg_damage.broken_jpeg(image, SEEN, "Flip a bit.", **knobs)


PACK = """const pack = bytes => btoa(bytes.reduce((text, byte) => text + String.fromCharCode(byte), ""))
    const unpack = text => Uint8Array.from(atob(text), letter => letter.charCodeAt(0))"""


def pack(data):
    """Return bytes as the browser takes and gives them: numbers by the million take it minutes."""
    return base64.b64encode(bytes(data)).decode()


def as_picture(image):
    return {"width": image.shape[1], "height": image.shape[0], "samples": pack(np.ascontiguousarray(image))}


# The writer is the library's


def written():
    """Yield some 180 pictures and settings: sides of 1 to 33, noise, slopes, flat ones, grey and coloured; photos."""
    draw, noise = random.Random(14), np.random.default_rng(14)
    for n in range(150):
        height, width, planes = draw.randrange(1, 34), draw.randrange(1, 34), draw.choice([1, 3])
        shape = (height, width) if planes == 1 else (height, width, 3)
        image = [pattern(height, width, planes), noise.integers(0, 256, shape, np.uint8),
                 np.full(shape, draw.randrange(256), np.uint8)][n % 3]  # fmt: skip
        quality = draw.choice([1, 2, 10, 49, 50, 75, 90, 99, 100])
        yield image, {"quality": quality, "sampling": draw.choice(["4:2:0", "4:4:4"]),
                      "tables": draw.choice(["optimised", "standard"])}  # fmt: skip
    photo = images.photo("astronaut")[:200, 100:301]
    for quality in (1, 25, 75, 95, 100):
        yield photo, {"quality": quality, "sampling": "4:2:0" if quality < 90 else "4:4:4", "tables": "optimised"}
    for quality in range(1, 101, 3):
        yield PHOTO[:24, :40], {"quality": quality, "sampling": "4:2:0", "tables": "optimised"}


def test_files_are_those_of_the_library_byte_for_byte(opened):  # noqa: F811
    page, cases = opened(own_jpeg()), list(written())
    written_by = """([cases, tables, standard]) => {
        PACK
        return cases.map(([picture, { quality, sampling, tables: codes }]) => {
            const whole = { ...picture, samples: unpack(picture.samples) }
            const given = codes === "standard" ? standard : null
            const parts = icHands.atOnce(icHands.jpegLevels.analysed(whole, sampling === "4:2:0"))
            const made = icHands.atOnce(icHands.jpegEncoded(whole, parts, quality, tables, given))
            return [pack(made.bytes), made.sizes, made.zeros, made.levels]
        })
    }""".replace("PACK", PACK)  # fmt: skip
    vectors = [[as_picture(image), knobs] for image, knobs in cases]
    found = page.evaluate(written_by, [vectors, TABLES, jpeg_file.standard()])
    for (image, knobs), (data, sizes, zeros, levels) in zip(cases, found, strict=True):
        ours = Jpeg(**knobs).encode(np.ascontiguousarray(image))
        assert data == pack(ours), (image.shape, knobs)
        assert sizes == jpeg_file.shares(ours) and sum(sizes.values()) == len(ours)
        every = np.concatenate([part.levels.ravel() for part in decode(ours).components])
        assert (zeros, levels) == (np.count_nonzero(every == 0), every.size)


def test_codes_are_those_of_the_library(opened):  # noqa: F811
    page, draw, counts = opened(own_jpeg()), random.Random(6), []
    for n in range(120):
        rare = draw.choice([2, 100, 1 << 20])
        counts.append([draw.randrange(rare) if draw.random() < 0.6 else 0 for _ in range(draw.randrange(1, 257))])
        counts[-1][n % len(counts[-1])] = 7
    steep = ([round(base ** (n % 34)) for n in range(size)] for base in (1.6, 1.7, 2) for size in (33, 41, 80, 200))
    counts += [*steep, [1] * 256]
    found = page.evaluate("all => all.map(counts => icHands.jpegCodes.optimal(counts))", counts)
    long = 0
    for one, code in zip(counts, found, strict=True):
        ours = codes.optimal(one)
        assert [code["bits"], code["values"]] == [ours.bits.tolist(), ours.values.tolist()]
        long += huffman_lengths.optimal(np.append(np.multiply(one, 32), 1)).max() > 16
    assert long > 10, "words of more than 16 bits were to be shortened"


# The reader is the library's


def damaged():
    """Yield 3,000 files: whole ones of each kind, and most with bits flipped, bytes set, left out, put in, or cut."""
    draw, files = random.Random(13), []
    shapes = PHOTO, PHOTO[:, :, 0], pattern(17, 33, 3), pattern(1, 1, 3), pattern(3, 5, 3), pattern(9, 2)
    for n, image in enumerate(shapes):
        for sampling in ("4:2:0", "4:4:4", "4:2:2", "4:4:0", "4:1:1"):
            for restart in (0, 3):
                tables = ("optimised", "standard")[(n + restart) % 2]
                codec = Jpeg(quality=draw.choice([20, 75, 95]), sampling=sampling, restart=restart, tables=tables)
                files.append(codec.encode(np.ascontiguousarray(image)))
    yield from files
    for _ in range(3000):
        data = bytearray(draw.choice(files))
        for _ in range(draw.choice([1, 1, 1, 2, 5])):
            at = draw.randrange(min(len(data), 650) if draw.random() < 0.4 else len(data))
            way = draw.randrange(12)
            if way < 4:
                data[at] ^= 1 << draw.randrange(8)
            elif way < 8:
                data[at] = (0, 255, 196, 192)[way - 4]
            elif way < 10 or len(data) < 9:
                data[at : at + 1] = bytes([data[at], draw.randrange(256)][:: way - 8 or 2])
            elif way == 10:
                del data[at]
            else:
                del data[max(4, at) :]
        yield bytes(data)


def library(data):
    """Return what the library makes of a file: fine, corrupt or unsupported, its words, and the picture that came."""
    try:
        return "fine", None, to_image(decode(data))
    except Unsupported as error:
        return "unsupported", str(error), None
    except ValueError as error:
        words = str(error)
    try:
        return "corrupt", words, to_image(decode(data, partial=True))
    except ValueError:
        return "corrupt", words, None


def test_damaged_files_give_the_pixels_and_the_errors_of_the_library(opened):  # noqa: F811
    page, files, counts, reasons = opened(broken_jpeg()), list(damaged()), collections.Counter(), collections.Counter()
    read = """([files, knowledge]) => {
        PACK
        return files.map(data => {
            const { picture, trouble, scan } = icHands.jpegDecode(unpack(data), knowledge)
            const pixels = picture && icHands.jpegPixels(picture)
            const found = pixels && [pixels.height, pixels.width, pack(pixels.samples)]
            return [trouble?.kind ?? "fine", scan?.wrong ? trouble.message : "", found]
        })
    }""".replace("PACK", PACK)  # fmt: skip
    for first in range(0, len(files), 500):
        some = files[first : first + 500]
        found = page.evaluate(read, [list(map(pack, some)), KNOWLEDGE])
        for data, (kind, words, pixels) in zip(some, found, strict=True):
            ours, why, image = library(data)
            counts[kind] += 1
            if kind == "unread":  # four inks, progressive, very large, lines told behind the scan
                rare = any(bytes([0xFF, marker]) in data for marker in (0xC2, 0xDC))
                assert rare or ours == "unsupported" or "cannot hold" in why or image.size > 1 << 24
                continue
            assert kind == ours and (pixels is None) == (image is None)
            if words and kind == "corrupt":
                assert words == why
                reasons[words.split(", after ")[0]] += 1
            if image is not None:
                assert pixels == [*image.shape[:2], pack(np.ascontiguousarray(image))]
    assert min(counts["fine"], counts["corrupt"]) > 900 and counts["unsupported"] > 2 and counts["unread"] < 60
    assert len(reasons) == 6, "each reason to stop has been met"


def test_the_browser_shows_the_pixels_of_our_reader(opened):  # noqa: F811
    page = opened(broken_jpeg(), broken_jpeg(sampling="4:4:4"))
    page.wait_for_function("document.querySelectorAll('.ic-marks')[2].textContent")
    same = """() => [...document.querySelectorAll(".ic-hands")].map(box => {
        const pictures = [...box.querySelectorAll(".ic-arrived img")]
        const [theirs, ours] = pictures.map(img => icHands.samplesOf(img, 1e9, true).samples)
        return [theirs.length, Math.max(...theirs.map((sample, i) => Math.abs(sample - ours[i])))]
    })"""  # fmt: skip
    assert page.evaluate(same) == [[PHOTO.size, 0]] * 2


# The sentences are Python's


def test_first_states_are_those_of_python(opened):  # noqa: F811
    scan = next(scans(Jpeg().encode(PHOTO)))
    flips = [0, 1, BEFORE_A_ROW, *range(40, scan.end - scan.start, 97), scan.end - scan.start]
    figures = [broken_jpeg(flip=flip) for flip in flips]
    figures += [own_jpeg(quality=quality, sampling=sampling) for quality, sampling in ((1, "4:4:4"), (75, "4:2:0"))]
    texts = """() => [...document.querySelectorAll(".ic-hands")].map(box => [
        box.querySelector(".ic-says").textContent,
        [...box.querySelectorAll(".ic-byte:not([hidden])")].map(e => e.textContent + e.className.split(" ")[1]),
        [...box.querySelectorAll(".ic-size")].map(e => [e.textContent, e.querySelector("b").style.width]),
        [...box.querySelectorAll(".ic-value")].map(e => e.textContent)])"""  # fmt: skip
    before, after = (opened(*figures, java_script_enabled=scripts) for scripts in (False, True))
    after.wait_for_function("[...document.querySelectorAll('.ic-save')].every(link => link.href)")
    first, second = before.evaluate(texts), after.evaluate(texts)
    assert first == second
    words = " ".join(told[0] for told in first)
    assert "nothing broken." in words and "stops: " in words and "notices nothing. Wrong pixels: " in words
    assert NONE in words and "of the picture had arrived." in words


def _judged(page, whole, files):
    """Return what the scripts say of damaged files beside the whole one: a sentence, and an account."""
    return page.evaluate("""([whole, files, knowledge]) => {
        PACK
        const right = icHands.jpegJudged(unpack(whole), null, knowledge)
        const judged = files.map(data => icHands.jpegJudged(unpack(data), right, knowledge))
        return judged.map(({ words, account }) => [words, account])
    }""".replace("PACK", PACK), [pack(whole), list(map(pack, files)), KNOWLEDGE])  # fmt: skip


@pytest.mark.parametrize("restart", [0, 5])
def test_accounts_say_where_it_began_and_how_far_it_went(opened, restart):  # noqa: F811
    whole = Jpeg(restart=restart).encode(PHOTO)
    scan = next(scans(whole))
    files = [_flipped(whole, at, 1 << at % 8) for at in range(scan.start, scan.end, 13)]
    right, wrong, none_arrived = decode(whole), 0, 0
    for data, (words, account) in zip(files, _judged(opened(broken_jpeg()), whole, files), strict=True):
        assert words == jpeg_damage._told(data, whole)[1]
        kind, why, image = library(data)
        if kind == "fine" and account.startswith(LEGAL):
            frame, first = decode(data), re.search(r"MCU (\d+) of (\d+)", account)
            assert int(first[1]) == _first_wrong(right, frame) + 1 and int(first[2]) == 25
            wrong += 1
        elif kind == "corrupt":
            assert words.startswith(f"Our reader stops: {why}.") and account.startswith("Byte ")
            assert words.endswith(NONE) == (image is None)
            none_arrived += image is None
            if (none := re.search("no codeword of table ([AD]C [01]) begins with ([01 ]+)\\.", account)) is not None:
                assert "no codeword begins" in why
                _check_no_word(data, none[1], none[2].replace(" ", ""))
    assert wrong > 20 and none_arrived


def _flipped(data, at, bit):
    return data[:at] + bytes([data[at] ^ bit]) + data[at + 1 :]


def test_a_picture_comes_once_a_row_of_mcus_is_complete():
    """Flat blocks: four bytes are an MCU, five MCUs a row, and the file is cut behind each byte of its scan."""
    whole = Jpeg(tables="standard").encode(np.full((32, 80, 3), 128, np.uint8))
    scan = next(scans(whole))
    assert scan.end - scan.start == 40
    for size in range(40):
        left, words = jpeg_damage._told(whole[: scan.start + size] + whole[scan.end :], whole)
        assert f"after {size // 4} of 10 MCUs" in words and (left is None) == (size < 20) == words.endswith(NONE)
        assert left is None or (left.height == 16 and words.endswith("50.0 % of the picture had arrived."))


def test_a_wrong_step_is_seen_where_a_block_uses_its_coefficient(opened):  # noqa: F811
    whole = Jpeg(quality=50).encode(PHOTO)
    right, at = decode(whole), whole.index(b"\xff\xdb") + 5
    places = [at + k for k in range(64)] + [at + 65 + k for k in range(64)]
    files, found = [_flipped(whole, place, 1 << 7) for place in places], []
    for data, (words, account) in zip(files, _judged(opened(broken_jpeg()), whole, files), strict=True):
        assert words == jpeg_damage._told(data, whole)[1]
        used = [part.levels[:, :, k].any() for part, one in zip(right.components, decode(data).components, strict=True)
                for k in np.flatnonzero(part.steps != one.steps)]  # fmt: skip
        found.append(any(used))
        if any(used):
            assert account == ("Each level is right, but a step is not: its coefficient is wrong in every block that "
                               "uses it.")  # fmt: skip
        else:
            assert words == "Our reader notices nothing. Wrong pixels: 0.0 %."
            assert account == ("Each level is right. A step is not, but no block uses its coefficient, so nothing is "
                               "to be seen.")  # fmt: skip
    assert 20 < sum(found) < 108


def test_wrong_pixels_are_counted_and_their_errors_averaged_alike(opened):  # noqa: F811
    page, noise, cases = opened(broken_jpeg()), np.random.default_rng(97), []
    for n in range(300):
        shape = (*noise.integers(1, 40, 2), (1, 3)[n % 2])
        whole = noise.integers(0, 256, shape, np.uint8)
        errors = noise.integers(-(1 << n % 9), (1 << n % 9) + 1, shape)
        errors *= noise.random(shape) < noise.choice([0, 0.001, 0.1, 1])
        cases.append((np.clip(whole + errors, 0, 255).astype(np.uint8), whole))
    found = page.evaluate("""pairs => {
        PACK
        const read = ({ samples, ...sides }) => ({ ...sides, samples: unpack(samples) })
        return pairs.map(pair => icHands.wrongPixels(...pair.map(read)))
    }""".replace("PACK", PACK), [list(map(as_picture, pair)) for pair in cases])  # fmt: skip
    assert found == [jpeg_damage._wrong(*pair) for pair in cases]
    assert {words for words in found if words.startswith("0.0")} == {"0.0 %"}, "where none is wrong, there is no error"


def test_the_error_of_wrong_samples_by_hand():
    """Of four pixels two are wrong, in three samples, by 1, 2 and 5 grey levels: 2.67 on average."""
    whole = np.full((2, 2, 3), 100, np.uint8)
    other = whole.copy()
    other[0, 0], other[1, 1, 2] = (101, 98, 100), 105
    assert jpeg_damage._wrong(other, whole) == "50.0 %, by 2.7 grey levels on average"
    other[0, 0], other[1, 1, 2] = 100, 100
    assert jpeg_damage._wrong(other, whole) == "0.0 %"


def _first_wrong(right, frame):
    """Return the first MCU of 4:2:0 whose levels differ."""
    differ = 0
    for one, other in zip(right.components, frame.components, strict=True):
        blocks = (one.levels != other.levels).any(2)
        rows, columns = blocks.shape
        differ = differ | blocks.reshape(rows // one.down, one.down, columns // one.across, one.across).any((1, 3))
    return int(np.flatnonzero(differ)[0])


def _check_no_word(data, table, bits):
    """No codeword begins with these bits, nor do they begin one; without the last of them some do."""
    kind, place = ("DC", "AC").index(table[:2]), int(table[3])
    scan = next(scans(data))
    names = [(kind, 0), (kind, 1), (kind, 1)]
    code = (scan.dc, scan.ac)[kind][names.index((kind, place))]
    word, size = codes.words(codes.Code(*(np.frombuffer(half, np.uint8) for half in code)))
    spelt = [f"{word[s]:0{size[s]}b}" for s in np.flatnonzero(size)]
    assert not any(one.startswith(bits) or bits.startswith(one) for one in spelt)
    assert any(one.startswith(bits[:-1]) for one in spelt)


def test_shares_are_rounded_half_up_in_python_and_script(opened):  # noqa: F811
    page, draw = opened(own_jpeg()), random.Random(7)
    cases = [(0, 7), (1, 2000), (1, 2001), (3, 2000), (26, 10_000), (1999, 2000), (7, 7), (1, 1 << 40)]
    for _ in range(2000):
        whole = draw.choice([draw.randrange(1, 300), draw.randrange(1, 1 << 28), 2000 * draw.randrange(1, 5000)])
        cases.append((draw.choice([draw.randrange(3 * whole), whole // 2000]), whole))
    found = page.evaluate("all => all.map(pair => [icHands.jpegTenths(...pair), icHands.jpegPerCent(...pair)])", cases)
    for (part, whole), (tenths, words) in zip(cases, found, strict=True):
        assert [tenths, words] == [jpeg_file.tenths(part, whole), jpeg_file.per_cent(part, whole)]
        exact = Fraction(1000 * part, whole)
        assert math.floor(exact + Fraction(1, 2)) == int(tenths.replace(".", ""))
        assert words == ("less than 0.1 %" if 0 < exact < Fraction(1, 2) else f"{tenths} %")


# Hands


def test_bytes_are_broken_and_mended_by_mouse_and_keyboard(opened):  # noqa: F811
    page = opened(broken_jpeg(quality=50))
    whole, box = Jpeg(quality=50).encode(PHOTO), page.locator(".ic-hands")
    marks, chosen = box.locator(".ic-marks").first, box.locator(".ic-chosen")
    assert says(page) == f"{len(whole):,} bytes, 69 × 71 pixels, nothing broken."
    page.wait_for_function("document.querySelector('.ic-marks').textContent === 'Wrong pixels: 0.0 %.'")
    box.get_by_role("button", name="SOF0 19").click()
    assert chosen.inner_text().endswith("SOF0, its marker.")
    box.locator(".ic-byte[aria-pressed=true]").press("ArrowRight")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    assert chosen.inner_text().endswith("08: SOF0, bits a sample.")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert chosen.inner_text().endswith("47: SOF0, height.")
    box.locator(".ic-bit").last.click()
    assert says(page) == "Our reader notices nothing, and finds another picture, of 69 × 70 pixels."
    page.wait_for_function("document.querySelector('.ic-marks').textContent === 'It draws another picture.'")
    box.locator(".ic-mend").press("Enter")
    assert says(page).endswith("nothing broken.")
    box.get_by_role("button", name="SOI 2").press("Space")
    box.get_by_role("button", name="Delete the byte").click()
    assert says(page).startswith("Our reader stops: no JPEG file") and says(page).endswith("none had arrived.")
    page.wait_for_function("document.querySelector('.ic-marks').textContent === 'It shows nothing.'")
    assert not box.locator(".ic-arrived img:visible").count() and box.locator(".ic-none:visible").count() == 2
    box.locator(".ic-mend").click()
    page.wait_for_function("document.querySelector('.ic-marks').textContent.endsWith('0.0 %.')")
    assert box.locator(".ic-arrived img:visible").count() == 2
    box.locator(".ic-byte[aria-pressed=true]").press("End")
    assert chosen.inner_text() == f"Byte {len(whole) - 1:,} of the file, d9: the end of the image."
    page.keyboard.press("PageUp")
    page.keyboard.press("ArrowUp")
    assert "bits of the scan, MCU " in chosen.inner_text()
    assert box.locator(".ic-arrived i:visible").count() == 2
    box.get_by_role("button", name="Set to 00").click()
    assert box.locator(".ic-byte[aria-pressed=true]").get_attribute("aria-label").endswith("00, scan, changed")
    assert marks.is_visible() and box.locator("img").last.get_attribute("alt").startswith("What our reader makes of")


def _mcu(box):
    return int(re.search(r"MCU (\d+) of 25", box.locator(".ic-chosen").inner_text())[1])


def test_a_slider_breaks_the_nth_byte_and_restarts_end_the_damage(opened):  # noqa: F811
    page = opened(broken_jpeg())
    box, slider = page.locator(".ic-hands"), page.locator("input[type=range]")
    plain, marked = (Jpeg(restart=restart).encode(PHOTO) for restart in (0, 5))
    most, longer = ((s := next(scans(data))).end - s.start for data in (plain, marked))
    restarts, chips = box.get_by_role("button", name="Restart markers"), box.locator("[data-part=DRI], [data-part=RST]")
    assert restarts.get_attribute("aria-pressed") == "false" and slider.get_attribute("max") == str(most)
    assert box.locator(".ic-drag > span").inner_text() == "Flipped bit of the scan none"
    assert chips.count() == 2 and not any(chip.is_visible() for chip in chips.all())
    slider.press("End")
    assert box.locator(".ic-value").inner_text() == f"in byte {most:,} of {most:,}"
    slider.fill("300")
    flipped = jpeg_damage._flipped(plain, next(scans(plain)).start + 299)
    assert says(page) == jpeg_damage._told(flipped, plain)[1]
    mcu = _mcu(box)
    restarts.press("Space")
    assert restarts.get_attribute("aria-pressed") == "true" and slider.get_attribute("max") == str(longer)
    assert chips.all_inner_texts() == ["DRI 6", "RST 8"] and all(chip.is_visible() for chip in chips.all())
    changed = box.locator(".ic-byte.ic-broken")
    place = int(changed.get_attribute("aria-label").split()[1].strip(","))
    assert _mcu(box) == mcu and changed.get_attribute("aria-pressed") == "true"
    byte = int(changed.inner_text(), 16)
    assert (byte ^ marked[place]).bit_count() == 1
    data = marked[:place] + bytes([byte]) + marked[place + 1 :]
    assert says(page) == jpeg_damage._told(data, marked)[1]
    assert int(slider.input_value()) == place - next(scans(marked)).start + 1
    one, other = decode(flipped, partial=True), decode(data, partial=True)
    block = mcu // 5 * 2, mcu % 5 * 2
    assert np.array_equal(one.components[0].levels[block], other.components[0].levels[block]), "the same bit of the MCU"
    restarts.click()
    assert restarts.get_attribute("aria-pressed") == "false" and not any(chip.is_visible() for chip in chips.all())
    slider.press("Home")
    assert box.locator(".ic-value").inner_text() == "none" and says(page).endswith("nothing broken.")


def test_a_photograph_becomes_a_file_that_can_be_saved(opened, tmp_path):  # noqa: F811
    page, image = opened(own_jpeg()), np.ascontiguousarray(PHOTO[:50, :61])
    box = page.locator(".ic-hands")
    Image.fromarray(image).save(tmp_path / "own.png")
    page.locator("input[type=file]").set_input_files(tmp_path / "own.png")
    page.wait_for_function("document.querySelector('.ic-says').textContent.startsWith('61 × 50 pixels at quality 75')")

    def saved(**knobs):
        ours = Jpeg(**knobs).encode(image)
        said = "size => document.querySelector('.ic-says').textContent.includes(size)"
        page.wait_for_function(said, arg=f": {len(ours):,} bytes")
        assert says(page) == jpeg_photo._verdict(ours, image, knobs["quality"])
        shares = [jpeg_file.per_cent(int(8 * size), 8 * len(ours)) for size in jpeg_file.shares(ours).values()]
        assert box.locator(".ic-size span:last-child").all_inner_texts() == shares
        with page.expect_download() as download:
            box.get_by_role("link", name="Save the file").click()
        assert download.value.suggested_filename == f"quality-{knobs['quality']}.jpg"
        assert download.value.path().read_bytes() == ours

    saved(quality=75, sampling="4:2:0", tables="optimised")
    page.locator("input[type=range]").fill("31")
    saved(quality=31, sampling="4:2:0", tables="optimised")
    box.get_by_label("Colour").select_option("4:4:4")
    saved(quality=31, sampling="4:4:4", tables="optimised")
    box.get_by_label("Huffman codes").select_option("standard")
    saved(quality=31, sampling="4:4:4", tables="standard")
    seen = box.locator(".ic-photo img").first
    file = seen.get_attribute("src")
    peek = box.get_by_role("button", name="The original")
    peek.press("Space")
    assert peek.get_attribute("aria-pressed") == "true" and seen.get_attribute("src").startswith("data:image/png")
    peek.click()
    assert seen.get_attribute("src") == file and seen.get_attribute("alt").startswith("Your photograph as a JPEG")


def test_a_large_photograph_is_scaled_down_and_never_freezes_the_page(opened):  # noqa: F811
    page = opened(own_jpeg())
    longest = page.evaluate("""async () => {
        const canvas = Object.assign(document.createElement("canvas"), { width: 2048, height: 1536 })
        const { settings } = document.querySelector(".ic-hands").dataset, { tables } = JSON.parse(settings)
        const pen = canvas.getContext("2d")
        for (let i = 0; i < 3000; i++) {
            pen.fillStyle = `hsl(${i * 37} 60% ${i % 90}%)`
            pen.fillRect(i * 53 % 2048, i * 29 % 1536, 90, 60)
        }
        const picture = icHands.samplesOf(canvas, 1024, true)
        function* work() {
            const parts = yield* icHands.jpegLevels.analysed(picture, false)
            return yield* icHands.jpegEncoded(picture, parts, 90, tables, null)
        }
        let longest = 0, last = performance.now(), size = 0
        const tick = () => {
            longest = Math.max(longest, performance.now() - last)
            last = performance.now()
            if (!size) requestAnimationFrame(tick)
        }
        await new Promise(done => {
            icHands.slices(work(), made => { size = made.bytes.length; done() })
            tick()
        })
        const files = new DataTransfer(), blob = await new Promise(done => canvas.toBlob(done))
        files.items.add(new File([blob], "own.png"))
        const dropped = new DragEvent("drop", { dataTransfer: files, cancelable: true })
        document.querySelector(".ic-drop").dispatchEvent(dropped)
        return longest
    }""")  # fmt: skip
    words = "Scaled down from 2048 × 1536 pixels. 1024 × 768"
    page.wait_for_function("words => document.querySelector('.ic-says').textContent.startsWith(words)", arg=words)
    assert longest < 1500, "a second and a half, even beside other work on a slow machine"


@pytest.mark.parametrize("width", [1280, 390])
def test_what_is_pressed_is_large_enough_and_nothing_sticks_out(opened, width):  # noqa: F811
    page = opened(broken_jpeg(flip=300), own_jpeg(), width=width, has_touch=width == 390)
    things = page.locator("button:visible, input:visible, select:visible, a:visible").all()
    boxes = [thing.bounding_box() for thing in things]
    assert len(boxes) > 70 and min(min(box["width"], box["height"]) for box in boxes) >= 43.9
    loud = "all => all.filter(e => !e.dataset.lmSuppressShortcuts).length"
    assert not page.locator("button, input, select").evaluate_all(loud), "JupyterLab would take the keys"
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if width == 390:
        page.locator(".ic-byte").nth(3).tap()
        page.locator(".ic-bit").first.tap()
        assert page.locator(".ic-byte").nth(3).get_attribute("aria-label").endswith(", changed")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_letters_have_contrast(opened, scheme):  # noqa: F811
    page = opened(broken_jpeg(flip=300), own_jpeg(), scheme=scheme)
    assert not [pair for pair in page.evaluate(CONTRAST) if pair[0] < 4.5]
    for part in ("APP0", "DQT", "SOF0", "DHT", "SOS"):
        page.locator(".ic-jumps button", has_text=part).click()
        assert not [pair for pair in page.evaluate(CONTRAST) if pair[0] < 4.5]


def test_in_print_and_without_scripts_the_first_state_stands_there(opened):  # noqa: F811
    page = opened(broken_jpeg(flip=300), own_jpeg(), java_script_enabled=False)
    assert page.locator("img:visible").count() == 3 and not page.locator("input:visible, button:visible").count()
    assert page.locator(".ic-byte:visible").count() == jpeg_damage.MANY
    assert page.locator(".ic-size:visible").count() == 5
    assert page.locator("[data-part]:visible").all_inner_texts()[-1] == "EOI 2"
    assert not page.locator("[data-part=DRI]:visible, [data-part=RST]:visible").count(), "the text names them later"
    page = opened(broken_jpeg(flip=300), own_jpeg())
    page.emulate_media(media="print")
    assert not any(thing.is_visible() for thing in page.locator(".ic-tools").all())


# What Python makes and refuses


def test_parts_of_a_file_are_all_of_it():
    for restart in (0, 2):
        data = Jpeg(restart=restart).encode(PHOTO)
        found = jpeg_file.parts(data)
        assert [start for _, start, _ in found] == [0, *(end for *_, end in found[:-1])] and found[-1][2] == len(data)
        names = ["SOI", "APP0", "DQT", "SOF0", *["DRI"] * (restart > 0), "DHT", "SOS", "scan"]
        assert [name for name, *_ in found[: len(names)]] == names and found[-1][0] == "EOI"
        assert sum(name == "RST" for name, *_ in found) == (12 if restart else 0)


def test_where_the_bytes_went_by_hand():
    """One grey block of 128: a difference of 0 and an end of block, 2 + 4 bits of Annex K, two of filling."""
    found = jpeg_file.shares(Jpeg(tables="standard").encode(np.full((8, 8), 128, np.uint8)))
    assert (found["dc"], found["ac"], found["filling"]) == (2 / 8, 4 / 8, 2 / 8)
    assert found["tables"] == 4 + 65 + 4 + 17 + 12 + 17 + 162 and found["header"] == 2 + 18 + 13 + 10 + 2


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        (lambda: own_jpeg(PHOTO[..., 0]), "has colours"),
        (lambda: own_jpeg(np.zeros((513, 8, 3), np.uint8)), "512 pixels a side"),
        (lambda: own_jpeg(quality=0), "1 to 100"),
        (lambda: own_jpeg(sampling="4:1:1"), "4:2:0 or 4:4:4"),
        (lambda: own_jpeg(most=2000), "8 to 1024"),
        (lambda: broken_jpeg(sampling="4:2:2"), "4:2:0 or 4:4:4"),
        (lambda: broken_jpeg(images.photo("grass")), "up to 32768"),
        (lambda: broken_jpeg(flip=10**6), "flip is 0 to"),
        (lambda: broken_jpeg(interval=-1), "interval is 0 to"),
        (lambda: jpeg_file.picture("text", SEEN, (1, 1)), "data is bytes"),
        (lambda: jpeg_file.tenths(1, 0), "whole is 1 to"),
        (lambda: jpeg_file.per_cent(0.5, 3), "part is "),
        (lambda: jpeg_file.shares(b""), "JPEG"),
    ],
)
def test_what_fits_nowhere_is_refused(call, reason):
    with pytest.raises(ValueError, match=reason):
        call()


def test_scripts_and_page_ask_for_nothing():
    for page in (own_jpeg(), broken_jpeg()):
        assert "http" not in page and 'src="data:' in page and kit.QUIET in page


def test_scripts_parse_as_classic_ones():
    if not (node := shutil.which("node")):
        pytest.skip("no node here: the browser has parsed them")
    for name in dict.fromkeys(jpeg_photo.SCRIPTS + jpeg_damage.SCRIPTS):
        text = kit.beside(name)
        subprocess.run([node, "--check", "-"], input=text.encode(), check=True)
        assert len(text.splitlines()) <= 150, name
