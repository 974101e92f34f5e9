"""How often somebody tried something lately: counted once for all processes, in one statement."""

from datetime import timedelta

from django.db import connection
from django.utils.crypto import salted_hmac

from panjereh.identity.models import SignIn, Tally
from panjereh.kernel import clock

DEVICES_KNOWN = timedelta(days=180)
COUNT = """
INSERT INTO identity_tally (key, tries, ends) VALUES (%s, 1, %s) ON CONFLICT (key) DO UPDATE SET
tries = CASE WHEN identity_tally.ends <= %s THEN 1 ELSE identity_tally.tries + 1 END,
ends = CASE WHEN identity_tally.ends <= %s THEN excluded.ends ELSE identity_tally.ends END
RETURNING tries
"""


def count(what: str, *, seconds: int) -> int:
    """One more of `what`: how many now, in a window of `seconds` that began with the first.

    Network addresses and numbers of people stand in `what`, so only its keyed digest is stored.
    """
    now = int(clock.now().timestamp())
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [salted_hmac("tally", what).hexdigest(), now + seconds, now, now])
        return int(cursor.fetchone()[0])


def forget_tallies() -> None:
    """Delete the windows that are over, and sign-ins so old that no device need be known again by them."""
    SignIn.objects.filter(began_at__lt=clock.now() - DEVICES_KNOWN).delete()
    Tally.objects.filter(ends__lte=int(clock.now().timestamp())).delete()
