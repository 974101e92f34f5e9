"""Every rule of the linter is tripped by a small mistake in a country that is otherwise right."""

import json
from importlib import resources
from pathlib import Path

import pytest
from tests.definitions.country import HOME, build, change

from panjereh.definitions import check
from panjereh.definitions.checks.__main__ import main
from panjereh.definitions.checks.rules import RULES
from panjereh.definitions.findings import Severity

SERVICE = f"{HOME}/service.yaml"
FEES = f"{HOME}/decisions.yaml"
TYP = f"{HOME}/certificate.typ"
TRIED = f"{HOME}/scenarios.yaml"
POPULATION = "registries/population.yaml"

ASKED = "weekend: [friday]\naccess_questions: {service: birth, line: mother_note, agency: mother_note, reading: paper}"
LONG = "A question with rather more than forty signs in it"

IN_TIME = """unique
  inputs: [{expression: days, text: {fa: روزها, en: Days}}]
  outputs: [amount]
  rows:
    - {if: ["<= 15"]"""
FAR_TOO_LONG = f"{{given_name: {{fa: {'نام' * 80}, en: {'name' * 40}}}}}"
ALWAYS_FIRST = 'first\n  inputs: [days]\n  outputs: [amount]\n  rows:\n    - {if: ["-"]'

PLACE = "identity: substantial"


def steps(written: str) -> str:
    """The service with a process of these steps."""
    return f"{PLACE}\nprocess: {{steps: [{written}]}}"


CONSULTED = """{agency: inspectorate, title: {fa: نظر, en: Opinion}, law: civil-registration-act#13, within: P1D,
    shows: [given_name], answer: [{id: fine, type: yes_no, label: {fa: درست است؟, en: Is it fine?}}]}"""
ASKED_STEP = "{consult: opinion, title: {fa: نظر, en: Opinion}}, decide, produce, {notify: approved}"


def consult(old: str = "", new: str = "", written: str = ASKED_STEP) -> str:
    """The service with an agency that a step consults, described with one thing changed."""
    return f"{steps(written)}\nconsults:\n  opinion: {CONSULTED.replace(old, new) if old else CONSULTED}"


# code, file, what stood there, the mistake
MISTAKES = [
    ("P001", SERVICE, "relation: G2C", "relation: [G2C"),
    ("P001", SERVICE, "relation: G2C", "relation: &a G2C"),
    ("P001", SERVICE, "relation: G2C", "relation: G2C\nrelation: G2B"),
    ("P002", SERVICE, "relation: G2C", "relation: G2C\nrelations: x"),
    ("P003", SERVICE, "relation: G2C\n", ""),
    ("P004", SERVICE, "relation: G2C", "relation: X2C"),
    ("P004", SERVICE, "within: P3D", "within: three days"),
    ("P004", "calendar.yaml", "01-01", "13-01"),
    ("P006", SERVICE, "service: birth", "service: births"),
    ("P101", SERVICE, "concept: person.given_name", "concept: person.givenname"),
    ("P102", SERVICE, "type: name\n", "type: names\n"),
    ("P102", "concepts.yaml", "type: national_id", "type: nationalid"),
    ("P103", SERVICE, "id: paper\n", "id: paper\n        longest: 5\n"),
    ("P103", SERVICE, "choices: [hospital, home]", "choices: [hospital, house]"),
    ("P104", SERVICE, "law: civil-registration-act#13", "law: civil-act#13"),
    ("P104", FEES, "civil-registration-act#19", "civil-act#19"),
    ("P104", POPULATION, "civil-registration-act#12", "civil-act#12"),
    ("P105", SERVICE, "agency: civil-registry", "agency: registry"),
    ("P105", POPULATION, "agency: civil-registry", "agency: registry"),
    ("P106", SERVICE, "registry: population", "registry: people"),
    ("P106", SERVICE, PLACE, f"{PLACE}\nfollow_up: {{as: duplicate, of: permits, entry: permit}}"),
    ("P837", SERVICE, PLACE, f"{PLACE}\nfollow_up: {{as: duplicate, of: population, entry: permit}}"),
    ("P004", SERVICE, PLACE, f"{PLACE}\nfollow_up: {{as: renewal, of: population, entry: permit}}"),
    ("P106", SERVICE, "source: population.by_national_id", "source: people.by_national_id"),
    ("P107", SERVICE, "source: population.by_national_id", "source: population.by_id"),
    ("P108", SERVICE, "[having-a-child]", "[having-children]"),
    ("P109", SERVICE, "identity: substantial", "identity: substantial\nthen: {offer: [insurance]}"),
    ("P110", SERVICE, "id: mother_note", "id: paper"),
    ("P110", SERVICE, "id: mother_note", "id: role"),
    ("P111", SERVICE, "proves: notice", "proves: notices"),
    ("P112", SERVICE, "to: [applicant]", "to: [father]"),
    ("P112", SERVICE, "id: paper\n", "id: paper\n        about: paper\n"),
    ("P113", SERVICE, "choices: [hospital, home]", "choices: {from: hospitals}"),
    ("P114", SERVICE, "for_each: children", "for_each: child"),
    ("P104", POPULATION, "purpose: register", "purpose: register\n    disclose: {when: never, law: police-act#9}"),
    ("P109", "country.yaml", "weekend: [friday]", ASKED.replace("birth,", "access-question,")),
    ("P109", "country.yaml", "weekend: [friday]", "weekend: [friday]\nerasure: forget-me"),
    ("P115", "agencies.yaml", "IR-07-01", "IR-99"),
    ("P116", "country.yaml", "weekend: [friday]", ASKED),
    ("P201", SERVICE, "{fa: شاهد, en: Witness}", "{en: Witness}"),
    ("P201", "agencies.yaml", "{fa: بازرسی, en: Inspectorate}", "{fa: بازرسی}"),
    ("P202", SERVICE, "id: paper\n", f"id: paper\n        short: {{fa: ش, en: {LONG}}}\n"),
    ("P204", SERVICE, "identity: substantial", "identity: substantial\nchannels: [web, ussd]"),
    ("P205", SERVICE, "identity: substantial", "identity: substantial\nchannels: [web, voice]"),
    ("P206", SERVICE, ", text: {fa: این تاریخ نرسیده است., en: This date has not come yet.}", ""),
    ("P207", SERVICE, "We have your request {code | code}.", "We have your request."),
    ("P208", SERVICE, "        label: {fa: شمارهٔ گواهی, en: Number of the notice}\n", ""),
    ("P301", SERVICE, 'some place in children.birth_place satisfies place = "home"', 'paper = "x"'),
    ("P302", SERVICE, 'some place in children.birth_place satisfies place = "home"', "1 = 2"),
    ("P302", SERVICE, 'some place in children.birth_place satisfies place = "home"', 'role = "nobody"'),
    ("P303", SERVICE, "  - page: parents\n", "  - page: parents\n    repeat: {as: children}\n"),
    ("P304", SERVICE, "  - page: parents\n", "  - page: parents\n    together: true\n"),
    ("P305", POPULATION, "match: [national_id, birth_date]", "match: [national_id, address]"),
    ("P401", SERVICE, "        why: {fa: کمک به کارشناس, en: Helps the official}\n", ""),
    ("P402", SERVICE, "  notice: {fa", "  other: {fa: شرط, en: Condition}\n  notice: {fa"),
    (
        "P403",
        SERVICE,
        "  notice: {fa: گواهی ولادت هست, en: There is a birth notice, law: civil-registration-act#13}\n",
        "  {}\n",
    ),
    (
        "P404",
        SERVICE,
        "id: given_name, concept: person.given_name, about: new",
        "id: given_name, concept: person.given_name",
    ),
    ("P405", SERVICE, "reads: [population]", "reads: []"),
    ("P406", POPULATION, "fields: [national_id, given_name, birth_date]", "fields: [national_id, given_name]"),
    ("P406", POPULATION, "purpose: register", "purpose: other"),
    ("P117", SERVICE, "population.is_over", "population.is_older"),
    ("P117", SERVICE, "given: {years: 15}, of", "of"),
    ("P106", SERVICE, "question: population.is_over", "question: people.is_over"),
    ("P407", SERVICE, "of: mother}", "of: paper}"),
    ("P408", SERVICE, "{years: 15}, of", "{years: 16}, of"),
    ("P408", POPULATION, "by: civil-registry}", "by: inspectorate}"),
    ("P104", POPULATION, "law: civil-registration-act#16", "law: civil-act#16"),
    ("P105", POPULATION, "by: civil-registry}", "by: registry}"),
    ("P104", SERVICE, PLACE, consult("law: civil-registration-act", "law: civil-act")),
    ("P105", SERVICE, PLACE, consult("agency: inspectorate", "agency: inspectors")),
    ("P110", SERVICE, PLACE, consult("id: fine", "id: answered")),
    ("P513", SERVICE, PLACE, consult("agency: inspectorate", "agency: civil-registry")),
    ("P513", SERVICE, PLACE, consult("shows: [given_name]", "shows: [givenname]")),
    ("P513", SERVICE, PLACE, consult("type: yes_no", "type: yes_no, show_if: true")),
    ("P514", SERVICE, PLACE, consult(written="decide, produce, {notify: approved}")),
    ("P514", SERVICE, PLACE, f"{PLACE}\nsignals: {{alarm: {{about: mother.national_id}}}}"),
    ("P602", SERVICE, PLACE, f"{PLACE}\nsignals: {{alarm: {{about: mothr.national_id}}}}"),
    (
        "P602",
        SERVICE,
        PLACE,
        consult(written="{choose: [{if: consulted.opinon.fine, steps: []}, {steps: [check]}]}, " + ASKED_STEP),
    ),
    (
        "P811",
        SERVICE,
        PLACE,
        steps("{consult: opinion, title: {fa: نظر, en: Opinion}}, decide, produce, {notify: approved}"),
    ),
    ("P827", SERVICE, PLACE, consult(written="{consult: opinion}, decide, produce, {notify: approved}")),
    ("P601", POPULATION, "<= today()", "<="),
    ("P602", POPULATION, "string(years)", "string(year)"),
    ("P401", SERVICE, " or asked.of_age = false", ""),
    ("P602", SERVICE, "asked.of_age = false", "asked.age = false"),
    ("P301", SERVICE, "required_if: late", "show_if: asked.of_age"),
    (
        "P409",
        SERVICE,
        "tie: applicant.national_id = mother.national_id",
        "tie: applicant.birth_date < submitted_on",
    ),
    ("P841", SERVICE, "from: mother}", "from: witnesses}"),
    ("P842", SERVICE, "from: mother}", "from: mother, min: 2}"),
    ("P843", SERVICE, "  sign: {within: P14D}\n", ""),
    ("P844", SERVICE, "identity: substantial", "identity: low"),
    ("P845", SERVICE, "id: mother_note\n", "id: mother_note\n        classification: secret\n"),
    ("P110", SERVICE, "who: parent,", "who: applicant,"),
    ("P116", SERVICE, "from: mother}", "from: mother, sees: [mother, father]}"),
    ("P602", SERVICE, "from: mother}", "from: father}"),
    ("P501", SERVICE, 'legal_basis: [{law: civil-registration-act, article: "12"}]', "legal_basis: []"),
    ("P502", SERVICE, "  decide: {within: P3D, calendar: working-days, extend: once}\n", ""),
    ("P503", SERVICE, "  appeal: {within: P30D}\n", ""),
    ("P504", FEES, ', law: "civil-registration-act#19", text: {fa: دیر', ", text: {fa: دیر"),
    ("P505", SERVICE, "identity: substantial", "identity: none"),
    ("P601", SERVICE, "late: days > 15", "late: days >"),
    ("P602", SERVICE, "late: days > 15", "late: day > 15"),
    ("P602", FEES, "expression: days", "expression: day"),
    ("P603", SERVICE, "let:\n", "let:\n  very: late\n"),
    ("P701", SERVICE, "decisions.yaml#birth-fee", "decisions.yaml#fee"),
    ("P701", SERVICE, "decisions.yaml#birth-fee", "fees.yaml#birth-fee"),
    ("P506", SERVICE, "extend: once}", "extend: once, silence: approve}"),
    ("P508", SERVICE, "correct: {within: P10D}", "correct: {within: P10D, extend: once}"),
    ("P508", SERVICE, "decide: {within: P3D", "decide: {within: P3D, of: submitted_on"),
    ("P509", "calendar.yaml", "1405", "1404"),
    (
        "P510",
        "calendar.yaml",
        "holidays:\n  1405",
        "yearly: {jalali: {'01-01': {fa: نوروز, en: Nowruz}}}\nholidays:\n  1404",
    ),
    ("P511", SERVICE, "extend: once}", "extend: once, received: opening-hours}"),
    ("P512", SERVICE, "correct: {within: P10D}", "correct: {within: P10D, remind: [P10D]}"),
    ("P104", SERVICE, "extend: once}", "extend: once, law: civil-act#1}"),
    ("P004", "agencies.yaml", "place: IR-07-01}", "place: IR-07-01, open: {saturdays: 8-12}}"),
    ("P004", "agencies.yaml", "place: IR-07-01}", "place: IR-07-01, open: {saturday: 12-8}}"),
    ("P004", "agencies.yaml", "place: IR-07-01}", "place: IR-07-01, closed: {1405-13-01: {fa: ن, en: N}}}"),
    ("P701", FEES, "hit: unique", "hit: all"),
    ("P702", FEES, '"<= 15"', '"<= 10"'),
    ("P703", FEES, '"<= 15"', '"<= 20"'),
    (
        "P704",
        FEES,
        IN_TIME,
        ALWAYS_FIRST,
    ),
    ("P705", FEES, "outputs: [amount]", "outputs: [price]"),
    ("P801", SERVICE, "identity: substantial", "identity: substantial\nprocess: process.bpmn"),
    ("P802", SERVICE, "  correct: {within: P10D}\n", ""),
    ("P803", SERVICE, "template: certificate.typ", "template: card.typ"),
    ("P804", TYP, '"place"', '"places"'),
    ("P805", TYP, '"place", ', ""),
    ("P806", SERVICE, "public: [given_name, birth_date]", "public: [name]"),
    ("P806", SERVICE, "public: [given_name, birth_date]", "public: [given_name]\n      wallet: [name]"),
    ("P813", SERVICE, "        number: record.national_id\n", "        iat: record.national_id\n      wallet: [iat]\n"),
    ("P812", SERVICE, "public: [given_name, birth_date]", f"public: [given_name]\n      labels: {FAR_TOO_LONG}"),
    ("P807", SERVICE, "mother: mother.national_id\n", "mum: mother.national_id\n"),
    ("P808", SERVICE, "      create:\n        given_name: item.given_name\n", "      create:\n"),
    ("P004", SERVICE, PLACE, steps("{check: officer, decide: registrar}")),
    ("P004", SERVICE, PLACE, steps("{check: judge}")),
    ("P004", SERVICE, PLACE, steps("inspect")),
    ("P602", SERVICE, PLACE, steps("check, {choose: [{if: daze > 2, steps: [pay]}, {steps: []}]}, decide")),
    ("P801", SERVICE, PLACE, steps("decide, {notify: approved, id: confirm}")),
    ("P821", SERVICE, PLACE, steps("{decide: registrar, within: P3D}")),
    ("P822", SERVICE, PLACE, steps("check, check, decide")),
    ("P822", SERVICE, PLACE, steps("check, {choose: [{if: late, steps: [{again: chek}]}, {steps: []}]}, decide")),
    ("P823", SERVICE, PLACE, steps("decide, {end: approved}, produce")),
    ("P824", SERVICE, PLACE, steps("check, {choose: [{if: late, steps: [pay]}]}, decide")),
    ("P825", SERVICE, PLACE, steps("{together: [[check]]}, decide")),
    ("P825", SERVICE, PLACE, steps("{together: [[check], [decide]]}")),
    ("P826", SERVICE, PLACE, steps("{wait: paid, title: {fa: پرداخت, en: Payment}}, decide")),
    ("P827", SERVICE, PLACE, steps("{ask: officer}, decide")),
    ("P827", SERVICE, PLACE, steps("decide, objection")),
    (
        "P831",
        SERVICE,
        "concept: person.birth_date\n",
        "concept: person.birth_date\n        classification: confidential\n",
    ),
    ("P832", SERVICE, "choices: [hospital, home]", "choices: [hospital, home], classification: secret"),
    ("P833", POPULATION, "{concept: person.national_id}", "{concept: person.national_id, classification: secret}"),
    ("P902", TRIED, "      paper:", "      papers:"),
    ("P902", TRIED, "task: check", "task: looking"),
    ("P902", TRIED, "birth_place: hospital", "birth_place: moon"),
    ("P902", TRIED, "birth_date: 2026-02-25, birth_place: hospital", "birth_day: 2026-02-25, birth_place: hospital"),
    ("P903", TRIED, "birth_place: hospital}]", "birth_place: home}]"),
    ("P904", TRIED, "on: 2026-04-01", "on: 2026-03-02"),
    (
        "P905",
        TRIED,
        "outcome: refuse, conditions: [notice]}]\n    expect: {fee: 500000, outcome: refused}",
        "outcome: approve}]",
    ),
    ("P906", TRIED, "role: other", "role: mother"),
]


@pytest.fixture
def country(tmp_path: Path) -> Path:
    return build(tmp_path)


def test_a_country_without_mistakes_has_no_findings(country):
    assert check(country) == []


WHAT_IS_AFFECTED = {
    "P003": "service: birth",  # what lacks something is named where it begins
    "P204": "- {id: given_name",
    "P205": "- {id: given_name",
    "P208": "- id: paper",
    "P305": "- {id: mother",
    "P401": ("- id: mother_note", "of_age:"),
    "P408": "of_age:",
    "P403": "service: birth",
    "P405": "purposes:",
    "P406": "- {id: mother",
    "P501": "service: birth",
    "P502": "deadlines:",
    "P503": "deadlines:",
    "P702": "birth-fee:",
    "P843": ("- {who: parent", "signatories:"),
    "P845": "- {who: parent",
    "P802": "deadlines:",
    "P805": "place: item.birth_place",
    "P831": "birth_date: item.birth_date",
    "P832": "place: item.birth_place",
    "P903": "show_if: some place",
    "P904": "fee: decisions.yaml",
    "P905": "scenarios:",
    "P906": "- {role: other",
}
"""For mistakes that show somewhere else than where they were made: how the line begins that is named instead."""


@pytest.mark.parametrize(("code", "file", "old", "new"), MISTAKES, ids=lambda value: str(value)[:24])
def test_each_mistake_is_shown_on_its_line(country, code, file, old, new):
    first = (country / file).read_text(encoding="utf-8").partition(old)[0].count("\n") + 1
    last = first + max(old.count("\n"), new.count("\n")) + 1
    change(country, file, old, new)

    shown = [(finding.file, finding.line) for finding in check(country) if finding.code == code]

    assert any(name == file and first - 1 <= line <= last for name, line in shown) or any(
        (country / name).read_text(encoding="utf-8").splitlines()[line - 1].strip().startswith(WHAT_IS_AFFECTED[code])
        for name, line in shown
    )


@pytest.mark.parametrize(("code", "file", "old", "new"), MISTAKES, ids=lambda value: str(value)[:24])
def test_each_mistake_is_found_and_named_by_its_code(country, code, file, old, new):
    change(country, file, old, new)

    findings = check(country)

    assert code in {finding.code for finding in findings}, [str(finding) for finding in findings]


def test_every_rule_is_tried_by_a_mistake():
    alone = {"P000", "P005", "P203", "P507", "P809", "P810", "P901"}
    assert {code for code, *_ in MISTAKES} | alone == set(RULES)


def test_silence_cannot_decide_where_a_step_is_of_a_kind_that_no_law_deems_done(country):
    drawn = resources.files("panjereh.process").joinpath("standard.bpmn").read_text()
    (country / HOME / "process.bpmn").write_text(drawn.replace('pj:does="check"', 'pj:does="inspect"'))
    change(country, SERVICE, "identity: substantial", "identity: substantial\nprocess: process.bpmn")
    assert "P507" not in {finding.code for finding in check(country)}

    change(country, SERVICE, "extend: once}", "extend: once, silence: refuse, law: civil-registration-act#3}")

    assert "P507" in {finding.code for finding in check(country)}


def test_a_question_cannot_depend_on_what_an_agency_will_answer_later(country):
    change(country, SERVICE, PLACE, consult())
    assert "P301" not in {finding.code for finding in check(country)}

    change(country, SERVICE, "- id: mother_note", "- id: mother_note\n        show_if: consulted.opinion.fine")

    assert "P301" in {finding.code for finding in check(country)}


def test_a_message_may_come_from_an_agency_that_was_asked_and_a_signal_from_other_cases(country):
    sent = (resources.files("panjereh.process") / "decide_only.bpmn").read_text()
    sent = sent.replace('id="message_appeal" name="appeal"', 'id="message_appeal" name="opinion"')
    (country / HOME / "process.bpmn").write_text(sent)
    change(country, SERVICE, PLACE, f"{PLACE}\nprocess: process.bpmn\nconsults:\n  opinion: {CONSULTED}")
    assert "P811" in {finding.code for finding in check(country)}

    asks = sent.replace('<bpmn:serviceTask id="produce"', '<bpmn:sendTask id="produce"').replace(
        'pj:operation="produce"', 'pj:operation="consult:opinion"'
    )
    (country / HOME / "process.bpmn").write_text(asks)

    assert "P811" not in {finding.code for finding in check(country)}


def test_a_missing_country_file_is_found(country):
    (country / "agencies.yaml").unlink()

    assert "P005" in {finding.code for finding in check(country)}


def test_a_long_label_needs_a_short_form_where_phones_ask(country):
    change(country, SERVICE, "en: Number of the notice", f"en: {LONG}")
    assert check(country) == []

    change(country, SERVICE, "identity: substantial", "identity: substantial\nchannels: [web, sms]")
    assert "P203" in {finding.code for finding in check(country)}


def test_a_service_without_scenarios_gets_a_warning_only(country):
    (country / TRIED).unlink()

    assert [(finding.code, finding.severity) for finding in check(country)] == [("P901", Severity.WARNING)]


def test_a_finding_names_file_line_place_and_remedy(country):
    change(country, SERVICE, "concept: person.given_name", "concept: person.givenname")

    found = next(finding for finding in check(country) if finding.code == "P101")

    lines = (country / SERVICE).read_text(encoding="utf-8").splitlines()
    assert found.file == SERVICE
    assert "person.givenname" in lines[found.line - 1]
    assert found.place == "ask[0].questions[0].concept"
    assert "person.given_name" in found.message
    assert "concepts.yaml" in found.advice


def test_one_service_can_be_checked_alone(country):
    change(country, "agencies.yaml", "IR-07-01", "IR-99")
    change(country, SERVICE, "late: days > 15", "late: days >")

    assert {finding.file for finding in check(country / HOME)} == {SERVICE}


def test_an_unread_file_does_not_hide_other_findings(country):
    change(country, "laws.yaml", "title:", "titel:")
    change(country, SERVICE, "late: days > 15", "late: days >")

    assert {"P002", "P601"} <= {finding.code for finding in check(country)}


def test_the_command_prints_text_and_fails_on_errors(country, capsys):
    change(country, SERVICE, "late: days > 15", "late: days >")

    assert main([str(country)]) == 1
    assert "P601 error" in capsys.readouterr().out


def test_the_command_prints_json(country, capsys):
    change(country, SERVICE, "[having-a-child]", "[having-children]")

    main([str(country), "--json"])

    found = json.loads(capsys.readouterr().out)
    assert [(each["code"], each["file"], each["severity"]) for each in found] == [("P108", SERVICE, "error")]


def test_the_command_succeeds_when_nothing_is_wrong(country, capsys):
    assert main([str(country)]) == 0
    assert capsys.readouterr().out == "0 errors, 0 warnings\n"
