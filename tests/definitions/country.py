"""A small country in a temporary folder, for tests to build on and to break."""

from pathlib import Path

FILES = {
    "country.yaml": """
name: {fa: کشور آزمون, en: Testland}
zone: Asia/Tehran
languages: [fa, en]
weekend: [friday]
""",
    "agencies.yaml": """
civil-registry:
  title: {fa: ثبت احوال, en: Civil registry}
  offices:
    ray: {title: {fa: ری, en: Ray}, place: IR-07-01}
inspectorate:
  title: {fa: بازرسی, en: Inspectorate}
""",
    "places.yaml": """
levels: [province, county]
places:
  IR-07: {fa: تهران, en: Tehran, within: {IR-07-01: {fa: ری, en: Ray}}}
""",
    "calendar.yaml": """
holidays:
  1405: {"01-01": {fa: نوروز, en: Nowruz}}
""",
    "laws.yaml": """
civil-registration-act:
  title: {fa: قانون ثبت احوال, en: Civil Registration Act}
""",
    "life_events.yaml": """
having-a-child: {title: {fa: فرزنددار شدن, en: Having a child}}
""",
    "concepts.yaml": """
person:
  type: person
  label: {fa: شخص, en: Person}
person.given_name:
  type: name
  label: {fa: نام, en: Given name}
person.birth_date:
  type: date
  label: {fa: تاریخ تولد, en: Birth date}
person.national_id:
  type: national_id
  label: {fa: شمارهٔ ملی, en: National number}
person.address:
  type: text
  label: {fa: نشانی, en: Address}
place.kind:
  type: one_of
  label: {fa: محل تولد, en: Place of birth}
  choices:
    hospital: {fa: بیمارستان, en: Hospital}
    home: {fa: خانه, en: Home}
    other: {fa: جای دیگر, en: Elsewhere}
""",
    "registries/population.yaml": """
registry: population
title: {fa: دفتر جمعیت, en: Population register}
agency: civil-registry
entity: person
key: national_id
new_key: {kind: national-id}
fields:
  national_id: {concept: person.national_id}
  given_name: {concept: person.given_name, required: true}
  birth_date: {concept: person.birth_date}
  birth_place: {concept: place.kind}
  address: {concept: person.address}
  mother: {type: national_id, label: {fa: مادر, en: Mother}}
lookups:
  by_national_id: {match: [national_id, birth_date], returns: [national_id, given_name, birth_date]}
reads:
  - purpose: register
    law: civil-registration-act#12
    by: civil-registry
    fields: [national_id, given_name, birth_date]
questions:
  is_over:
    text: {fa: "دست‌کم {years} سال دارند", en: "they are at least {years} years old"}
    given: [years]
    that: birth_date + duration("P" + string(years) + "Y") <= today()
answers:
  - {question: is_over, given: {years: 15}, purpose: register, law: civil-registration-act#16, by: civil-registry}
""",
}

BIRTH = {
    "service.yaml": """
service: birth
agency: civil-registry
title: {fa: ثبت ولادت, en: Register a birth}
summary: {fa: شناسنامهٔ کودک, en: A birth certificate for your child}
relation: G2C
in_force: {from: 2026-01-01}
life_events: [having-a-child]
legal_basis: [{law: civil-registration-act, article: "12"}]
identity: substantial
applicants:
  - {role: mother, title: {fa: مادر, en: Mother}, tie: applicant.national_id = mother.national_id}
  - {role: other, title: {fa: شخص دیگر, en: Somebody else}}
purposes:
  - id: register
    text: {fa: ثبت ولادت, en: To register the birth}
    law: civil-registration-act#12
    reads: [population]
asks:
  of_age: {question: population.is_over, given: {years: 15}, of: mother}
deadlines:
  apply: {within: P15D, of: min(children.birth_date)}
  decide: {within: P3D, calendar: working-days, extend: once}
  correct: {within: P10D}
  appeal: {within: P30D}
  sign: {within: P14D}
signatories:
  - {who: parent, title: {fa: مادر, en: Mother}, from: mother}
conditions:
  notice: {fa: گواهی ولادت هست, en: There is a birth notice, law: civil-registration-act#13}
ask:
  - page: child
    title: {fa: کودک, en: The child}
    repeat: {as: children, min: 1, max: 3, title: {fa: کودک, en: Child}}
    questions:
      - {id: given_name, concept: person.given_name, about: new}
      - id: birth_date
        concept: person.birth_date
        about: new
        check: {that: value <= submitted_on, text: {fa: این تاریخ نرسیده است., en: This date has not come yet.}}
      - {id: birth_place, concept: place.kind, about: new, choices: [hospital, home]}
  - page: proof
    questions:
      - id: witnesses
        type: name
        label: {fa: شاهد, en: Witness}
        repeat: {min: 2, max: 3}
        show_if: some place in children.birth_place satisfies place = "home"
        proves: notice
      - id: paper
        type: text
        label: {fa: شمارهٔ گواهی, en: Number of the notice}
        required_if: late
        proves: notice
  - page: parents
    questions:
      - {id: mother, concept: person, source: population.by_national_id}
      - id: mother_note
        type: text
        label: {fa: توضیح, en: Remark}
        required: false
        why: {fa: کمک به کارشناس, en: Helps the official}
let:
  days: (submitted_on - min(children.birth_date)) / duration("P1D")
  late: days > 15
duplicates: {same: [mother, children.birth_date], then: official}
four_eyes: days > 365 or asked.of_age = false
fee: decisions.yaml#birth-fee
produces:
  - id: child
    for_each: children
    record:
      registry: population
      create:
        given_name: item.given_name
        birth_date: item.birth_date
        birth_place: item.birth_place
        mother: mother.national_id
      valid_from: item.birth_date
    document:
      template: certificate.typ
      title: {fa: گواهی ولادت, en: Birth certificate}
      data:
        given_name: item.given_name
        birth_date: item.birth_date
        place: item.birth_place
        number: record.national_id
      public: [given_name, birth_date]
notices:
  submitted:
    to: [applicant]
    subject: {fa: دریافت شد, en: We have it}
    text:
      fa: "درخواست {code | code} دریافت شد. مبلغ {fee | money}"
      en: "We have your request {code | code}. Fee {fee | money}"
""",
    "decisions.yaml": """
birth-fee:
  hit: unique
  inputs: [{expression: days, text: {fa: روزها, en: Days}}]
  outputs: [amount]
  rows:
    - {if: ["<= 15"], then: [0], law: "civil-registration-act#19", text: {fa: در مهلت, en: In time}}
    - {if: ["> 15"], then: [500000], law: "civil-registration-act#19", text: {fa: دیر, en: Late}}
""",
    "certificate.typ": """
#import "panjereh.typ": *
#show: certificate
#rows(("given_name", "birth_date", "place", "number"))
""",
}


SCENARIOS = """
scenarios:
  - scenario: twins-at-home
    title: {fa: دوقلوها در خانه, en: Twins at home}
    on: 2026-03-01
    applicant: sara
    answers:
      role: mother
      children:
        - {given_name: نیما, birth_date: 2026-02-25, birth_place: home}
        - {given_name: مینا, birth_date: 2026-02-25, birth_place: home}
      witnesses: [رضا, علی]
      paper: "12"
      mother: {national_id: "0012345679", birth_date: 1990-01-01}
    then: [{task: check, outcome: accept}, {task: decide, outcome: approve}]
    expect: {fee: 0, outcome: approved, notices: [submitted]}
  - scenario: late
    title: {fa: دیر, en: Late}
    on: 2026-04-01
    applicant: sara
    answers:
      role: other
      children: [{given_name: نیما, birth_date: 2026-02-25, birth_place: hospital}]
      paper: "12"
      mother: {national_id: "0012345679", birth_date: 1990-01-01}
    then: [{task: check, outcome: accept}, {task: decide, outcome: refuse, conditions: [notice]}]
    expect: {fee: 500000, outcome: refused}
"""
BIRTH["scenarios.yaml"] = SCENARIOS
FILES["demonstration.yaml"] = """
people:
  - id: sara
    national_id: "0012345679"
    given_name: {fa: سارا, en: Sara}
    family_name: {fa: رضایی, en: Rezaei}
"""
HOME = "civil-registry/birth"


def write(folder: Path, files: dict[str, str]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content.lstrip("\n"), encoding="utf-8")


def build(folder: Path) -> Path:
    """The country with its one service, without a mistake."""
    write(folder, FILES)
    write(folder / HOME, BIRTH)
    return folder


def change(folder: Path, file: str, old: str, new: str) -> None:
    """Put `new` in the place of `old`, which must be there."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{file} has no {old!r}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
