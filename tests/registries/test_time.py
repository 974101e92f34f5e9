"""Whatever is written in whatever order: each day says what was said of it last, and every past belief can be asked."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from tests.registries.definition import CLERK, LAW, POPULATION, cause, maryam

from panjereh.kernel import clock
from panjereh.kernel.ids import new_id
from panjereh.registries import operations, queries
from panjereh.registries.errors import NotValidThen
from panjereh.registries.models import Current
from panjereh.registries.verify import chains

BORN = date(2026, 1, 1)
DAYS = [BORN + timedelta(days=number) for number in range(12)]
START = datetime(2026, 6, 1, tzinfo=UTC)

writes = st.lists(
    st.tuples(
        st.sampled_from(["city", "family_name"]),
        st.sampled_from(["الف", "ب", "پ"]),
        st.integers(-2, 13),
        st.one_of(st.none(), st.integers(1, 6)),
    ),
    max_size=6,
)


class TestTwoTimes(TestCase):
    @settings(max_examples=25, deadline=None)
    @given(writes)
    def test_the_registry_agrees_with_a_table_of_days(self, steps):
        truth = dict.fromkeys(DAYS, maryam())
        beliefs = []
        entity = new_id()
        with clock.at(START):
            operations.create(POPULATION, maryam(), valid_from=BORN, cause=cause(), key=f"{entity}", entity=entity)
            for number, (field, value, first, length) in enumerate(steps):
                beliefs.append((clock.now(), dict(truth)))
                clock.advance(timedelta(hours=1))
                start = BORN + timedelta(days=first)
                end = None if length is None else start + timedelta(days=length)
                write(entity, {field: value}, start, end, f"{entity}:{number}")
                truth = {
                    day: {**data, field: value} if start <= day and (end is None or day < end) else data
                    for day, data in truth.items()
                }
            beliefs.append((clock.now(), truth))

        for known_at, then in beliefs:
            assert {day: said(entity, day, known_at) for day in DAYS} == then
        assert said(entity, BORN - timedelta(days=1), None) is None
        believed = list(Current.objects.filter(entity=entity).order_by("valid_from"))
        assert all(one.valid_to == following.valid_from for one, following in pairwise(believed))
        assert believed[-1].valid_to is None
        assert chains() == []


def write(entity, changes, start, end, key):
    """From a day on it is an update, until another day a correction; days before all others can't be written about."""
    try:
        if end is None:
            operations.update(POPULATION, entity, changes, valid_from=start, cause=cause(), key=key)
        else:
            operations.correct(POPULATION, entity, changes, valid_from=start, valid_to=end, cause=cause(), key=key)
    except NotValidThen:
        assert end is not None
        assert end <= BORN


def said(entity, day, known_at):
    entry = queries.read(
        POPULATION, actor=CLERK, purpose="keeping", law=LAW, entity=entity, valid_at=day, known_at=known_at
    )
    if entry is None:
        return None
    return {name: value for name, value in entry.data.items() if name != "national_id"}
