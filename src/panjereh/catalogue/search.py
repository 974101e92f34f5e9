"""Find a service from the words that people use: spelling variants, plurals, slips of the finger and whole questions.

Words that only make a sentence ("how do I", «چطور می‌توانم») are left out. Each other word is looked for as it is, then
as the beginning of a word, then as a word that is written nearly so. Services that have all of them come first; else
those that have most, a rare word counting more than a common one; else those whose text without spaces shares most
groups of three letters. The index lies in memory, so that it is the same on any database; `./panjereh bench search`
measures it.
"""

import math
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from panjereh.localisation import letters

ENOUGH_IN_COMMON = 0.5  # of the query's trigrams; below it a hit is chance
ENOUGH_OF_A_QUESTION = 0.5  # of what its words weigh together; below it a hit is chance
SHORTEST_BEGINNING = 3  # letters from which a word may stand for all that begin with it
SHORTEST_MISSPELT = 5  # letters from which a word may be written wrongly and still be meant
NEARLY = 0.6  # of the trigrams of two words, those that they share; below it they are different words
BEGINS, IS_NEARLY = 0.8, 0.5  # what a hit counts that is not the word itself
JOINED_FROM = 5.0  # texts of this weight are also found by two neighbouring words written as one
LONGEST_QUERY = 12  # words; what comes behind tells nothing more


@dataclass(frozen=True, slots=True)
class Document:
    """What is to be found: `texts` are (weight, text), the title heaviest."""

    id: str
    texts: tuple[tuple[float, str], ...]


class Index:
    """Services by their words and by their trigrams. `idle`: words that only make a sentence."""

    def __init__(self, documents: Iterable[Document], idle: Iterable[str] = ()) -> None:
        self._names: list[str] = []
        self._words: dict[str, dict[int, float]] = defaultdict(dict)
        self._texts: list[tuple[int, float]] = []
        self._trigrams: dict[str, list[int]] = defaultdict(list)
        for document in documents:
            self._add(document)
        self._idle = frozenset(stem for text in idle for stem in _stems(letters.search_key(text)))
        self._vocabulary = sorted(self._words)
        self._spelt = self._trigrams_of_words()

    def _add(self, document: Document) -> None:
        place = len(self._names)
        self._names.append(document.id)
        for weight, text in document.texts:
            key = letters.search_key(text)
            words = key.split()
            self._hold(place, weight, [letters.stem(word) for word in words])
            if weight >= JOINED_FROM:
                self._hold(place, weight, [letters.stem(a + b) for a, b in pairwise(words)])
            for trigram in trigrams_of(key):
                self._trigrams[trigram].append(len(self._texts))
            self._texts.append((place, weight))

    def _hold(self, place: int, weight: float, stems: Iterable[str]) -> None:
        for stem in stems:
            held = self._words[stem]
            held[place] = max(weight, held.get(place, 0))

    def _trigrams_of_words(self) -> dict[str, list[int]]:
        spelt: dict[str, list[int]] = defaultdict(list)
        for number, word in enumerate(self._vocabulary):
            for trigram in _edged(word):
                spelt[trigram].append(number)
        return spelt

    def find(self, text: str, limit: int = 20) -> list[str]:
        """Ids of what fits, best first; those that fit equally well in the order in which they were given."""
        key = letters.search_key(text)
        stems = list(dict.fromkeys(_stems(key)))[:LONGEST_QUERY]
        meant = [stem for stem in stems if stem not in self._idle] or stems
        if not meant:
            return []
        hits = [self._hits(stem) for stem in meant]
        found = self._with_all(hits) or self._with_trigrams(key) or self._with_most(hits)
        best = sorted(found.items(), key=lambda item: (-item[1], item[0]))[:limit]
        return [self._names[place] for place, _score in best]

    def _hits(self, stem: str) -> Mapping[int, float]:
        """Services that have this word, with the weight of the place where it stands."""
        exact = self._words.get(stem)
        begun = self._begun_by(stem) if len(stem) >= SHORTEST_BEGINNING else {}
        if exact or begun:
            return _best_of(begun, exact or {})
        return self._nearly(stem) if len(stem) >= SHORTEST_MISSPELT else {}

    def _begun_by(self, stem: str) -> dict[int, float]:
        found: dict[int, float] = {}
        for number in range(bisect_left(self._vocabulary, stem), len(self._vocabulary)):
            word = self._vocabulary[number]
            if not word.startswith(stem):
                break
            if word != stem:
                found = _best_of(found, self._words[word], BEGINS)
        return found

    def _nearly(self, stem: str) -> dict[int, float]:
        """Services with words that share most trigrams with this one, as Dice counts them."""
        wanted = _edged(stem)
        shared = Counter(number for trigram in wanted for number in self._spelt.get(trigram, ()))
        found: dict[int, float] = {}
        for number, common in shared.items():
            word = self._vocabulary[number]
            alike = 2 * common / (len(wanted) + len(word))
            if alike >= NEARLY:
                found = _best_of(found, self._words[word], IS_NEARLY * alike)
        return found

    def _with_all(self, hits: list[Mapping[int, float]]) -> dict[int, float]:
        """Services that have every word: the sum of the weights."""
        first, *others = sorted(hits, key=len)
        places = [place for place in first if all(place in other for other in others)]
        return {place: sum(hit[place] for hit in hits) for place in places}

    def _with_most(self, hits: list[Mapping[int, float]]) -> dict[int, float]:
        """Services that have half of what the words tell: one of every second service little, one of none some."""
        every = len(self._names)
        telling = [math.log(1 + (every / len(hit) if hit else math.sqrt(every))) for hit in hits]
        enough = ENOUGH_OF_A_QUESTION * sum(telling)
        covered: dict[int, float] = defaultdict(float)
        scores: dict[int, float] = defaultdict(float)
        for hit, weight in zip(hits, telling, strict=True):
            for place, held in hit.items():
                covered[place] += weight
                scores[place] += weight * held
        return {place: score for place, score in scores.items() if covered[place] >= enough}

    def _with_trigrams(self, key: str) -> dict[int, float]:
        """Services of which one text shares enough of the query; its weight decides between texts that share the same.

        A text that shares half of the trigrams has at least one of the rarer half: only those texts are counted.
        """
        wanted = sorted(trigrams_of(key), key=lambda trigram: len(self._trigrams.get(trigram, ())))
        least = ENOUGH_IN_COMMON * len(wanted)
        rarer = wanted[: len(wanted) - math.ceil(least) + 1]
        shared = Counter(number for trigram in rarer for number in self._trigrams.get(trigram, ()))
        for trigram in wanted[len(rarer) :]:
            shared.update(number for number in self._trigrams.get(trigram, ()) if number in shared)
        found: dict[int, float] = {}
        for number, common in shared.items():
            if common >= least:
                place, weight = self._texts[number]
                found[place] = max(found.get(place, 0), common / len(wanted) + weight / 1000)
        return found


def trigrams_of(key: str) -> frozenset[str]:
    """All runs of three characters, spaces left out: so joined, spaced and half-spaced spellings are the same."""
    joined = key.replace(" ", "")
    return frozenset(joined[start : start + 3] for start in range(len(joined) - 2))


def _edged(word: str) -> frozenset[str]:
    """The trigrams of a word with a mark at either end: the first and the last letter are seldom wrong."""
    return trigrams_of(f"^{word}$")


def _stems(key: str) -> list[str]:
    return [letters.stem(word) for word in key.split()]


def _best_of(held: dict[int, float], more: Mapping[int, float], factor: float = 1.0) -> dict[int, float]:
    """`held` with the hits of `more`, the better one of each service. `held` is changed."""
    for place, weight in more.items():
        if weight * factor > held.get(place, 0):
            held[place] = weight * factor
    return held
