from datetime import UTC, date, datetime

import pytest

from panjereh.documents import operations
from panjereh.kernel import clock
from panjereh.signing import keys

TEMPLATE = """#import "panjereh.typ": *
#show: certificate
#both(fa: [گواهی می‌شود.], en: [This certifies.])
#rows("given_name", "national_id", "birth_date")
""".encode()

LABELS = {
    "given_name": {"fa": "نام", "en": "Given name"},
    "national_id": {"fa": "شمارهٔ ملی", "en": "National number"},
    "birth_date": {"fa": "تاریخ ولادت", "en": "Date of birth"},
}
NOON = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)


@pytest.fixture(scope="session")
def session_ring(tmp_path_factory):
    ring = keys.KeyRing(tmp_path_factory.mktemp("keys"), demonstration=True)
    ring.prepare({"civil-registry": {"fa": "سازمان ثبت احوال", "en": "Civil Registry"}})
    return ring


@pytest.fixture(autouse=True)
def ring(session_ring, settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "files"},
        },
    }
    with keys.use(session_ring):
        yield session_ring


@pytest.fixture
def issue():
    """Issues a birth certificate; what is given replaces what is usual."""

    def make(key="case:1:child.0", **given):
        usual = {
            "agency": "civil-registry",
            "kind": "birth-registration/child",
            "title": {"fa": "گواهی ولادت", "en": "Birth certificate"},
            "template": TEMPLATE,
            "data": {"given_name": "سارا", "national_id": "0012345679", "birth_date": date(2026, 11, 3)},
            "public": ["given_name", "birth_date"],
            "labels": LABELS,
            "subjects": ["population:one", "party:two"],
            "case": "4058317263",
            "service": "birth-registration",
            "version": "ab" * 32,
        }
        with clock.at(NOON):
            return operations.issue(key=key, **{**usual, **given})

    return make
