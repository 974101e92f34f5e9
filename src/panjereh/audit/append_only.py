"""Where migrations find the guard of tables, which `storage` holds so that rooms below this one can use it, too."""

from panjereh.storage.append_only import REFUSAL, guard, is_guarded, lifted, unguard

__all__ = ["REFUSAL", "guard", "is_guarded", "lifted", "unguard"]
