"""Templates are compiled once for each language: what a page says whoever reads it is then plain text in its code.

Measured: half of the time of a question page went into some fifty sentences, addresses and icons that are always the
same in one language.
"""

from collections.abc import MutableMapping
from contextlib import suppress
from typing import Any

import jinja2
from django.conf import settings
from django.http import HttpRequest
from django.template import TemplateDoesNotExist
from django.template.backends.jinja2 import Jinja2, Template
from django.urls import NoReverseMatch
from django.utils import translation
from jinja2 import nodes
from jinja2.environment import TemplateModule
from jinja2.runtime import Context
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape
from markupsafe import _escape_inner as escape_text  # type: ignore[attr-defined]  # the part that is written in C

from panjereh.ui.forgery import Hidden

ALWAYS_THE_SAME = frozenset({"_", "gettext", "url", "static", "icon", "language", "direction"})
"""Functions of templates whose answer to constant arguments depends on the language alone."""


def escaped(value: Any) -> str:
    """What a page prints. It is joined at once, so a text needs no mark that it is safe."""
    return escape_text(value) if type(value) is str else escape(value)


class PageTemplate(jinja2.Template):
    """No page brings globals of its own, so what it imports is made once: looking anew took a tenth of a page."""

    @classmethod
    def from_code(cls, environment: jinja2.Environment, *made: Any, **more: Any) -> jinja2.Template:
        template = super().from_code(environment, *made, **more)
        template.root_render_func.__globals__["escape"] = escaped  # a function of the code of the page
        return template

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:  # noqa: ARG002 - the library gives it
        return super()._get_default_module()


class Environment(jinja2.Environment):
    """Of all pages; `in_language` gives the one that compiles for one language."""

    template_class = PageTemplate
    language: str | None = None

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """All are known before the first page: one mapping, where the library asks two for each name of each page."""
        return {**self.globals, **(d or {})}

    def in_language(self, language: str) -> "Environment":
        made = self.overlay()
        assert isinstance(made, Environment)  # noqa: S101 - an overlay is of the same class
        made.language = language
        return made

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        if self.language is not None:
            with translation.override(self.language):
                _Sayings(self).visit(tree)
        return tree


class _Sayings(NodeTransformer):
    """Puts the answer in the place of the question."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - the library names it
        self.generic_visit(node)
        asked = node.node
        if not (isinstance(asked, nodes.Name) and asked.name in ALWAYS_THE_SAME) or node.dyn_args or node.dyn_kwargs:
            return node
        answer: Any = None
        with suppress(nodes.Impossible, NoReverseMatch):  # not constant; or an address that only some pages know
            positional = [each.as_const() for each in node.args]
            named = {each.key: each.value.as_const() for each in node.kwargs}
            answer = self.environment.globals[asked.name](*positional, **named)  # type: ignore[operator]
        if answer is None:
            return node
        said = nodes.Const(str(answer), lineno=node.lineno)
        return nodes.MarkSafe(said, lineno=node.lineno) if isinstance(answer, Markup) else said


class Page(Template):
    """Django's, with the reader's request and the hidden box of forms. An error of a template is told as it is."""

    def render(self, context: dict[str, Any] | None = None, request: HttpRequest | None = None) -> str:
        given = {} if context is None else context
        if request is not None:
            given["request"], given["csrf_input"] = request, Hidden(request)
        return str(self.template.render(given))


class Pages(Jinja2):
    """Django's way to Jinja, with the environment of the reader's language."""

    def __init__(self, params: dict[str, Any]) -> None:
        super().__init__(params)
        assert isinstance(self.env, Environment)  # noqa: S101 - made by ui.jinja.environment
        self._in_language = {code: self.env.in_language(code) for code, _name in settings.LANGUAGES}

    def get_template(self, template_name: str) -> Page:
        environment = self._in_language.get(translation.get_language() or "", self.env)
        try:
            return Page(environment.get_template(template_name), self)
        except jinja2.TemplateNotFound as error:
            raise TemplateDoesNotExist(str(error.name), backend=self) from error
