"""Reads our code from what somebody uploads: photographs, scans, PDFs made of scans, PDFs that lost their seal."""

import io
import re
from urllib.parse import urlsplit

import zxingcpp
from PIL import Image

from panjereh.documents import tokens

LARGEST = 40_000_000
"""Pixels. A bigger picture is not decoded: it would cost more memory than a check is worth."""

MOST_PICTURES = 12
"""Of one PDF: pages of a scan. Looking at each costs up to a second."""

QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
FORMATS = ("PNG", "JPEG", "WEBP", "TIFF", "GIF", "BMP")
KEYWORD = re.compile(rb"<pdf:Keywords>([0-9A-Z]{4}(?:-[0-9A-Z]{4}){3})</pdf:Keywords>")
CHECK_PATH = re.compile(r"/check/([0-9A-Za-z-]+)/?$")


def is_picture(content: bytes) -> bool:
    """Does it claim to be a picture of a kind that we read?"""
    try:
        Image.open(io.BytesIO(content), formats=FORMATS)
    except Exception:  # noqa: BLE001  hostile files make decoders fail in any way they like
        return False
    return True


def text_of_code(content: bytes) -> str | None:
    """What the first of our QR codes in the picture says, or None."""
    try:
        picture = Image.open(io.BytesIO(content), formats=FORMATS)
        if picture.width * picture.height > LARGEST:
            return None
        found = zxingcpp.read_barcodes(
            picture.convert("L"), formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
        )
    except Exception:  # noqa: BLE001  see above
        return None
    return next((code.text for code in found if is_ours(code.text)), None)


def is_ours(text: str) -> bool:
    """Does what a QR code says carry one of our tokens, or lead to our page for checking?"""
    return tokens.found_in(text) is not None or CHECK_PATH.search(urlsplit(text).path) is not None


def text_of_code_in_pdf(content: bytes) -> str | None:
    """The same for a PDF that holds scanned pages as JPEG pictures, as scanners and phones make them."""
    end = 0
    for _looked_at in range(MOST_PICTURES):
        start = content.find(b"\xff\xd8\xff", end)
        end = content.find(b"endstream", start)
        if start < 0 or end < 0:
            return None
        found = text_of_code(content[start:end])
        if found is not None:
            return found
    return None


def code_in_metadata(content: bytes) -> str:
    """The code that we put among the keywords of our PDFs. PDF/A keeps them where anything can read them."""
    match = KEYWORD.search(content)
    return match[1].decode() if match else ""


def code_in_address(text: str) -> str:
    """The code at the end of the address in a QR code. Whose host it names does not matter: we look it up here."""
    match = CHECK_PATH.search(urlsplit(text).path)
    return match[1] if match else ""
