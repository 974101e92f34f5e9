"""Counting tries: one count for all processes, a window that does not move, and nothing that says who tried."""

from datetime import timedelta

import pytest

from panjereh.identity import operations as identity
from panjereh.identity.models import Tally
from panjereh.kernel import clock

pytestmark = pytest.mark.django_db


def test_tries_are_counted_until_the_window_of_the_first_is_over():
    start = clock.now()
    with clock.at(start):
        assert [identity.count("tracking:192.0.2.7", seconds=60) for _ in range(2)] == [1, 2]
    with clock.at(start.replace(microsecond=0) + timedelta(seconds=59)):
        assert identity.count("tracking:192.0.2.7", seconds=60) == 3
        assert identity.count("tracking:192.0.2.8", seconds=60) == 1
    with clock.at(start + timedelta(seconds=61)):
        assert identity.count("tracking:192.0.2.7", seconds=60) == 1


def test_a_try_costs_one_statement(django_assert_num_queries):
    with django_assert_num_queries(1):
        identity.count("tracking:192.0.2.7", seconds=60)


def test_nobody_reads_from_the_table_who_tried_what():
    identity.count("tracking:192.0.2.7", seconds=60)

    assert "192.0.2.7" not in Tally.objects.get().key


def test_windows_that_are_over_are_forgotten_and_no_other():
    with clock.at(clock.now() - timedelta(hours=1)):
        identity.count("old", seconds=60)
    identity.count("new", seconds=60)

    identity.forget_tallies()

    assert Tally.objects.count() == 1
    assert identity.count("new", seconds=60) == 2
