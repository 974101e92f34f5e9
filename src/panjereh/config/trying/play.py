"""Letting one example happen: the form is filled in and sent, then officials, applicant and time do their parts.

Each example is undone in the end, so that none sees another, save those that it names in `after`.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from panjereh.cases import fees, inquiries, queries, signals
from panjereh.cases import operations as cases
from panjereh.cases.access import service_of
from panjereh.cases.asking import asking_for
from panjereh.cases.errors import NotComplete, OthersMustSign
from panjereh.cases.models import Case, Draft, Inquiry, Listener, Task
from panjereh.cases.operations.tasks import barred_from, target_of
from panjereh.cases.signatures import Signed
from panjereh.catalogue import queries as catalogue
from panjereh.config.handlers import HANDLERS
from panjereh.config.trying import device, together
from panjereh.config.trying.fill import form_of
from panjereh.config.trying.outcome import Outcome
from panjereh.config.trying.together import Round
from panjereh.config.trying.world import MORNING
from panjereh.definitions import Country
from panjereh.definitions.scenarios import Happening, Scenario
from panjereh.documents.errors import TemplateFails
from panjereh.identity import mandates, policy
from panjereh.identity import operations as identity
from panjereh.identity import queries as identities
from panjereh.kernel import clock
from panjereh.kernel.actor import SYSTEM, Actor, Channel
from panjereh.kernel.errors import PanjerehError
from panjereh.outbox import operations as outbox
from panjereh.outbox import queries as effects
from panjereh.payments import gateways
from panjereh.payments import operations as payments
from panjereh.payments import queries as money
from panjereh.payments.errors import NotOfTheGateway
from panjereh.payments.gateways import demo
from panjereh.payments.gateways.port import Call
from panjereh.payments.models import Bill
from panjereh.registries import queries as registries

PAUSE = timedelta(minutes=10)
"""Between two things that happen."""
BACK = "https://example.org/pay/?order={order}"
MOST_SCREENS = 500
"""More than anybody would answer: stops a form that asks in a circle."""
ROLES_AT_THE_DESK = ("helpdesk", "officer")


class Stuck(Exception):
    """The example can't happen as it says; the sentence says where and why."""


class _UndoError(Exception):
    """Ends the transaction of an example without keeping it."""


def play(country: Country, service: str, scenario: Scenario, others: Mapping[str, Scenario]) -> Outcome:
    """What comes of an example, in a world that is as before when this returns.

    others: the examples of the same service by name, for those that must have happened before. Raises Stuck.
    """
    try:
        with transaction.atomic():
            for name in scenario.after:
                Trial(country, service, others[name]).run()
            outcome = Trial(country, service, scenario).run()
            raise _UndoError
    except _UndoError:
        return outcome


@dataclass
class Trial:
    """One example on its way."""

    country: Country
    service: str
    scenario: Scenario
    outcome: Outcome = field(default_factory=Outcome)
    case: Case | None = None
    round: Round | None = None

    def run(self) -> Outcome:
        """Let all of it happen, for good: the caller undoes it."""
        with clock.at(datetime.combine(self.scenario.on, MORNING, tzinfo=clock.home_zone())):
            applicant = self.applicant()
            self.case = self.send(applicant)
            if self.case is None and self.round is None:
                return self.outcome
            self.let_workers_run()
            for place, happening in enumerate(self.scenario.then, start=1):
                clock.advance(PAUSE)
                try:
                    self.happen(happening, applicant)
                except PanjerehError as error:
                    raise Stuck(f"then, number {place} ({describe(happening)}): {error}") from error
                self.let_workers_run()
            if self.case is None:
                self.outcome.outcome = self.round.outcome if self.round else "open"
                return self.outcome
            try:
                self.outcome.look_at(self.case, applicant)
            except TemplateFails as error:
                raise Stuck(f"documents: {error}") from error
            return self.outcome

    def happen(self, it: Happening, applicant: Actor) -> None:
        """One thing: to the case, or before there is one to the document that waits for signatures."""
        if self.case is not None:
            Happens(self.case, applicant, it, self).run()
        elif self.round is not None:
            self.before_it_is_sent(self.round, it, applicant)
            self.case = Case.objects.filter(pk=self.round.case).first() if self.round.case else None

    def before_it_is_sent(self, going: Round, it: Happening, applicant: Actor) -> None:
        if it.wait is not None:
            together.wait(it)
        for name in it.sign:
            if it.at_desk:
                going.sign_at_desk(self.person(name), self.helper())
            else:
                going.sign(self.somebody(name))
        if it.decline is not None:
            going.decline(self.somebody(it.decline), it.reason or "نه")
        if it.applicant == "change":
            self.scenario = self.scenario.model_copy(update={"answers": {**self.scenario.answers, **it.answers}})
            self.outcome.screens.clear()
            self.send(applicant)

    def somebody(self, name: str) -> Actor:
        """Somebody of the demonstration, signed in."""
        known = {person.id: person for person in self.country.demonstration.people}
        if name not in known or known[name].email is None:
            raise Stuck(f"sign: there is nobody called {name} with an account in demonstration.yaml")
        account = identity.create_account(known[name].email or "", language=known[name].language)
        return identities.actor_of(account)

    def person(self, name: str) -> UUID:
        """Somebody by name in the demonstration, or by the national number of an entry of the register."""
        if name in {person.id for person in self.country.demonstration.people}:
            party = self.somebody(name).party
        else:
            entity = registries.entity_of(self.country.registries["population"], name)
            known = identities.party_of_entity(entity) if entity else None
            party = known.pk if known else None
        if party is None:
            raise Stuck(f"sign: nobody is known as {name}")
        return party

    def signed(self, draft: UUID, actor: Actor) -> Signed | None:
        """With a passkey, where the service asks for that and nobody sits at the counter."""
        view = queries.draft(actor, draft)
        wanted = view.service.definition.signature == "passkey" and not actor.is_official
        return device.sign(view, actor, self.scenario.language) if wanted else None

    def let_workers_run(self) -> None:
        outbox.run_until_idle(HANDLERS)
        if dead := effects.dead():
            last_line = dead[0].failure.strip().splitlines()[-1]
            raise Stuck(f"the effect {dead[0].kind} can’t be carried out: {last_line}")

    def applicant(self) -> Actor:
        """The person who applies, signed in; somebody unknown has proven an e-mail address and nothing else."""
        name = self.scenario.applicant
        known = {person.id: person for person in self.country.demonstration.people}
        if name is not None and name not in known:
            raise Stuck(f"applicant: there is nobody called {name} in demonstration.yaml")
        email = (known[name].email if name else None) or f"{name or 'somebody'}@example.org"
        account = identity.create_account(email, language=self.scenario.language)
        person = identities.actor_of(account, language=self.scenario.language)
        return self.in_the_name_of(self.scenario.acts_for, person) if self.scenario.acts_for else person

    def in_the_name_of(self, number: str, person: Actor) -> Actor:
        """The person as the representative or parent that the registers know."""
        identity.find_registered(person, self.country)
        for mandate in mandates.held_by(person):
            if number in (mandate.principal.company_id, mandate.principal.national_id):
                return mandates.act_for(person, mandate)
        raise Stuck(f"acts_for: no register lets the applicant act for {number}")

    def send(self, applicant: Actor) -> Case | None:
        """Answer all screens and send. What keeps it from being sent is noted."""
        actor, visitor = applicant, None
        if self.scenario.channel == "desk":
            actor, visitor = self.helper(), applicant.party
        try:
            draft = cases.start_draft(self.service, actor=actor, applicant=visitor)
            if self.fill_in(draft, actor):
                return self.hand_in(draft.pk, actor, applicant)
        except NotComplete as error:
            self.outcome.problems = list(dict.fromkeys(problem.question for problem in error.problems))
        except PanjerehError as error:
            self.outcome.problems = [error.code]
        return None

    def hand_in(self, draft: UUID, actor: Actor, applicant: Actor) -> Case | None:
        """The case; none while others must sign first, who are asked now."""
        signed = self.signed(draft, actor)
        try:
            return cases.submit(draft, actor=actor, signed=signed)
        except OthersMustSign:
            cases.ask_to_sign(draft, actor=actor, signed=signed)
            self.round = Round(draft, applicant, self.scenario.language)
            return None

    def helper(self) -> Actor:
        """Somebody at the desk of the service's agency."""
        agency = self.country.services[self.service].agency
        for role in ROLES_AT_THE_DESK:
            for official in identities.officials(agency, role=role):
                actor = identities.actor_of(official.account, as_official=True, channel=Channel.DESK)
                if policy.may(actor, "case.assist", policy.Target(agency=agency)):
                    return actor
        raise Stuck(f"channel desk: nobody at {agency} may help visitors")

    def fill_in(self, draft: Draft, actor: Actor) -> bool:
        """Whether every screen took its answer."""
        people = {person.id: person for person in self.country.demonstration.people}
        asking = asking_for(self.scenario.language)
        screen = catalogue.current(self.service).service.first(draft.answers, draft.facts)
        while screen is not None and len(self.outcome.screens) < MOST_SCREENS:
            self.outcome.screens.append(screen.path)
            try:
                form = form_of(screen, self.scenario.answers, asking, people)
            except (AttributeError, KeyError, TypeError, ValueError) as error:
                raise Stuck(
                    f"{screen.path}: the answer has not the shape of its question; see ./panjereh check"
                ) from error
            answered = cases.answer(draft.pk, actor=actor, path=screen.path, form=form, language=self.scenario.language)
            if not answered.ok:
                self.outcome.problems = list(dict.fromkeys(each.question for each in answered.parsed.problems))
                return False
            screen = answered.next
        return True


@dataclass
class Happens:
    """One thing that happens to a case."""

    case: Case
    applicant: Actor
    it: Happening
    play: Trial

    @property
    def reason(self) -> str:
        return self.it.reason or {"fa": "نمونهٔ آزمایشی"}.get(self.play.scenario.language, "A worked example")

    def run(self) -> None:
        number = self.case.number
        if self.it.wait is not None:
            self.wait()
        elif self.it.extend is not None:
            cases.extend(number, actor=self.official("registrar"), reason=self.it.extend)
        elif self.it.await_agency is not None:
            cases.await_agency(
                number, actor=self.official("registrar"), agency=self.it.await_agency, reason=self.reason
            )
        elif self.it.answered:
            cases.agency_answered(number, actor=self.official("registrar"))
        elif self.it.consulted is not None:
            self.consulted(self.it.consulted)
        elif self.it.signal is not None:
            self.hear(self.it.signal)
        elif self.it.applicant == "withdraw":
            cases.withdraw(
                number, actor=self.applicant, reason=self.reason, signed=self.signed("withdraw", self.reason)
            )
        elif self.it.applicant == "appeal":
            cases.appeal(number, actor=self.applicant, reason=self.reason, signed=self.signed("appeal", self.reason))
        elif self.it.applicant == "correct":
            self.correct()
        elif self.it.pays is not None:
            self.pay(self.it.pays)
        elif self.it.give_back is not None:
            self.give_back(self.it.give_back)
        else:
            self.complete(self.open_task())

    def pay(self, habit: str) -> None:
        """Online, at the gateway that takes no real money."""
        bill = fees.bill_of(self.case)
        if bill is None or not bill.is_open:
            raise Stuck(f"pays {habit}: nothing is to be paid now")
        with gateways.only("demo:"):
            payment, _way = payments.begin(bill.number, "demo", back=BACK, actor=self.applicant)
            fields = demo.press(payment.reference, habit)[1]
            with suppress(NotOfTheGateway):
                payments.hear("demo", Call(fields))
            clock.advance(PAUSE)
            self.play.let_workers_run()

    def give_back(self, reason: str) -> None:
        paid = next((one for one in money.attempts_at(self.bill()) if one.state == one.State.SETTLED), None)
        if paid is None:
            raise Stuck("give_back: nothing was paid online")
        with gateways.only("demo:"):
            refund = payments.propose(paid.order, paid.captured, actor=self.official("officer"), reason=reason)
            payments.decide_refund(refund.pk, agree=True, actor=self.official("supervisor"))
            self.play.let_workers_run()

    def bill(self) -> Bill:
        bill = fees.bill_of(self.case)
        if bill is None:
            raise Stuck("give_back: nothing was ever asked for")
        return bill

    def consulted(self, name: str) -> None:
        """Somebody at the asked agency answers."""
        asked = Inquiry.objects.filter(case=self.case, ended_at=None)
        inquiry = asked.filter(Q(name=name) | Q(name="", agency=name)).first()
        if inquiry is None:
            waiting = ", ".join(one.name or one.agency for one in asked) or "none"
            raise Stuck(f"consulted {name}: no such question waits for an answer. Waiting: {waiting}")
        screen, language = inquiries.page(service_of(self.case), inquiry), self.play.scenario.language
        people = {person.id: person for person in self.play.country.demonstration.people}
        actor = self.of_agency(inquiry.agency)
        form = form_of(screen, self.it.answers, asking_for(language), people)
        parsed = cases.receive(inquiry.pk, actor=actor, form=form, language=language)
        if not parsed.ok:
            problem = parsed.problems[0]
            raise Stuck(f"consulted {name}: the answer to {problem.question} is not taken: {problem.code}")

    def of_agency(self, agency: str) -> Actor:
        for role in ("officer", "registrar", "supervisor"):
            for official in identities.officials(agency, role=role):
                if official.party_id not in target_of(self.case).parties:
                    return identities.actor_of(official.account, as_official=True, channel=Channel.DESK)
        raise Stuck(f"nobody at {agency} could answer")

    def hear(self, signal: str) -> None:
        """As if another case about the same had thrown it."""
        listener = Listener.objects.filter(case=self.case, signal=signal).first()
        if listener is None:
            raise Stuck(f"signal {signal}: the case does not wait for it now")
        payload = {"case": str(self.case.pk), "signal": signal, "of": ""}
        outbox.queue(signals.HEARD, payload, key=f"trial:{self.case.pk}:{signal}:{clock.now()}")

    def signed(self, act: str, reason: str = "") -> Signed | None:
        """With a passkey, where the application was signed with one."""
        if service_of(self.case).definition.signature != "passkey":
            return None
        return device.sign_act(self.case.number, self.applicant, act, self.play.scenario.language, reason)

    def wait(self) -> None:
        """Day after day, so that what falls due happens on its day and in its order."""
        assert self.it.wait is not None  # noqa: S101 - the caller looked
        until = catalogue.country().working_calendar.add(clock.today(), self.it.wait)
        while clock.today() < until:
            clock.advance(timedelta(days=1))
            self.play.let_workers_run()

    def correct(self) -> None:
        """The applicant mends what was asked about, and what that opens; the rest of the example's answers stay."""
        correction = self.case.corrections.order_by("-asked_at").first()
        self.case.refresh_from_db()
        for path in correction.screens if correction else ():
            opened: str | None = path
            while opened is not None:
                opened = self.mend(opened)
        cases.send_correction(self.case.number, actor=self.applicant, signed=self.signed("correct"))

    def mend(self, path: str) -> str | None:
        """The path of the screen that is asked because of the new answer."""
        given = {**self.play.scenario.answers, **self.it.answers}
        people = {person.id: person for person in self.play.country.demonstration.people}
        language = self.play.scenario.language
        correction = self.case.corrections.order_by("-asked_at").first()
        answers = correction.answers if correction else {}
        screen = service_of(self.case).screen(path, answers, self.case.facts)
        if screen is None:
            return None
        form = form_of(screen, given, asking_for(language), people)
        answered = cases.answer_correction(
            self.case.number, actor=self.applicant, path=path, form=form, language=language
        )
        if not answered.ok:
            raise Stuck(f"the corrected answer to {path} is not taken: {answered.parsed.problems[0].code}")
        return answered.next.path if answered.next else None

    def open_task(self) -> Task:
        """The open step that the example means: by its name, or the one that can end so."""
        elements = service_of(self.case).process.elements
        tasks = list(Task.objects.filter(case=self.case, done_at=None).order_by("opened_at", "pk"))
        for task in tasks:
            fits = self.it.outcome is None or self.it.outcome in elements[task.element].outcomes or task.does == "pay"
            if self.it.task == task.element or (self.it.task is None and fits):
                return task
        waiting = ", ".join(task.element for task in tasks) or "none; the case is closed or waits for something else"
        raise Stuck(f"{describe(self.it)}: no such step is open. Open: {waiting}")

    def complete(self, task: Task) -> None:
        actor = self.official(task.who, task)
        if task.assignee_id != actor.party:
            cases.take(task.pk, actor=actor, reason=self.reason)
        outcome, cited = self.it.outcome or "", self.it.conditions
        if outcome == "correct":
            cases.ask_correction(task.pk, actor=actor, screens=self.screens(), message=self.reason)
        elif task.does == "check":
            cases.accept(task.pk, actor=actor)
        elif task.does == "decide":
            reason = self.reason if outcome == "refuse" else self.it.reason or ""
            cases.decide(task.pk, actor=actor, outcome=outcome, conditions=cited, reason=reason)
        elif task.does == "confirm":
            agree = outcome == "confirm"
            cases.confirm(task.pk, actor=actor, agree=agree, reason=(self.it.reason or "") if agree else self.reason)
        elif task.does == "review":
            cases.review(task.pk, actor=actor, outcome=outcome, conditions=cited, reason=self.reason)
        elif task.does == "pay":
            cases.record_payment(task.pk, actor=actor, receipt=self.it.receipt or self.case.number)
        else:
            raise Stuck(f"{task.element}: an example can’t do what this step does ({task.does})")

    def official(self, role: str, task: Task | None = None) -> Actor:
        """Somebody of that role whom the case does not concern; whoever has the task already comes first."""
        barred = barred_from(task) if task else target_of(self.case).parties
        able = [one for one in identities.officials(self.case.agency, role=role) if one.party_id not in barred]
        if not able:
            raise Stuck(f"nobody at {self.case.agency} with the role {role} may do this step")
        chosen = next((one for one in able if task and one.party_id == task.assignee_id), able[0])
        actor = identities.actor_of(chosen.account, as_official=True, channel=Channel.DESK)
        if task is not None and task.assignee_id not in (None, actor.party):
            cases.assign(task.pk, actor=replace(SYSTEM, agency=task.agency), to=chosen.party_id, reason=self.reason)
            task.refresh_from_db()
        return actor

    def screens(self) -> list[str]:
        """The screens that ask what is to be corrected. A path names itself."""
        wanted = set(self.it.fields)
        self.case.refresh_from_db()
        asked = service_of(self.case).screens(self.case.answers, self.case.facts)
        asking = [screen for screen in asked if screen.kind not in ("found", "more")]
        return [screen.path for screen in asking if screen.path in wanted or wanted & set(screen.asks)]


def describe(happening: Happening) -> str:
    """A happening in a word or two."""
    if happening.wait is not None:
        return f"wait {happening.wait}"
    if happening.extend is not None:
        return "extend"
    if happening.await_agency is not None or happening.answered:
        return f"await {happening.await_agency}" if happening.await_agency else "answered"
    if happening.pays is not None or happening.give_back is not None:
        return f"pays {happening.pays}" if happening.pays else "give_back"
    if happening.sign or happening.decline:
        return f"sign {', '.join(happening.sign)}" if happening.sign else f"decline {happening.decline}"
    return " ".join(filter(None, [happening.task, happening.outcome, happening.applicant]))
