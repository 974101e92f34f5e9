"""Write how the cases of a service move as BPMN 2.0 with a layout, so that a drawing tool can open it and go on.

To use what was drawn, put the file into the folder of the service and name it: `process: process.bpmn`.
"""

import argparse
import sys
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("service", metavar="SERVICE", help="id of the service")
    parser.add_argument("--to", type=Path, metavar="FILE", help="where to write it; otherwise to the screen")
    parser.add_argument("--services", type=Path, metavar="DIR", help="a country’s folder (PANJEREH_SERVICES)")
    parser.add_argument("--language", default="fa", metavar="CODE", help="of the names that the layout makes room for")


def run(given: argparse.Namespace) -> int:
    from panjereh.config import env
    from panjereh.definitions import compile_service
    from panjereh.definitions.loader import read_folder
    from panjereh.process import drawing

    folder = read_folder(given.services or env.services_dir())
    if given.service not in folder.services:
        known = ", ".join(sorted(folder.services)) or "none"
        print(f"There is no service {given.service}. There are: {known}.", file=sys.stderr)
        return 1
    service = compile_service(folder.bundle(given.service))
    content = drawing.with_diagram(service.process_source, service.process, given.language)
    if given.to is None:
        sys.stdout.buffer.write(content)
    else:
        given.to.write_bytes(content)
        print(f"Written to {given.to}.")
    return 0
