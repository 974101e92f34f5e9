"""What people may send on the portal's own pages, with the sentences that help when it does not fit."""

from datetime import date
from typing import Any, Self

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from panjereh.kernel import ids
from panjereh.localisation import dates, digits, identifiers, letters, numbers
from panjereh.localisation.errors import DateProblem, IdentifierProblem, NumberProblem
from panjereh.ui import words


class Plain(forms.Form):
    """A form whose page is drawn by our own parts: it only reads and checks."""

    @classmethod
    def of(cls, request: HttpRequest, known: dict[str, Any] | None = None, **at_first: Any) -> Self:
        """The form as it was sent, or before anything was sent, with what stands in it at first.

        known: what the form wants to know when it is made
        """
        if request.method == "POST":
            return cls(request.POST, request.FILES, initial=at_first, **known or {})
        return cls(initial=at_first, **known or {})

    @property
    def problems(self) -> list[tuple[str, str]]:
        """(id of the box, sentence), in the order of the fields. Empty before anything was sent."""
        if not self.is_bound:
            return []
        return [(name, str(sentences[0])) for name, sentences in self.errors.items()]

    def value_of(self, name: str) -> Any:
        """What stands in the box: as typed, or as given at first."""
        found = self[name].value()
        return "" if found is None else found

    def error_of(self, name: str) -> str:
        sentences = self.errors.get(name) if self.is_bound else None
        return str(sentences[0]) if sentences else ""


class Text(forms.CharField):
    """Text in our spelling: one kind of yeh and kaf, no stray signs."""

    def __init__(self, *, missing: Any, most: int, required: bool = True, lines: bool = False) -> None:
        self.lines = lines
        super().__init__(
            required=required,
            max_length=most,
            error_messages={
                "required": missing,
                "max_length": _("Use at most %(limit_value)d characters; you wrote %(show_value)d"),
            },
        )

    def to_python(self, value: Any) -> str:
        return letters.normalise(super().to_python(value) or "")


class Code(forms.CharField):
    """A tracking code, in any digits, with or without spaces."""

    def __init__(self) -> None:
        super().__init__(error_messages={"required": _("Write the tracking code")})

    def to_python(self, value: Any) -> str:
        typed = digits.to_ascii(super().to_python(value) or "")
        return "".join(sign for sign in typed if sign not in " -‌ـ\u200e\u200f\u00a0")

    def validate(self, value: str) -> None:
        super().validate(value)
        if not ids.is_tracking_code(value):
            raise forms.ValidationError(_("A tracking code has 10 digits. Check it again"))


class DayBoxes(forms.Widget):
    """Reads the three boxes of a day: name.day, name.month, name.year."""

    def value_from_datadict(self, data: Any, _files: Any, name: str) -> tuple[str, str, str]:
        day, month, year = (str(data.get(f"{name}.{part}", "")) for part in ("day", "month", "year"))
        return day, month, year


class Day(forms.Field):
    """A day of either calendar; the year tells which."""

    widget = DayBoxes

    def __init__(self, *, missing: Any) -> None:
        self.missing = missing
        super().__init__(required=False)

    def clean(self, value: tuple[str, str, str]) -> date:
        try:
            return dates.parse_either(*value)
        except DateProblem as problem:
            raise forms.ValidationError(self.missing) from problem


class TrackForm(Plain):
    code = Code()
    second = Text(missing=_("Write the second thing too: it keeps others from looking"), most=120)


class BillNumber(Code):
    """The number of a bill, in any digits, with or without spaces."""

    def validate(self, value: str) -> None:
        if not ids.is_bill_number(value):
            raise forms.ValidationError(_("A bill number has 12 digits. Check it again"))


class BillForm(Plain):
    number = BillNumber()
    second = Text(missing=_("Write the second number too: it keeps others from looking"), most=60)


class NumbersForm(Plain):
    """The two numbers of a utility bill, or its barcode in the first."""

    bill_id = Text(missing=_("Write the bill identifier, or the 26 digits below the barcode"), most=40)
    payment_id = Text(missing="", most=30, required=False)


class AccountNumber(Text):
    """A biller's number of a customer, as it is stored."""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        try:
            return identifiers.plain_number(text) if text else ""
        except IdentifierProblem as problem:
            raise forms.ValidationError(
                _("Write the number as it stands on the bill: digits and Latin letters")
            ) from problem


class PostalCode(Text):
    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        try:
            return identifiers.parse_postal_code(text) if text else ""
        except IdentifierProblem as problem:
            raise forms.ValidationError(words.sentence(f"postal_code_{problem.code}", **problem.params)) from problem


class AccountForm(Plain):
    """An account of a biller, and where it is."""

    agency = forms.ChoiceField(
        error_messages={"required": _("Choose one of these"), "invalid_choice": _("Choose one of these")}
    )
    account = AccountNumber(missing=_("Write the account number that stands on the bill"), most=40)
    postal_code = PostalCode(missing=_("Write the postal code of the place: it keeps others from looking"), most=20)

    def __init__(self, *args: Any, billers: list[tuple[str, str]], **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["agency"].choices = billers  # type: ignore[attr-defined]  # of a ChoiceField


class StandingForm(Plain):
    """What somebody orders for an account that they look after. `most` comes in toman and leaves in rials."""

    label = Text(missing="", most=60, required=False)
    remind = forms.BooleanField(required=False)
    most = Text(missing="", most=20, required=False)

    def clean_most(self) -> int | None:
        typed = self.cleaned_data["most"]
        if not typed:
            return None
        try:
            return numbers.parse_whole_number(typed) * 10
        except NumberProblem as problem:
            raise forms.ValidationError(_("Write the limit in whole toman, such as 200,000")) from problem


class FeedbackForm(Plain):
    page = forms.CharField(max_length=200, required=False)
    score = forms.TypedChoiceField(
        choices=[(str(score), str(score)) for score in range(1, 6)],
        coerce=int,
        error_messages={"required": _("Choose one of these"), "invalid_choice": _("Choose one of these")},
    )
    text = Text(missing="", most=2000, required=False, lines=True)


class ReasonForm(Plain):
    """Why somebody takes an application back."""

    reason = Text(missing=_("Write why, in a few words"), most=1000, required=False, lines=True)


class AppealForm(Plain):
    reason = Text(missing=_("Write what is wrong with the decision"), most=4000, lines=True)


class MessageForm(Plain):
    text = Text(missing=_("Write your message"), most=4000, lines=True)


class ProfileForm(Plain):
    email = forms.EmailField(
        required=False,
        max_length=254,
        error_messages={"invalid": _("Write the e-mail address in full, such as name@example.ir")},
    )
    phone = Text(missing="", most=30, required=False)
    language = forms.ChoiceField(
        choices=[("fa", "fa"), ("en", "en")], error_messages={"invalid_choice": _("Choose one of these")}
    )
    notices = forms.ChoiceField(
        choices=[("email", "email"), ("in_app", "in_app")], error_messages={"invalid_choice": _("Choose one of these")}
    )


class PasskeyForm(Plain):
    name = Text(missing=_("Write a name by which you will know it again"), most=60)


class MandateForm(Plain):
    """To whom somebody entrusts what, until when."""

    to = Text(missing=_("Write the national number or the e-mail address of the person"), most=254)
    called = Text(missing=_("Write the name of the person"), most=200)
    reach = forms.ChoiceField(
        choices=[("all", "all"), ("agency", "agency"), ("services", "services")],
        error_messages={"required": _("Choose one of these"), "invalid_choice": _("Choose one of these")},
    )
    agency = forms.ChoiceField(required=False)
    kind = forms.ChoiceField(
        choices=[("act", "act"), ("read", "read")],
        error_messages={"required": _("Choose one of these"), "invalid_choice": _("Choose one of these")},
    )

    services = forms.MultipleChoiceField(required=False)
    until = Day(missing=_("Write the last day: day, month and year"))

    def __init__(self, *args: Any, agencies: list[str], services: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, known in (("agency", agencies), ("services", services)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - both are
            field.choices = [(one, one) for one in known]
            field.error_messages["invalid_choice"] = _("Choose one of these")

    def clean(self) -> dict[str, Any]:
        """What does not belong to the chosen reach is left out."""
        cleaned = super().clean() or {}
        reach = cleaned.get("reach")
        if reach != "agency":
            cleaned["agency"] = ""
        elif not cleaned.get("agency"):
            self.add_error("agency", _("Choose an agency from the list"))
        if reach != "services":
            cleaned["services"] = []
        elif not cleaned.get("services"):
            self.add_error("services", _("Choose at least one service"))
        return cleaned


class CheckForm(Plain):
    """A certificate to check: its code, or the file itself."""

    LARGEST = 10 * 2**20

    code = forms.CharField(required=False, max_length=20_000)
    file = forms.FileField(
        required=False,
        allow_empty_file=True,
        max_length=200,
        error_messages={"invalid": _("Choose the file once more"), "max_length": _("Choose the file once more")},
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        sent = cleaned.get("file")
        if not cleaned.get("code") and sent is None and not self.errors:
            self.add_error("code", _("Write the code of the certificate, or choose its file"))
        if sent is not None and sent.size > self.LARGEST:
            self.add_error("file", _("The file is larger than 10 megabytes. A certificate of ours is much smaller"))
        return cleaned
