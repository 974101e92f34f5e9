#!/usr/bin/env python3
"""Check a proof of Panjereh's transparency log yourself. This one file is all you need, with Python 3.8 or newer.

    python3 check_proof.py proof.json --key KEY             is this in the log?
    python3 check_proof.py proof.json --key KEY --file certificate.pdf     and is this its file?
    python3 check_proof.py proof.json --key KEY --witness KEY --witness KEY    and did these witnesses see it?
    python3 check_proof.py checkpoint --key KEY --since old-checkpoint --log https://example.org/log
                                                            does the log go on from what I kept?

KEY is the log's key as the agency printed or published it (name+hash+key). Without --key the proof is checked under the
key that stands in it, and you are told so. --log is the log's address, or a folder with a copy of it.

Exit codes: 0 it holds · 1 it does not hold · 2 the command line was not understood · 3 the file is not well-formed ·
4 it holds, but only under a key that came with the proof.

Formats: C2SP signed-note, tlog-checkpoint, tlog-cosignature, tlog-proof, tlog-tiles; RFC 6962 and RFC 9162 (tree),
RFC 8785 (canonical JSON), RFC 8032 (Ed25519).
"""

import argparse
import base64
import binascii
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.request

HOLDS, FALSE, USAGE, MALFORMED, OWN_KEY = 0, 1, 2, 3, 4
FORMAT = "panjereh-proof/1"
TLOG_PROOF = "c2sp.org/tlog-proof@v1"
LARGEST_FILE = 4 * 2**20
SIGNATURE, COSIGNATURE = 1, 4


class Refused(Exception):
    """Why something is not accepted, in English and in Persian, and the exit code."""

    def __init__(self, english, persian, code=FALSE):
        super().__init__(english)
        self.english, self.persian, self.code = english, persian, code


def malformed(english, persian):
    return Refused(english, persian, MALFORMED)


# Strict reading: what could be written in two ways is accepted in one.


def read_json(text):
    """JSON without doubled names, fractions, or numbers that other languages would round."""

    def once(pairs):
        names = [name for name, _value in pairs]
        if len(set(names)) != len(names):
            raise malformed("a name stands twice in the JSON", "یک نام در JSON دو بار آمده است")
        return dict(pairs)

    def whole(text):
        if len(text) > 16 or abs(int(text)) > 2**53:
            raise malformed("a number is too large", "عددی بیش از اندازه بزرگ است")
        return int(text)

    def refuse(_text):
        raise malformed("the JSON has a number that is not whole", "در JSON عددی هست که درست (صحیح) نیست")

    try:
        return json.loads(text, object_pairs_hook=once, parse_int=whole, parse_float=refuse, parse_constant=refuse)
    except (ValueError, RecursionError):
        raise malformed("the file is not JSON", "پرونده JSON نیست") from None


def read_base64(text):
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise malformed("something is not base 64", "بخشی از پرونده base64 نیست") from None
    if base64.b64encode(data).decode() != text:
        raise malformed("base 64 with another spelling", "base64 به شکل دیگری نوشته شده است")
    return data


def read_hash(text):
    data = read_base64(text)
    if len(data) != 32:
        raise malformed("a hash has not 32 bytes", "اثر انگشتی ۳۲ بایت نیست")
    return data


def read_number(text):
    if not re.fullmatch(r"0|[1-9][0-9]{0,18}", text):
        raise malformed("a number is not well-formed", "عددی درست نوشته نشده است")
    return int(text)


def fields(value, names, optional=()):
    """The object's values, which must be texts or what the caller checks; no name more, none less."""
    if not isinstance(value, dict) or not set(names) <= set(value) <= set(names) | set(optional):
        raise malformed("a part has other names than " + ", ".join(names), "بخشی نام‌های دیگری دارد")
    return value


def text_of(value):
    if not isinstance(value, str):
        raise malformed("something should be a text", "چیزی باید متن باشد")
    return value


# Keys and notes (C2SP signed-note).


class Key:
    """A public key under a name. `type` is 1 for a log's signature and 4 for a witness's cosignature."""

    def __init__(self, vkey):
        parts = text_of(vkey).split("+", 2)
        material = read_base64(parts[2]) if len(parts) == 3 else b""
        if len(material) != 33 or material[0] not in (SIGNATURE, COSIGNATURE) or re.search(r"\s", parts[0]):
            raise malformed("this is not a key (name+hash+key)", "این کلید نیست (نام+چکیده+کلید)")
        self.vkey, self.name, self.type, self.public = vkey, parts[0], material[0], material[1:]
        self.id = hashlib.sha256(self.name.encode() + b"\n" + material).digest()[:4]
        if not self.name or self.id.hex() != parts[1]:
            raise malformed("the key's parts do not fit together", "بخش‌های کلید با هم نمی‌خوانند")


class Note:
    """A text with signature lines."""

    def __init__(self, note):
        if len(note) > 64 * 1024 or re.search(r"[\x00-\x09\x0b-\x1f]", note) or not note.endswith("\n"):
            raise malformed("this is not a signed note", "این یادداشت امضاشده نیست")
        text, gap, lines = note[:-1].rpartition("\n\n")
        if not gap or not text:
            raise malformed("the note has no signatures", "یادداشت امضا ندارد")
        self.text, self.lines = text + "\n", [self._line(line) for line in lines.split("\n")]
        parts = self.text.split("\n")
        if len(parts) != 4 or not parts[0]:
            raise malformed("the note is not a checkpoint", "یادداشت، نقطهٔ وارسی نیست")
        self.origin, self.size, self.root = parts[0], read_number(parts[1]), read_hash(parts[2])

    @staticmethod
    def _line(line):
        match = re.fullmatch(r"— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})", line)
        if match is None:
            raise malformed("a signature line is not well-formed", "سطر امضایی درست نوشته نشده است")
        content = read_base64(match.group(2))
        if len(content) < 5:
            raise malformed("a signature is too short", "امضایی کوتاه است")
        return match.group(1), content[:4], content[4:]

    def signed_by(self, key):
        mine = [signature for name, id_, signature in self.lines if (name, id_) == (key.name, key.id)]
        if not mine:
            return False
        for signature in mine:
            if not self._fits(key, signature):
                raise Refused("the signature of %s is wrong" % key.name, "امضای %s نادرست است" % key.name)
        return True

    def _fits(self, key, signature):
        if key.type == SIGNATURE:
            return len(signature) == 64 and verify(key.public, self.text.encode(), signature)
        at = int.from_bytes(signature[:8], "big")
        message = "cosignature/v1\ntime %d\n%s" % (at, self.text)
        return len(signature) == 72 and at < 2**63 and verify(key.public, message.encode(), signature[8:])


# Ed25519 (RFC 8032): by the openssl program where there is one, else by what follows.

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_1 = pow(2, (P - 1) // 4, P)


def add_points(a, b):
    """Extended homogeneous coordinates (RFC 8032, section 5.1.4)."""
    e, f = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    c, d = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = f - e, d - c, d + c, f + e
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def multiply(scalar, point):
    result = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = add_points(result, point)
        point = add_points(point, point)
        scalar >>= 1
    return result


def same_point(a, b):
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0


def recover_x(y, sign):
    if y >= P:
        return None  # another spelling of a smaller number
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if square == 0:
        return None if sign else 0
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_1 % P
    if (x * x - square) % P:
        return None
    return x if x & 1 == sign else P - x


def read_point(data):
    number = int.from_bytes(data, "little")
    y, sign = number & (2**255 - 1), number >> 255
    x = recover_x(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE = (recover_x(BASE_Y, 0), BASE_Y, 1, recover_x(BASE_Y, 0) * BASE_Y % P)


def is_acceptable(public, signature):
    """What every verifier must agree on: lengths, one spelling for each number, and no point of small order."""
    if len(public) != 32 or len(signature) != 64 or int.from_bytes(signature[32:], "little") >= L:
        return False
    key, start = read_point(public), read_point(signature[:32])
    neutral = (0, 1, 1, 0)
    return (
        key is not None and start is not None
        and not same_point(multiply(8, key), neutral) and not same_point(multiply(8, start), neutral)
    )  # fmt: skip


def verify_ourselves(public, message, signature):
    """RFC 8032, section 5.1.7, without the cofactor."""
    if not is_acceptable(public, signature):
        return False
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    challenge = int.from_bytes(digest, "little") % L
    left = multiply(int.from_bytes(signature[32:], "little"), BASE)
    return same_point(left, add_points(read_point(signature[:32]), multiply(challenge, read_point(public))))


def verify_with_openssl(public, message, signature):
    """True or False as openssl says; None when there is no openssl that knows how."""
    program = shutil.which("openssl")
    if program is None:
        return None
    der = bytes.fromhex("302a300506032b6570032100") + public
    with tempfile.TemporaryDirectory() as folder:
        paths = [os.path.join(folder, name) for name in ("key", "message", "signature")]
        for path, content in zip(paths, (der, message, signature)):
            with open(path, "wb") as file:
                file.write(content)
        command = [program, "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-rawin",
                   "-inkey", paths[0], "-in", paths[1], "-sigfile", paths[2]]  # fmt: skip
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    said = done.stdout + done.stderr
    if done.returncode == 0 and b"Verified Successfully" in said:
        return True
    return False if b"Verification Failure" in said else None


def verify(public, message, signature):
    if not is_acceptable(public, signature):
        return False
    said = verify_with_openssl(public, message, signature)
    return verify_ourselves(public, message, signature) if said is None else said


# The tree (RFC 6962; checking as RFC 9162, section 2.1, has it).


def leaf_hash(data):
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def is_included(leaf, index, size, path, root):
    if not 0 <= index < size:
        return False
    node, last, hash_ = index, size - 1, leaf
    for step in path:
        if last == 0:
            return False
        if node & 1 or node == last:
            hash_ = node_hash(step, hash_)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            hash_ = node_hash(hash_, step)
        node, last = node >> 1, last >> 1
    return last == 0 and hash_ == root


def root_of(hashes):
    """The root over hashes of full subtrees of one height."""
    if len(hashes) == 1:
        return hashes[0]
    half = 1 << (len(hashes) - 1).bit_length() - 1
    return node_hash(root_of(hashes[:half]), root_of(hashes[half:]))


def span(node, start, end):
    height = (end - start).bit_length() - 1
    if end - start == 1 << height:
        return node(height, start >> height)
    middle = start + (1 << height)
    return node_hash(span(node, start, middle), span(node, middle, end))


class Log:
    """The tiles of a log, from its address or from a folder with a copy. They must lead to the signed roots."""

    def __init__(self, place, size):
        self.place, self.size, self.kept = place.rstrip("/"), size, {}

    def node(self, height, index):
        level, rest = divmod(height, 8)
        number, offset = divmod(index << rest, 256)
        hashes = self.tile(level, number)
        return root_of(hashes[offset : offset + (1 << rest)])

    def tile(self, level, number):
        if (level, number) not in self.kept:
            width = min(256, (self.size >> 8 * level) - number * 256)
            data = self.fetch("tile/%d/%s%s" % (level, tile_number(number), ".p/%d" % width if width < 256 else ""))
            if len(data) != 32 * width:
                raise malformed("a tile of the log has a wrong length", "طول یکی از کاشی‌های دفتر نادرست است")
            self.kept[level, number] = [data[at : at + 32] for at in range(0, len(data), 32)]
        return self.kept[level, number]

    def fetch(self, path):
        try:
            if re.match(r"https?://", self.place):
                with urllib.request.urlopen(self.place + "/" + path, timeout=30) as answer:
                    return answer.read(LARGEST_FILE)
            with open(os.path.join(self.place, *path.split("/")), "rb") as file:
                return file.read(LARGEST_FILE)
        except OSError as error:
            raise malformed(
                "%s of the log can't be had: %s" % (path, error), "%s از دفتر به دست نیامد" % path
            ) from None


def tile_number(number):
    digits = "%03d" % number
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    parts = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    return "/".join(["x" + part for part in parts[:-1]] + [parts[-1]])


# What stands in a proof.


def canonical(value):
    """RFC 8785 for what can stand here: texts, whole numbers, lists, objects, true, false and null."""
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return (
            "{" + ",".join(json.dumps(name, ensure_ascii=False) + ":" + canonical(value[name]) for name in names) + "}"
        )
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def commit(value, salt):
    """SHA-256 over the canonical form of a value and its salt."""
    if not re.fullmatch(r"[0-9a-f]{32,128}", text_of(salt)):
        raise malformed("a salt is not well-formed", "نمکی درست نوشته نشده است")
    try:
        return hashlib.sha256(canonical({"salt": salt, "value": value}).encode()).hexdigest()
    except UnicodeEncodeError:
        raise malformed("a text is not Unicode", "متنی یونیکد نیست") from None


def read_tlog_proof(text):
    """(index, path, note) of a proof in the form of C2SP tlog-proof."""
    head, gap, note = text_of(text).partition("\n\n")
    lines = head.split("\n")
    if not gap or len(lines) < 2 or lines[0] != TLOG_PROOF or not lines[1].startswith("index "):
        raise malformed("the proof is not well-formed", "گواه درست نوشته نشده است")
    if len(lines) > 65:
        raise malformed("the proof is too long", "گواه بیش از اندازه دراز است")
    return read_number(lines[1][6:]), [read_hash(line) for line in lines[2:]], Note(note)


def check_entry(entry, key):
    """Raises Refused unless the entry is in the tree of a checkpoint that `key` signed. Gives the note."""
    fields(entry, ("kind", "content", "salt", "proof"))
    kind, content = text_of(entry["kind"]), fields(entry["content"], ("key", "row"))
    if not re.fullmatch(r"[a-z0-9-]{1,40}", kind) or not isinstance(content["row"], dict):
        raise malformed("an entry is not well-formed", "سطری درست نوشته نشده است")
    index, path, note = read_tlog_proof(entry["proof"])
    if note.origin != key.name or not note.signed_by(key):
        raise Refused("the checkpoint is not signed by the log’s key", "نقطهٔ وارسی با کلید دفتر امضا نشده است")
    commitment = commit({"kind": kind, "key": content["key"], "row": content["row"]}, entry["salt"])
    leaf = leaf_hash(('{"commitment":"%s","kind":"%s"}' % (commitment, kind)).encode())
    if not is_included(leaf, index, note.size, path, note.root):
        raise Refused(
            "the entry “%s” is not in the log as it stands here" % kind,
            "سطر «%s» چنان که اینجا نوشته شده در دفتر نیست" % kind,
        )
    return note


def check_chain(rows):
    """The events of a case follow each other without a gap from the first on."""
    previous, number = "0" * 64, 0
    for row in sorted(rows, key=lambda row: row.get("seq", 0)):
        if row.get("seq", 0) != number or row.get("prev_hash") != previous:
            raise Refused("an event of the case is missing or out of order", "رویدادی از پرونده نیست یا جابه‌جاست")
        previous, number = row.get("hash"), number + 1


def check_opened(opened, rows):
    """What is shown of an event is what its commitment, which stands in the log, was made from."""
    for part in opened:
        fields(part, ("seq", "value", "salt"))
        found = [row for row in rows if row.get("seq", 0) == part["seq"]]
        if not found or commit(part["value"], part["salt"]) != found[0].get("commitment"):
            raise Refused(
                "what is shown of an event is not what was logged", "آنچه از رویدادی آمده همان نیست که ثبت شده"
            )


def check_file(path, rows):
    try:
        with open(path, "rb") as file:
            digest = hashlib.sha256(file.read()).hexdigest()
    except OSError as error:
        raise malformed(str(error), "پرونده باز نشد") from None
    if digest not in [row.get("sha256") for row in rows]:
        raise Refused("the file is not the one that was logged", "این پرونده همان نیست که ثبت شده است")


# The answer.


def tell(english, persian):
    print("  " + english)
    print("  \u2067" + persian + "\u2069")


def check_witnesses(note, witnesses):
    for witness in witnesses:
        if not note.signed_by(witness):
            raise Refused("the witness %s has not seen it" % witness.name, "ناظر %s آن را ندیده است" % witness.name)
        tell("Seen by the witness %s." % witness.name, "ناظر %s آن را دیده است." % witness.name)


def check_bundle(bundle, given):
    """A file with proofs of a certificate or a case."""
    fields(bundle, ("format", "key", "entries"), ("opened",))
    if bundle["format"] != FORMAT:
        raise malformed("the file has another format than " + FORMAT, "قالب پرونده چیز دیگری است")
    key = Key(bundle["key"])
    if given.key and given.key != key.vkey:
        raise Refused("the proof is of another log: its key differs", "گواه از دفتر دیگری است: کلیدش یکی نیست")
    if not isinstance(bundle["entries"], list) or not bundle["entries"] or key.type != SIGNATURE:
        raise malformed("the file proves nothing", "پرونده چیزی را ثابت نمی‌کند")
    notes = [check_entry(entry, key) for entry in bundle["entries"]]
    rows = {}
    for entry in bundle["entries"]:
        rows.setdefault(entry["kind"], []).append(entry["content"]["row"])
    check_chain(rows.get("case-event", []))
    if not isinstance(bundle.get("opened", []), list):
        raise malformed("something should be a list", "چیزی باید فهرست باشد")
    check_opened(bundle.get("opened", []), rows.get("case-event", []))
    if given.file:
        check_file(given.file, rows.get("certificate-file", []))
        tell("The file is the one that was logged.", "پرونده همان است که ثبت شده است.")
    for kind in sorted(rows):
        for row in rows[kind]:
            shown = ", ".join(
                "%s=%s" % (name, row[name])
                for name in ("code", "state", "seq", "kind", "issued_at", "at")
                if name in row
            )
            print("    %s: %s" % (kind, shown))
    return key, notes[0]


def check_since(old, note, place):
    """The tree of the newer checkpoint begins with the tree of the older one."""
    if old.size > note.size:
        raise Refused(
            "the log has become shorter: entries were taken away", "دفتر کوتاه‌تر شده است: سطرهایی برداشته شده"
        )
    log = Log(place, note.size)
    if note.size and span(log.node, 0, note.size) != note.root:
        raise Refused("the tiles do not lead to the signed root", "کاشی‌ها به ریشهٔ امضاشده نمی‌رسند")
    old_root = span(log.node, 0, old.size) if old.size else hashlib.sha256(b"").digest()
    if old_root != old.root:
        raise Refused("the log does not go on from the older checkpoint: history was rewritten",
                      "دفتر دنبالهٔ نقطهٔ وارسی پیشین نیست: گذشته بازنویسی شده است")  # fmt: skip
    tell("The log goes on from what it was at %d entries." % old.size, "دفتر دنبالهٔ همان دفترِ %d سطری است." % old.size)


def read_text(path):
    try:
        with open(path, "rb") as file:
            data = file.read(LARGEST_FILE + 1)
        if len(data) > LARGEST_FILE:
            raise malformed("the file is too large", "پرونده بیش از اندازه بزرگ است")
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise malformed("the file is not text in UTF-8", "پرونده متن UTF-8 نیست") from None
    except OSError as error:
        raise malformed(str(error), "پرونده باز نشد") from None


def check(given):
    text = read_text(given.proof)
    if text.startswith("{"):
        key, note = check_bundle(read_json(text), given)
    elif given.key:
        key, note = Key(given.key), Note(text)
        if note.origin != key.name or not note.signed_by(key):
            raise Refused("the checkpoint is not signed by the log’s key", "نقطهٔ وارسی با کلید دفتر امضا نشده است")
    else:
        raise Refused("a checkpoint alone needs --key", "نقطهٔ وارسی تنها، --key می‌خواهد", USAGE)
    check_witnesses(note, [Key(each) for each in given.witness])
    if given.since:
        old = Note(read_text(given.since))
        if old.origin != key.name or not old.signed_by(key):
            raise Refused("the older checkpoint is not this log’s", "نقطهٔ وارسی پیشین از این دفتر نیست")
        if not given.log:
            raise Refused("--since needs --log", "‎--since بدون --log نمی‌شود", USAGE)
        check_since(old, note, given.log)
    tell("IT HOLDS: it stands in the log %s, which has %d entries." % (note.origin, note.size),
         "درست است: در دفتر %s با %d سطر ثبت شده است." % (note.origin, note.size))  # fmt: skip
    if not given.key:
        tell("But the key came with the proof. Compare it with the one that the agency published:",
             "ولی کلید همراه گواه آمده است. آن را با کلیدی که دستگاه منتشر کرده بسنجید:")  # fmt: skip
        print("    " + key.vkey)
        return OWN_KEY
    return HOLDS


def main(arguments=None):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    parser.add_argument("proof", help="the proof (JSON), or a checkpoint")
    parser.add_argument("--key", help="the log's key: name+hash+key")
    parser.add_argument("--witness", action="append", default=[], metavar="KEY", help="who must have seen it, too")
    parser.add_argument("--file", help="the certificate's PDF")
    parser.add_argument("--since", metavar="FILE", help="an older checkpoint that you kept")
    parser.add_argument("--log", metavar="PLACE", help="the log's address, or a folder with a copy of it")
    given = parser.parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        try:
            return check(given)
        except RecursionError:
            raise malformed("the file is nested too deeply", "پرونده بیش از اندازه تودرتوست") from None
    except Refused as refused:
        tell("IT DOES NOT HOLD: " + refused.english + "." if refused.code == FALSE else refused.english + ".",
             "درست نیست: " + refused.persian + "." if refused.code == FALSE else refused.persian + ".")  # fmt: skip
        return refused.code


if __name__ == "__main__":
    sys.exit(main())
