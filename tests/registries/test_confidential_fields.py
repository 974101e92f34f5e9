"""What is confidential is found by its whole value only, and stands in no index as it is."""

import pytest
from tests.registries.definition import _FILE, BIRTH, CLERK, LAW, cause, maryam
from tests.registries.definition import POPULATION as BEFORE

from panjereh.definitions.vocabulary import compile_registry
from panjereh.registries import operations, queries
from panjereh.registries.models import Term

pytestmark = pytest.mark.django_db
FIELDS = {**_FILE.fields, "mother": _FILE.fields["mother"].model_copy(update={"classification": "confidential"})}
POPULATION = compile_registry(_FILE.model_copy(update={"fields": FIELDS}), {})
MOTHER = "0499370899"


@pytest.fixture(autouse=True)
def entry():
    return operations.create(POPULATION, maryam(mother=MOTHER), valid_from=BIRTH, cause=cause(), key="birth")


def children(number):
    return queries.look_up_all(POPULATION, "children", {"mother": number}, actor=CLERK, purpose="family", law=LAW)


def test_the_whole_value_leads_there(entry):
    assert [found.entity for found in children(MOTHER)] == [entry.entity]
    assert children("0499370898") == []


def test_the_index_holds_a_digest_and_not_the_value():
    (term,) = Term.objects.filter(field="mother").values_list("value", flat=True)

    assert MOTHER not in term
    assert term.startswith("=")
    assert Term.objects.filter(field="given_name", value="مریم").exists()


def test_officials_find_it_neither_by_its_beginning_nor_by_its_digest():
    (term,) = Term.objects.filter(field="mother").values_list("value", flat=True)

    for text in (MOTHER[:4], term, term[:6], term[1:8]):
        assert queries.search(POPULATION, text, actor=CLERK, purpose="keeping", law=LAW) == []


def test_a_field_that_becomes_confidential_later_is_closed_too(entry):
    operations.update(BEFORE, entry.entity, {"mother": MOTHER[::-1]}, valid_from=BIRTH, cause=cause(), key="u")
    assert Term.objects.filter(value=MOTHER[::-1]).exists()

    assert (operations.close_terms(POPULATION), operations.close_terms(POPULATION)) == (1, 0)

    assert not Term.objects.filter(value=MOTHER[::-1]).exists()
    assert [found.entity for found in children(MOTHER[::-1])] == [entry.entity]
