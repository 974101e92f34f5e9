"""The linter's rules: each has a code that never changes, a severity, and advice. The reference is made from them."""

from dataclasses import dataclass

from panjereh.definitions.findings import Severity

ERROR, WARNING = Severity.ERROR, Severity.WARNING


@dataclass(frozen=True, slots=True)
class Rule:
    """What is wrong in general, why it matters, and what to do."""

    code: str
    severity: Severity
    title: str
    why: str
    advice: str


_ALL = [
    # reading
    Rule(
        "P000",
        ERROR,
        "The service can’t be compiled",
        "Nothing else found it, so it is also our mistake.",
        "Look at the message; tell us if it is not clear.",
    ),
    Rule(
        "P001",
        ERROR,
        "A file can’t be read as YAML",
        "Everything else depends on it.",
        "Look at indentation, colons and quotes around the line.",
    ),
    Rule(
        "P002",
        ERROR,
        "Unknown key",
        "A misspelt key would silently do nothing.",
        "Take it out, or look up the right word in the reference.",
    ),
    Rule("P003", ERROR, "A key is missing", "The block means nothing without it.", "Add it."),
    Rule(
        "P004",
        ERROR,
        "A value does not fit",
        "The language has no meaning for it.",
        "Look up in the reference what belongs here.",
    ),
    Rule("P005", ERROR, "A file is missing", "Every country needs it.", "Copy it from an example."),
    Rule(
        "P006",
        ERROR,
        "Names of folder, file and content differ",
        "People look for things by the names of folders.",
        "Give them the same name.",
    ),
    # names
    Rule(
        "P101",
        ERROR,
        "Unknown concept",
        "The question would have no type and no texts.",
        "Add it to concepts.yaml, or name a type.",
    ),
    Rule("P102", ERROR, "Unknown question type", "Nobody could answer it.", "Take one of the types in the reference."),
    Rule(
        "P103",
        ERROR,
        "An option does not fit the question type",
        "A misspelt option would silently do nothing.",
        "Look up the options of the type in the reference.",
    ),
    Rule("P104", ERROR, "Unknown law", "A decision must cite a law that people can read.", "Add the law to laws.yaml."),
    Rule("P105", ERROR, "Unknown agency", "Nobody would be responsible.", "Add it to agencies.yaml."),
    Rule("P106", ERROR, "Unknown registry", "There is nothing to read or write.", "Add it to registries/."),
    Rule(
        "P107",
        ERROR,
        "Unknown look-up, or one that can’t work",
        "The question could never be answered by the registry.",
        "Name a look-up of the registry; `given` must name fields of its `match`.",
    ),
    Rule(
        "P108",
        ERROR,
        "Unknown life event",
        "People could not find the service under it.",
        "Add it to life_events.yaml.",
    ),
    Rule(
        "P109",
        WARNING,
        "An offered service does not exist",
        "The offer would lead nowhere.",
        "Take it out, or write that service.",
    ),
    Rule(
        "P110",
        ERROR,
        "An id is used twice",
        "Expressions and addresses use ids bare.",
        "Give each question, page and list a name of its own.",
    ),
    Rule("P111", ERROR, "Unknown condition", "The proof would prove nothing.", "Add it to `conditions`."),
    Rule(
        "P112",
        ERROR,
        "Unknown person",
        "It must be the applicant, or a question whose answer is a person.",
        "Name `applicant`, `new`, `nobody`, or the id of a person question.",
    ),
    Rule(
        "P113",
        ERROR,
        "Unknown list of choices",
        "There would be nothing to choose.",
        "Take agencies or offices, or write the choices here.",
    ),
    Rule(
        "P114",
        ERROR,
        "Unknown list to repeat for",
        "There is nothing to go through.",
        "Name a repeated page (its `as`) or a repeated question.",
    ),
    Rule("P115", ERROR, "Unknown place", "The office could not be found on any map.", "Use a code of places.yaml."),
    # texts
    Rule(
        "P201",
        ERROR,
        "A translation is missing",
        "Part of the people could not read it.",
        "Write the text in every language of the country.",
    ),
    Rule(
        "P202",
        ERROR,
        "A text is too long for where it stands",
        "It would be cut off on a phone, in a list or in a text message.",
        "Say it in at most 40 characters.",
    ),
    Rule(
        "P203",
        WARNING,
        "A long label has no short form",
        "Lists and text messages have room for 40 characters.",
        "Add `short:`.",
    ),
    Rule(
        "P204",
        ERROR,
        "A channel can’t ask this question",
        "People who use that channel would be stuck.",
        "Take the channel out of `channels`, or ask otherwise.",
    ),
    Rule("P205", ERROR, "A spoken channel has no spoken text", "A label read aloud is no question.", "Add `say:`."),
    Rule(
        "P206",
        WARNING,
        "A check has no words",
        "People would only learn that something is wrong.",
        "Add `text:` that says what is wrong and what to do.",
    ),
    Rule(
        "P207",
        ERROR,
        "Placeholders differ between languages",
        "One of the readers would miss something.",
        "Use the same {placeholders} in every language.",
    ),
    Rule("P208", ERROR, "A question has no label", "People would see its id.", "Add `label:`, or name a concept."),
    # screens
    Rule(
        "P301",
        ERROR,
        "A condition looks at a later answer",
        "Screens see only what was answered before.",
        "Move the question, or ask for the other first.",
    ),
    Rule(
        "P302",
        ERROR,
        "A screen can never appear, or its condition is always true",
        "Either the question or the condition is superfluous.",
        "Correct the condition, or take one of the two out.",
    ),
    Rule(
        "P303",
        ERROR,
        "Pages of one list are apart",
        "A list is filled in at one place.",
        "Put the pages with the same `as:` next to each other.",
    ),
    Rule(
        "P304",
        ERROR,
        "A look-up stands on a page that asks together",
        "What was found must be confirmed before going on.",
        "Take `together` away, or move the question to a page of its own.",
    ),
    Rule(
        "P305",
        ERROR,
        "A look-up needs something that nobody asks",
        "Only a person, organisation or entry question asks for the fields of a look-up.",
        "Give the fields under `given:`, or ask for a person or an entry.",
    ),
    # use
    Rule(
        "P401",
        ERROR,
        "A question is not used",
        "Nobody may be asked for data without a reason.",
        "Use it in a rule, a record, a document or as proof; say `why:`; or don’t ask.",
    ),
    Rule(
        "P402",
        ERROR,
        "A condition has no evidence",
        "An official could neither find it true nor false.",
        "Let a question prove it (`proves:`), or write `official: true`.",
    ),
    Rule(
        "P403",
        ERROR,
        "There is a decision but no condition",
        "A refusal must cite a condition.",
        "Write down under `conditions` what must be true.",
    ),
    Rule(
        "P404",
        ERROR,
        "It asks for what a registry holds",
        "People give the state the same datum once.",
        "Use `source:` to fetch it; say `about:` if it is about somebody else.",
    ),
    Rule(
        "P405",
        ERROR,
        "Data are read without a purpose",
        "Every look at personal data needs a purpose and a law.",
        "Add the registry to `reads` of a purpose.",
    ),
    Rule(
        "P406",
        ERROR,
        "The registry does not allow the reading",
        "The look-up would be refused.",
        "Add the purpose, law, agency and fields to `reads` of the registry, or read less.",
    ),
    # law
    Rule("P501", ERROR, "No legal basis", "An agency acts only on the basis of a law.", "Add `legal_basis`."),
    Rule(
        "P502",
        ERROR,
        "No deadline for the decision",
        "People have a right to know when they get an answer.",
        "Add `deadlines: {decide: …}`.",
    ),
    Rule(
        "P503",
        ERROR,
        "No deadline for an appeal",
        "A refusal must say how long it can be attacked.",
        "Add `deadlines: {appeal: …}`.",
    ),
    Rule("P504", WARNING, "A fee has no law", "No fee without a law.", "Add `law:` to the row."),
    Rule(
        "P505",
        ERROR,
        "The sign-in level does not suffice",
        "Only people who proved who they are can be tied to data of a register.",
        "Raise `identity` to substantial, or don’t use what is known of the applicant.",
    ),
    # expressions
    Rule("P601", ERROR, "An expression can’t be read", "It is not FEEL.", "Look at the place that the message names."),
    Rule(
        "P602",
        ERROR,
        "An expression uses an unknown name",
        "It would always be null.",
        "Use ids of questions, names of `let`, or facts: applicant, role, submitted_on, channel.",
    ),
    Rule(
        "P603",
        ERROR,
        "Names of `let` stand in the wrong order",
        "Each can use those above it.",
        "Move it below what it uses.",
    ),
    # tables
    Rule(
        "P701",
        ERROR,
        "A decision table is missing or can’t be read",
        "There would be no fee.",
        "Look at the message, and at the name after #.",
    ),
    Rule(
        "P702",
        ERROR,
        "A decision table has a gap",
        "For some cases no row says anything.",
        "Add a row for the example.",
    ),
    Rule(
        "P703",
        ERROR,
        "Rows of a decision table overlap",
        "For some cases two rows say different things.",
        "Narrow one of them, or write `hit: first`.",
    ),
    Rule(
        "P704",
        ERROR,
        "A row of a decision table is never reached",
        "It only looks as if it mattered.",
        "Take it out, or move it up.",
    ),
    Rule(
        "P705",
        ERROR,
        "A fee table gives no amount",
        "The output must be called `amount`, in rials.",
        "Name the output `amount`.",
    ),
    # results
    Rule(
        "P801",
        ERROR,
        "The process is not valid",
        "Cases would get stuck.",
        "Open the file in a BPMN editor and follow the message.",
    ),
    Rule(
        "P802",
        ERROR,
        "The process waits for a deadline that is not given",
        "The clock could not be set.",
        "Add it to `deadlines`.",
    ),
    Rule(
        "P803",
        ERROR,
        "A template is missing",
        "The document could not be made.",
        "Put the file into the folder of the service.",
    ),
    Rule(
        "P804",
        ERROR,
        "The certificate uses a field that does not exist",
        "The document could not be made.",
        "Add it to `data:` of the document, or correct the name.",
    ),
    Rule(
        "P805",
        WARNING,
        "The certificate does not use a datum",
        "Data that nobody sees need not be there.",
        "Use it in the template, or take it out.",
    ),
    Rule("P806", ERROR, "A public field does not exist", "Nobody could see it.", "Use names of `data:`."),
    Rule(
        "P807",
        ERROR,
        "The registry has no such field",
        "The entry could not be written.",
        "Use the fields of the registry, or add it there.",
    ),
    Rule(
        "P808",
        ERROR,
        "The new entry lacks a field that is required",
        "The registry would refuse it.",
        "Give it under `create:`.",
    ),
    Rule(
        "P809",
        ERROR,
        "The process can get stuck",
        "A case would wait for ever, or a step would never be done.",
        "Follow the message: join what was split at the same kind of gateway, and connect every step.",
    ),
    Rule(
        "P810",
        WARNING,
        "The process may run otherwise than meant",
        "A step could be done twice, or a case wait for something that never comes.",
        "Follow the message, or leave it if it is meant so.",
    ),
    Rule(
        "P811",
        ERROR,
        "Cases can't run this process yet",
        "It needs something that only the engine knows, not the cases.",
        "Follow the message.",
    ),
    # steps
    Rule(
        "P821",
        ERROR,
        "An option does not belong to this step",
        "It would silently do nothing.",
        "Look up in the reference what belongs to which step.",
    ),
    Rule(
        "P822",
        ERROR,
        "The name of a step is taken or unknown",
        "`outcomes`, examples and `again` name steps, each by its own name.",
        "Give the second one an `id`, or correct the name.",
    ),
    Rule(
        "P823",
        ERROR,
        "A step is never reached",
        "It only looks as if it mattered.",
        "Take it out, or move it up.",
    ),
    Rule(
        "P824",
        ERROR,
        "A choice has no way for the rest",
        "A case for which nothing holds would get stuck.",
        "Let the last of at least two ways stand without `if`.",
    ),
    Rule(
        "P825",
        ERROR,
        "Steps can’t go on side by side like this",
        "The case goes on when all are done; if one ended it, the others would be left over.",
        "Write at least two lists of steps, and decide behind them.",
    ),
    Rule(
        "P826",
        ERROR,
        "A step has no term",
        "A person must know when it goes on, whatever the others do.",
        "Add `within:` with a length of time or a deadline of the service.",
    ),
    Rule(
        "P827",
        ERROR,
        "A step does not say what it is",
        "Officials and people read its title.",
        "Add `id` and `title`; write `objection` below `refused`.",
    ),
    # scenarios
    Rule(
        "P901",
        WARNING,
        "There are no scenarios",
        "A service without examples is not tested.",
        "Write scenarios.yaml: one example for each branch.",
    ),
    Rule(
        "P902",
        ERROR,
        "A scenario does not fit the service",
        "It would test nothing.",
        "Use ids of questions, conditions and steps, and canonical values.",
    ),
    Rule(
        "P903",
        WARNING,
        "No scenario takes this branch",
        "A condition that was never both true and false is not tested.",
        "Add a scenario, or to one of them the answer that is missing.",
    ),
    Rule(
        "P904",
        WARNING,
        "No scenario comes to this row of the fee table",
        "A fee that was never calculated is not tested.",
        "Add a scenario for it.",
    ),
    Rule(
        "P905",
        WARNING,
        "No scenario ends this way",
        "Both approval and refusal must be tried.",
        "Add a scenario that is approved, and one that is refused.",
    ),
    Rule(
        "P906",
        WARNING,
        "No scenario for this kind of applicant",
        "Each kind has its own way.",
        "Add a scenario with this role.",
    ),
]

RULES: dict[str, Rule] = {rule.code: rule for rule in _ALL}
