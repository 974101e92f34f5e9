"""The launcher before anything is installed: what it reads, what it fetches, what it says when it can't."""

import functools
import http.server
import importlib.util
import io
import json
import sys
import threading
import zipfile
from hashlib import sha256
from importlib.machinery import SourceFileLoader
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def launcher(tmp_path, monkeypatch):
    """The script as a module of its own, whose folder is an empty one and which sees no settings of this machine."""
    loader = SourceFileLoader("panjereh_launcher", str(ROOT / "panjereh"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    loader.exec_module(module)
    for name, path in {"ROOT": "", "VENV": ".venv", "TOOLS": ".tools", "MARKER": ".venv/installed.json"}.items():
        monkeypatch.setattr(module, name, str(tmp_path / path))
    monkeypatch.setattr(module, "PYTHON", str(tmp_path / ".venv/bin/python"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    for name in ("INDEX_URL", "EXTRA_INDEX_URL", "FIND_LINKS", "CERT", "NO_INDEX", "CONFIG_FILE"):
        monkeypatch.delenv(f"PIP_{name}", raising=False)
    for name in ("requirements.lock", "requirements-dev.lock"):
        (tmp_path / name).write_text("a lock\n")
    (tmp_path / ".tools").mkdir()
    (tmp_path / ".venv/bin").mkdir(parents=True)
    return module


def wheel_of_uv(version: str) -> bytes:
    """A wheel with a program that is none."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(f"uv-{version}.data/scripts/uv", "#!/bin/sh\necho uv\n")
    return content.getvalue()


@pytest.fixture
def index(launcher, tmp_path, monkeypatch):
    """A package index on this machine with one wheel; gives its folder and its address."""
    folder = tmp_path / "index"
    (folder / "simple/uv").mkdir(parents=True)
    name = launcher.uv_wheel_names()[0]
    (folder / name).write_bytes(wheel_of_uv(launcher.UV))
    monkeypatch.setattr(launcher, "UV_WHEELS", {"here": sha256((folder / name).read_bytes()).hexdigest()})
    monkeypatch.setattr(launcher, "uv_wheel_names", lambda: [name])
    (folder / "simple/uv/index.html").write_text(f'<a href="../../{name}#sha256=0">{name}</a>')

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_arguments: object) -> None:
            """Nothing to read."""

        def guess_type(self, path: str) -> str:
            return "application/vnd.pypi.simple.v1+json" if path.endswith("index.json") else super().guess_type(path)

        def send_head(self):
            json_page = Path(self.translate_path(self.path)) / "index.json"
            self.path = self.path + "index.json" if json_page.exists() else self.path
            return super().send_head()

    handler = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield folder, f"http://127.0.0.1:{server.server_port}/simple"
        server.shutdown()
        thread.join()


def test_the_installer_comes_from_an_html_index_without_pip(launcher, index, monkeypatch):
    monkeypatch.setenv("PIP_INDEX_URL", index[1])

    program = Path(launcher.uv())

    assert program.read_text() == "#!/bin/sh\necho uv\n"
    assert program.stat().st_mode & 0o111


def test_the_installer_comes_from_a_json_index_without_pip(launcher, index, monkeypatch):
    folder, address = index
    name = launcher.uv_wheel_names()[0]
    (folder / "simple/uv/index.html").unlink()
    (folder / "simple/uv/index.json").write_text(json.dumps({"files": [{"filename": name, "url": f"/{name}"}]}))
    monkeypatch.setenv("PIP_INDEX_URL", address + "/")

    assert launcher.uv() is not None


def test_a_wheel_that_is_not_the_known_one_is_refused(launcher, index, monkeypatch, capfd):
    folder, address = index
    (folder / launcher.uv_wheel_names()[0]).write_bytes(wheel_of_uv(launcher.UV) + b"x")
    monkeypatch.setenv("PIP_INDEX_URL", address)

    assert launcher.uv() is None
    assert "not the file that we know" in capfd.readouterr().err
    assert not list(Path(launcher.TOOLS).iterdir())


def test_a_folder_of_links_serves_as_well(launcher, index, monkeypatch):
    monkeypatch.setenv("PIP_FIND_LINKS", str(index[0]))

    assert launcher.uv() is not None


def test_variables_come_before_files_and_a_later_file_before_an_earlier_one(launcher, tmp_path, monkeypatch):
    (tmp_path / ".pip").mkdir()
    (tmp_path / ".pip/pip.conf").write_text("[global]\nindex-url = http://old\ncert = /old.pem\n")
    (tmp_path / ".config/pip").mkdir(parents=True)
    (tmp_path / ".config/pip/pip.conf").write_text(
        "[global]\nindex_url = http://new\nextra-index-url =\n  http://a\n  http://b\n"
    )
    monkeypatch.setenv("PIP_CERT", "/mine.pem")

    settings = launcher.pip_settings()

    assert settings["index-url"] == ["http://new"]
    assert settings["extra-index-url"] == ["http://a", "http://b"]
    assert settings["cert"] == ["/mine.pem"]


def test_a_second_start_finds_everything_there(launcher):
    Path(launcher.PYTHON).touch()
    assert not launcher.is_installed("requirements.lock")

    launcher.mark("requirements-dev.lock")

    assert launcher.is_installed("requirements.lock")
    assert launcher.is_installed("requirements-dev.lock")


def test_a_changed_lock_is_installed_anew(launcher, tmp_path):
    Path(launcher.PYTHON).touch()
    launcher.mark("requirements.lock")
    (tmp_path / "requirements.lock").write_text("another\n")

    assert not launcher.is_installed("requirements.lock")


def test_an_old_python_is_explained_in_both_languages(launcher, monkeypatch, capfd):
    monkeypatch.setattr(launcher, "OLDEST", (99,))

    with pytest.raises(SystemExit) as ended:
        launcher.use_a_good_python()

    said = capfd.readouterr().err
    assert ended.value.code == 3
    assert "Panjereh needs 3.11 or newer" in said
    assert "پنجره به پایتون ۳٫۱۱ یا تازه‌تر نیاز دارد" in said


def test_a_full_disk_is_explained_before_anything_is_fetched(launcher, monkeypatch, capfd):
    monkeypatch.setattr(launcher, "MEGABYTES", {"requirements.lock": 10**9})

    with pytest.raises(SystemExit) as ended:
        launcher.prepare("requirements.lock")

    assert ended.value.code == 4
    assert "MB are free on the disk" in capfd.readouterr().err


def test_no_network_is_explained(launcher, monkeypatch, capfd):
    monkeypatch.setattr(launcher, "uv", lambda: None)
    monkeypatch.setattr(launcher, "install_with_pip", lambda _lock: False)

    with pytest.raises(SystemExit) as ended:
        launcher.prepare("requirements.lock")

    assert ended.value.code == 6
    assert "Is there a network?" in capfd.readouterr().err
    assert not launcher.is_installed("requirements.lock")


@pytest.mark.parametrize(
    ("machine", "system", "libc", "expected"),
    [
        ("x86_64", "linux", "glibc", "manylinux_2_17_x86_64.manylinux2014_x86_64"),
        ("x86_64", "linux", "", "musllinux_1_1_x86_64"),
        ("aarch64", "linux", "", "manylinux_2_17_aarch64.manylinux2014_aarch64.musllinux_1_1_aarch64"),
        ("arm64", "darwin", "", "macosx_11_0_arm64"),
        ("sparc", "linux", "glibc", None),
    ],
)
def test_the_wheel_suits_the_machine(launcher, monkeypatch, machine, system, libc, expected):
    monkeypatch.setattr(launcher.platform, "machine", lambda: machine)
    monkeypatch.setattr(launcher.platform, "libc_ver", lambda: (libc, ""))
    monkeypatch.setattr(launcher.sys, "platform", system)

    names = launcher.uv_wheel_names()

    assert names[:1] == ([f"uv-{launcher.UV}-py3-none-{expected}.whl"] if expected else [])
