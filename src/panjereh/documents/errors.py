"""What can go wrong with certificates and their files."""

from panjereh.kernel.errors import Conflict, Invalid


class CertificateIsNotValid(Conflict):
    """Certificate `code` is already replaced or revoked (`state`), and that is final."""

    code = "certificate_is_not_valid"


class KeyMeansAnother(Conflict):
    """`key` was used before to issue something else: two effects share a key by mistake."""

    code = "key_means_another"


class UnfitValue(Invalid):
    """The value of `name` is neither text, number, date, money nor a list of these."""

    code = "unfit_value"


class TemplateFails(Invalid):
    """The Typst template can't be set: `reason` is Typst's message, or names what templates must not do."""

    code = "template_fails"


class BadToken(Invalid):
    """The text is no token of ours: `reason` is one of documents.checking.REASONS."""

    code = "bad_token"


class WalletRefused(Invalid):
    """A wallet gets nothing. `error` is the code of OAuth 2.0 or OpenID4VCI, `description` says why, in English."""

    code = "wallet_refused"


class BadPresentation(Invalid):
    """What a wallet shows does not hold: `reason` is one of documents.checking.REASONS."""

    code = "bad_presentation"
