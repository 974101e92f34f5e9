"""Find a service from the words that people use: spelling variants, plurals and slips of the finger are forgiven.

First, every word must begin a word of the service, after light stemming. If no service has them all, the one whose
text without spaces shares most groups of three letters is taken. The index lies in memory: some hundred services are
searched in a millisecond, on any database.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from panjereh.localisation import letters

ENOUGH_IN_COMMON = 0.5  # of the query's trigrams; below it a hit is chance
SHORTEST_BEGINNING = 3  # letters from which a word may stand for all that begin with it


@dataclass(frozen=True, slots=True)
class Document:
    """What is to be found: `texts` are (weight, text), the title heaviest."""

    id: str
    texts: tuple[tuple[float, str], ...]


class Index:
    """Services by their words and by their trigrams."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self._words: dict[str, dict[str, float]] = {}
        self._trigrams: dict[str, list[tuple[float, frozenset[str]]]] = {}
        for document in documents:
            self._add(document)

    def _add(self, document: Document) -> None:
        words = self._words.setdefault(document.id, {})
        trigrams = self._trigrams.setdefault(document.id, [])
        for weight, text in document.texts:
            key = letters.search_key(text)
            for word in key.split():
                stem = letters.stem(word)
                words[stem] = max(weight, words.get(stem, 0))
            trigrams.append((weight, trigrams_of(key)))

    def find(self, text: str, limit: int = 20) -> list[str]:
        """Ids of what fits, best first; those that fit equally well in the order in which they were given."""
        key = letters.search_key(text)
        if not key:
            return []
        stems = [letters.stem(word) for word in key.split()]
        by_words = {name: _score_of_words(stems, words) for name, words in self._words.items()}
        return _best(by_words, limit) or _best(self._by_trigrams(key), limit)

    def _by_trigrams(self, key: str) -> dict[str, float]:
        wanted = trigrams_of(key)
        if not wanted:
            return {}
        return {name: max(_common(wanted, held) for held in texts) for name, texts in self._trigrams.items() if texts}


def trigrams_of(key: str) -> frozenset[str]:
    """All runs of three characters, spaces left out: so joined, spaced and half-spaced spellings are the same."""
    joined = key.replace(" ", "")
    return frozenset(joined[start : start + 3] for start in range(len(joined) - 2))


def _score_of_words(stems: list[str], words: Mapping[str, float]) -> float:
    """The sum of the best weights; 0 if one word is missing."""
    total = 0.0
    for stem in stems:
        weight = words.get(stem, 0.0)
        if not weight and len(stem) >= SHORTEST_BEGINNING:
            begun = (0.8 * held for word, held in words.items() if word.startswith(stem))
            weight = max(begun, default=0.0)
        if not weight:
            return 0.0
        total += weight
    return total


def _common(wanted: frozenset[str], held: tuple[float, frozenset[str]]) -> float:
    """How much of the query one text shares; its weight decides between texts that share about the same."""
    weight, trigrams = held
    share = len(wanted & trigrams) / len(wanted)
    return share + weight / 1000 if share >= ENOUGH_IN_COMMON else 0.0


def _best(scores: Mapping[str, float], limit: int) -> list[str]:
    found = sorted((item for item in scores.items() if item[1] > 0), key=lambda item: -item[1])
    return [name for name, _score in found[:limit]]
