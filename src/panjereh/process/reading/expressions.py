"""Expressions of a file: FEEL, or refused."""

from xml.etree.ElementTree import Element as Xml

from panjereh.kernel.errors import PanjerehError
from panjereh.process.expressions import Expression, compile_expression
from panjereh.process.reading.draft import File

XPATH = "http://www.w3.org/1999/XPath"  # what drawing tools write at the head of every file, unasked


def expression(file: File, element: str, xml: Xml) -> Expression | None:
    """The expression that an element of the file holds; None, and a refusal, where it can't be asked."""
    if xml.get("{http://camunda.org/schema/1.0/bpmn}resource"):
        file.refuse(element, "expression_language", "The expression stands in another file.", "Write it here, in FEEL.")
        return None
    return compiled(file, element, xml.text or "", xml.get("language", ""))


def compiled(file: File, element: str, text: str, language: str = "") -> Expression | None:
    language = language or file.root.get("expressionLanguage", "")
    if language and language != XPATH and "feel" not in language.lower():
        file.refuse(element, "expression_language", f"Expressions in {language} can't be run.", "Write it in FEEL.")
        return None
    plain = text.strip().removeprefix("=").strip()
    if not plain:
        file.refuse(element, "expression_missing", "The expression is empty.", "Write it, or take it away.")
        return None
    if plain.startswith(("${", "#{")):
        file.refuse(
            element, "expression_language", f"{plain!r} is the expression language of Java.", "Write it in FEEL."
        )
        return None
    try:
        found = compile_expression(text)
        strange = sorted(name for name in found.names if " " in name and name not in file.data.values())
        if not strange:
            return found
        reason = f"It reads {strange[0]!r}, which is no data object of this file."
        file.refuse(element, "expression_wrong", reason, "Write a formal expression in FEEL.")
        return None
    except PanjerehError as error:
        file.refuse(element, "expression_wrong", f"{plain!r} is not valid FEEL: {error}", "Correct the expression.")
        return None
