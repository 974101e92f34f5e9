"""Rows are written as the ORM writes them, with SQL that was made once."""

from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import CharField, F, Model
from django.db.models.signals import post_save
from django.test.utils import CaptureQueriesContext

from panjereh.cases.models import Rating
from panjereh.identity.models import Account, Official, Party
from panjereh.outbox.models import Effect
from panjereh.storage import insert, rows
from panjereh.storage.rows import MOST_PARAMETERS

pytestmark = pytest.mark.django_db


def a_rating(score: int) -> Rating:
    return Rating(page="/", service="complaint", score=score, text="")


def test_a_saved_row_is_the_row_that_is_found_and_knows_its_number():
    saved = a_rating(3)
    saved.save()

    assert saved.pk is not None
    assert not saved._state.adding
    found = Rating.objects.get(pk=saved.pk)
    assert {f.name: getattr(found, f.attname) for f in Rating._meta.concrete_fields} == {
        f.name: getattr(saved, f.attname) for f in Rating._meta.concrete_fields
    }


def test_a_change_of_some_fields_leaves_the_others():
    party = Party.objects.create(given_name="Sara", family_name="Rad")
    party.given_name, party.family_name = "Sahar", "Nik"

    party.save(update_fields=["given_name"])

    assert (Party.objects.get().given_name, Party.objects.get().family_name) == ("Sahar", "Rad")


def test_a_change_of_a_row_that_is_gone_is_an_error():
    party = Party.objects.create(given_name="Sara")
    Party.objects.all().delete()

    with pytest.raises(DatabaseError):
        party.save(update_fields=["given_name"])


def test_a_value_that_the_database_works_out_goes_the_usual_way():
    rating = a_rating(1)
    rating.save()
    rating.score = F("score") + 2
    rating.save(update_fields=["score"])

    assert Rating.objects.get().score == 3


def test_a_unique_key_holds_as_ever():
    Party.objects.create(national_id="2591274746")

    with pytest.raises(IntegrityError), transaction.atomic():
        Party.objects.create(national_id="2591274746")


def test_many_rows_are_written_at_once_and_learn_their_numbers():
    rows = [a_rating(1 + number % 5) for number in range(MOST_PARAMETERS)]

    with CaptureQueriesContext(connection) as asked:
        insert(rows)

    assert [row.score for row in Rating.objects.order_by("pk")] == [row.score for row in rows]
    assert len({row.pk for row in rows}) == len(rows)
    assert sum(query["sql"].startswith("INSERT") for query in asked) < len(rows) / 50


def test_what_is_there_already_can_be_left_out():
    entity = uuid4()
    made = [Party(id=entity, given_name="Sara")]
    insert(made)
    insert([Party(id=entity, given_name="Another")], ignore_conflicts=True)

    assert Party.objects.get().given_name == "Sara"


def test_either_all_rows_are_written_or_none():
    parties = [
        Party(given_name=str(number)) for number in range(2 * MOST_PARAMETERS // len(Party._meta.concrete_fields))
    ]
    parties.append(Party(id=parties[0].pk, given_name="the same number again"))

    with pytest.raises(IntegrityError), transaction.atomic():
        insert(parties)

    assert not Party.objects.exists()


def test_no_rows_are_no_statement(django_assert_num_queries):
    with django_assert_num_queries(0):
        insert([])
        insert(iter([]), ignore_conflicts=True)


def test_a_new_row_that_points_to_one_that_was_never_saved_is_refused():
    official = Official(account=Account(email="sara@example.org"), party=Party(pk=None), agency="civil-registry")

    with pytest.raises(ValueError, match="unsaved related object"):
        official.save(force_insert=True)


def test_a_row_that_could_not_be_made_leaves_its_transaction_to_be_rolled_back():
    Party.objects.create(given_name="Sara", national_id="0012345679")
    with transaction.atomic():
        with pytest.raises(IntegrityError):
            Party(given_name="Reza", national_id="0012345679").save(force_insert=True)
        with pytest.raises(transaction.TransactionManagementError):
            Party.objects.count()


def test_a_change_that_could_not_be_made_leaves_its_transaction_to_be_rolled_back():
    Party.objects.create(given_name="Sara", national_id="0012345679")
    party = Party.objects.create(given_name="Reza")
    party.national_id = "0012345679"
    with transaction.atomic():
        with pytest.raises(IntegrityError):
            party.save(update_fields=["national_id"])
        with pytest.raises(transaction.TransactionManagementError):
            Party.objects.count()


def test_a_field_that_does_not_exist_is_told_as_ever():
    party = Party.objects.create(given_name="Sara")

    with pytest.raises(ValueError, match="do not exist"):
        party.save(update_fields=["given_nam"])
    with pytest.raises(ValueError, match="do not exist"):
        party.save(update_fields=["id"])


def test_whoever_listens_to_saving_hears_of_it():
    heard: list[str] = []

    def ear(instance: Party, **_: object) -> None:
        heard.append(instance.given_name)

    rows._is_unheard.cache_clear()
    post_save.connect(ear, sender=Party)
    try:
        party = Party.objects.create(given_name="Sara")
        party.save(update_fields=["given_name"])
    finally:
        post_save.disconnect(ear, sender=Party)
        rows._is_unheard.cache_clear()

    assert heard == ["Sara", "Sara"]


def test_a_row_may_be_named_by_the_column_of_what_it_points_to():
    first, second = Party.objects.create(given_name="Sara"), Party.objects.create(given_name="Sahar")
    first.same_as_id = second.pk
    first.save(update_fields=["same_as"])

    assert Party.objects.get(pk=first.pk).same_as == second


@pytest.mark.parametrize("model", [Party, Account, Official, Rating, Effect])
def test_values_reach_the_driver_as_django_would_hand_them_over(model: type[Model]):
    values = ("a text", "", 7, True, False, None, Party.Kind.PERSON)
    for field in model._meta.concrete_fields:
        for value in values:
            try:
                wanted = field.get_db_prep_save(value, connection)
            except (ValidationError, ValueError, TypeError):
                continue
            given = rows.for_database(field, value, connection)
            assert (str(given), type(given)) == (str(wanted), type(wanted)), field


def test_a_field_with_a_way_of_its_own_is_asked():
    class Secret(CharField):  # type: ignore[type-arg]  # of the stubs alone
        def get_prep_value(self, value: object) -> str:
            return f"sealed {value}"

    assert rows.for_database(Secret(), "Sara", connection) == "sealed Sara"
