import json

import pytest

LANGUAGES = ["", "/en"]
OPEN_TO_ALL = [
    "/",
    "/search/",
    "/search/?q=شناسنامه",
    "/search/?q=zzzz",
    "/services/",
    "/life/having-a-child/",
    "/for/people/",
    "/for/business/",
    "/agencies/",
    "/agencies/civil-registry/",
    "/offices/",
    "/services/complaint/",
    "/services/change-of-address/",
    "/services/birth-registration/",
    "/services/complaint/data/",
    "/services/birth-registration/data/",
    "/promises/",
    "/accessibility/",
    "/help/",
    "/feedback/",
    "/track/",
    "/check/",
    "/check/0000000000000000/",
    "/signin/",
    "/signin/?next=/my/",
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", OPEN_TO_ALL)
def test_a_page_for_everybody_opens_in_both_languages(page, path, language):
    page.open(language + path)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", ["/services/nothing/", "/life/nothing/", "/for/nobody/", "/agencies/none/"])
def test_what_is_not_there_is_a_page_that_helps_on(page, path, language):
    page.open(language + path, status=404)


def test_the_first_page_leads_to_life_events_services_and_tracking(page):
    home = page.open("/en/")

    assert home.link("Having a child") == "/en/life/having-a-child/"
    assert home.link("Register a birth") == "/en/services/birth-registration/"
    assert [each.get("action") for each in home.all("form")] == ["/en/search/", "/en/track/"]


@pytest.mark.parametrize("typed", ["ثبت ولادت", "ثبتِ ولادت", "ولادة", "شناسنامه", "birth"])
def test_a_service_is_found_by_variants_of_its_words(page, typed):
    assert page.open("/search/", q=typed).link("ثبت ولادت") == "/services/birth-registration/"


def test_a_search_without_result_helps_on(page):
    shown = page.open("/en/search/", q="zzzz qqqq")

    assert "We found no service for this" in shown.text
    assert shown.link("Offices") == "/en/offices/"


@pytest.mark.parametrize("typed", ["<script>alert(1)</script>", "'; DROP TABLE x; --", "%", "\x00", "ا" * 5000])
def test_a_search_for_something_odd_is_an_ordinary_page(page, typed):
    assert "alert" not in "".join(each.text or "" for each in page.open("/search/", q=typed).all("script"))


def test_a_service_says_what_one_gets_by_when_for_how_much_and_what_is_needed(page):
    shown = page.open("/en/services/birth-registration/")

    assert "3 working days" in shown.text
    assert "200,000\u00a0toman".replace("\u00a0", " ") in shown.text
    assert "Civil Registration Act, article" in shown.text
    assert "We keep your answers for 30 days" in shown.text
    assert shown.link("Form to print") == "/en/services/birth-registration/form.pdf"
    assert shown.link("Start") == "/en/apply/birth-registration/start/"


def test_what_is_asked_only_of_some_stands_apart(page):
    shown = page.open("/en/services/birth-registration/")
    always, sometimes = shown.text.split("And only in some cases")

    assert "Order of the court" not in always
    assert "Order of the court" in sometimes


def test_a_free_service_says_so(page):
    assert "رایگان" in page.open("/services/complaint/").text


def test_the_privacy_notice_names_every_question_and_every_reading(page):
    shown = page.open("/en/services/birth-registration/data/")

    assert "Civil Registry" in shown.text
    assert "national number" in shown.text.lower()
    assert "30 days" in shown.text


def test_the_page_of_a_service_tells_how_far_it_has_come(page):
    shown = page.open("/en/services/birth-registration/")

    assert "Stage 4 of 5" in shown.text
    assert "all of it online" in shown.text


def test_the_list_of_services_leads_to_the_catalogue_for_machines(page):
    shown = page.open("/en/services/")

    assert shown.link("JSON-LD") == "/en/services/catalogue.jsonld"
    assert shown.link("Turtle") == "/en/services/catalogue.ttl"


def test_a_service_is_described_for_machines(client):
    answer = client.get("/en/services/birth-registration/about.jsonld")
    described = json.loads(answer.content)

    assert answer.headers["Content-Type"].startswith("application/ld+json")
    assert described["@type"] == "GovernmentService"
    assert {"@language": "en", "@value": "Register a birth"} in described["name"]
    assert described["url"] == "http://testserver/en/services/birth-registration/"
    assert described["serviceOperator"]["@id"].endswith("/agencies/civil-registry/")
    assert {"web", "office", "paper"} == {each["name"] for each in described["availableChannel"]}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_paper_form_is_a_pdf(client, language):
    answer = client.get(f"{language}/services/complaint/form.pdf")

    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")


def test_feedback_is_kept_without_a_name(page):
    from panjereh.cases.models import Rating

    page.open("/feedback/", page="/services/complaint/")
    answer = page.client.post("/feedback/", {"page": "/services/complaint/", "score": "4", "text": "روشن بود"})

    assert answer.status_code == 302
    kept = Rating.objects.get()
    assert (kept.page, kept.score, kept.text) == ("/services/complaint/", 4, "روشن بود")


def test_feedback_without_a_choice_is_asked_for_again_with_the_words_kept(page):
    shown = page.send("/en/feedback/", {"text": "clear"})

    assert shown.title.startswith("Error:")
    assert shown.link("Choose one of these") == "#score"
    assert "clear" in (shown.one("textarea", name="text").text or "")
