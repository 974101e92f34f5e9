"""The tutorial is carried out as it is written."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
TUTORIAL = ROOT / "docs/tutorial/your-first-service.md"


def panjereh(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    command = [sys.executable, "-m", "panjereh.config.cli", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_the_first_service_of_the_tutorial_passes_its_check_and_its_examples(tmp_path):
    country = tmp_path / "my-country"
    shutil.copytree(ROOT / "services", country)
    begun = panjereh("new", "civil-registry/wedding-hall", "--services", str(country))
    assert begun.returncode == 0, begun.stderr
    assert panjereh("check", str(country)).returncode == 0

    files = re.findall(r"<!-- file: (\S+) -->\n```yaml\n(.*?)```", TUTORIAL.read_text(), re.DOTALL)
    for name, content in files:
        (country / name).write_text(content)

    checked = panjereh("check", str(country))
    tried = panjereh("try", "wedding-hall", "--services", str(country))
    assert len(files) == 3
    assert checked.returncode == 0, checked.stdout
    assert "wedding-hall" not in checked.stdout
    assert tried.returncode == 0, tried.stdout + tried.stderr
    assert tried.stdout.count("✓") == 4
