"""Who certifies seals: the offline root, an authority for each agency, and what an older installation left."""

import shutil
from datetime import timedelta
from io import BytesIO

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from tests.signing import first_version
from tests.signing.conftest import AGENCIES
from tests.signing.openssl import openssl, write_pem

from panjereh.kernel import clock
from panjereh.signing import certificates, keys, operations, pdf_sealing, queries, stores
from panjereh.signing.adapters.files import pem
from panjereh.signing.errors import NoRootKey, WrongRootKey


def extension(certificate, kind):
    return certificate.extensions.get_extension_for_class(kind).value


def accepted(tmp_path, chain, *options):
    """What openssl says of the first certificate, trusting the last."""
    leaf = write_pem(tmp_path / "leaf.pem", chain[0])
    between = write_pem(tmp_path / "between.pem", *chain[1:])
    root = write_pem(tmp_path / "root.pem", chain[-1])
    return openssl("verify", "-x509_strict", "-CAfile", root, "-untrusted", between, *options, leaf)


def test_an_independent_program_accepts_the_chain_of_seal_authority_and_root(ring, tmp_path):
    chain = queries.chain(ring.seal("civil-registry"))

    assert len(chain) == 3
    good, said = accepted(tmp_path, chain, "-purpose", "smimesign")
    assert good, said


def test_the_profile_of_a_seal_is_that_of_a_legal_person(ring, settings):
    certificate = ring.seal("civil-registry").certificate
    subject = {name.oid: name.value for name in certificate.subject}

    assert subject[NameOID.COMMON_NAME] == "Civil Registry"
    assert subject[NameOID.ORGANIZATIONAL_UNIT_NAME] == "سازمان ثبت احوال"
    assert subject[NameOID.ORGANIZATION_IDENTIFIER] == "civil-registry"
    usage = extension(certificate, x509.KeyUsage)
    assert (usage.content_commitment, usage.key_cert_sign, usage.key_encipherment) == (True, False, False)
    assert not extension(certificate, x509.BasicConstraints).ca
    assert certificates.DOCUMENT_SIGNING in extension(certificate, x509.ExtendedKeyUsage)
    told = [one.access_location.value for one in extension(certificate, x509.AuthorityInformationAccess)]
    points = [point.full_name[0].value for point in extension(certificate, x509.CRLDistributionPoints)]
    name = ring.authorities.present("civil-registry").name
    where = certificates.addresses(name, settings.PUBLIC_ADDRESS)
    assert (told, points) == ([where["certificate"], where["ocsp"]], [where["crl"]])
    assert [one.policy_identifier for one in extension(certificate, x509.CertificatePolicies)] == [certificates.POLICY]


def test_with_a_country_the_identifier_says_so_as_the_standard_has_it(tmp_path):
    ring = keys.KeyRing(tmp_path, demonstration=False)
    ring.prepare(AGENCIES, "IR")
    subject = ring.seal("civil-registry").certificate.subject

    assert subject.rfc4514_string().endswith("2.5.4.97=GO:IR-civil-registry,O=Civil Registry,C=IR")


def test_status_addresses_are_plain_http_even_where_pages_are_not():
    assert certificates.addresses("root-1", "https://services.example.org/portal") == {
        "certificate": "http://services.example.org/portal/pki/root-1.crt",
        "crl": "http://services.example.org/portal/pki/root-1.crl",
        "ocsp": "http://services.example.org/portal/pki/ocsp",
    }


def test_a_seal_that_a_stolen_authority_made_for_another_agency_is_not_ours(ring, plain, tmp_path):
    authority = ring.authorities.present("inspectorate")
    other = certificates.Agency("civil-registry", AGENCIES["civil-registry"], "", demonstration=True)
    place = tmp_path / "thief"
    key = stores.files().make_seal_key(place)
    forged = certificates.make_seal(key.public_key(), agency=other, issuer=authority.issuer(), at=clock.now())
    seal = keys.Seal("civil-registry", "any", forged, place)
    pdf = pdf_sealing.HeldKeySigner(seal, [authority])
    out = BytesIO()
    metadata = pdf_sealing.signers.PdfSignatureMetadata(field_name="Seal", md_algorithm="sha256")
    pdf_sealing.signers.PdfSigner(metadata, pdf).sign_pdf(IncrementalPdfFileWriter(BytesIO(plain)), output=out)

    assert queries.check_pdf(out.getvalue()).state == "foreign"


def test_an_authority_can_not_make_another_authority(ring, tmp_path):
    authority = ring.authorities.present("inspectorate")
    agency = certificates.Agency("inspectorate", {"en": "Its branch"}, "", demonstration=True)
    key = ec.generate_private_key(ec.SECP256R1())
    below = certificates.make_authority(key.public_key(), agency=agency, issuer=authority.issuer(), at=clock.now())
    issuer = certificates.Issuer(below, key, "below", "http://localhost")
    leaf = certificates.make_seal(
        ec.generate_private_key(ec.SECP256R1()).public_key(), agency=agency, issuer=issuer, at=clock.now()
    )

    good, said = accepted(tmp_path, [leaf, below, authority.certificate, ring.root])

    assert not good
    assert "path length" in said


def test_seals_are_rotated_without_the_root_key(tmp_path):
    ring = keys.KeyRing(tmp_path, demonstration=True)
    ring.prepare(AGENCIES)
    (tmp_path / "root" / "root.key").unlink()

    seal = ring.rotate("inspectorate")

    assert len(ring.chain(seal)) == 3
    with pytest.raises(NoRootKey):
        ring.rotate("inspectorate", authority=True)


def test_a_root_key_that_is_brought_back_serves_until_the_process_ends(tmp_path):
    ring = keys.KeyRing(tmp_path, demonstration=True)
    ring.prepare({"civil-registry": AGENCIES["civil-registry"]})
    key = ring.authorities.root_authority().key
    (tmp_path / "root" / "root.key").unlink()
    assert ring.prepare(AGENCIES) == {"inspectorate": None}

    ring.authorities.bring_root_key(pem(key, b"a good passphrase"), b"a good passphrase")

    assert ring.prepare(AGENCIES)["inspectorate"].agency == "inspectorate"
    assert not (tmp_path / "root" / "root.key").exists()
    assert keys.KeyRing(tmp_path, demonstration=True).authorities.root_key_is_here is False


@pytest.mark.parametrize("passphrase", [b"", b"wrong"])
def test_a_root_key_that_can_not_be_read_or_is_another_s_is_refused(ring, foreign_ring, passphrase):
    mine = pem(ring.authorities.root_authority().key, b"right")
    theirs = pem(foreign_ring.authorities.root_authority().key)

    with pytest.raises(WrongRootKey):
        ring.authorities.bring_root_key(mine, passphrase)
    with pytest.raises(WrongRootKey):
        ring.authorities.bring_root_key(theirs, b"")


class TestAnInstallationOfTheFirstVersion:
    @pytest.fixture
    def folder(self, tmp_path):
        first_version.leave(tmp_path, AGENCIES)
        return tmp_path

    @pytest.fixture
    def old(self, folder):
        return keys.KeyRing(folder, demonstration=True)

    def test_gets_authorities_and_new_seals_at_the_next_start_and_keeps_its_root_key(self, folder, old):
        root_key, before = old.root.public_key(), {agency: old.seal(agency).kid for agency in AGENCIES}

        made = old.prepare(AGENCIES)

        assert sorted(made) == sorted(AGENCIES)
        assert old.root.public_key() == root_key
        assert all(old.seal(agency).kid != before[agency] for agency in AGENCIES)
        assert all(len(old.chain(old.seal(agency))) == 3 for agency in AGENCIES)
        assert old.prepare(AGENCIES) == {}

    def test_what_its_seals_have_sealed_stays_checkable(self, old, plain):
        with keys.use(old):
            pdf, record = operations.seal_pdf("civil-registry", plain), operations.sign_record("inspectorate", {"a": 1})
            old.prepare(AGENCIES)

            assert queries.check_pdf(pdf).state == "intact"
            assert queries.verify_record({"a": 1}, record.jws, agency="inspectorate")
            assert queries.check_pdf(operations.seal_pdf("civil-registry", plain)).state == "intact"

    def test_its_seals_are_accepted_by_others_under_the_renewed_root(self, old, tmp_path):
        seal = old.seal("civil-registry")
        old.prepare(AGENCIES)

        good, said = accepted(tmp_path, queries_chain(old, seal))

        assert good, said

    def test_without_its_root_key_goes_on_with_the_old_seals(self, folder, old):
        (folder / "root" / "root.key").unlink()
        before = old.seal("inspectorate").kid

        assert old.prepare(AGENCIES) == dict.fromkeys(AGENCIES)

        assert old.seal("inspectorate").kid == before
        assert old.seal("inspectorate").certificate.not_valid_after_utc > clock.now() + timedelta(days=3650)


def queries_chain(ring, seal):
    return [one.certificate for one in ring.chain(seal)]


def test_a_copy_of_the_folder_on_another_machine_is_the_same_installation(ring, tmp_path):
    shutil.copytree(ring.folder, tmp_path / "copy")

    copy = keys.KeyRing(tmp_path / "copy", demonstration=True)

    assert copy.prepare(AGENCIES) == {}
    assert copy.seal("civil-registry").kid == ring.seal("civil-registry").kid
