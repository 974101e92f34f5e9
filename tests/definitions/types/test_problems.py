"""Problems of answers."""

import pickle
import re
from pathlib import Path

from panjereh import definitions
from panjereh.definitions.problems import CODES, AnswerProblem


def test_problems_of_one_question_travel_together():
    problem = AnswerProblem.of(
        [
            AnswerProblem.of([AnswerProblem("missing", "a"), AnswerProblem("too_long", "b", max=1, got=2)]),
            AnswerProblem("email", "c"),
        ]
    )

    assert [each.box for each in problem.all] == ["a", "b", "c"]
    assert problem.all[1].params == {"max": 1, "got": 2}


def test_a_problem_survives_the_way_between_processes():
    problem = AnswerProblem.of([AnswerProblem("too_long", "a", max=1, got=2), AnswerProblem("missing", "b")])

    again = pickle.loads(pickle.dumps(problem))

    assert [(each.code, each.box, each.params) for each in again.all] == [
        (each.code, each.box, each.params) for each in problem.all
    ]


def test_every_code_that_a_type_writes_is_listed():
    source = "".join(path.read_text() for path in (Path(definitions.__file__).parent / "types").glob("*.py"))
    written = set(re.findall(r'AnswerProblem\("(\w+)"', source)) | set(re.findall(r'missing_code = "(\w+)"', source))

    assert written <= set(CODES)
    assert all(code.doc.endswith(".") for code in CODES.values())
