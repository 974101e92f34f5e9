"""Decision models as readable YAML: whole models, and files that hold only simple tables."""

from collections.abc import Mapping
from typing import Any

import yaml

from panjereh.rules.dmn import model, plain
from panjereh.rules.dmn.simple import definitions_of_tables
from panjereh.rules.errors import ModelProblem, ModelRefused

LARGEST_FILE = 5_000_000


class _Loader(yaml.SafeLoader):
    """Reads no key twice, and no aliases: a few lines of them can stand for more than any machine holds."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.events.AliasEvent):
            raise yaml.YAMLError("aliases (*name) are not read here")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise yaml.YAMLError(f"{key} stands twice at{node.start_mark}")
        return super().construct_mapping(node, deep=deep)


def read(source: bytes) -> model.Definitions:
    """The model of a YAML file. Raises ModelRefused, TableProblem."""
    if len(source) > LARGEST_FILE:
        raise _refused(f"The file is larger than {LARGEST_FILE} bytes.", "Divide it into several files.")
    try:
        data = yaml.load(source, Loader=_Loader)  # noqa: S506  # a safe loader, and stricter
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise _refused(f"The file is no YAML: {error}.", "Mind the indentation and the quotes.") from error
    if not isinstance(data, Mapping):
        raise _refused("The file holds no mapping.", "Begin with “dmn: 1.5” and the parts of a model, or with a table.")
    return plain.definitions_of(data) if "dmn" in data else definitions_of_tables(data)


def write(definitions: model.Definitions) -> str:
    """The model as YAML, from which `read` makes the same model."""
    return yaml.dump(
        plain.plain(definitions),
        Dumper=_Dumper,
        allow_unicode=True,
        sort_keys=False,
        width=120,
        default_flow_style=None,
    )


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002  # the signature is the library's
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    """Longer texts as blocks, line by line."""
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def _refused(reason: str, advice: str) -> ModelRefused:
    return ModelRefused([ModelProblem("file", "yaml", reason, advice)])
