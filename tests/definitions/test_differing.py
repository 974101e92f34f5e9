"""What differs between two versions is said in words."""

from pathlib import Path

from panjereh import definitions
from panjereh.definitions import Bundle
from panjereh.definitions.differing import differences

SERVICES = Path(__file__).parents[2] / "services"


def bundle() -> Bundle:
    return definitions.bundle(SERVICES, "birth-registration")


def changed(file: str, old: str, new: str) -> Bundle:
    now = bundle()
    text = now.files[file].decode()
    assert old in text
    return Bundle(now.service, {**now.files, file: text.replace(old, new, 1).encode()}, now.shared)


def test_a_service_without_a_former_version_is_new():
    assert differences(None, bundle()) == ["The service is new."]


def test_the_same_twice_differs_in_nothing():
    assert differences(bundle(), bundle()) == []


def test_a_changed_deadline_names_its_place_and_both_values():
    later = changed("service.yaml", "within: P3D", "within: P5D")

    assert differences(bundle(), later) == ["deadlines.decide.within: P3D → P5D"]


def test_a_question_is_known_by_its_id():
    later = changed("service.yaml", "max: 5, as: children", "max: 6, as: children")

    assert differences(bundle(), later) == ["ask.child.repeat.max: 5 → 6"]


def test_what_is_new_and_what_is_gone_is_said():
    later = changed("service.yaml", "duplicates: {same", "legal_remark: any\nduplicates: {same")

    assert differences(bundle(), later) == ["legal_remark: new, any"]
    assert differences(later, bundle()) == ["legal_remark: gone (it was any)"]


def test_a_table_of_fees_is_compared_cell_by_cell():
    later = changed("decisions.yaml", "then: [500000]", "then: [600000]")

    assert "500000" in differences(bundle(), later)[0]
    assert "600000" in differences(bundle(), later)[0]


def test_a_template_is_compared_by_its_lines():
    later = changed("certificate.typ", "#rows(", "#line\n#rows(")

    assert differences(bundle(), later) == ["certificate.typ: + #line"]


def test_remarks_alone_are_called_so():
    later = changed("service.yaml", "service: birth", "# a remark\nservice: birth")

    assert differences(bundle(), later) == ["service.yaml: only its layout or remarks"]


def test_a_concept_that_changed_is_told_too():
    now = bundle()
    later = Bundle(now.service, now.files, now.shared.replace("شهر یا روستای محل تولد".encode(), "زادگاه".encode()))

    assert differences(now, later) == ["shared.concepts.person.birth_place.label.fa: “شهر یا روستای محل تولد” → زادگاه"]
