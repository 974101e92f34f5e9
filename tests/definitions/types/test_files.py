"""Files: known by content, limited in size and number, named safely."""

import io
import zipfile
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.definitions.types.kinds import ASKING, JPEG, KEPT_FILE, PDF, PNG, Sent, is_described, make, outcome

from panjereh.definitions.problems import AnswerProblem
from panjereh.definitions.types import Asking, Form
from panjereh.definitions.types.files import clean_name


class Shelf:
    """Keeps what it is given, as the caller's store does."""

    def __init__(self):
        self.kept = []

    def store(self, content, name, media_type):
        self.kept.append((content, name, media_type))
        return f"id{len(self.kept)}"


@pytest.fixture
def shelf():
    return Shelf()


def sent(*uploads, kept=()):
    return Form({"q.kept": list(kept)}, {"q": uploads})


def problem_of(kind, form, asking=ASKING):
    with pytest.raises(AnswerProblem) as caught:
        kind.parse(form, "q", asking)
    assert is_described(caught.value)
    return caught.value


def test_the_answer_says_what_the_file_was_and_where_it_is(shelf):
    answer = make("file").parse(sent(Sent("سند.pdf", PDF)), "q", Asking(store=shelf.store))

    assert answer == {
        "id": "id1",
        "name": "سند.pdf",
        "type": "application/pdf",
        "size": len(PDF),
        "sha256": sha256(PDF).hexdigest(),
    }
    assert shelf.kept == [(PDF, "سند.pdf", "application/pdf")]


def test_the_content_decides_what_a_file_is_and_its_name_follows(shelf):
    answer = make("file").parse(sent(Sent("photo.jpg", PNG)), "q", Asking(store=shelf.store))

    assert (answer["name"], answer["type"]) == ("photo.png", "image/png")


@pytest.mark.parametrize(
    "content", [b"MZ" + b"\x00" * 300, b"<script>alert(1)</script>", b"GIF89a" + b"\x00" * 50, b"%PD", b"\x00"]
)
def test_what_is_not_the_kind_of_file_asked_for_is_refused_and_not_kept(content, shelf):
    problem = problem_of(make("file"), sent(Sent("letter.pdf", content)), Asking(store=shelf.store))

    assert problem.code == "file_type"
    assert problem.params == {"name": "letter.pdf", "types": ["pdf", "jpeg", "png"]}
    assert shelf.kept == []


def test_a_word_document_is_known_by_what_its_archive_holds():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name in ("[Content_Types].xml", "_rels/.rels", "docProps/app.xml", "word/document.xml"):
            archive.writestr(name, "<x/>" * 20)

    answer = make("file", kinds=["docx"]).parse(sent(Sent("a.doc", content.getvalue())), "q")

    assert answer["name"] == "a.docx"


def test_a_plain_archive_is_no_word_document():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("virus.exe", b"MZ")

    assert problem_of(make("file", kinds=["docx", "pdf"]), sent(Sent("a.docx", content.getvalue()))).code == "file_type"


def test_a_file_that_is_too_large_is_not_read(shelf):
    big = Sent("a.pdf", b"", size=2_000_000)
    big.read = None

    problem = problem_of(make("file", megabytes=1), sent(big), Asking(store=shelf.store))

    assert (problem.code, problem.params) == ("file_too_large", {"name": "a.pdf", "max": 1})


def test_a_size_that_lies_does_not_help():
    assert problem_of(make("file", megabytes=1), sent(Sent("a.pdf", PDF * 100_000, size=10))).code == "file_too_large"


def test_an_empty_file_is_told():
    assert problem_of(make("file"), sent(Sent("a.pdf", b""))).code == "file_empty"


def test_no_file_chosen_is_no_answer():
    assert make("file").parse(sent(Sent("", b"")), "q") is None


def test_files_are_counted_with_those_that_are_here_already():
    kind = make("file", max=2)

    answer = kind.parse(sent(Sent("a.pdf", PDF), kept=["f1"]), "q", ASKING)
    assert [each["name"] for each in answer] == ["سند.pdf", "a.pdf"]
    problem = problem_of(kind, sent(Sent("a.pdf", PDF), Sent("b.jpg", JPEG), kept=["f1"]))
    assert (problem.code, problem.params) == ("too_many", {"max": 2, "got": 3})


def test_the_same_file_twice_is_kept_once(shelf):
    answer = make("file", max=3).parse(sent(Sent("a.pdf", PDF), Sent("b.pdf", PDF)), "q", Asking(store=shelf.store))

    assert len(answer) == len(shelf.kept) == 1


def test_one_bad_file_keeps_all_from_being_stored(shelf):
    problem = problem_of(
        make("file", max=3), sent(Sent("a.pdf", PDF), Sent("b.exe", b"MZ"), Sent("c", b"")), Asking(store=shelf.store)
    )

    assert [each.code for each in problem.all] == ["file_type", "file_empty"]
    assert shelf.kept == []


def test_a_new_file_replaces_the_one_that_is_here():
    answer = make("file").parse(sent(Sent("neu.pdf", PDF), kept=["f1"]), "q", ASKING)

    assert answer["name"] == "neu.pdf"


def test_a_file_that_was_never_uploaded_here_cannot_be_named():
    assert problem_of(make("file"), sent(kept=["somebody-elses"])).code == "file_unknown"
    with pytest.raises(AnswerProblem, match="file_unknown"):
        make("file").accept(KEPT_FILE | {"id": "somebody-elses"}, asking=ASKING)


def test_data_cannot_say_what_a_file_is_only_our_store_can():
    forged = KEPT_FILE | {"name": "forged.pdf"}

    assert make("file").accept(forged, asking=ASKING) == KEPT_FILE
    assert make("file").accept(forged, asking=Asking(proven=True)) == forged


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\sara\\سند.pdf", "سند.pdf"),
        ("a\u202efdp.exe", "afdp.exe"),
        ("\x00\n.pdf", "pdf"),
        ("", "file"),
        ("...", "file"),
        ("a" * 300 + ".pdf", "a" * 90 + ".pdf"),
        ("\ud800x.png", "x.png"),
    ],
)
def test_names_of_files_are_safe_to_show_and_to_save(name, clean):
    assert clean_name(name) == clean


@given(st.text(st.characters(exclude_categories=())))
def test_any_name_of_a_file_becomes_a_safe_one(name):
    cleaned = clean_name(name)

    assert cleaned
    assert cleaned.encode("utf-8")
    assert not set(cleaned) & set('/\\<>:"|?*\n\x00')
    assert len(cleaned) <= 110


@given(content=st.binary(max_size=400), name=st.text(st.characters(exclude_categories=()), max_size=20))
def test_any_content_is_a_file_or_a_described_problem(content, name):
    answer = outcome(make("file", max=2).parse, sent(Sent(name, content), Sent(None, content)), "q")

    assert is_described(answer) if isinstance(answer, AnswerProblem) else answer is None or answer[0]["size"]
