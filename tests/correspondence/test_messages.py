"""People are told once, where they wish; they and an agency can write to each other; nobody reads others' messages."""

from datetime import timedelta

import pytest
from django.db import transaction
from tests.identity.factories import entry, official, person

from panjereh.correspondence import operations, queries
from panjereh.correspondence.errors import NothingSaid
from panjereh.correspondence.handlers import HANDLERS
from panjereh.correspondence.models import Message
from panjereh.identity import operations as identity
from panjereh.identity.models import Party
from panjereh.kernel import clock
from panjereh.kernel.errors import NotFound
from panjereh.kernel.ids import new_id
from panjereh.outbox import operations as outbox

pytestmark = pytest.mark.django_db

CASE = "1234567897"


def tell(actor, key="k", **more):
    words = {"subject": "ثبت شد", "text": "درخواست شما ثبت شد.", "case": CASE, "agency": "civil-registry", **more}
    return operations.tell(actor.party, key=key, **words)


def deliver():
    outbox.run_until_idle(HANDLERS)


class TestTell:
    def test_shows_the_notice_at_once_and_sends_it(self, mailoutbox):
        _, maryam = person("maryam@example.com")

        tell(maryam)
        assert [message.subject for message in queries.inbox(maryam)] == ["ثبت شد"]
        assert mailoutbox == []

        deliver()
        assert [(mail.to, mail.subject) for mail in mailoutbox] == [(["maryam@example.com"], "ثبت شد")]
        assert mailoutbox[0].body.startswith("درخواست شما ثبت شد.")

    def test_what_may_tell_something_confidential_is_only_announced_by_mail(self, mailoutbox):
        _, maryam = person("maryam@example.com")
        tell(maryam, is_closed=True, subject="آزمایش خون", text="گروه خون: A")

        deliver()

        assert [message.text for message in queries.inbox(maryam)] == ["گروه خون: A"]
        (mail,) = mailoutbox
        assert CASE in mail.subject
        assert not any(word in f"{mail.subject} {mail.body}" for word in ("گروه", "آزمایش"))

    def test_twice_with_one_key_tells_once(self, mailoutbox):
        _, maryam = person()

        assert tell(maryam) == tell(maryam)
        deliver()

        assert len(queries.inbox(maryam)) == len(mailoutbox) == 1

    def test_an_effect_that_runs_again_sends_no_second_mail(self, mailoutbox):
        _, maryam = person()
        message = tell(maryam)
        deliver()

        HANDLERS["correspondence.email"]({"message": str(message.pk)}, None)

        assert len(mailoutbox) == 1

    @pytest.mark.parametrize("fields", [{"notices": "in_app"}, {"notices": "desk"}, {"email": ""}])
    def test_sends_no_mail_to_who_wants_none_or_has_no_address(self, mailoutbox, fields):
        _, maryam = person()
        Party.objects.filter(pk=maryam.party).update(**fields)

        tell(maryam)
        deliver()

        assert mailoutbox == []
        assert len(queries.inbox(maryam)) == 1

    def test_is_undone_with_the_change_that_called_for_it(self, mailoutbox):
        _, maryam = person()

        def tell_and_fail():
            with transaction.atomic():
                tell(maryam)
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            tell_and_fail()
        deliver()

        assert queries.inbox(maryam) == []
        assert mailoutbox == []

    def test_keeps_subjects_on_one_line(self, mailoutbox):
        _, maryam = person()

        tell(maryam, subject="Done\nBcc: everybody@example.com")
        deliver()

        assert mailoutbox[0].subject == "Done Bcc: everybody@example.com"

    def test_reaches_who_was_named_by_a_register_and_signed_in_later(self):
        facts = entry()
        named = identity.party_for_entity(facts["entity"])
        operations.tell(named.pk, key="k", subject="s", text="t")
        account, maryam = person()

        identity.link(account.party_id, **facts, proof=Party.Proof.PAPERS)

        assert len(queries.inbox(maryam)) == 1

    def test_of_nobody_is_refused(self):
        with pytest.raises(NotFound):
            operations.tell(new_id(), key="k", subject="s", text="t")


class TestConversation:
    def test_goes_both_ways_in_order(self, mailoutbox):
        _, maryam = person()
        _, sara = official("officer")
        now = clock.now()
        with clock.at(now):
            operations.write_to_agency(maryam, case=CASE, agency="civil-registry", text=" كي؟ ", key="1")
            clock.advance(timedelta(minutes=1))
            operations.write_to_person(sara, maryam.party, case=CASE, agency="civil-registry", text="فردا", key="2")

        assert [(said.direction, said.text) for said in queries.conversation(CASE)] == [
            ("to_agency", "کی؟"),
            ("to_person", "فردا"),
        ]

    def test_an_answer_is_announced_by_mail_without_its_text(self, mailoutbox):
        _, maryam = person()
        _, sara = official("officer")

        operations.write_to_person(sara, maryam.party, case=CASE, agency="civil-registry", text="راز", key="2")
        deliver()

        assert CASE in mailoutbox[0].subject
        assert "راز" not in mailoutbox[0].body

    @pytest.mark.parametrize("text", ["", "  \n ", "x" * 5001, "\u200f\u200e"])
    def test_that_says_nothing_or_too_much_is_refused(self, text):
        _, maryam = person()

        with pytest.raises(NothingSaid):
            operations.write_to_agency(maryam, case=CASE, agency="civil-registry", text=text, key="1")

        assert not Message.objects.exists()

    def test_a_double_click_says_it_once(self):
        _, maryam = person()

        for _ in range(2):
            operations.write_to_agency(maryam, case=CASE, agency="civil-registry", text="سلام", key="same")

        assert len(queries.conversation(CASE)) == 1


class TestReading:
    def test_counts_what_is_new_until_it_is_opened(self):
        _, maryam = person()
        message = tell(maryam)
        assert queries.unread(maryam) == 1

        operations.mark_read(maryam, message.pk)

        assert queries.unread(maryam) == 0

    def test_what_one_wrote_oneself_is_not_new(self):
        _, maryam = person()
        operations.write_to_agency(maryam, case=CASE, agency="civil-registry", text="سلام", key="1")

        assert queries.unread(maryam) == 0
        assert queries.unread_by_agency(CASE) == 1

    def test_of_others_messages_is_like_reading_none(self):
        _, maryam = person()
        _, stranger = person()
        message = tell(maryam)

        for act in (queries.message, operations.mark_read):
            with pytest.raises(NotFound):
                act(stranger, message.pk)
        assert queries.inbox(stranger) == []
        assert queries.unread(maryam) == 1

    def test_opening_a_case_opens_its_messages_for_each_side_apart(self):
        _, maryam = person()
        _, sara = official("officer")
        _, other = official("officer", agency="inspectorate")
        tell(maryam)
        operations.write_to_agency(maryam, case=CASE, agency="civil-registry", text="سلام", key="1")

        assert operations.mark_case_read(other, CASE) == 0
        assert operations.mark_case_read(sara, CASE) == 1
        assert queries.unread(maryam) == 1
        assert operations.mark_case_read(maryam, CASE) == 1
        assert (queries.unread(maryam), queries.unread_by_agency(CASE)) == (0, 0)
