"""References to laws in words."""

from django.utils.translation import gettext as _

from panjereh.catalogue import queries as catalogue
from panjereh.localisation import digits
from panjereh.ui.jinja import language, show_text


def law_words(reference: str | None) -> str:
    """`civil-registration-act#12` in words: the name of the law and its article; empty without one."""
    if not reference:
        return ""
    name, _sharp, article = reference.partition("#")
    known = catalogue.country().laws.get(name)
    title = show_text(known.title) if known else name
    if not article:
        return title
    return _("%(law)s, article %(article)s") % {"law": title, "article": digits.for_language(article, language())}
