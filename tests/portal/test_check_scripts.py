"""The scripts of the checking page judge tokens as the server does: the same vectors, the same reasons, in Chromium."""

import base64
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import cbor2
import pytest
from django.contrib.staticfiles import finders
from playwright.sync_api import sync_playwright
from tests.looking import ARGUMENTS

from panjereh.documents import keylist, operations, status, tokens
from panjereh.documents.errors import BadToken
from panjereh.kernel import clock
from panjereh.kernel.actor import SYSTEM
from panjereh.portal.views.offline import SCRIPTS
from panjereh.signing import custody, keys
from panjereh.signing import operations as signing

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

TEMPLATE = b'#import "panjereh.typ": *\n#show: certificate\n#rows("name")\n'
NOW = 1_800_000_000


class Scripts:
    """A page that has loaded the scripts, in a thread of its own: where a browser runs, Django has no database."""

    def __init__(self, thread: ThreadPoolExecutor) -> None:
        self.thread = thread
        thread.submit(self._open).result()

    def _open(self) -> None:
        self.playwright = sync_playwright().start()
        self.browser = self.playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        self.page = self.browser.new_page()
        self.page.route("**/*", lambda route: route.fulfill(body="<!doctype html>", content_type="text/html"))
        self.page.goto("http://localhost/")  # browsers trust it with cryptography
        for path in SCRIPTS:
            if not path.endswith("page.js"):
                self.page.add_script_tag(path=str(finders.find(path)))

    def evaluate(self, script: str, given: Any) -> Any:
        return self.thread.submit(self.page.evaluate, script, given).result()

    def close(self) -> None:
        self.thread.submit(self.browser.close).result()
        self.thread.submit(self.playwright.stop).result()


@pytest.fixture(scope="module")
def browser_page() -> Iterator[Scripts]:
    with ThreadPoolExecutor(1) as thread:
        scripts = Scripts(thread)
        yield scripts
        scripts.close()


@pytest.fixture(scope="module")
def session_ring(tmp_path_factory: pytest.TempPathFactory) -> keys.KeyRing:
    ring = keys.KeyRing(tmp_path_factory.mktemp("keys"), demonstration=True)
    ring.prepare({"civil-registry": {"fa": "سازمان ثبت احوال", "en": "Civil Registry"}, keylist.AGENCY: keylist.NAMES})
    return ring


@pytest.fixture(autouse=True)
def ring(session_ring: keys.KeyRing) -> Iterator[keys.KeyRing]:
    with keys.use(session_ring):
        yield session_ring


def issue(key="test:1", **given):
    usual = {
        "agency": "civil-registry",
        "kind": "birth-registration/child",
        "title": {"fa": "گواهی آزمون", "en": "Certificate of a test"},
        "template": TEMPLATE,
        "data": {"name": "سارا", "children": 2, "twin": False, "place": {"fa": "تهران", "en": "Tehran"}, "none": None},
        "public": ["name", "children", "twin", "place", "none"],
        "labels": {"name": {"fa": "نام", "en": "Name"}},
    }
    return operations.issue(key=key, **{**usual, **given})


def make(certificate):
    return tokens.make(certificate, status.place_of(certificate))


def in_browser(page, texts, *, now=NOW, status="({status: 0, asOf: 1})"):
    """What the scripts say of each text: state and reason, or the code and the fields of a sound one."""
    jwt, own = keylist.signed_keys(), keylist.own_key()
    return page.evaluate(
        f"""async ([jwt, own, texts, now]) => {{
            const trusted = await Trust.claims(jwt, "panjereh-keys+jwt", (kid) => kid === own.kid ? own : null);
            trusted.iat = now;
            const results = [];
            for (const text of texts) {{
                const found = await Verdict.of(text, trusted, now, () => {status});
                results.push([found.state, found.reason || null, found.token ? found.token.code : null]);
            }}
            return results;
        }}""",
        [jwt, own, texts, now],
    )


def on_server(text):
    try:
        return None, tokens.read(text).code
    except BadToken as bad:
        return bad.params["reason"], None


def content_of(token):
    return bytearray(base64.b32decode(token[4:] + "=" * (-len(token[4:]) % 8)))


def mutated(token, count, seed):
    """Tokens with bits turned, bytes cut out, put in and swapped, and letters changed."""
    chance = random.Random(seed)
    for _ in range(count):
        content = content_of(token)
        match chance.randrange(5):
            case 0:
                content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
            case 1:
                start = chance.randrange(len(content))
                del content[start : start + chance.randrange(1, 9)]
            case 2:
                content.insert(chance.randrange(len(content)), chance.randrange(256))
            case 3:
                one, other = chance.randrange(len(content)), chance.randrange(len(content))
                content[one], content[other] = content[other], content[one]
            case 4:
                start = chance.randrange(4, len(token))
                yield token[:start] + chance.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") + token[start + 1 :]
                continue
        yield tokens.to_text(bytes(content))


def test_a_sound_token_is_sound_and_says_the_same(browser_page):
    certificate = issue()
    token = make(certificate)

    assert (
        in_browser(browser_page, [token, f"https://x.example/check/#{token}"])
        == [["valid", None, certificate.code]] * 2
    )
    said = browser_page.evaluate(
        """async ([jwt, own, text]) => {
            const trusted = await Trust.claims(jwt, "panjereh-keys+jwt", () => own);
            const read = await Token.read(text, trusted.keys);
            return [read.title, read.fields.map((f) => [f.label, Showing.words(f.value)]), read.issued, read.key.names];
        }""",
        [keylist.signed_keys(), keylist.own_key(), token],
    )
    assert said == [
        certificate.title,
        [
            [{"fa": "نام", "en": "Name"}, "سارا"],
            [{"fa": "children", "en": "children"}, "2"],
            [{"fa": "twin", "en": "twin"}, "No"],
            [{"fa": "place", "en": "place"}, "تهران"],
            [{"fa": "none", "en": "none"}, ""],
        ],
        int(certificate.issued_at.timestamp()),
        {"en": "Civil Registry", "fa": "سازمان ثبت احوال"},
    ]


def test_four_hundred_mutated_tokens_are_refused_for_the_reason_that_the_server_gives(browser_page):
    token = make(issue())
    wrong = [text for text in mutated(token, 420, seed=1) if text != token]
    assert len(wrong) > 400

    judged = in_browser(browser_page, wrong)

    assert [[reason, code] for _state, reason, code in judged] == [list(on_server(text)) for text in wrong]
    assert {reason for _state, reason, _code in judged} >= {"not_a_token", "signature_wrong", "unknown_key"}
    assert not any(state in ("valid", "expired") for state, *_ in judged)


def test_well_signed_nonsense_is_refused(browser_page):
    token = make(issue())
    outer = cbor2.loads(bytes(content_of(token)))
    claims = cbor2.loads(outer.value[2])
    changes = [
        {1: 5}, {6: "now"}, {7: b"short"}, {-65537: ["fa"]}, {-65537: 1}, {-65538: ["x"]}, {-65539: 1}, {-65539: [[]]},
        {-65540: "x"}, {4: "x"}, {6: 2**33}, {1: "inspectorate"},
    ]  # fmt: skip
    texts = []
    for change in changes:
        payload = cbor2.dumps({**claims, **change}, canonical=True)
        covered = cbor2.dumps(["Signature1", outer.value[0], b"", payload])
        value = signing.sign_bytes("civil-registry", covered).value
        texts.append(tokens.to_text(cbor2.dumps(cbor2.CBORTag(18, [outer.value[0], {}, payload, value]))))

    judged = in_browser(browser_page, texts)

    expected = [*["not_a_token"] * 10, "not_of_its_time", "other_agency"]
    assert [reason for _state, reason, _code in judged] == expected
    assert [on_server(text)[0] for text in texts[10:]] == expected[10:]


@pytest.mark.parametrize(
    "encoded",
    [
        "1800", "190017", "1a000000ff", "1b00000000ffffffff", "5800", "7800", "9800", "b800",  # more bytes than needed
        "9fff", "bfff", "5fff", "7fff",  # lengths left open
        "a201010102", "a2020101 01", "a10a", "81", "42ff", "61ff", "62c328",  # keys, ends, UTF-8
        "f6f6", "f7", "f4f4", "f93c00", "fb3ff0000000000000", "e0", "f820", "1c", "ff",
        "81c100", "c2c240", "a1a000", "a1f600", "1bffffffffffffffff", "3bffffffffffffffff", "8181818181818181818101",
        "9a7fffffff", "bb7fffffffffffffff", "5b7fffffffffffffff", "",
    ],
)  # fmt: skip
def test_no_second_spelling_and_no_trick_is_read(browser_page, encoded):
    said = browser_page.evaluate(
        """(bytes) => { try { Cbor.read(Uint8Array.from(bytes)); return "read"; }
           catch (error) { return error instanceof Cbor.Malformed ? "refused" : String(error); } }""",
        list(bytes.fromhex(encoded)),
    )

    assert said == "refused"


@pytest.mark.parametrize(
    ("encoded", "value"),
    [
        ("00", 0), ("17", 23), ("1818", 24), ("1903e8", 1000), ("1a000f4240", 1000000), ("1b000000e8d4a51000", 10**12),
        ("20", -1), ("3903e7", -1000), ("3a00010000", -65537), ("60", ""), ("62c3bc", "ü"),
        ("64f0908591", "\U00010151"),
        ("80", []), ("83010203", [1, 2, 3]), ("8301820203820405", [1, [2, 3], [4, 5]]), ("f4", False), ("f5", True),
        ("f6", None), ("826161a161626163", ["a", {"b": "c"}]),
    ],
)  # fmt: skip
def test_the_examples_of_rfc_8949_are_read(browser_page, encoded, value):
    said = browser_page.evaluate(
        """(bytes) => {
            const inner = (v) => Array.isArray(v) ? v.map(plain) : v;
            const plain = (v) => v instanceof Map ? Object.fromEntries(v) : inner(v);
            return plain(Cbor.read(Uint8Array.from(bytes)));
        }""",
        list(bytes.fromhex(encoded)),
    )

    assert said == value


def test_the_status_list_decides_and_its_absence_is_said(browser_page):
    token = make(issue())

    found = {"({status: 1, asOf: 5})": "revoked", "({status: 3, asOf: 5})": "replaced", "null": "valid"}
    for answer, state in found.items():
        assert in_browser(browser_page, [token], status=answer)[0][0] == state


def test_the_real_list_says_revoked_and_replaced(browser_page):
    kept, revoked, old = issue(), issue("test:2"), issue("test:3")
    texts = [make(each) for each in (kept, revoked, old)]
    operations.revoke(revoked.pk, reason="x", law="x#1", actor=SYSTEM)
    operations.replace(old.pk, kept.pk, reason="", actor=SYSTEM)
    number = status.place_of(kept) // status.SIZE

    said = browser_page.evaluate(
        """async ([jwt, own, list, path, texts]) => {
            const trusted = await Trust.claims(jwt, "panjereh-keys+jwt", () => own);
            window.fetch = async (asked) => new Response(list, {status: asked === path ? 200 : 404});
            const found = [];
            for (const text of texts) {
                const read = await Token.read(text, trusted.keys);
                found.push((await Trust.status(trusted, read)).status);
            }
            return found;
        }""",
        [
            keylist.signed_keys(), keylist.own_key(), status.signed_list("civil-registry", number),
            f"/statuslists/civil-registry/{number}", texts,
        ],
    )  # fmt: skip

    assert said == [0, 1, 3]


def test_a_list_of_keys_that_somebody_else_signed_or_changed_is_refused(browser_page):
    jwt, own = keylist.signed_keys(), keylist.own_key()
    head, body, signature = jwt.split(".")
    other = signing.sign_jwt("civil-registry", keylist.TYPE, {"keys": []})
    none = base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
    chance = random.Random(2)

    def turned(text):
        place = chance.randrange(len(text) - 1)
        return text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]

    wrong = [
        other, signing.sign_jwt(keylist.AGENCY, "statuslist+jwt", {}), f"{head}.{body}", f"{head}.{body}.", "", "x.y.z",
        f"{none}.{body}.",
        *(f"{turned(head)}.{body}.{signature}" for _ in range(30)),
        *(f"{head}.{turned(body)}.{signature}" for _ in range(60)),
        *(f"{head}.{body}.{turned(signature)}" for _ in range(60)),
    ]  # fmt: skip

    said = browser_page.evaluate(
        """async ([own, texts]) => Promise.all(texts.map((text) =>
            Trust.claims(text, "panjereh-keys+jwt", (kid) => kid === own.kid ? own : null)
                .then(() => "taken", () => "refused")))""",
        [own, wrong],
    )

    assert said == ["refused"] * len(wrong)


@pytest.mark.parametrize(
    ("cause", "days", "state"),
    [("superseded", 1, "valid"), ("superseded", -1, "seal_revoked"), ("keyCompromise", 1, "seal_revoked")],
)
def test_a_seal_that_was_withdrawn_is_not_believed(browser_page, cause, days, state):
    certificate = issue()
    token = make(certificate)
    kid = tokens.read(token).kid
    with clock.at(clock.now() + timedelta(days=2)):
        custody.revoke(kid, by="test", reason="x", cause=cause, since=certificate.issued_at + timedelta(days=days))

    assert in_browser(browser_page, [token])[0][0] == state


def test_old_keys_and_no_keys_decide_nothing(browser_page):
    token = make(issue())
    said = browser_page.evaluate(
        """async ([text]) => [
            (await Verdict.of(text, null, 100)).state,
            (await Verdict.of(text, {iat: 0, keys: []}, 31 * 86400)).state,
        ]""",
        [token],
    )

    assert said == ["no_keys", "old_keys"]


def test_the_last_day_ends_by_the_clock_of_the_device(browser_page):
    certificate = issue(valid_until=clock.today())
    token = make(certificate)
    end = int(tokens.read(token).expires_at.timestamp())

    assert in_browser(browser_page, [token], now=end - 1)[0][0] == "valid"
    assert in_browser(browser_page, [token], now=end)[0][0] == "expired"
