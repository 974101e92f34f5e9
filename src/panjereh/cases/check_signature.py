#!/usr/bin/env python3
"""Check yourself what somebody signed with a passkey. You need this file, Python 3.8 or newer, and the openssl program.

    python3 check_signature.py signature.json [--place example.org]

It checks that the statement is the one to which the passkey's answer commits, that the person unlocked the device, for
which place it was asked (--place must be its name), and that the signature fits the key. Then it prints the statement.
Of a document that several people signed, the answers that the file shows are checked against those that stand closed
in it. Whose key it was, the agency attests: the entry of the signature in the transparency log is dated before any
quarrel.

Exit codes: 0 it holds · 1 it does not hold · 2 the command line was not understood · 3 the file is not well-formed ·
5 the openssl program is missing.

Formats: W3C Web Authentication level 3 (5.8.1, 6.1, 7.2); COSE keys, RFC 9052 and 9053; RFC 8785 (canonical JSON).
"""

import argparse
import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile

HOLDS, FALSE, USAGE, MALFORMED, NO_OPENSSL = 0, 1, 2, 3, 5
TYPE = "panjereh.signature/1"
LARGEST = 2**22
P256 = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d03010703420004")
ED25519 = bytes.fromhex("302a300506032b6570032100")
RSA = bytes.fromhex("300d06092a864886f70d0101010500")


class Refused(Exception):
    """Why it is not accepted, in English and in Persian, and the exit code."""

    def __init__(self, english, persian, code=FALSE):
        super().__init__(english)
        self.english, self.persian, self.code = english, persian, code


def malformed(what):
    return Refused("The file is not well-formed: %s." % what, "فایل درست نیست: %s." % what, MALFORMED)


def read(path):
    """The file's parts: texts as they are, and the four byte strings."""
    with open(path, "rb") as file:
        content = file.read(LARGEST + 1)
    try:
        found = json.loads(content.decode("utf-8")) if len(content) <= LARGEST else None
    except ValueError:
        found = None
    if not isinstance(found, dict) or found.get("type") != TYPE:
        raise malformed("it is no signature of Panjereh")
    for name in ("statement", "sha256", "public_key", "client_data", "authenticator_data", "signature"):
        if not isinstance(found.get(name), str):
            raise malformed(name)
    for name in ("public_key", "client_data", "authenticator_data", "signature"):
        found[name] = from_base64url(found[name], name)
    opened = found.setdefault("disclosures", [])
    if not isinstance(opened, list) or not all(isinstance(each, list) and len(each) == 3 for each in opened):
        raise malformed("disclosures")
    return found


def from_base64url(text, name):
    try:
        content = base64.b64decode(text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4), validate=True)
    except ValueError:
        raise malformed(name)
    if base64.urlsafe_b64encode(content).decode().rstrip("=") != text:
        raise malformed(name)
    return content


def check(found, place):
    """All that must be true. Returns what the browser says it was asked by."""
    if not found["statement"]:
        raise Refused("The statement was erased.", "متن امضاشده پاک شده است.")
    digest = hashlib.sha256(found["statement"].encode("utf-8"))
    if digest.hexdigest() != found["sha256"]:
        raise Refused("The statement was changed.", "متن امضاشده عوض شده است.")
    client = told(found["client_data"])
    if client.get("type") != "webauthn.get":
        raise Refused("This is no signature of a passkey.", "این امضای گذرکلید نیست.")
    if from_base64url(str(client.get("challenge")), "challenge") != digest.digest():
        raise Refused("The passkey signed something else.", "گذرکلید چیز دیگری را امضا کرده است.")
    data = found["authenticator_data"]
    if len(data) < 37:
        raise malformed("authenticator_data")
    if data[32] & 0x05 != 0x05:
        raise Refused("The device was not unlocked by its owner.", "صاحب دستگاه آن را باز نکرده است.")
    if place and hashlib.sha256(place.encode("utf-8")).digest() != data[:32]:
        raise Refused("It was made for another place than %s." % place, "برای جایی جز %s ساخته شده است." % place)
    opens(found["statement"], found["disclosures"])
    verify(found["public_key"], data + hashlib.sha256(found["client_data"]).digest(), found["signature"])
    return str(client.get("origin"))


def opens(statement, disclosures):
    """Each answer that is shown must be one of those that stand closed in a document that several signed."""
    try:
        closed = json.loads(statement).get("answers", [])
    except (ValueError, AttributeError):
        raise malformed("statement")
    for each in disclosures:
        canonical = json.dumps(each, ensure_ascii=False, separators=(",", ":"))
        if hashlib.sha256(canonical.encode("utf-8")).hexdigest() not in closed:
            english = "An answer shown is not in the statement: %s." % each[1]
            raise Refused(english, "پاسخی که نشان داده شده در متن نیست: %s." % each[1])


def told(client_data):
    try:
        client = json.loads(client_data.decode("utf-8"))
    except ValueError:
        client = None
    if not isinstance(client, dict):
        raise malformed("client_data")
    return client


def verify(cose, data, signature):
    """Ask the openssl program whether the signature fits the key."""
    openssl = shutil.which("openssl")
    if openssl is None:
        english, persian = "The openssl program is needed.", "برنامهٔ openssl لازم است."
        raise Refused(english, persian, NO_OPENSSL)
    der, algorithm = public_key(cose)
    folder = tempfile.mkdtemp()
    try:
        names = [os.path.join(folder, name) for name in ("key", "data", "signature")]
        for name, content in zip(names, (der, data, signature)):
            with open(name, "wb") as file:
                file.write(content)
        key = ["-inkey", names[0], "-pubin", "-keyform", "DER"]
        command = [openssl, "pkeyutl", "-verify", *key, "-rawin", "-in", names[1], "-sigfile", names[2]]
        command += [] if algorithm == -8 else ["-digest", "sha256"]
        done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    finally:
        shutil.rmtree(folder)
    if done.returncode:
        raise Refused("The signature does not fit the key.", "امضا با کلید نمی‌خواند.")


def public_key(cose):
    """The key as SubjectPublicKeyInfo (DER), and its algorithm: ES256, EdDSA or RS256."""
    fields, rest = cbor(cose)
    if rest or not isinstance(fields, dict):
        raise malformed("public_key")
    kind, algorithm = fields.get(1), fields.get(3)
    if (kind, algorithm, fields.get(-1)) == (2, -7, 1) and sizes(fields, (-2, 32), (-3, 32)):
        return P256 + fields[-2] + fields[-3], -7
    if (kind, algorithm, fields.get(-1)) == (1, -8, 6) and sizes(fields, (-2, 32)):
        return ED25519 + fields[-2], -8
    if (kind, algorithm) == (3, -257) and all(isinstance(fields.get(name), bytes) for name in (-1, -2)):
        numbers = sequence(0x30, integer(fields[-1]) + integer(fields[-2]))
        return sequence(0x30, RSA + sequence(0x03, b"\0" + numbers)), -257
    raise malformed("public_key")


def sizes(fields, *wanted):
    return all(isinstance(fields.get(name), bytes) and len(fields[name]) == size for name, size in wanted)


def sequence(tag, content):
    """DER: tag, length, content."""
    size = len(content)
    length = bytes([size]) if size < 128 else bytes([130]) + size.to_bytes(2, "big")
    return bytes([tag]) + length + content


def integer(number):
    number = number.lstrip(b"\0")
    return sequence(0x02, (b"\0" if number[:1] > b"\x7f" else b"") + number)


def cbor(data, depth=0):
    """As much of CBOR (RFC 8949) as keys need: whole numbers, byte strings, maps. Returns the value and the rest."""
    if not data or depth > 2:
        raise malformed("public_key")
    kind, low, rest = data[0] >> 5, data[0] & 31, data[1:]
    if low >= 24:
        size = {24: 1, 25: 2, 26: 4}.get(low)
        if size is None or len(rest) < size:
            raise malformed("public_key")
        low, rest = int.from_bytes(rest[:size], "big"), rest[size:]
    if kind == 0:
        return low, rest
    if kind == 1:
        return -1 - low, rest
    if kind == 2 and len(rest) >= low:
        return rest[:low], rest[low:]
    if kind != 5:
        raise malformed("public_key")
    found = {}
    for _ in range(low):
        name, rest = cbor(rest, depth + 1)
        value, rest = cbor(rest, depth + 1)
        if not isinstance(name, int) or name in found:
            raise malformed("public_key")
        found[name] = value
    return found, rest


def main(arguments=None):
    parser = argparse.ArgumentParser(description="Check what somebody signed with a passkey. · بررسی امضا با گذرکلید")
    parser.add_argument("file", help="signature.json")
    parser.add_argument("--place", help="name of the site that must have asked, such as example.org")
    given = parser.parse_args(arguments)
    try:
        found = read(given.file)
        origin = check(found, given.place)
    except OSError as error:
        print("%s · فایل خوانده نشد." % error)
        return MALFORMED
    except Refused as refused:
        print("NO: %s\nنه: %s" % (refused.english, refused.persian))
        return refused.code
    print("YES: this statement was signed with a passkey, asked by %s." % origin)
    print("بله: این متن با گذرکلید امضا شده است؛ پرسنده %s بود.\n" % origin)
    print(json.dumps(json.loads(found["statement"]), ensure_ascii=False, indent=1))
    for _salt, label, answer in found["disclosures"]:
        print("%s: %s" % (label, " · ".join(answer) if isinstance(answer, list) else answer))
    return HOLDS


if __name__ == "__main__":
    sys.exit(main())
