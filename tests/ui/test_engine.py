"""Pages are compiled once for each language, and say in each what that language says."""

import pytest
from django.template import TemplateDoesNotExist, engines, loader
from django.utils import translation


def code_of(template: str, language: str) -> str:
    """What Jinja makes of a template in a language."""
    environment = engines["jinja2"].env.in_language(language)
    return environment.compile(template, raw=True)


def test_a_sentence_without_values_is_plain_text_in_the_code_of_a_page():
    assert "Skip to main content" in code_of('<a>{{ _("Skip to main content") }}</a>', "en")
    persian = code_of('<a>{{ _("Skip to main content") }}</a>', "fa")
    assert "Skip to main content" not in persian
    assert "رفتن" in persian or "پرش" in persian


def test_addresses_icons_and_the_direction_are_plain_text_too():
    code = code_of("""{{ url("portal:home") }} {{ icon("back") }} {{ direction() }}""", "en")

    assert "'/en/ <svg" in code
    assert "</svg> ltr'" in code


def test_what_depends_on_a_value_is_said_when_the_page_is_made():
    template = engines["jinja2"].from_string('{{ _("This page was last reviewed on %(date)s", date=day) }}')

    with translation.override("en"):
        assert template.render({"day": "<1>"}) == "This page was last reviewed on &lt;1&gt;"


def test_the_same_template_speaks_the_language_of_each_reader():
    said = {}
    for language in ("fa", "en", "fa"):
        with translation.override(language):
            said[language] = loader.render_to_string("ui/footer.html", {})

    assert "Our promise" in said["en"]
    assert "Our promise" not in said["fa"]
    assert 'href="/en/help/"' in said["en"]
    assert 'href="/help/"' in said["fa"]


def test_a_language_that_the_portal_does_not_speak_gets_the_first_one():
    with translation.override("de"):
        assert loader.render_to_string("ui/footer.html", {})


def test_a_template_that_is_not_there_is_an_error_of_django():
    with pytest.raises(TemplateDoesNotExist):
        loader.get_template("ui/nowhere.html")
