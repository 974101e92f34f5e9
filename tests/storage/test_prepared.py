"""Prepared queries give what the ORM gives, whatever the values."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Count
from django.test.utils import CaptureQueriesContext, isolate_apps

from panjereh.identity.models import Account, Party
from panjereh.outbox.models import Effect
from panjereh.registries.models import Current
from panjereh.storage import Prepared, PreparedUpdate, PreparedValues

pytestmark = pytest.mark.django_db


def a_party(name: str) -> Party:
    return Party.objects.create(given_name=name)


def test_the_same_query_finds_other_rows_for_other_values():
    sara, reza = a_party("Sara"), a_party("Reza")
    by_id = Prepared(lambda party: Party.objects.filter(pk=party))

    assert by_id.first(sara.pk) == sara
    assert by_id.first(reza.pk) == reza
    assert by_id.first(uuid4()) is None


def test_rows_are_whole_objects_as_the_orm_makes_them():
    sara = a_party("Sara")
    found = Prepared(lambda name: Party.objects.filter(given_name=name)).first("Sara")

    assert found is not None
    assert {f.name: getattr(found, f.attname) for f in Party._meta.concrete_fields} == {
        f.name: getattr(Party.objects.get(pk=sara.pk), f.attname) for f in Party._meta.concrete_fields
    }
    found.given_name = "Sahar"
    found.save()
    assert Party.objects.get(pk=sara.pk).given_name == "Sahar"


def test_what_is_related_comes_with_the_same_query():
    account = Account.objects.create(email="sara@example.org", party=a_party("Sara"))
    query = Prepared(lambda pk: Account.objects.select_related("party").filter(pk=pk))

    with CaptureQueriesContext(connection) as asked:
        found = query.first(account.pk)
        assert found is not None
        assert found.party is not None
        assert found.party.given_name == "Sara"

    assert len(asked) == 1


def test_rows_come_in_the_order_of_the_query():
    for name in ("Reza", "Ali", "Sara"):
        a_party(name)

    assert [p.given_name for p in Prepared(lambda: Party.objects.order_by("given_name")).all()] == [
        "Ali",
        "Reza",
        "Sara",
    ]


def test_a_value_that_is_not_simply_compared_is_refused():
    with pytest.raises(TypeError, match="plain comparison"):
        Prepared(lambda name: Party.objects.filter(given_name__contains=name)).first("ar")


def test_a_collection_of_any_length_is_looked_for_with_few_plans():
    made = [a_party(f"Nobody {number}") for number in range(6)]
    by_ids = Prepared(lambda parties: Party.objects.filter(pk__in=parties))

    for length in range(1, 7):
        assert {found.pk for found in by_ids.all([party.pk for party in made[:length]])} == {
            party.pk for party in made[:length]
        }
    with pytest.raises(ValueError, match="must not be empty"):
        by_ids.all([])


def test_moments_days_and_numbers_are_values_too():
    sara = a_party("Sara")
    later = Prepared(lambda moment: Party.objects.filter(made_at__gt=moment))
    in_lane = Prepared(lambda lane: Effect.objects.filter(lane=lane))  # the smallest of columns
    drafts = Prepared(lambda day, number: Current.objects.filter(valid_from__lte=day, record__version=number))

    assert later.all(sara.made_at - timedelta(seconds=1)) == [sara]
    assert later.all(sara.made_at) == []
    assert drafts.all(date(2026, 3, 21), 1) == []
    assert in_lane.all(1) == []


def test_plain_rows_come_as_the_orm_gives_them():
    for name in ("Sara", "Sara", "Reza"):
        a_party(name)
    counted = PreparedValues(
        lambda name: Party.objects.filter(given_name=name).values_list("given_name").annotate(Count("pk"))
    )

    assert counted.all("Sara") == [("Sara", 2)]
    assert counted.all("Ali") == []


def test_a_prepared_change_reaches_the_rows_of_its_values_alone():
    sara, reza = a_party("Sara"), a_party("Reza")
    rename = PreparedUpdate(lambda party, name: (Party.objects.filter(pk=party), {"given_name": name, "phone": ""}))

    assert rename.run(sara.pk, "Sahar") == 1
    assert rename.run(uuid4(), "Nobody") == 0

    assert Party.objects.get(pk=sara.pk).given_name == "Sahar"
    assert Party.objects.get(pk=reza.pk).given_name == "Reza"


@pytest.mark.parametrize("number", [20, 100, 900])
def test_many_numbers_are_told_apart(number):
    by_lane = Prepared(lambda numbers: Effect.objects.filter(pk__in=numbers))

    assert by_lane.all(list(range(number))) == []


def test_a_number_given_as_text_is_refused_and_not_looked_for_in_vain():
    sara = a_party("Sara")
    by_id = Prepared(lambda party: Party.objects.filter(pk=party))

    with pytest.raises(ValidationError):
        by_id.first(str(sara.pk))
    assert by_id.first(sara.pk) == sara


def test_fields_that_were_not_asked_for_are_fetched_when_they_are_looked_at():
    a_party("Sara")
    found = Prepared(lambda name: Party.objects.filter(given_name=name).only("given_name")).first("Sara")

    assert found is not None
    assert found.get_deferred_fields() >= {"family_name", "email"}
    assert found.family_name == ""


def test_what_is_related_may_be_absent_and_knows_its_owner():
    nobody = Account.objects.create(email="reza@example.org")
    query = Prepared(lambda pk: Account.objects.select_related("party").filter(pk=pk))

    found = query.first(nobody.pk)

    assert found is not None
    assert found.party is None
    assert not found._state.adding
    assert found._state.db == "default"


@isolate_apps("panjereh.identity")
def test_a_model_that_has_a_way_of_its_own_to_be_made_is_made_in_that_way():
    class Loud(Party):
        class Meta:
            proxy = True
            app_label = "identity"

        def __init__(self, *args: object, **kwargs: object) -> None:
            super().__init__(*args, **kwargs)
            self.greeting = f"Salam {self.given_name}"

    a_party("Sara")
    found = Prepared(lambda name: Loud.objects.filter(given_name=name)).first("Sara")

    assert found is not None
    assert found.greeting == "Salam Sara"


def test_asking_costs_the_same_answer_whether_or_not_somebody_listens():
    sara = a_party("Sara")
    by_name = Prepared(lambda name: Party.objects.filter(given_name=name).exclude(family_name__endswith="%s"))
    unheard = by_name.first("Sara")
    with CaptureQueriesContext(connection) as asked:
        heard = by_name.first("Sara")

    assert unheard == heard == sara
    assert len(asked) == 1


def test_a_failing_statement_raises_as_django_does_and_spoils_its_transaction():
    by_name = Prepared(lambda name: Party.objects.filter(given_name=name))
    by_name.first("Sara")
    with transaction.atomic():
        transaction.set_rollback(True)
        with pytest.raises(transaction.TransactionManagementError):
            by_name.first("Sara")
