"""An entry that was corrected: what follows for the certificate that was issued from it."""

from uuid import UUID

from panjereh.cases.operations import entries
from panjereh.documents import queries as documents


def test_the_new_certificate_says_all_else_as_the_old_one_did(house):
    case = house.case("mother", "accept", "approve")
    case.refresh_from_db()
    entity = UUID(next(iter(case.results["records"].values()))["entity"])

    proposal = entries.propose_correction(
        "population",
        entity,
        actor=house.official("karimi"),
        changes={"given_name": "سارا"},
        law="civil-registration-act#4",
        reason="A slip of the pen.",
    )
    entries.confirm_change("population", proposal.pk, actor=house.official("bahrami"))

    old, new = sorted(documents.of_case(case.number), key=lambda certificate: certificate.issued_at)
    changed = {name for name in old.data if old.data[name] != new.data[name]}
    assert changed == {"given_name"}
