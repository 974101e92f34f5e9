"""CAMT.053 (ISO 20022, bank to customer statement), versions 2 to 13, read as a stream: a file of any length fits."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, BinaryIO
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler

from defusedxml import DefusedXmlException
from defusedxml.sax import make_parser
from django.utils.translation import gettext_lazy as _

from panjereh.definitions import BankAccount
from panjereh.payments.statements import cells
from panjereh.payments.statements.shape import Balance, BankEntry, Fault, Item, Unreadable

PIECE = 1 << 16
DEEPEST = 40
KINDS = {"OPBD": "opening", "PRCD": "opening", "CLBD": "closing"}
NO_REFERENCE = ("NOTPROVIDED", "NONREF")
Texts = dict[str, list[str]]


def read(stream: BinaryIO, _account: BankAccount | None) -> Iterator[Item]:
    """The booked entries and the balances of all statements of a file; pending entries come again when booked."""
    handler = _Handler()
    parser: Any = make_parser()
    parser.forbid_dtd = True
    parser.setContentHandler(handler)
    handler.setDocumentLocator(parser)
    try:
        while piece := stream.read(PIECE):
            parser.feed(piece)
            yield from handler.taken()
        parser.close()
        yield from handler.taken()
    except DefusedXmlException:
        yield Fault(parser.getLineNumber() or 1, _("A document type has no place in a statement; the file is refused."))
        return
    except SAXParseException as error:
        yield from handler.taken()
        yield Fault(error.getLineNumber() or 1, _("Here the file stops being XML. Was it cut off?"))
        return
    if not handler.is_statement:
        yield Fault(1, _("This XML is no CAMT.053 statement."))


class _Handler(ContentHandler):
    """Gathers the texts of each balance and entry by their path below it, and makes items of them."""

    def __init__(self) -> None:
        super().__init__()
        self.items: list[Item] = []
        self.path: list[str] = []
        self.text: list[str] = []
        self.account = self.currency = ""
        self.is_statement = False
        self.line = 1
        self.depth = 0  # of the balance or entry that is read; 0: none is
        self.texts: Texts = {}
        self.details: list[Texts] = []
        self.place: Any = None

    def setDocumentLocator(self, locator: Any) -> None:  # noqa: N802 - the name of SAX
        self.place = locator

    def taken(self) -> list[Item]:
        items, self.items = self.items, []
        return items

    def startElement(self, name: str, attributes: Any) -> None:  # noqa: N802
        name = name.rpartition(":")[2]
        self.path.append(name)
        self.text.clear()
        if len(self.path) > DEEPEST:
            raise SAXParseException("too deep", None, self.place)
        if name == "Stmt" and self.path[-2:-1] == ["BkToCstmrStmt"]:
            self.is_statement = True
            self.account = self.currency = ""
        elif name in ("Ntry", "Bal") and self.path[-2:-1] == ["Stmt"]:
            self.depth, self.line = len(self.path), self.place.getLineNumber()
            self.texts, self.details = defaultdict(list), []
        elif name == "TxDtls" and self.depth:
            self.details.append(defaultdict(list))
        if name == "Amt" and self.depth:
            self._note("/".join(self.path[self.depth :]), attributes.get("Ccy", ""), "@")

    def characters(self, content: str) -> None:
        self.text.append(content)

    def endElement(self, _name: str) -> None:  # noqa: N802
        text = "".join(self.text).strip()
        self.text.clear()
        if self.depth and text:
            self._note("/".join(self.path[self.depth :]), text)
        elif text and (self.path[-3:] == ["Acct", "Id", "IBAN"] or self.path[-4:] == ["Acct", "Id", "Othr", "Id"]):
            self.account = "".join(text.split()).upper()
        elif text and self.path[-2:] == ["Acct", "Ccy"]:
            self.currency = text
        if self.depth and len(self.path) == self.depth:
            self._finish(self.path[-1])
        self.path.pop()

    def _note(self, path: str, text: str, sign: str = "") -> None:
        """A text by its path; "@" before it where it is the currency that stands in the element."""
        if "TxDtls/" in path and self.details:
            self.details[-1][sign + path.partition("TxDtls/")[2]].append(text)
        else:
            self.texts[sign + path].append(text)

    def _finish(self, name: str) -> None:
        self.depth = 0
        try:
            self.items += self._balance() if name == "Bal" else self._entries()
        except Unreadable as problem:
            self.items.append(Fault(self.line, problem.sentence))

    def _balance(self) -> list[Item]:
        kind = KINDS.get(_first(self.texts, "Tp/CdOrPrtry/Cd"))
        if not kind:
            return []
        units, currency = self._amount(self.texts)
        return [Balance(self.line, self.account, kind, units, currency)]  # type: ignore[arg-type]

    def _amount(self, texts: Texts) -> tuple[int, str]:
        """Signed: credit came in. The mark of a reversal changes nothing: the sign is that of the booking."""
        currency = _first(texts, "@Amt") or self.currency
        units = cells.amount(_first(texts, "Amt"), currency)
        if units < 0:
            raise Unreadable(_("An amount in CAMT.053 has no sign."))
        mark = _first(texts, "CdtDbtInd")
        if mark not in ("CRDT", "DBIT"):
            raise Unreadable(_("It doesn't say whether this came in or went out (CdtDbtInd)."))
        return (units if mark == "CRDT" else -units), currency

    def _entries(self) -> list[Item]:
        status = _first(self.texts, "Sts/Cd", "Sts")
        if status not in ("BOOK", ""):
            return []
        units, currency = self._amount(self.texts)
        parts = self._parts(units, currency) if len(self.details) > 1 else []
        if parts:
            return [self._entry(each, part, currency, place) for place, (each, part) in enumerate(parts, 1)]
        one = self.details[0] if len(self.details) == 1 else {}
        return [self._entry(one, units, currency, 0)] if units else []

    def _parts(self, units: int, currency: str) -> list[tuple[Texts, int]]:
        """The payments of a collective booking, where their amounts are told and make the whole."""
        sign = -1 if units < 0 else 1
        amounts = [_first(each, "Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/InstdAmt/Amt") for each in self.details]
        if not all(amounts):
            return []
        parts = [sign * cells.amount(each, currency) for each in amounts]
        return list(zip(self.details, parts, strict=True)) if sum(parts) == units and all(parts) else []

    def _entry(self, detail: Texts, units: int, currency: str, place: int) -> BankEntry:
        booked = _first(self.texts, "BookgDt/Dt", "BookgDt/DtTm") or _first(self.texts, "ValDt/Dt", "ValDt/DtTm")
        booked_on = cells.must_be_past(cells.day(booked, "gregorian"))
        value = _first(self.texts, "ValDt/Dt", "ValDt/DtTm")
        number = _first(self.texts, "AcctSvcrRef")
        own = _first(detail, "Refs/AcctSvcrRef")
        payer = "Dbtr" if units > 0 else "Cdtr"
        return BankEntry(
            line=self.line,
            account=self.account,
            booked_on=booked_on,
            value_on=cells.day(value, "gregorian") if value else booked_on,
            amount=units,
            currency=currency,
            reference=self._reference(detail),
            text=cells.words(
                _first(detail, f"RltdPties/{payer}/Nm", f"RltdPties/{payer}/Pty/Nm"),
                *detail.get("RmtInf/Ustrd", ()),
                _first(detail, "AddtlTxInf") or _first(self.texts, "AddtlNtryInf"),
            ),
            bank_id=(f"{number or own}/{place}" if place and (number or own) else number or own)[:80],
        )

    def _reference(self, detail: Texts) -> str:
        for name in ("RmtInf/Strd/CdtrRefInf/Ref", "Refs/EndToEndId", "Refs/TxId", "Refs/InstrId"):
            text = cells.words(_first(detail, name))
            if text and text.upper() not in NO_REFERENCE:
                return text[:100]
        return cells.words(_first(self.texts, "NtryRef"))[:100]


def _first(texts: Texts, *names: str) -> str:
    return next((texts[name][0] for name in names if texts.get(name)), "")
