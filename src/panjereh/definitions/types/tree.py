"""A country's places as a tree: provinces, their counties, their towns, or however the country is divided."""

from collections.abc import Iterable, Iterator
from typing import Annotated

from pydantic import Field, StringConstraints

from panjereh.definitions.block import Block
from panjereh.definitions.texts import Text
from panjereh.localisation import letters

PlaceCode = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,39}$")]


class Place(Block):
    """One place of the country."""

    code: PlaceCode = Field(description="what is stored")
    level: str = Field(description="what kind of place it is, in the country's words: province, county, city, …")
    name: Text
    parent: PlaceCode | None = Field(default=None, description="code of the place that it lies in")


class PlaceTree:
    """All places of a country, found by code or by name in any of its languages."""

    def __init__(self, places: Iterable[Place] = ()) -> None:
        self._places = {place.code: place for place in places}
        self._children: dict[str | None, list[Place]] = {}
        self._named: dict[str, list[Place]] = {}
        for place in self._places.values():
            self._children.setdefault(place.parent, []).append(place)
            for key in {letters.search_key(words) for words in place.name.values()}:
                self._named.setdefault(key, []).append(place)

    def __iter__(self) -> Iterator[Place]:
        return iter(self._places.values())

    def __len__(self) -> int:
        return len(self._places)

    def get(self, code: str) -> Place | None:
        return self._places.get(code)

    def within(self, code: str | None) -> list[Place]:
        """The places directly below, of the top level when `code` is None."""
        return self._children.get(code, [])

    def of_level(self, level: str) -> list[Place]:
        return [place for place in self if place.level == level]

    def path(self, code: str) -> list[Place]:
        """The place and all that it lies in, the largest first."""
        found: list[Place] = []
        place = self.get(code)
        while place is not None and place not in found:
            found.append(place)
            place = self.get(place.parent) if place.parent else None
        return found[::-1]

    def label(self, code: str, language: str) -> str:
        """The full name, the smallest place first: ری، تهران، تهران."""
        between = "، " if language in ("fa", "ar", "ckb", "azb") else ", "
        return between.join(place.name.in_(language) for place in reversed(self.path(code)))

    def find(self, typed: str, level: str | None = None) -> list[Place]:
        """The places that a text can mean: a code, a name, or a name with those that it lies in after commas."""
        exact = self.get(typed)
        if exact is not None:
            return [exact]
        name, *around = [letters.search_key(part) for part in typed.replace("،", ",").split(",")]
        found = self._named.get(name, [])
        of_level = [place for place in found if place.level == level]
        return [place for place in of_level or found if self._lies_in(place, around)]

    def _lies_in(self, place: Place, around: list[str]) -> bool:
        """Whether each name of `around` is that of a larger place."""
        above = self.path(place.code)[:-1]
        names = {letters.search_key(words) for larger in above for words in larger.name.values()}
        return all(name in names for name in around if name)
