"""Requirements by name, as the YAML form writes them, and by id, as XML does."""

import re
from collections import Counter
from dataclasses import replace
from typing import Any

from panjereh.rules.dmn import model

_NO_ID_SIGN = re.compile(r"[^\w.-]")


class Names:
    """The elements of a file that can be required, by id and by name."""

    def __init__(self, definitions: model.Definitions) -> None:
        self.definitions = definitions
        file = definitions
        elements = [*file.inputs, *file.decisions, *file.knowledge, *file.services, *file.sources]
        often = Counter(one.name for one in elements)
        self.by_name = {one.name: one for one in elements if often[one.name] == 1}
        self.by_id = {one.id: one for one in elements if one.id}
        self.ids: dict[str, str] = {}

    # -- from ids to names

    def of(self, reference: model.Reference) -> str | None:
        """The name that says the same as a bare reference; None if there is none."""
        target = self.by_id.get(reference.href.removeprefix("#"))
        if target is None or reference != model.Reference(href=f"#{target.id}"):
            return None
        return target.name if target.name in self.by_name and "#" not in target.name else None

    def short(self, requirement: Any) -> str | None:
        """The name that says the same as a whole requirement."""
        for field, kinds in _FIELDS.items():
            reference = getattr(requirement, field, None)
            if reference is not None and requirement == type(requirement)(**{field: reference}):
                name = self.of(reference)
                fits = name is not None and isinstance(self.by_name[name], kinds)
                return name if fits else None
        return None

    # -- from names to ids

    def resolved(self) -> model.Definitions:
        """The model with ids in place of names; whoever is named and has no id gets one."""
        file = self.definitions
        decisions = tuple(
            replace(one, needs=self._all(one.needs), uses=self._all(one.uses), authorities=self._all(one.authorities))
            for one in file.decisions
        )
        knowledge = tuple(
            replace(one, uses=self._all(one.uses), authorities=self._all(one.authorities)) for one in file.knowledge
        )
        services = tuple(
            replace(
                one,
                outputs=tuple(map(self._reference, one.outputs)),
                encapsulated=tuple(map(self._reference, one.encapsulated)),
                input_decisions=tuple(map(self._reference, one.input_decisions)),
                input_data=tuple(map(self._reference, one.input_data)),
            )
            for one in file.services
        )
        sources = tuple(replace(one, authorities=self._all(one.authorities)) for one in file.sources)
        return replace(
            file,
            inputs=self._with_ids(file.inputs),
            decisions=self._with_ids(decisions),
            knowledge=self._with_ids(knowledge),
            services=self._with_ids(services),
            sources=self._with_ids(sources),
        )

    def _all(self, requirements: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(map(self._requirement, requirements))

    def _requirement(self, requirement: Any) -> Any:
        """Put a name under the field that its kind belongs to."""
        given = {field: getattr(requirement, field) for field in _FIELDS if getattr(requirement, field, None)}
        changed: dict[str, Any] = dict.fromkeys(given)
        for field, reference in given.items():
            target = self.by_name.get(reference.href) if "#" not in reference.href else None
            right = next((one for one, kinds in _FIELDS.items() if target and isinstance(target, kinds)), field)
            changed[right if hasattr(requirement, right) else field] = self._reference(reference)
        return replace(requirement, **changed)

    def _reference(self, reference: model.Reference) -> model.Reference:
        target = self.by_name.get(reference.href)
        if target is None or "#" in reference.href:
            return reference
        return replace(reference, href=f"#{self._id(target)}")

    def _id(self, element: Any) -> str:
        if element.id:
            return str(element.id)
        if element.name not in self.ids:
            wanted = "_" + _NO_ID_SIGN.sub("_", element.name)
            while wanted in self.by_id or wanted in self.ids.values():
                wanted += "_"
            self.ids[element.name] = wanted
        return self.ids[element.name]

    def _with_ids(self, elements: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(replace(one, id=self.ids.get(one.name) if one.id is None else one.id) for one in elements)


_FIELDS: dict[str, tuple[type[Any], ...]] = {
    "decision": (model.Decision,),
    "input": (model.InputData,),
    "knowledge": (model.Knowledge, model.Service),
    "authority": (model.KnowledgeSource,),
}
