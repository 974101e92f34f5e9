"""The words that stand on every document, whatever the service says."""

from collections.abc import Iterable, Mapping

from django.utils import translation
from django.utils.translation import gettext, gettext_noop

COMMON = {
    "case": gettext_noop("Case number"),
    "qr_alt": gettext_noop("QR code that leads to"),
    "specimen": gettext_noop("Specimen"),
    "demonstration": gettext_noop("Demonstration. This is not an official document."),
    "page": gettext_noop("Page"),
    "of": gettext_noop("of"),
}
CERTIFICATE = {
    **COMMON,
    "code": gettext_noop("Code for checking"),
    "issued": gettext_noop("Issued on"),
    "valid_until": gettext_noop("Valid until"),
    "sealed_by": gettext_noop("Electronic seal of"),
    "how_to_check": gettext_noop(
        "Scan the picture with a telephone’s camera: it proves what stands here, even without a network. "
        "Or enter the code at"
    ),
    "record": gettext_noop("The signed record, for computers"),
}
RECEIPT = {
    **COMMON,
    "receipt": gettext_noop("Receipt"),
    "submitted": gettext_noop("Sent on"),
    "applicant": gettext_noop("Applicant"),
    "agent": gettext_noop("Sent for them by"),
    "decide_by": gettext_noop("We answer by"),
    "fee": gettext_noop("Fee"),
    "next": gettext_noop("What happens next"),
    "sealed_by": gettext_noop("Electronic seal of"),
    "check_receipt": gettext_noop("Everybody can check this receipt with the file, or with its code at"),
}
PAYMENT = {
    **RECEIPT,
    "case": gettext_noop("Bill number"),
    "receipt": gettext_noop("Receipt of a payment"),
    "paid": gettext_noop("Paid on"),
    "amount": gettext_noop("Amount"),
    "about": gettext_noop("About"),
    "way": gettext_noop("Paid by"),
    "order": gettext_noop("Number of the payment"),
    "trace": gettext_noop("Number at the bank"),
    "rials": gettext_noop("In rials"),
}
BILL = {
    **COMMON,
    "number": gettext_noop("Number of the bill"),
    "owed": gettext_noop("To be paid"),
    "rials": gettext_noop("In rials:"),
    "due": gettext_noop("Pay by"),
    "pay_anywhere": gettext_noop("To pay at any bank, by phone or at a machine"),
    "bill_id": gettext_noop("Bill identifier"),
    "payment_id": gettext_noop("Payment identifier"),
    "pay_online": gettext_noop(
        "The square code above leads to the page where anybody can pay this bill without signing in."
    ),
}
LETTER = {
    **COMMON,
    "date": gettext_noop("Date"),
    "how_to_answer": gettext_noop(
        "You can answer at any of our offices. Bring this letter, or say the case number; the people there help you."
    ),
}
FORM = {
    **COMMON,
    "optional": gettext_noop("(if you like)"),
    "conditions": gettext_noop("What must be true"),
    "declaration": gettext_noop("Declaration"),
    "declaration_text": gettext_noop(
        "What I have written is true. I know that a false statement has legal consequences."
    ),
    "full_name": gettext_noop("Given name and family name"),
    "date": gettext_noop("Date"),
    "signature": gettext_noop("Signature"),
    "for_the_office": gettext_noop("Filled in by the office"),
    "received_by": gettext_noop("Received by"),
    "online": gettext_noop("The same service on the internet:"),
}


def in_languages(words: Mapping[str, str], languages: Iterable[str]) -> dict[str, dict[str, str]]:
    """Each of the words in each of the languages; English stands in where a translation is missing."""
    result: dict[str, dict[str, str]] = {key: {} for key in words}
    for language in dict.fromkeys([*languages, "en"]):
        with translation.override(language):
            for key, message in words.items():
                result[key][language] = gettext(message)
    return result
