"""Start the web server and the background worker, and tell how to sign in.

The first start makes one SQLite file in ./data and loads the demonstration country. With --services and --production
it runs somebody’s own country: then nothing of the demonstration is loaded, and its identities and keys are refused.
Ctrl-C stops everything. Exit codes: 1 it could not run, 5 the port is taken.
"""

import argparse
import os
import socket

from panjereh.config.cli.installation import add_place_arguments, choose_place, explain


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=8000, help="where the portal listens (default: 8000)")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
    parser.add_argument(
        "--web-processes", type=int, help="default: 1 on SQLite, one per core on PostgreSQL (PANJEREH_WEB_PROCESSES)"
    )
    parser.add_argument("--workers", type=int, help="background workers (default: 1; PANJEREH_WORKERS)")
    add_place_arguments(parser)


def run(given: argparse.Namespace) -> int:
    if not is_free(given.host, given.port):
        explain(
            f"port {given.port} is taken, perhaps by another Panjereh. Choose one: ./panjereh start --port "
            f"{given.port + 1}",
            f"درگاه {given.port} را برنامهٔ دیگری گرفته است. درگاه دیگری برگزینید: ./panjereh start --port "
            f"{given.port + 1}",
        )
        return 5
    if given.web_processes:
        os.environ["PANJEREH_WEB_PROCESSES"] = str(given.web_processes)
    if given.workers:
        os.environ["PANJEREH_WORKERS"] = str(given.workers)
    if not given.production:
        os.environ.setdefault("PANJEREH_ADDRESS", f"http://localhost:{given.port}")
    choose_place(given)

    from panjereh.config import supervisor

    return supervisor.run(given.host, given.port)


def is_free(host: str, port: int) -> bool:
    """Whether we could listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError:
            return False
    return True
