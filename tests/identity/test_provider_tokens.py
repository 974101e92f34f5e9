"""ID tokens of providers: only what this provider has signed, for us, for this sign-in, just now, lets somebody in."""

import base64
import hmac
import json
from random import Random

import pytest
from joserfc import jws, jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from panjereh.identity.adapters import oidc_tokens
from panjereh.identity.errors import ProviderRefused
from panjereh.identity.providers import Provider
from panjereh.kernel import clock

PROVIDER = Provider(
    id="national", name={"en": "National"}, issuer="https://id.example", client_id="panjereh", secret="s" * 40
)
KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"}, private=True)
OTHER = RSAKey.generate_key(2048, {"kid": "two", "use": "sig"}, private=True)
CURVE = ECKey.generate_key("P-256", {"kid": "three"}, private=True)
NONCE, TOKEN = "n" * 64, "access"


def public(*keys):
    return [key.as_dict(private=False) for key in keys]


def claims(**changed):
    now = int(clock.now().timestamp())
    made = {"iss": PROVIDER.issuer, "aud": "panjereh", "sub": "nilufar", "nonce": NONCE, "iat": now, "exp": now + 300}
    return {name: value for name, value in {**made, **changed}.items() if value is not None}


def signed(*, key=KEY, header=None, **changed):
    return jwt.encode({"alg": "RS256", "kid": key.kid, **(header or {})}, claims(**changed), key)


def read(token, keys=None):
    return oidc_tokens.verify(token, public(KEY) if keys is None else keys, PROVIDER, nonce=NONCE, access_token=TOKEN)


def refused(token, keys=None):
    with pytest.raises(ProviderRefused) as caught:
        read(token, keys)
    return caught.value.params["why"]


def test_a_good_token_says_who_it_is():
    assert read(signed())["sub"] == "nilufar"
    assert read(signed(aud=["panjereh"], azp="panjereh", at_hash=oidc_tokens.half_hash(TOKEN)))["sub"] == "nilufar"
    assert read(jwt.encode({"alg": "ES256", "kid": "three"}, claims(), CURVE), public(KEY, CURVE))["sub"] == "nilufar"


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"iss": "https://id.example/"}, "issuer"),
        ({"iss": "https://evil.example"}, "issuer"),
        ({"iss": None}, "issuer"),
        ({"iss": ["https://id.example"]}, "issuer"),
        ({"aud": "somebody"}, "audience"),
        ({"aud": None}, "audience"),
        ({"aud": ["panjereh", "somebody"]}, "audience"),
        ({"aud": []}, "audience"),
        ({"azp": "somebody"}, "audience"),
        ({"nonce": "x"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"nonce": 5}, "nonce"),
        ({"exp": 1}, "expired"),
        ({"exp": None}, "malformed"),
        ({"exp": "soon"}, "malformed"),
        ({"exp": True}, "malformed"),
        ({"iat": 1}, "expired"),
        ({"iat": 2**40}, "clock"),
        ({"iat": None}, "malformed"),
        ({"nbf": 2**40}, "clock"),
        ({"auth_time": "now"}, "malformed"),
        ({"at_hash": "x"}, "access_token"),
        ({"sub": None}, "malformed"),
        ({"sub": ""}, "malformed"),
        ({"sub": 5}, "malformed"),
        ({"sub": "x" * 256}, "malformed"),
    ],
)
def test_a_claim_that_does_not_fit_lets_nobody_in(changed, why):
    assert refused(signed(**changed)) == why


def test_only_keys_of_the_provider_count():
    assert refused(signed(key=OTHER)) == "key"
    assert refused(signed(key=OTHER, header={"kid": "one"})) == "signature"
    assert refused(signed(), public(OTHER)) == "key"
    assert refused(signed(), []) == "key"
    assert refused(signed(), [{**public(KEY)[0], "use": "enc"}]) == "key"
    assert refused(signed(), [*public(KEY), *public(KEY)]) == "key"
    nameless = jwt.encode({"alg": "RS256"}, claims(), KEY)
    assert read(nameless)["sub"] == "nilufar"
    assert refused(nameless, public(KEY, OTHER)) == "key"


def test_a_token_brings_no_key_of_its_own():
    brought = {"jwk": public(OTHER)[0], "jku": "https://evil.example/keys", "x5u": "https://evil.example/x"}

    assert refused(signed(key=OTHER, header={**brought, "kid": "one"})) in ("signature", "malformed")


def test_none_and_shared_secrets_are_no_signatures():
    head, body = part({"alg": "none", "kid": "one"}), part(claims())
    assert refused(f"{head}.{body}.") == "algorithm"
    assert refused(f"{part({'alg': 'nOnE'})}.{body}.") == "algorithm"
    secret = OctKey.import_key(PROVIDER.secret)
    assert refused(jwt.encode({"alg": "HS256", "kid": "one"}, claims(), secret)) == "algorithm"
    shown = f"{part({'alg': 'HS256', 'kid': 'one'})}.{body}"
    mac = hmac.new(KEY.as_pem(private=False), shown.encode(), "sha256").digest()
    assert refused(f"{shown}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}") == "algorithm"
    other = jwt.encode({"alg": "RS512", "kid": "one"}, claims(), KEY, algorithms=["RS512"])
    assert refused(other) == "algorithm"


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "a.b", "a.b.c.d.e", None, 5, {"a": 1}, "é.é.é", "." * 20_000])
def test_what_is_no_token_is_no_fault_of_ours(token):
    assert refused(token) == "malformed"


def test_what_is_signed_but_no_set_of_claims_is_refused():
    for payload in (b"[]", b"5", b"null", b"\xff", b'"x"', b""):
        token = jws.serialize_compact({"alg": "RS256", "kid": "one"}, payload, KEY)
        assert refused(token) in ("malformed", "issuer")


def test_a_thousand_mutated_tokens_let_nobody_in():
    good, dice = signed(at_hash=oidc_tokens.half_hash(TOKEN)), Random(5)
    tried = 0
    while tried < 1000:
        token = mutated(good, dice)
        if same(token, good):
            continue
        tried += 1
        assert refused(token) in {"signature", "malformed", "algorithm", "key"}


def mutated(token, dice):
    """A sign changed, left out, added or swapped, a part taken from another token, or a bit of a part turned."""
    head, body, tail = token.split(".")
    place = dice.randrange(len(token))
    other = signed(sub="arash").split(".")
    ways = [
        lambda: token[:place] + dice.choice("ABCabc019-_") + token[place + 1 :],
        lambda: token[:place] + token[place + 1 :],
        lambda: token[:place] + dice.choice("Aa0.=+/ ") + token[place:],
        lambda: token[: place // 2] + token[place:],
        lambda: ".".join([head, other[1], tail]),
        lambda: ".".join([head, body, other[2]]),
        lambda: ".".join([head, flipped(body, dice), tail]),
        lambda: ".".join([head, body, flipped(tail, dice)]),
        lambda: ".".join([flipped(head, dice), body, tail]),
    ]
    return dice.choice(ways)()


def flipped(text, dice):
    raw = bytearray(unpadded(text))
    raw[dice.randrange(len(raw))] ^= 1 << dice.randrange(8)
    return base64.urlsafe_b64encode(bytes(raw)).rstrip(b"=").decode()


def same(one, other):
    """Whether two tokens say the same by the same signature: the last sign of a part may hold bits without meaning."""
    parts = one.split(".")
    try:
        return len(parts) == 3 and [unpadded(each) for each in parts] == [unpadded(each) for each in other.split(".")]
    except ValueError:
        return False


def unpadded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def part(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()
