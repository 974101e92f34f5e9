"""Words that make a sentence and tell nothing of what it is about, by language: searches leave them out."""

from collections.abc import Mapping

STOP_WORDS: Mapping[str, str] = {
    "fa": (
        "از به با در بر برای را که و یا تا هم این آن چه چی چطور چطوری چگونه چجوری کجا کی چرا آیا کدام چند هست است "
        "نیست باید شاید بشود می‌شود میشه می‌خواهم می‌خوام میخوام می‌توانم میتونم بتوانم بخواهم دارم داریم داره من ما "
        "شما او برایم برام کنم کنیم بکنم کرد کردن شد شده بود بگیرم یک یه خود خودم لطفاً سلام لازم احتیاج نیاز "
        "حالا اکنون"
    ),
    "en": (
        "a an and are as at be by can could did do does for from had has have he her his how i if in is it its me must "
        "my need needs of on or our please she should so that the their them there they this to us want wants was we "
        "what when where which who why will with would you your just got now"
    ),
}


def of_all_languages() -> list[str]:
    """The words of every language, since people write in any of them."""
    return [word for words in STOP_WORDS.values() for word in words.split()]
