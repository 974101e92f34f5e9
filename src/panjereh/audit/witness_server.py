"""A witness over HTTP without an installation: `add-checkpoint`, and what it has signed (C2SP tlog-witness)."""

import hashlib
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from panjereh.audit import witness
from panjereh.audit.witness import Answer, Memory, Status
from panjereh.signing.notes import Signer, Verifier

PATIENCE = 10  # seconds for a request to arrive


def make(address: tuple[str, int], logs: Mapping[str, Verifier], memory: Memory, signer: Signer) -> ThreadingHTTPServer:
    """A server that answers when `serve_forever` is called; port 0 takes a free one."""
    by_hash = {hashlib.sha256(origin.encode()).hexdigest(): origin for origin in logs}

    class Handler(BaseHTTPRequestHandler):
        """One request."""

        timeout = PATIENCE
        server_version = "panjereh-witness"
        sys_version = ""

        def do_POST(self) -> None:
            length = self.headers.get("Content-Length", "")
            if self.path != "/add-checkpoint" or not length.isdecimal():
                self.answer(Answer(Status.UNKNOWN, "There is nothing here.\n"))
            elif int(length) > witness.LARGEST:
                self.answer(Answer(Status.MALFORMED, "The request is too long.\n"))
            else:
                body = self.rfile.read(int(length))
                self.answer(witness.add_checkpoint(body, logs=logs, memory=memory, signer=signer))

        def do_GET(self) -> None:
            hash_, _slash, rest = self.path.removeprefix("/").partition("/")
            seen = memory.seen(by_hash[hash_]) if rest == "checkpoint" and hash_ in by_hash else None
            if seen is None or not seen.note:
                self.answer(Answer(Status.UNKNOWN, "There is nothing here.\n"))
            else:
                self.answer(Answer(Status.SIGNED, seen.note))

        def answer(self, answer: Answer) -> None:
            body = answer.text.encode()
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            """Say nothing of who asks."""

    return ThreadingHTTPServer(address, Handler)
