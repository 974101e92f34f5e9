"""From a list of steps to BPMN: the same shapes that `standard.bpmn` has, so that one engine runs both."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from panjereh.definitions.steps import Step, Written
from panjereh.process.building import Builder, Exit

Names = Mapping[str, str]

TITLES: dict[str, tuple[str, str]] = {
    "received": ("دریافت درخواست", "Received"),
    "check": ("بررسی درخواست", "Check the application"),
    "correction": ("اصلاح درخواست", "Correct the application"),
    "correction_overdue": ("مهلت اصلاح گذشت", "The term for correcting has passed"),
    "decide": ("تصمیم", "Decide"),
    "confirm": ("تأیید نفر دوم", "Confirm as a second official"),
    "payment": ("ثبت پرداخت", "Record the payment"),
    "paid": ("پرداخت رسید", "The payment came"),
    "rule": ("تصمیم طبق قاعده", "Decide by rule"),
    "produce": ("ثبت و صدور", "Record and issue"),
    "notify_approved": ("خبر پذیرش", "Tell of the approval"),
    "notify_refused": ("خبر رد", "Tell of the refusal"),
    "notify_upheld": ("خبر رد اعتراض", "Tell that the refusal stands"),
    "appealed": ("اعتراض رسید", "An appeal came"),
    "appeal_overdue": ("مهلت اعتراض گذشت", "The term for appealing has passed"),
    "review": ("رسیدگی به اعتراض", "Review the appeal"),
    "approved": ("پذیرفته شد", "Approved"),
    "refused": ("رد شد", "Refused"),
    "lapsed": ("از میان رفت", "Lapsed"),
    "overdue": ("مهلت گذشت", "The term has passed"),
}
STAGES: dict[str, tuple[str, str]] = {
    "received": ("دریافت شد", "Received"),
    "check": ("بررسی", "Being checked"),
    "correction": ("منتظر اصلاح شما", "Waiting for your correction"),
    "decision": ("تصمیم", "Decision"),
    "payment": ("پرداخت", "Payment"),
    "result": ("ثبت و صدور", "Recorded and issued"),
    "appeal_term": ("رد شد؛ می‌توانید اعتراض کنید", "Refused; you can appeal"),
    "review": ("رسیدگی به اعتراض", "Appeal under review"),
}
WAYS: dict[str, tuple[str, str]] = {
    "complete": ("کامل است", "complete"),
    "incomplete": ("باید اصلاح شود", "needs correcting"),
    "one": ("یک نفر بس است", "one suffices"),
    "two": ("دو نفر باید ببینند", "two must look"),
    "confirmed": ("تأیید شد", "confirmed"),
    "returned": ("برگشت", "sent back"),
    "approve": ("پذیرش", "approved"),
    "refuse": ("رد", "refused"),
    "fee": ("تعرفه دارد", "a fee is due"),
    "free": ("پرداختی ندارد", "nothing to pay"),
    "overturn": ("اعتراض پذیرفته شد", "objection upheld"),
    "uphold": ("رد می‌ماند", "refusal stands"),
}
REFUSED = (Step(notify="refused"), Step(objection="supervisor"))
"""What follows a refusal where the definition does not say."""


def bpmn_of(written: Written, names: Names) -> bytes:
    """BPMN XML of a list of steps. `names`: of the process, per language."""
    return _Drawing(Builder("written", names)).whole(written)


def _words(table: Mapping[str, tuple[str, str]], name: str) -> Names:
    return dict(zip(("fa", "en"), table[name], strict=True)) if name in table else {}


def _way(name: str) -> Names:
    return _words(WAYS, name)


@dataclass
class _Drawing:
    """Each verb takes the ways that lead to its step and gives those that leave it; none: the case has ended.

    overturned: for each `decide` around, what leaves an objection that was upheld
    """

    builder: Builder
    overturned: list[list[Exit]] = field(default_factory=list)
    ended: set[str] = field(default_factory=set)

    def whole(self, written: Written) -> bytes:
        start = self.add("startEvent", "received", [], stage="received")
        self.end_as("approved", self.steps(written.steps, [Exit(start)]))
        return self.builder.xml()

    def steps(self, steps: Sequence[Step], came: list[Exit]) -> list[Exit]:
        for step in steps:
            came = VERBS[step.verb](self, step, came)
        return came

    def add(
        self, tag: str, key: str, came: Sequence[Exit], prefix: str = "", *, step: Step | None = None, stage: str = "",
        inner: str = "", plain: Names | None = None, **ours: str,
    ) -> str:  # fmt: skip
        """An element with the usual words for `key`, or those of its step. Its id: the step’s, or prefix and key."""
        names = (step.title if step else None) or _words(TITLES, key)
        own_stage = step.stage if step else None
        if own_stage or stage:
            ours["stage"] = step.name if step and own_stage else stage
        return self.builder.add(
            tag, step.name if step else prefix + key, came, names=names, stage=own_stage or _words(STAGES, stage),
            inner=inner, plain=plain, ours=ours,
        )  # fmt: skip

    def gate(self, tag: str, id_: str, came: Sequence[Exit]) -> str:
        return self.builder.add(f"{tag}Gateway", id_, came)

    def term(self, id_: str, within: str, came: Sequence[Exit] = (), *, on: str = "", key: str = "overdue") -> str:
        """A clock: on the border of a step, or one that the case waits for. A deadline by its name, or a length."""
        is_length = within.startswith("P")
        due = f"<bpmn:timeDuration>{within}</bpmn:timeDuration>" if is_length else ""
        return self.builder.add(
            "boundaryEvent" if on else "intermediateCatchEvent", id_, came, names=_words(TITLES, key),
            inner=f"<bpmn:timerEventDefinition>{due}</bpmn:timerEventDefinition>",
            plain={"attachedToRef": on} if on else None, ours={} if is_length else {"deadline": within},
        )  # fmt: skip

    # what officials do

    def check(self, step: Step, came: list[Exit]) -> list[Exit]:
        prefix, name = _prefix(step, "check"), step.name
        can_correct = step.correct is not False
        outcomes = "accept correct" if can_correct else "accept"
        self.add("userTask", "check", came, step=step, stage=name, who=str(step.check), does="check", outcomes=outcomes)
        return [self.correction(name, prefix)] if can_correct else [Exit(name)]

    def correction(self, name: str, prefix: str) -> Exit:
        """Behind a step that may ask for a correction: what the applicant has mended comes back to it."""
        gate = self.gate("exclusive", f"{prefix}is_complete", [Exit(name)])
        asked = Exit(gate, f'outcomes.{name} = "correct"', names=_way("incomplete"))
        mend = self.add(
            "userTask", "correction", [asked], prefix,
            stage="correction", who="applicant", does="correct", outcomes="sent",
        )  # fmt: skip
        late = self.term(f"{prefix}correction_overdue", "correct", on=mend, key="correction_overdue")
        self.builder.link([Exit(mend), Exit(late)], name)
        return Exit(gate, default=True, main=True, names=_way("complete"))

    def ask(self, step: Step, came: list[Exit]) -> list[Exit]:
        who = str(step.ask)
        task = self.add("userTask", "ask", came, step=step, stage=step.name, who=who, does="check", outcomes="accept")
        if step.within is None:
            return [Exit(task)]
        late = self.term(f"{task}_overdue", step.within, on=task)
        return [Exit(task, main=True), *self.silence(step, late)]

    def decide(self, step: Step, came: list[Exit]) -> list[Exit]:
        prefix, name = _prefix(step, "decide"), step.name
        self.add(
            "userTask", "decide", came, step=step,
            stage="decision", who=str(step.decide), does="decide",
            outcomes="approve refuse correct" if step.correct else "approve refuse",
        )  # fmt: skip
        done = self.correction(name, prefix) if step.correct else Exit(name)
        second = self.gate("exclusive", f"{prefix}needs_a_second", [done])
        confirm = self.add(
            "userTask", "confirm", [Exit(second, "four_eyes = true", names=_way("two"))], prefix,
            stage="decision", who=step.confirm, does="confirm", outcomes="confirm return",
        )  # fmt: skip
        agreed = self.gate("exclusive", f"{prefix}is_confirmed", [Exit(confirm)])
        self.builder.link([Exit(agreed, f'outcomes.{confirm} = "return"', names=_way("returned"))], name)
        one = Exit(second, default=True, main=True, names=_way("one"))
        both = Exit(agreed, default=True, names=_way("confirmed"))
        gate = self.gate("exclusive", f"{prefix}is_approved", [one, both])
        self.overturned.append([])
        refused = Exit(gate, default=True, names=_way("refuse"))
        self.end_as("refused", self.steps(REFUSED if step.refused is None else step.refused, [refused]))
        approved = Exit(gate, f'outcomes.{name} = "approve"', main=True, names=_way("approve"))
        return [approved, *self.overturned.pop()]

    def objection(self, step: Step, came: list[Exit]) -> list[Exit]:
        """The applicant may object within the term `appeal`. What is overturned goes on as if it had been approved."""
        prefix, name = _prefix(step, "review"), step.name
        gate = self.builder.add(
            "eventBasedGateway", f"{prefix}may_appeal", came,
            stage=_words(STAGES, "appeal_term"), ours={"stage": "appeal_term"},
        )  # fmt: skip
        event = self.builder.message("appeal")
        appealed = self.add("intermediateCatchEvent", "appealed", [Exit(gate)], prefix, inner=event)
        late = self.term(f"{prefix}appeal_overdue", "appeal", [Exit(gate, main=True)], key="appeal_overdue")
        self.add(
            "userTask", "review", [Exit(appealed)], step=step,
            stage="review", who=str(step.objection), does="review", outcomes="uphold overturn",
        )  # fmt: skip
        result = self.gate("exclusive", f"{prefix}is_overturned", [Exit(name)])
        if self.overturned:
            self.overturned[-1].append(Exit(result, f'outcomes.{name} = "overturn"', names=_way("overturn")))
        upheld = [Exit(result, default=True, names=_way("uphold"))]
        told = self.add("serviceTask", "notify_upheld", upheld, prefix, stage="none", operation="notify:upheld")
        return [Exit(late, main=True), Exit(told)]

    def pay(self, step: Step, came: list[Exit]) -> list[Exit]:
        prefix, name = _prefix(step, "payment"), step.name
        gate = self.gate("exclusive", f"{prefix}must_pay", came)
        due = Exit(gate, "fee > 0", names=_way("fee"))
        self.add(
            "userTask", "payment", [due], step=step,
            stage="payment", who=str(step.pay), does="pay", outcomes="paid",
        )  # fmt: skip
        event = self.builder.message("paid")
        paid = self.add(
            "boundaryEvent", "paid", [], prefix, stage="payment", inner=event, plain={"attachedToRef": name}
        )
        return [Exit(gate, default=True, names=_way("free")), Exit(name), Exit(paid)]

    # what the platform does

    def rule(self, step: Step, came: list[Exit]) -> list[Exit]:
        decision = str(step.rule)
        task = self.add("businessRuleTask", "rule", came, step=step, stage="none", decision=decision, result=step.name)
        return [Exit(task)]

    def produce(self, step: Step, came: list[Exit]) -> list[Exit]:
        return [Exit(self.add("serviceTask", "produce", came, step=step, stage="result", operation="produce"))]

    def notify(self, step: Step, came: list[Exit]) -> list[Exit]:
        key = f"notify_{step.notify}"
        return [Exit(self.add("serviceTask", key, came, step=step, stage="none", operation=f"notify:{step.notify}"))]

    def consult(self, step: Step, came: list[Exit]) -> list[Exit]:
        operation = f"consult:{step.consult}"
        return [Exit(self.add("serviceTask", "consult", came, step=step, stage=step.name, operation=operation))]

    def wait(self, step: Step, came: list[Exit]) -> list[Exit]:
        name, event = step.name, self.builder.message(str(step.wait))
        names = step.title or _words(TITLES, name)
        if step.within is None:
            return [Exit(self.builder.add("intermediateCatchEvent", name, came, names=names, inner=event))]
        gate = self.builder.add(
            "eventBasedGateway", f"{name}_or_term", came, stage=step.stage or names, ours={"stage": name}
        )
        self.builder.add("intermediateCatchEvent", name, [Exit(gate, main=True)], names=names, inner=event)
        late = self.term(f"{name}_overdue", step.within, [Exit(gate)])
        return [Exit(name, main=True), *self.silence(step, late)]

    # ways

    def together(self, step: Step, came: list[Exit]) -> list[Exit]:
        split = self.gate("parallel", f"{step.name}_begin", came)
        ends: list[Exit] = []
        for number, branch in enumerate(step.together or (), 1):
            left = self.steps(branch, [Exit(split)])
            if len(left) > 1:  # the join waits for one token on each of its flows
                left = [Exit(self.gate("exclusive", f"{step.name}_branch_{number}", left))]
            ends += left
        return [Exit(self.gate("parallel", f"{step.name}_end", ends))]

    def choose(self, step: Step, came: list[Exit]) -> list[Exit]:
        gate = self.gate("exclusive", step.name, came)
        left: list[Exit] = []
        for number, choice in enumerate(step.choose or ()):
            way = Exit(gate, choice.if_ or "", choice.if_ is None, number == 0, dict(choice.title or {}))
            left += self.steps(choice.steps, [way])
        return left

    def again(self, step: Step, came: list[Exit]) -> list[Exit]:
        self.builder.link(came, str(step.again))
        return []

    def end(self, step: Step, came: list[Exit]) -> list[Exit]:
        self.end_as(str(step.end), came, step)
        return []

    def end_as(self, outcome: str, came: list[Exit], step: Step | None = None) -> None:
        """All that is approved ends at one place, so does what is refused; an end with an id stands for itself."""
        id_ = (step.id if step else None) or outcome
        if id_ in self.ended:
            self.builder.link(came, id_)
        elif came:
            self.ended.add(id_)
            names = (step.title if step else None) or _words(TITLES, outcome)
            self.builder.add("endEvent", id_, came, names=names, ours={"outcome": outcome})

    def silence(self, step: Step, late: str) -> list[Exit]:
        return [Exit(late)] if isinstance(step.silence, str) else self.steps(step.silence, [Exit(late)])


VERBS: Mapping[str, Callable[[_Drawing, Step, list[Exit]], list[Exit]]] = {
    "check": _Drawing.check,
    "ask": _Drawing.ask,
    "decide": _Drawing.decide,
    "objection": _Drawing.objection,
    "pay": _Drawing.pay,
    "rule": _Drawing.rule,
    "produce": _Drawing.produce,
    "notify": _Drawing.notify,
    "consult": _Drawing.consult,
    "wait": _Drawing.wait,
    "together": _Drawing.together,
    "choose": _Drawing.choose,
    "again": _Drawing.again,
    "end": _Drawing.end,
}


def _prefix(step: Step, usual: str) -> str:
    """Before the ids of what belongs to a step: nothing for the only one of its kind, so they are the standard's."""
    return "" if step.name == usual else f"{step.name}_"
