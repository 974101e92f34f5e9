"""Watch somebody's log as a witness: sign what it shows only if it goes on from what it showed before.

`follow` looks at a log from time to time, by its address or in a folder with a copy, and keeps what it signed in a
folder that you may serve to others. `serve` answers logs that ask for a signature (C2SP tlog-witness). `key` prints the
witness's own key. No installation and no database is needed. When a log shows two histories, both signed notes are kept
as evidence, and the exit code of `follow` is 1.
"""

import argparse
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from panjereh.config.cli.installation import choose_place, explain

if TYPE_CHECKING:
    from panjereh.signing.notes import Signer, Verifier


def add_arguments(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(dest="act", metavar="ACT", required=True)
    follow = acts.add_parser("follow", help="look at a log and sign its newest checkpoint")
    follow.add_argument("place", help="the log's address, such as https://example.org/log, or a folder with a copy")
    follow.add_argument("--key", required=True, metavar="KEY", help="the log's key: name+hash+key")
    follow.add_argument("--every", type=float, metavar="SECONDS", help="go on looking, with this pause")
    serve = acts.add_parser("serve", help="answer logs that ask for a signature")
    serve.add_argument("--policy", type=Path, required=True, metavar="FILE", help="which logs: lines `log KEY`")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8010)
    key = acts.add_parser("key", help="print the witness's own key")
    for act in (follow, serve, key):
        act.add_argument("--state", type=Path, required=True, metavar="DIR", help="folder of the witness: key, memory")
        act.add_argument("--name", required=True, help="the witness's name, such as university.example/witness")


def run(given: argparse.Namespace) -> int:
    given.state.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.environ["PANJEREH_DATA"] = str(given.state.resolve())
    choose_place(given)
    import django

    django.setup()
    from panjereh.signing import checkpoints, keys

    signer = checkpoints.witness_signer(keys.ring(), given.name)
    if given.act == "key":
        print(signer.verifier.vkey)
        return 0
    return _serve(given, signer) if given.act == "serve" else _follow(given, signer)


def _follow(given: argparse.Namespace, signer: "Signer") -> int:
    from panjereh.signing.notes import Verifier

    log = Verifier.parse(given.key)
    while True:
        code = _look(given, log, signer)
        if code == 1 or given.every is None:
            return code
        time.sleep(given.every)


def _look(given: argparse.Namespace, log: "Verifier", signer: "Signer") -> int:
    """One look: 0 all is well, 1 history was rewritten, 2 the log can't be had."""
    from panjereh.audit import following
    from panjereh.audit.memory import FolderMemory
    from panjereh.signing.errors import BadCheckpoint

    memory = FolderMemory(given.state / "public")
    try:
        step = following.follow(log, following.fetch_from(given.place), memory=memory, signer=signer)
    except following.LogWasRewritten as error:
        evidence = memory.file(log.name).with_name("evidence")
        explain(
            f"HISTORY WAS REWRITTEN. {error} Both signed notes lie in {evidence}: show them to others.",
            f"گذشته بازنویسی شده است. هر دو یادداشت امضاشده در {evidence} مانده‌اند: آن‌ها را به دیگران نشان دهید.",
        )
        return 1
    except following.LogIsAway as error:
        explain(f"{error}", "دفتر در دسترس نیست یا پرونده‌ای از آن نادرست است؛ بعداً دوباره.")
        return 2
    except BadCheckpoint:
        explain("The log’s checkpoint is not signed with that key.", "نقطهٔ وارسی دفتر با آن کلید امضا نشده است.")
        return 2
    print(f"{log.name}: {step.before} → {step.after} entries", flush=True)
    return 0


def _serve(given: argparse.Namespace, signer: "Signer") -> int:
    from panjereh.audit import policy_file, witness_server
    from panjereh.audit.memory import FolderMemory

    logs = policy_file.parse(given.policy.read_text()).logs
    server = witness_server.make((given.host, given.port), logs, FolderMemory(given.state / "public"), signer)
    print(f"http://{given.host}:{server.server_port}  {signer.verifier.vkey}", flush=True)
    try:
        server.serve_forever()
    finally:
        server.server_close()
    return 0
