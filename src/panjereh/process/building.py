"""Builds BPMN XML piece by piece, for processes that nobody has drawn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
                  xmlns:pj="http://panjereh.example/bpmn"
                  targetNamespace="http://panjereh.example/processes">
"""


@dataclass(frozen=True)
class Exit:
    """A way that leaves an element and does not lead anywhere yet.

    condition: FEEL, empty for none; default: what is taken when no condition of the element holds
    """

    source: str
    condition: str = ""
    default: bool = False
    main: bool = False
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Builder:
    """One process in the making: add elements, each reached by the exits of those before it."""

    id: str
    names: Mapping[str, str]
    _elements: list[tuple[str, str, str, str]] = field(default_factory=list)
    _flows: list[str] = field(default_factory=list)
    _flow_ids: set[str] = field(default_factory=set)
    _defaults: dict[str, str] = field(default_factory=dict)
    _messages: dict[str, str] = field(default_factory=dict)

    def add(
        self,
        tag: str,
        id_: str,
        came: Sequence[Exit] = (),
        *,
        names: Mapping[str, str] | None = None,
        stage: Mapping[str, str] | None = None,
        inner: str = "",
        plain: Mapping[str, str] | None = None,
        ours: Mapping[str, str] | None = None,
    ) -> str:
        """Add an element and lead `came` to it; gives its id.

        plain: attributes of BPMN; ours: attributes with our prefix; inner: XML inside the element
        """
        attributes = [
            f"id={quoteattr(id_)}",
            *(f"{key}={quoteattr(value)}" for key, value in (plain or {}).items()),
            *_ours(names or {}, ""),
            *(f"pj:{key}={quoteattr(value)}" for key, value in (ours or {}).items()),
            *_ours(stage or {}, "stage_"),
        ]
        self._elements.append((tag, id_, " ".join(attributes), inner))
        self.link(came, id_)
        return id_

    def link(self, came: Sequence[Exit], target: str) -> None:
        """Lead open exits to an element, which may be one from before."""
        for way in came:
            id_ = f"{way.source}_to_{target}"
            while id_ in self._flow_ids:
                id_ += "_"
            self._flow_ids.add(id_)
            if way.default:
                self._defaults[way.source] = id_
            written = " ".join(["", *(['pj:main="true"'] if way.main else []), *_ours(way.names, "")]).rstrip()
            condition = f"<bpmn:conditionExpression>{escape(way.condition)}</bpmn:conditionExpression>"
            self._flows.append(
                f'    <bpmn:sequenceFlow id="{id_}" sourceRef="{way.source}" targetRef="{target}"{written}>'
                f"{condition if way.condition else ''}</bpmn:sequenceFlow>\n"
            )

    def message(self, name: str) -> str:
        """XML of the trigger that waits for a message."""
        id_ = self._messages.setdefault(name, f"message_{name}")
        return f'<bpmn:messageEventDefinition messageRef="{id_}"/>'

    def xml(self) -> bytes:
        """The whole file."""
        messages = "".join(
            f"  <bpmn:message id={quoteattr(id_)} name={quoteattr(name)}/>\n" for name, id_ in self._messages.items()
        )
        elements = "".join(self._element(*element) for element in self._elements)
        names = " ".join(_ours(self.names, ""))
        return (
            f'{HEAD}{messages}  <bpmn:process id="{self.id}" isExecutable="true" {names}>\n'
            f"{elements}{''.join(self._flows)}  </bpmn:process>\n</bpmn:definitions>\n"
        ).encode()

    def _element(self, tag: str, id_: str, attributes: str, inner: str) -> str:
        default = f' default="{self._defaults[id_]}"' if id_ in self._defaults else ""
        return f"    <bpmn:{tag} {attributes}{default}>{inner}</bpmn:{tag}>\n"


def _ours(names: Mapping[str, str], prefix: str) -> list[str]:
    return [
        f"pj:{prefix}{language}={quoteattr(words)}" for language, words in names.items() if language in ("fa", "en")
    ]
