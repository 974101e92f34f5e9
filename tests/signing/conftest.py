import pytest
import typst

from panjereh.signing import keys

AGENCIES = {
    "civil-registry": {"fa": "سازمان ثبت احوال", "en": "Civil Registry"},
    "inspectorate": {"fa": "سازمان بازرسی کل", "en": "General Inspectorate"},
}


@pytest.fixture(scope="session")
def session_ring(tmp_path_factory):
    ring = keys.KeyRing(tmp_path_factory.mktemp("keys"), demonstration=True)
    ring.prepare(AGENCIES)
    return ring


@pytest.fixture
def ring(session_ring):
    with keys.use(session_ring):
        yield session_ring


@pytest.fixture(scope="session")
def foreign_ring(tmp_path_factory):
    """Another installation, which gave its agency the same names."""
    ring = keys.KeyRing(tmp_path_factory.mktemp("foreign"), demonstration=True)
    ring.prepare(AGENCIES)
    return ring


@pytest.fixture(scope="session")
def plain():
    return typst.compile(b"= A certificate\nSara Rad", format="pdf")
