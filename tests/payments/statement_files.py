"""Bank statements as banks write them, small enough to read, and of any length."""

from collections.abc import Iterable, Sequence
from datetime import date

from panjereh.definitions import BankAccount

IBAN = "IR840120000000009612345601"
ACCOUNT = BankAccount.model_validate(
    {
        "iban": IBAN,
        "title": {"fa": "حساب درآمد", "en": "Income"},
        "settlements": [{"of": "gateway", "holder": "test", "text": "TASVIYE TEST", "commission": "amount * 0.01"}],
    }
)
DAY = date(2026, 11, 23)
Rows = Sequence[tuple[str, int, str, str]]


def camt(rows: Rows, *, day: date = DAY, iban: str = IBAN, opening: int = 1000, currency: str = "IRR") -> bytes:
    """rows: the bank's number, amount, reference, who paid"""
    total = opening + sum(amount for _id, amount, _reference, _text in rows)
    entries = "\n".join(_ntry(row, day, currency) for row in rows)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt><Id>S1</Id>
<Acct><Id><IBAN>{iban}</IBAN></Id><Ccy>{currency}</Ccy></Acct>
{_bal("OPBD", opening, day, currency)}
{_bal("CLBD", total, day, currency)}
{entries}
</Stmt></BkToCstmrStmt></Document>""".encode()


def _bal(code: str, amount: int, day: date, currency: str) -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="{currency}">{abs(amount)}</Amt><CdtDbtInd>{"CRDT" if amount >= 0 else "DBIT"}</CdtDbtInd>'
        f"<Dt><Dt>{day}</Dt></Dt></Bal>"
    )


def _ntry(row: tuple[str, int, str, str], day: date, currency: str) -> str:
    number, amount, reference, text = row
    who = "Dbtr" if amount > 0 else "Cdtr"
    return (
        f'<Ntry><Amt Ccy="{currency}">{abs(amount)}</Amt><CdtDbtInd>{"CRDT" if amount > 0 else "DBIT"}</CdtDbtInd>'
        f"<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt>"
        f"<AcctSvcrRef>{number}</AcctSvcrRef><NtryDtls><TxDtls><Refs><EndToEndId>{reference}</EndToEndId></Refs>"
        f"<RltdPties><{who}><Pty><Nm>{text}</Nm></Pty></{who}></RltdPties></TxDtls></NtryDtls></Ntry>"
    )


def mt940(rows: Rows, *, day: date = DAY, iban: str = IBAN, opening: int = 1000) -> bytes:
    total = opening + sum(amount for _id, amount, _reference, _text in rows)
    lines = [":20:STARTUMS", f":25:{iban}", ":28C:1/1", f":60F:C{day:%y%m%d}IRR{opening},"]
    for number, amount, reference, text in rows:
        side = "C" if amount > 0 else "D"
        lines += [f":61:{day:%y%m%d}{day:%m%d}{side}{abs(amount)},NTRF{reference}//{number}", f":86:{text}"]
    return "\r\n".join([*lines, f":62F:{'C' if total >= 0 else 'D'}{day:%y%m%d}IRR{abs(total)},", "-"]).encode()


def table(rows: Rows, *, day: str = DAY.isoformat(), heading: str = "date,amount,reference,text,id") -> bytes:
    return "\n".join(
        [heading, *(f"{day},{amount},{ref},{text},{number}" for number, amount, ref, text in rows)]
    ).encode()


def lines(texts: Iterable[str]) -> bytes:
    return "\n".join(texts).encode()
