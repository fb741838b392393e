"""The documents say what is true: commands, paths, options, questions."""

import re
from importlib import import_module
from pathlib import Path

import click
import pytest

from xref.cli.exits import Exit
from xref.cli.program import COMMANDS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")


def command_of(name: str) -> click.Command:
    found = getattr(import_module(COMMANDS[name][0]), name)
    assert isinstance(found, click.Command)
    return found


def test_the_readme_opens_with_two_lines_that_can_be_typed() -> None:
    first, second = re.findall(r"^    (.+)$", README, re.MULTILINE)[:2]
    assert first == (
        "python3 -m venv .venv && .venv/bin/pip install . && "
        ".venv/bin/xref path socket --kernel v6.1"
    )
    assert second.startswith(".venv/bin/pip install '.[dev]' && .venv/bin/pytest")
    assert README.index(first) < 200


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_explained(name: str) -> None:
    command = command_of(name)
    assert command.help
    assert f"`xref {name}" in README or f"xref {name} " in README
    for option in command.params:
        if isinstance(option, click.Option) and not option.hidden:
            assert option.help, option.opts


def test_commands_in_the_readme_exist() -> None:
    used = set(re.findall(r"\bxref ([a-z]+)\b(?= |`|$)", README, re.MULTILINE))
    assert used & set(COMMANDS)
    words = set(re.findall(r"^ *(?:\$ )?xref ([a-z]+)", README, re.MULTILINE))
    assert words <= set(COMMANDS)


def test_options_in_the_readme_exist() -> None:
    known = {"--help", "--version", "--debug"}
    for name in COMMANDS:
        for option in command_of(name).params:
            known.update(option.opts)
    lines = [line for line in README.splitlines() if "xref " in line]
    used = {word for line in lines for word in re.findall(r"(?<!\S)--[a-z]+", line)}
    assert used <= known


def test_exit_codes_are_told() -> None:
    for code in Exit:
        assert re.search(rf"^\| {code.value} \|", README, re.MULTILINE), code


def test_paths_in_the_documents_exist() -> None:
    for text in (README, ARCHITECTURE):
        for path in re.findall(r"`((?:xref|data|tests|queries)/[\w./-]*)`", text):
            assert (ROOT / path).exists(), path


def test_every_stage_is_on_the_map() -> None:
    for path in (ROOT / "xref").iterdir():
        if path.name.startswith("_") or path.suffix not in {"", ".py"}:
            continue
        name = f"`xref/{path.name}/`" if path.is_dir() else f"`xref/{path.name}`"
        assert name in ARCHITECTURE, name


def test_questions_are_listed() -> None:
    for path in (ROOT / "queries").glob("*.sql"):
        assert f"`{path.stem}`" in README


def test_documents_are_as_long_as_they_may_be() -> None:
    assert len(ARCHITECTURE.splitlines()) < 150
