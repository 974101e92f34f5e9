"""A question as compiled: its type bound to its options, texts filled in from the concept, rules ready to run."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from panjereh.definitions import classification
from panjereh.definitions.classification import Classification
from panjereh.definitions.country_files import Concept
from panjereh.definitions.expressions import Context, Formula, Formulas
from panjereh.definitions.question import Asked, Page, Repeat
from panjereh.definitions.texts import Text
from panjereh.definitions.types import Choice, OneOf, QuestionType, YesNo
from panjereh.definitions.vocabulary import bound, repeated


@dataclass(frozen=True, slots=True)
class Checked:
    """What must be true of an answer, and what is said when it is not."""

    that: Formula
    text: Text


@dataclass(frozen=True, slots=True)
class SourceOf:
    """The look-up that answers a question. `given`: what is known without asking."""

    registry: str
    lookup: str
    match: tuple[str, ...]
    returns: tuple[str, ...]
    given: Mapping[str, Formula]


@dataclass(frozen=True, slots=True)
class AskOf:
    """What a register is asked about somebody: the applicant, or whom a question names."""

    id: str
    registry: str
    question: str
    of: str
    given: Mapping[str, Formula]


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """One question of a service. `kind` parses and shows one answer; with `repeat` the answer is a list of such."""

    id: str
    kind: QuestionType
    label: Text
    hint: Text | None = None
    short: Text | None = None
    say: Text | None = None
    why: Text | None = None
    page: str = ""
    group: str | None = None
    concept: str | None = None
    about: str = "nobody"
    required: bool = True
    required_if: Formula | None = None
    show_if: Formula | None = None
    checks: tuple[Checked, ...] = ()
    proves: tuple[str, ...] = ()
    repeat: Repeat | None = None
    source: SourceOf | None = None
    classification: Classification = "internal"

    def is_required(self, context: Context) -> bool:
        return self.required if self.required_if is None else self.required_if.holds(context)

    @property
    def is_judged(self) -> bool:
        """Whether other answers have a say in what may be answered."""
        return bool(self.checks) or self.required_if is not None

    @property
    def whole(self) -> QuestionType:
        """The type of the stored answer: a list when the question repeats."""
        return repeated(self.kind, self.repeat.min, self.repeat.max) if self.repeat else self.kind

    def to_feel(self, value: Any) -> Any:
        """The stored answer as expressions see it."""
        if self.repeat is None:
            return None if value is None else self.kind.to_feel(value)
        return [self.kind.to_feel(each) for each in value or () if each is not None]


UNFIT = Text(
    {
        "fa": "این پاسخ با پاسخ‌های دیگر یا با مقررات این خدمت جور درنمی‌آید. لطفاً آن را بازبینی کنید.",
        "en": "This answer does not go with your other answers or with the rules of this service. Please check it.",
    }
)
WHO_ARE_YOU = Text({"fa": "شما چه نسبتی با این درخواست دارید؟", "en": "Who are you in this request?"})
IS_IT_RIGHT = Text({"fa": "اطلاعات یافت‌شده درست است؟", "en": "Is what we found right?"})
ANOTHER = Text({"fa": "یکی دیگر هم هست؟", "en": "Is there another one?"})
ANOTHER_OF = {"fa": "{} دیگری هم هست؟", "en": "{}: is there another one?"}
NEXT_LINE = Text(
    {
        "fa": "این‌ها در دفتر ثبت رسمی یافت شد. اگر درست نیست، «خیر» را بزنید تا دوباره بپرسیم.",
        "en": "This is what the official register holds. If it is not right, choose No and we ask again.",
    }
)


def role_question(applicants: list[tuple[str, Text, Text | None]]) -> Question:
    """The first question of a service for several kinds of applicants."""
    choices = tuple(Choice(id=role, text=title, hint=hint) for role, title, hint in applicants)
    kind = OneOf(OneOf.Options.model_validate({"choices": choices}))
    return Question("role", kind, WHO_ARE_YOU, about="applicant")


def found_question() -> Question:
    """Is this the person whom you mean?"""
    return Question("found", YesNo(YesNo.Options()), IS_IT_RIGHT, hint=NEXT_LINE)


def more_question(title: Text | None) -> Question:
    """Shall we ask for another one?"""
    label = ANOTHER
    if title is not None:
        label = Text({code: ANOTHER_OF.get(code, ANOTHER_OF["en"]).format(words) for code, words in title.items()})
    return Question("more", YesNo(YesNo.Options()), label)


def compile_question(
    asked: Asked, page: Page, concepts: Mapping[str, Concept], sources: Mapping[str, SourceOf], formula: Formulas
) -> Question:
    """Raises as `vocabulary.bound`, and SyntaxProblem of an expression."""
    kind, concept = bound(asked.concept, asked.type, asked.options, concepts)
    name = Text({"en": asked.id.replace("_", " ")})
    label = asked.label or (concept.label if concept else name)
    return Question(
        id=asked.id,
        kind=kind,
        label=label,
        hint=asked.hint or (concept.hint if concept else None),
        short=asked.short or (concept.short if concept else None),
        say=asked.say or (concept.say if concept else None),
        why=asked.why,
        page=page.page,
        group=page.repeat.as_ if page.repeat else None,
        concept=asked.concept,
        about=asked.about or ("applicant" if (asked.concept or "").startswith("person.") else "nobody"),
        required=asked.required,
        required_if=formula.maybe(asked.required_if),
        show_if=formula.maybe(asked.show_if),
        checks=tuple(Checked(formula(check.that), check.text or UNFIT) for check in asked.check),
        proves=tuple(asked.proves),
        repeat=asked.repeat,
        source=sources.get(asked.id),
        classification=classification.of(
            asked.classification, concept.classification if concept else None, concept.type if concept else kind.name
        ),
    )
