"""Load a decision model from a file, with the files that it imports from the same folder."""

from pathlib import Path

from panjereh.rules.dmn import model, xml, yaml_form
from panjereh.rules.dmn.compiling import File
from panjereh.rules.dmn.engine import Model
from panjereh.rules.dmn.graph import Input
from panjereh.rules.errors import ModelProblem, ModelRefused, RuleProblem

MOST_FILES = 200
FATAL = frozenset({"cycle", "import", "missing", "no_output", "one_too_many", "twice", "type_cycle", "unknown_element"})
"""Problems with which no part of a model can be trusted. With others, only what they touch is null."""


def load(path: Path | str, *, strict: bool = False) -> Model:
    """The model of a .dmn or .yaml file.

    strict: refuse also what leaves other parts of the model usable, such as one expression that can't be read;
        without it, the problems stand in `problems` and the values concerned are null
    Raises ModelRefused with everything that was found, OSError if the file can't be read.
    """
    path = Path(path)
    return loaded(path.name, {path.name: path.read_bytes()}, beside=path.parent, strict=strict)


def loaded(name: str, files: dict[str, bytes], *, beside: Path | None = None, strict: bool = False) -> Model:
    """As `load`, from files that are at hand by name. Imports are looked for among them, then in a folder."""
    library = _Library(files, beside)
    problems: list[ModelProblem] = []
    definitions = library.read(name, problems)
    file = library.compiled(definitions, problems, ())
    for alias, imported in file.imported.items():
        _let_be_named(imported, (alias,), set())
    refused = [problem for problem in problems if strict or problem.code in FATAL]
    if refused:
        raise ModelRefused(sorted(refused))
    return Model(file, tuple(problems))


def _let_be_named(file: File, path: tuple[str, ...], seen: set[int]) -> None:
    """Inputs of imported files may be given under the alias of the file."""
    if id(file) in seen:
        return
    seen.add(id(file))
    for node in file.inputs.values():
        if isinstance(node, Input):
            node.paths = (*node.paths, (*path, node.name), (".".join((*path, node.name)),))
    for alias, imported in file.imported.items():
        _let_be_named(imported, (*path, alias), seen)


class _Library:
    """Files by name and by name space, each read and compiled once."""

    def __init__(self, files: dict[str, bytes], beside: Path | None) -> None:
        self.files = files
        self.beside = beside
        self.by_space: dict[str, model.Definitions] = {}
        self.made: dict[str, File] = {}
        self.searched = False

    def read(self, name: str, problems: list[ModelProblem]) -> model.Definitions:
        if name.endswith((".yaml", ".yml")):
            definitions = yaml_form.read(self.files[name])
        else:
            definitions, found = xml.read(self.files[name])
            problems += found
        self.by_space.setdefault(definitions.namespace, definitions)
        return definitions

    def compiled(self, definitions: model.Definitions, problems: list[ModelProblem], above: tuple[str, ...]) -> File:
        space = definitions.namespace
        if space not in self.made:
            imported = {}
            for one in definitions.imports:
                if one.kind and one.kind not in xml.NAMESPACES:
                    continue  # a PMML or XML schema: nothing of it can be used
                found = self.find(one.namespace)
                if found is None or one.namespace in (*above, space):
                    where = "is imported in a circle" if found else "is in no file of this folder"
                    reason = f"The model {one.namespace}, imported as {one.name}, {where}."
                    problems.append(ModelProblem(one.id or one.name, "import", reason, "Put its file beside this one."))
                    continue
                imported[one.name] = self.compiled(found, problems, (*above, space))
            self.made[space] = File(definitions, imported, problems)
        return self.made[space]

    def find(self, space: str) -> model.Definitions | None:
        if space not in self.by_space and not self.searched:
            self.searched = True
            self.search()
        return self.by_space.get(space)

    def search(self) -> None:
        """Read the other models at hand; what is no model is nobody's business."""
        for name in list(self.files):
            self.try_reading(name)
        if self.beside is None:
            return
        for path in sorted([*self.beside.glob("*.dmn"), *self.beside.glob("*.yaml")])[:MOST_FILES]:
            if path.name not in self.files and path.stat().st_size <= xml.LARGEST_FILE:
                self.files[path.name] = path.read_bytes()
                self.try_reading(path.name)

    def try_reading(self, name: str) -> None:
        try:
            self.read(name, [])
        except RuleProblem:
            return
