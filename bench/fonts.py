"""Make the fonts that the repository carries from the npm package `vazirmatn` (SIL Open Font License 1.1).

    python bench/fonts.py            # needs npm, fonttools and brotli; writes the files below src/
    python bench/fonts.py widths     # only the table of widths, from the font that is there

Two products, each with the licence beside it, and what pictures of processes need to break lines:

- ui/static/ui/fonts/vazirmatn-fa.woff2    variable, weights 400 to 700, Persian letters, digits and shared punctuation
- documents/fonts/Vazirmatn-{Regular,Bold}.ttf    whole static fonts (Latin included), which Typst embeds in PDFs
- process/drawing/widths.json    how wide each letter is, in thousandths of the type size

The web font leaves out Latin: English pages use the reader's own fonts, and `unicode-range` keeps this one off them.
"""

import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from fontTools.ttLib import TTFont

PACKAGE = "vazirmatn@33.0.3"
SOURCE = Path(__file__).resolve().parents[1] / "src" / "panjereh"
WEB = SOURCE / "ui" / "static" / "ui" / "fonts"
PRINT = SOURCE / "documents" / "fonts"
WIDTHS = SOURCE / "process" / "drawing" / "widths.json"

FEATURES = "ccmp,locl,isol,init,medi,fina,rlig,calt,mark,mkmk,kern"
UNICODES = (
    "U+20-21,U+28-2F,U+3A,U+AB,U+BB,U+D7,U+60C,U+61B,U+61F,U+621-63A,U+641-64D,U+651,U+654,U+66A-66C,U+67E,U+686,"
    "U+698,U+6A9,U+6AF,U+6C0,U+6CC,U+6F0-6F9,U+200C-200F,U+2013-2014,U+2026,U+2212"
)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        package = unpack(Path(folder))
        web_font(package, Path(folder))
        print_fonts(package)
    widths()


def unpack(folder: Path) -> Path:
    """Fetch the package through npm and return the folder of its files."""
    subprocess.run(["npm", "pack", PACKAGE, "--silent"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    with tarfile.open(next(folder.glob("*.tgz"))) as archive:
        archive.extractall(folder, filter="data")
    return folder / "package"


def web_font(package: Path, folder: Path) -> None:
    narrowed = folder / "narrowed.ttf"
    target = WEB / "vazirmatn-fa.woff2"
    fonttools(
        "varLib.instancer", package / "fonts" / "variable" / "Vazirmatn[wght].ttf", "wght=400:700", "-o", narrowed
    )
    fonttools(
        "subset", narrowed, "--flavor=woff2", "--no-hinting", "--desubroutinize", f"--layout-features={FEATURES}",
        f"--unicodes={UNICODES}", f"--output-file={target}",
    )  # fmt: skip
    keep(WEB / "OFL.txt", (package / "OFL.txt").read_bytes())
    report(target)


def print_fonts(package: Path) -> None:
    for weight in ("Regular", "Bold"):
        name = f"Vazirmatn-{weight}.ttf"
        keep(PRINT / name, (package / "fonts" / "ttf" / name).read_bytes())
        report(PRINT / name)
    keep(PRINT / "OFL.txt", (package / "OFL.txt").read_bytes())


def widths() -> None:
    """Letter → width, or four: standing alone, and at the end, the beginning and the middle of a joined run."""
    font = TTFont(PRINT / "Vazirmatn-Regular.ttf")
    names, advances, em = font.getBestCmap(), font["hmtx"], font["head"].unitsPerEm
    forms = [_substitutes(font, feature) for feature in ("fina", "init", "medi")]
    table: dict[str, int | list[int]] = {}
    for code in [*range(0x20, 0x7F), *range(0x600, 0x700), 0xAB, 0xBB, 0x2013, 0x2014, 0x2019, 0x2026]:
        if code in names:
            glyphs = [names[code], *(form.get(names[code], names[code]) for form in forms)]
            four = [round(advances[glyph][0] * 1000 / em) for glyph in glyphs]
            table[chr(code)] = four if glyphs[1] != glyphs[0] else four[0]
    keep(WIDTHS, json.dumps(table, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
    report(WIDTHS)


def _substitutes(font: TTFont, feature: str) -> dict[str, str]:
    """Glyph → the glyph that stands in its place in a joined run."""
    table, found = font["GSUB"].table, {}
    for record in table.FeatureList.FeatureRecord:
        if record.FeatureTag == feature:
            for lookup in record.Feature.LookupListIndex:
                for part in table.LookupList.Lookup[lookup].SubTable:
                    found.update(part.mapping)
    return found


def fonttools(tool: str, *arguments: object) -> None:
    subprocess.run(
        [sys.executable, "-m", f"fontTools.{tool}", *map(str, arguments)], check=True, stderr=subprocess.DEVNULL
    )


def keep(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def report(path: Path) -> None:
    print(f"{path.stat().st_size / 1000:8.1f} kB  {path.relative_to(SOURCE.parents[1])}")


if __name__ == "__main__":
    widths() if sys.argv[1:] == ["widths"] else main()
