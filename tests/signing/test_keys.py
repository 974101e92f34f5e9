import stat
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID
from tests.signing.conftest import AGENCIES

from panjereh.kernel import clock
from panjereh.signing import certificates, keys, operations, queries
from panjereh.signing.errors import DemonstrationKeys, NoRootKey, NoSeal, SealHasExpired


def first_start(folder):
    ring = keys.KeyRing(folder, demonstration=True)
    ring.prepare(AGENCIES)
    return ring.root.serial_number, sorted(seal.kid for seal in ring.all())


def test_two_processes_that_start_together_agree_on_the_keys(tmp_path):
    with ProcessPoolExecutor(2) as pool:
        first, second = pool.map(first_start, [tmp_path, tmp_path])

    assert first == second
    assert len(first[1]) == len(AGENCIES)


def test_keys_can_be_read_by_their_owner_only(ring):
    files = [path for path in ring.folder.rglob("*") if path.is_file() and path.name != "lock"]

    assert files
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


def test_preparing_again_changes_nothing(ring):
    before = ring.seal("civil-registry").kid

    ring.prepare(AGENCIES)

    assert keys.KeyRing(ring.folder, demonstration=True).seal("civil-registry").kid == before


def test_a_seal_is_for_signing_only_and_names_its_agency_in_both_languages(ring):
    certificate = ring.seal("civil-registry").certificate
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value

    assert usage.digital_signature
    assert usage.content_commitment
    assert not usage.key_cert_sign
    assert [name.value for name in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)] == [
        "Civil Registry"
    ]
    assert "سازمان ثبت احوال" in certificate.subject.rfc4514_string()


def test_demonstration_certificates_say_so_in_their_subject(ring):
    for certificate in (ring.root, ring.seal("inspectorate").certificate):
        assert "O=Demonstration\\, not an authority" in certificate.subject.rfc4514_string()


def test_production_refuses_keys_of_the_demonstration(ring):
    with pytest.raises(DemonstrationKeys):
        keys.KeyRing(ring.folder, demonstration=False).prepare(AGENCIES)


def test_keys_made_in_production_bear_no_mark(tmp_path):
    ring = keys.KeyRing(tmp_path, demonstration=False)

    ring.prepare(AGENCIES)

    assert not any(seal.demonstration for seal in ring.all())
    assert not certificates.is_demonstration(ring.root)


def test_production_has_no_seal_for_an_unknown_agency_but_the_demonstration_makes_one(tmp_path, ring):
    with pytest.raises(NoSeal):
        keys.KeyRing(tmp_path, demonstration=False).seal("water-board")

    assert ring.seal("water-board").demonstration


@pytest.mark.parametrize("name", ["", "root", "log", "../root", "a/b", "Ä", "-x"])
def test_an_agency_can_not_be_named_like_a_path(ring, name):
    with pytest.raises(NoSeal):
        ring.seal(name)


def test_without_the_root_key_old_seals_work_and_new_ones_can_not_be_made(tmp_path):
    ring = keys.KeyRing(tmp_path, demonstration=True)
    ring.prepare({"civil-registry": AGENCIES["civil-registry"]})
    (tmp_path / "root" / "root.key").unlink()

    fresh = keys.KeyRing(tmp_path, demonstration=True)

    assert fresh.seal("civil-registry").key is not None
    assert fresh.prepare(AGENCIES) == {"inspectorate": None}
    with pytest.raises(NoRootKey):
        fresh.seal("inspectorate")


def test_after_rotation_new_signatures_have_a_new_number_and_old_ones_still_hold(tmp_path):
    ring = keys.KeyRing(tmp_path, demonstration=True)
    with keys.use(ring):
        before = operations.sign_record("inspectorate", {"a": 1})
        ring.rotate("inspectorate")
        after = operations.sign_record("inspectorate", {"a": 1})

        assert before.kid != after.kid
        assert queries.verify_record({"a": 1}, before.jws)
        assert queries.verify_record({"a": 1}, after.jws)


def test_another_process_signs_with_the_new_seal_at_once(tmp_path):
    ring, another = (keys.KeyRing(tmp_path, demonstration=True) for _process in range(2))
    ring.prepare(AGENCIES)
    before = another.seal("inspectorate").kid

    after = ring.rotate("inspectorate").kid

    assert another.seal("inspectorate").kid == after != before


def test_a_seal_lives_five_years_and_seals_nothing_afterwards(ring):
    certificate = ring.seal("civil-registry").certificate

    assert abs(certificate.not_valid_after_utc - clock.now() - certificates.SEAL_LIFE) < timedelta(days=1)
    with clock.at(clock.now() + certificates.SEAL_LIFE + timedelta(days=1)), pytest.raises(SealHasExpired):
        ring.seal("civil-registry")
