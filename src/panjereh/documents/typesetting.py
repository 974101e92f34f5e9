"""Typst, kept in a box: templates see our library, our fonts and the document's data, and nothing else.

Output is PDF/A-3a (for keeping, with the record attached) and PDF/UA-1 (tagged for screen readers) at once.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import Any, cast

import segno
import typst

from panjereh.documents.errors import TemplateFails

HERE = Path(__file__).parent
LIBRARY = HERE / "typst"
FONTS = HERE / "fonts"
STANDARDS: Any = ["a-3a", "ua-1"]

# Typst would fetch packages from the network and can build code from text; a certificate needs neither.
IMPORT = re.compile(r'(?:#|^\s*|[{;(\[]\s*)(?:import|include)\b(?!\s*"panjereh\.typ")', re.MULTILINE)
FORBIDDEN = re.compile(r"\beval\b|\bplugin\b|@(?:preview|local)\b")

_compiler = typst.Compiler(root=str(LIBRARY), font_paths=[str(FONTS)], ignore_system_fonts=True)
_one_at_a_time = Lock()  # the compiler keeps what it has laid out before, and is not made for two threads


def typeset(template: bytes, document: Mapping[str, Any]) -> bytes:
    """Set a template with its document's data as a PDF. Raises TemplateFails with Typst's words."""
    refuse_reaching_out(template)
    try:
        with _one_at_a_time:
            result = _compiler.compile(
                template,
                format="pdf",
                sys_inputs={"document": json.dumps(document, ensure_ascii=False)},
                pdf_standards=STANDARDS,
            )
    except typst.TypstError as error:
        raise TemplateFails(reason=str(error)) from error
    return cast("bytes", result)


def refuse_reaching_out(template: bytes) -> None:
    """Templates import nothing but panjereh.typ, and make no code from text."""
    try:
        source = template.decode()
    except UnicodeDecodeError as error:
        raise TemplateFails(reason="the template is not UTF-8 text") from error
    found = IMPORT.search(source) or FORBIDDEN.search(source)
    if found:
        raise TemplateFails(reason=f"a template may import only panjereh.typ, and not use {found[0].strip()!r}")


def own_template(name: str) -> bytes:
    """A template that ships with the house, such as the paper form."""
    return (LIBRARY / name).read_bytes()


def qr_svg(text: str) -> str:
    """A QR code (error level M) as a drawing without margin."""
    return svg_of(qr_code(text))


def qr_code(*parts: str) -> segno.QRCode:
    """A QR code, error level M. Each part is packed by itself: one in capitals and digits takes less room so."""
    segments: Any = [(part,) for part in parts]  # the library takes them, though its types don't say so
    return segno.make(segments, error="m", boost_error=False, micro=False)


def svg_of(code: segno.QRCode) -> str:
    return str(code.svg_inline(border=0, omitsize=True, dark="#073b3e"))
