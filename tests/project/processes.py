"""Several real processes on one database: what each begins with, and how they are let go in the same moment."""

import json
import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent
from typing import Any

SETUP = dedent("""
    import json, os, sys
    from uuid import UUID
    import django
    django.setup()
    from django.core.management import call_command
    from django.db import connection, transaction
    from tests.project import town
    from panjereh.cases import effects, operations as cases
    from panjereh.cases.models import Case, Decision, Draft, Event, Payment, Task
    from panjereh.config.handlers import HANDLERS
    from panjereh.correspondence.models import Message
    from panjereh.identity.models import Account
    from panjereh.kernel import clock
    from panjereh.kernel.errors import PanjerehError
    from panjereh.outbox import operations as outbox

    def attempt(do):
        "Prints what became of it: `ok` with a number, or the code of the refusal."
        print("ready", flush=True)
        sys.stdin.readline()
        try:
            print("ok", do(), flush=True)
        except PanjerehError as error:
            assert str(error.message), "a refusal says why"
            print(error.code, flush=True)

    def actor(email, **hat):
        return town.actor_of(Account.objects.select_related("party").get(email=email), **hat)
""")


class House:
    """One database, and processes that work on it. `told` is what the preparing script printed as JSON."""

    def __init__(self, folder: Path, database: str, prepare: str) -> None:
        root = Path(__file__).parents[2]
        self.environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join([str(root), str(root / "src")]),
            "PANJEREH_DATA": str(folder),
            "PANJEREH_DATABASE": database,
            "DJANGO_SETTINGS_MODULE": "panjereh.config.settings.demo",
        }
        self.told: Any = json.loads(self.run(prepare))

    def begin(self, script: str, *arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", script, *arguments]
        return subprocess.Popen(command, env=self.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def run(self, script: str, *arguments: str) -> str:
        command = [sys.executable, "-c", script, *arguments]
        return subprocess.run(
            command, env=self.environment, stdout=subprocess.PIPE, text=True, timeout=120, check=True
        ).stdout

    def at_once(self, *attempts: tuple[str, ...]) -> list[str]:
        """What each said, all of them let go in the same moment."""
        processes = [self.begin(*each) for each in attempts]
        for each in processes:
            wait_for("ready", each)
        for each in processes:
            let_go(each)
        return [each.communicate(timeout=60)[0].strip() for each in processes]

    def one_within_the_other(self, first: tuple[str, ...], second: tuple[str, ...]) -> list[str]:
        """What both said: the second is let go while the first is in the middle of its transaction."""
        outer, inner = self.begin(*first), self.begin(*second)
        wait_for("ready", inner)
        wait_for("ready", outer)
        let_go(outer)
        wait_for("in the middle", outer)
        let_go(inner)
        let_go(outer)
        return [each.communicate(timeout=60)[0].strip() for each in (outer, inner)]


def wait_for(word: str, process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    assert process.stdout.readline() == f"{word}\n"


def let_go(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()
