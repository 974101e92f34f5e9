"""Run a command of Django itself, such as `./panjereh manage dbshell`. Without one, list them all."""

import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help="the command and its options")


def run(given: argparse.Namespace) -> int:
    from django.core.management import execute_from_command_line

    from panjereh.config.cli.installation import choose_place

    choose_place(given)
    execute_from_command_line(["./panjereh manage", *given.arguments])
    return 0
