"""What the README shows of clients, run as it stands there."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
SHOWN = re.findall(r"^```python\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


@pytest.fixture
def desk(tmp_path):
    folder = tmp_path / "desk"
    example = ROOT / "examples/customer-service"
    shutil.copytree(example, folder, ignore=shutil.ignore_patterns("baton.db*"))
    command = [os.environ["BATON"], "-C", folder, "serve", "--listen", "127.0.0.1:0", "--json"]
    served = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        yield json.loads(served.stdout.readline())["url"]
    finally:
        served.terminate()
        served.wait()


def test_the_readme_shows_clients():
    assert len(SHOWN) == 2


@pytest.mark.parametrize("code", SHOWN)
def test_a_client_of_the_readme_is_answered(desk, code):
    assert "http://127.0.0.1:8080" in code
    code = code.replace("http://127.0.0.1:8080", desk)
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert "second charge" in run.stdout, run.stderr
