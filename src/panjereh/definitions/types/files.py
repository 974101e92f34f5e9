"""Questions that are answered with files."""

import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, ClassVar, Literal, get_args

import filetype
from pydantic import Field

from panjereh.definitions.block import Block
from panjereh.definitions.problems import AnswerProblem
from panjereh.definitions.types.base import (
    HERE,
    Asking,
    Channel,
    Form,
    QuestionType,
    Together,
    Upload,
    Value,
    Way,
    expect,
)
from panjereh.definitions.types.dates import json_object, with_keys
from panjereh.definitions.types.number import whole_number
from panjereh.localisation import letters

Kind = Literal["pdf", "jpeg", "png", "webp", "heic", "tiff", "docx", "xlsx"]

KINDS: dict[Kind, tuple[str, str]] = {
    "pdf": ("application/pdf", "pdf"),
    "jpeg": ("image/jpeg", "jpg"),
    "png": ("image/png", "png"),
    "webp": ("image/webp", "webp"),
    "heic": ("image/heic", "heic"),
    "tiff": ("image/tiff", "tif"),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
}
"""Each kind of file with its media type and the ending that its name gets."""

MEGABYTE = 1024 * 1024
KEYS = ("id", "name", "type", "size", "sha256")


class FileOptions(Block):
    kinds: tuple[Kind, ...] = Field(
        default=("pdf", "jpeg", "png"), min_length=1, description=f"any of {', '.join(get_args(Kind))}"
    )
    megabytes: int = Field(default=5, ge=1, le=50, description="size of one file at most")
    max: int = Field(default=1, ge=1, le=20, description="files at most; with more than one the answer is a list")


class File(QuestionType):
    """One or several files, known by their content, not by their name.

    The answer says where the content is and what it was: id, name, type, size in bytes, sha256.
    """

    name = "file"
    Options: ClassVar[type[Block]] = FileOptions
    options: FileOptions
    missing_code = "missing_file"
    shown_as = "lines"
    ways: ClassVar[Mapping[Channel, Way]] = {Channel.WEB: Way("boxes"), Channel.DESK: Way("boxes")}

    def boxes(self, name: str) -> list[str]:
        return [name, f"{name}.kept"]

    def parse(self, form: Form, name: str, asking: Asking = HERE) -> Value | None:
        """New files replace the one that is kept where there can be only one; otherwise they join the kept ones."""
        uploads = [upload for upload in form.files.get(name, ()) if upload.name]
        kept = [] if uploads and self.options.max == 1 else self._kept(form, name, asking)
        number = len(uploads) + len(kept)
        if number > self.options.max:
            raise AnswerProblem("too_many", name, max=self.options.max, got=number)
        together = Together()
        read = [together.get(self._read, upload, name) for upload in uploads]
        together.check()
        known = {each["sha256"] for each in kept}
        fresh = {content["sha256"]: (data, content) for data, content in filter(None, read)}
        files = kept + [
            {"id": asking.store(data, content["name"], content["type"]), **content}
            for digest, (data, content) in fresh.items()
            if digest not in known
        ]
        return self._answer(files) if files else None

    def _kept(self, form: Form, name: str, asking: Asking) -> list[Value]:
        box = f"{name}.kept"
        found = [asking.file(file_id) for file_id in form.several(box, most=20)]
        if None in found:
            raise AnswerProblem("file_unknown", name)
        return [dict(each) for each in found if each]

    def _answer(self, files: list[Value]) -> Value:
        return files[0] if self.options.max == 1 else files

    def _read(self, upload: Upload, box: str) -> tuple[bytes, dict[str, Value]]:
        """The content, and what it is. Reads one byte more than allowed at most."""
        name = clean_name(upload.name or "")
        most = self.options.megabytes * MEGABYTE
        data = b"" if (upload.size or 0) > most else upload.read(most + 1)
        if (upload.size or 0) > most or len(data) > most:
            raise AnswerProblem("file_too_large", box, name=name, max=self.options.megabytes)
        if not data:
            raise AnswerProblem("file_empty", box, name=name)
        media_type, ending = self._kind(data, name, box)
        content = {
            "name": f"{re.sub(r'[.][A-Za-z0-9]{1,5}$', '', name)}.{ending}",
            "type": media_type,
            "size": len(data),
            "sha256": sha256(data).hexdigest(),
        }
        return data, content

    def _kind(self, data: bytes, name: str, box: str) -> tuple[str, str]:
        found = filetype.guess_mime(data)
        for kind in self.options.kinds:
            if KINDS[kind][0] == found:
                return KINDS[kind]
        raise AnswerProblem("file_type", box, name=name, types=list(self.options.kinds))

    def accept(self, value: object, name: str = "", asking: Asking = HERE) -> Value:
        """Data may only name files that are here already; from our own store they are believed."""
        given = [value] if self.options.max == 1 else expect(list, value, name)
        if not given:
            raise self.missing(name)
        if len(given) > self.options.max:
            raise AnswerProblem("too_many", name, max=self.options.max, got=len(given))
        return self._answer([self._known(each, name, asking) for each in given])

    def _known(self, value: object, box: str, asking: Asking) -> dict[str, Value]:
        given = with_keys(value, KEYS, box)
        if not asking.proven:
            found = asking.file(expect(str, given["id"], box))
            if found is None:
                raise AnswerProblem("file_unknown", box)
            given = with_keys(dict(found), KEYS, box)
        texts = {key: letters.normalise(expect(str, given[key], box)) for key in ("id", "name", "type", "sha256")}
        return {**texts, "size": whole_number(given["size"], box)}

    def unparse(self, value: Value, name: str, asking: Asking = HERE) -> dict[str, list[str]]:
        """Nobody can fill in an upload again; the files that are here are named by their ids."""
        return {f"{name}.kept": [each["id"] for each in self._files(value)]}

    def show(self, value: Value, asking: Asking = HERE) -> list[str]:
        return [each["name"] for each in self._files(value)]

    @staticmethod
    def _files(value: Value) -> list[Value]:
        return value if isinstance(value, list) else [value]

    def json_schema(self, asking: Asking = HERE) -> dict[str, Any]:
        text = {"type": "string"}
        types = {"type": "string", "enum": [KINDS[kind][0] for kind in self.options.kinds]}
        one = json_object({"id": text, "name": text, "type": types, "size": {"type": "integer"}, "sha256": text})
        if self.options.max == 1:
            return one
        return {"type": "array", "items": one, "minItems": 1, "maxItems": self.options.max}


def clean_name(name: str) -> str:
    """A file's name that is safe to show and to save under: no folders, no control or direction characters."""
    name = re.split(r"[/\\]", name[-1000:])[-1]
    name = re.sub(r'[<>:"|?*\n\x7f]', " ", letters.normalise(name))
    name = letters.normalise(name).strip(". ")
    stem, dot, ending = name.rpartition(".")
    if not dot:
        return name[:100].strip() or "file"
    return f"{stem[:90].strip() or 'file'}.{ending[:10].strip()}"
