"""A country with services that do next to nothing, in a temporary folder."""

from pathlib import Path

FILES = {
    "country.yaml": "name: {fa: کشور آزمون, en: Testland}\nzone: Asia/Tehran\nlanguages: [fa, en]\nweekend: [friday]\n",
    "agencies.yaml": """
civil-registry: {title: {fa: ثبت احوال, en: Civil registry}}
inspectorate: {title: {fa: بازرسی, en: Inspectorate}}
""",
    "places.yaml": "levels: [province]\nplaces: {IR-07: {fa: تهران, en: Tehran}}\n",
    "calendar.yaml": "holidays: {}\n",
    "laws.yaml": "some-act: {title: {fa: قانون, en: Some Act}}\n",
    "life_events.yaml": "having-a-child: {title: {fa: بچه‌دار شدن, en: Having a child}}\n",
    "concepts.yaml": "",
}

SERVICE = """
service: {id}
agency: {agency}
title: {{fa: "{fa}", en: "{en}"}}
summary: {{fa: "{fa_summary}", en: "{en_summary}"}}
relation: [G2C]
in_force: {{from: {start}{until}}}
life_events: {events}
synonyms: {{fa: {fa_words}, en: {en_words}}}
legal_basis: [{{law: some-act, article: "1"}}]
identity: low
applicants: [{{role: self, title: {{fa: خودم, en: Myself}}}}]
purposes: [{{id: answer, text: {{fa: پاسخ, en: To answer}}, law: "some-act#1"}}]
deadlines:
  decide: {{within: P10D, calendar: working-days}}
conditions:
  clear: {{fa: روشن است, en: It is clear, law: "some-act#1"}}
ask:
  - page: matter
    title: {{fa: موضوع, en: The matter}}
    questions:
      - {{id: what, type: long_text, label: {{fa: چه شده؟, en: What happened?}}, proves: clear}}
process: decide-only
"""

BIRTH = {
    "id": "birth-registration",
    "agency": "civil-registry",
    "fa": "ثبت ولادت",
    "en": "Register a birth",
    "fa_summary": "شناسنامهٔ کودک را می‌گیرید",
    "en_summary": "You get a birth certificate",
    "fa_words": ["تولد فرزند", "نوزاد", "شناسنامه برای نوزاد"],
    "en_words": ["newborn", "baby"],
    "events": ["having-a-child"],
}
MOVE = {
    "id": "change-of-address",
    "agency": "civil-registry",
    "fa": "ثبت نشانی تازه",
    "en": "Register a new address",
    "fa_summary": "نشانی شما در دفتر ساکنان عوض می‌شود",
    "en_summary": "Your address in the register changes",
    "fa_words": ["تغییر آدرس", "اسباب‌کشی"],
    "en_words": ["moving", "new home"],
}
COMPLAINT = {
    "id": "complaint",
    "agency": "inspectorate",
    "fa": "شکایت از دستگاه‌ها",
    "en": "Complain to an agency",
    "fa_summary": "پاسخ می‌گیرید",
    "en_summary": "You get an answer",
    "fa_words": ["گلایه", "اعتراض"],
    "en_words": ["grievance"],
}


def write(folder: Path, *services: dict) -> Path:
    """Write the country with these services; services that were there before stay."""
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    for service in services:
        home = folder / service["agency"] / service["id"]
        home.mkdir(parents=True, exist_ok=True)
        values = {"start": "2026-01-01", "until": "", "events": [], **service}
        (home / "service.yaml").write_text(SERVICE.format(**values), encoding="utf-8")
    return folder
