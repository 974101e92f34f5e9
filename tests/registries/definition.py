"""A register of residents, small enough to read."""

from datetime import date

from panjereh.definitions.registry import RegistryFile
from panjereh.definitions.vocabulary import compile_registry
from panjereh.kernel.actor import Actor, Channel
from panjereh.kernel.ids import new_id
from panjereh.registries.types import Cause

LAW = "civil-registration-act#12"

_FILE = RegistryFile.model_validate(
    {
        "registry": "population",
        "title": {"fa": "ثبت احوال", "en": "Register of residents"},
        "agency": "civil-registry",
        "entity": "person",
        "key": "national_id",
        "new_key": {"kind": "national-id"},
        "fields": {
            "national_id": {"type": "national_id"},
            "given_name": {"type": "text", "required": True},
            "family_name": {"type": "text"},
            "birth_date": {"type": "date"},
            "city": {"type": "text"},
            "mother": {"type": "national_id"},
        },
        "caption": ["given_name", "family_name"],
        "lookups": {
            "by_national_id": {"match": ["national_id", "birth_date"], "returns": ["given_name", "family_name"]},
            "by_name": {"match": ["given_name", "family_name"], "returns": ["city"]},
            "children": {"match": ["mother"], "many": True},
        },
        "reads": [
            {"purpose": "address", "law": LAW, "by": ["post-office"], "fields": ["city"]},
            {"purpose": "family", "law": LAW, "by": ["civil-registry"], "fields": ["given_name", "birth_date"]},
        ],
    }
)
POPULATION = compile_registry(_FILE, {})

CLERK = Actor(
    party=new_id(), name="کارمند", agency="civil-registry", roles=frozenset({"registry-clerk"}), channel=Channel.DESK
)
POSTMAN = Actor(party=new_id(), agency="post-office", roles=frozenset({"officer"}), channel=Channel.DESK)
PERSON = Actor(party=new_id(), name="مریم")

BIRTH = date(2000, 1, 1)


def cause(**more: str) -> Cause:
    return Cause(law=LAW, actor=CLERK, **more)


def maryam(**more: str) -> dict[str, str]:
    return {
        "given_name": "مریم",
        "family_name": "احمدی",
        "birth_date": "2000-01-01",
        "city": "تهران",
        **more,
    }
