"""The words that stand on every document, whatever the service says."""

from collections.abc import Iterable, Mapping

from django.utils import translation
from django.utils.translation import gettext, gettext_noop

CERTIFICATE = {
    "code": gettext_noop("Code for checking"),
    "issued": gettext_noop("Issued on"),
    "case": gettext_noop("Case number"),
    "sealed_by": gettext_noop("Electronic seal of"),
    "how_to_check": gettext_noop(
        "To see whether this certificate is still valid, scan the picture or enter the code at"
    ),
    "qr_alt": gettext_noop("QR code that leads to"),
    "record": gettext_noop("The signed record, for computers"),
    "specimen": gettext_noop("Specimen"),
    "demonstration": gettext_noop("Demonstration. This is not an official document."),
}


def in_languages(words: Mapping[str, str], languages: Iterable[str]) -> dict[str, dict[str, str]]:
    """Each of the words in each of the languages; English stands in where a translation is missing."""
    result: dict[str, dict[str, str]] = {key: {} for key in words}
    for language in dict.fromkeys([*languages, "en"]):
        with translation.override(language):
            for key, message in words.items():
                result[key][language] = gettext(message)
    return result
