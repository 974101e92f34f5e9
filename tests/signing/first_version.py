"""What the first version of the key ring left on a machine: a root for seals only, and seals right below it."""

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from panjereh.kernel import clock
from panjereh.signing import certificates
from panjereh.signing.adapters.files import pem, write
from panjereh.signing.authorities import jwk_of
from panjereh.signing.certificates import DEMONSTRATION, ROOT_LIFE, _builder, _usage


def leave(folder, agencies):
    """Write root, log key and seals as they were written then."""
    write(folder / "log" / "log.key", pem(ed25519.Ed25519PrivateKey.generate()))
    root_key = ec.generate_private_key(ec.SECP256R1())
    name = subject("Panjereh seal root")
    root = certificate(root_key, root_key, name, name, ca=True)
    write(folder / "root" / "root.key", pem(root_key))
    write(folder / "root" / "root.pem", root.public_bytes(Encoding.PEM))
    for agency, names in agencies.items():
        key = ec.generate_private_key(ec.SECP256R1())
        parts = {NameOID.ORGANIZATIONAL_UNIT_NAME: names["fa"], NameOID.ORGANIZATION_IDENTIFIER: agency}
        seal = certificate(key, root_key, subject(names["en"], parts), name, ca=False)
        kid = jwk_of(seal).thumbprint()
        write(folder / agency / f"seal-{kid}.key", pem(key))
        write(folder / agency / f"seal-{kid}.pem", seal.public_bytes(Encoding.PEM))
        write(folder / agency / "current", kid.encode())


def subject(common_name, parts=()):
    named = {NameOID.ORGANIZATION_NAME: DEMONSTRATION, NameOID.COMMON_NAME: common_name, **dict(parts)}
    return x509.Name([x509.NameAttribute(kind, text) for kind, text in named.items()])


def certificate(key, issuer_key, name, issuer, *, ca):
    usage = {"key_cert_sign": True, "crl_sign": True} if ca else {"digital_signature": True, "content_commitment": True}
    now = clock.now()
    builder = (
        _builder(key.public_key(), name, issuer, certificates._before(now), now + ROOT_LIFE)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=0 if ca else None), critical=True)
        .add_extension(_usage(**usage), critical=True)
    )
    if not ca:
        builder = builder.add_extension(
            x509.ExtendedKeyUsage([certificates.DOCUMENT_SIGNING]), critical=False
        ).add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    return builder.sign(issuer_key, SHA256())
