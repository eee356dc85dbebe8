"""`libretto play`: stories, in a database that is thrown away afterwards, or in this one with --keep."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

import psycopg
import typer
from psycopg.conninfo import make_conninfo
from psycopg.sql import SQL, Identifier

from gateways.command_line.session import Failed, err, opened, out
from gateways.command_line.texts import _
from gateways.settings import Settings
from gateways.stories.playing import Performance, Played, play
from gateways.stories.reading import MalformedStory, Story, read_story
from gateways.wiring import Installation

DIFFERENT, MALFORMED = 1, 2


def play_stories(
    stories: Annotated[list[Path], typer.Argument(help=_("Story files, or folders of them."), exists=True)],
    as_json: Annotated[bool, typer.Option("--json", help=_("Print the result as JSON."))] = False,
    keep: Annotated[
        bool, typer.Option("--keep", help=_("Play in this installation and keep the story's company."))
    ] = False,
) -> None:
    """Plays every story and ends with 1 when something differs, with 2 when a story cannot be played."""
    code, told = 0, []
    readable: list[Story] = []
    for path in _files(stories):
        try:
            readable.append(read_story(path))
        except MalformedStory as error:
            code = MALFORMED
            told.append(_malformed(error, as_json))
    with _stage(keep) as installation:
        for story in readable:
            shown = Performance(story, story.company)
            try:
                for played in play(installation, story):
                    shown.steps.append(played)
                    if not as_json:
                        _print_step(shown, played)
            except MalformedStory as error:
                code = MALFORMED
                told.append(_malformed(error, as_json))
                continue
            code = code or (0 if shown.ok else DIFFERENT)
            told.append(_as_json(shown))
            if not as_json:
                _print_summary(shown)
    if as_json:
        typer.echo(json.dumps({"ok": code == 0, "stories": told}, ensure_ascii=False, indent=1))
    raise typer.Exit(code)


def _files(paths: list[Path]) -> list[Path]:
    found = [file for path in paths for file in (sorted(path.glob("*.yaml")) if path.is_dir() else [path])]
    if not found:
        raise Failed(_("There is no story here."), MALFORMED)
    return found


@contextmanager
def _stage(keep: bool) -> Iterator[Installation]:
    """Where stories are played: a database of their own beside the installation's, unless they are to be kept."""
    settings = Settings()
    with opened(settings, migrate=keep, level="ERROR") as installation:
        if keep:
            yield installation
            return
        with _scratch(settings.owner_database_url or installation.dsn) as dsn:
            aside = settings.model_copy(update={"database_url": dsn, "owner_database_url": None, "log_level": "ERROR"})
            with Installation(aside) as stage:
                stage.migrate()
                yield stage


@contextmanager
def _scratch(owner_dsn: str) -> Iterator[str]:
    name = f"libretto_story_{uuid4().hex[:12]}"
    with psycopg.connect(owner_dsn, autocommit=True) as connection:
        try:
            connection.execute(SQL("create database {} template template0").format(Identifier(name)))
        except psycopg.errors.InsufficientPrivilege as error:
            raise Failed(
                _("A story needs a database of its own and this user may not create one; use --keep to play here.")
            ) from error
        try:
            yield make_conninfo(owner_dsn, dbname=name)
        finally:
            connection.execute(SQL("drop database if exists {} with (force)").format(Identifier(name)))


def _print_step(shown: Performance, played: Played) -> None:
    if len(shown.steps) == 1:
        out.print(f"{shown.story.path}", style="bold", markup=False)
    mark, style = ("✓", "green") if played.ok else ("–", "yellow") if played.skipped else ("✗", "red")
    out.print(f"  {mark}", style=style, end=" ")
    happened = "" if played.happened == "done" else f"  ({played.happened})"
    out.print(f"{played.step.number:>3} {played.step.title}{happened}", markup=False)
    for difference in played.differences:
        place = _("line {line}").format(line=played.step.line)
        out.print(f"        {difference.path}  ({place})", style="red", markup=False)
        out.print(_("          expected: {value}").format(value=_short(difference.expected)), markup=False)
        out.print(_("          got:      {value}").format(value=_short(difference.got)), markup=False)


def _print_summary(shown: Performance) -> None:
    wrong = sum(not played.ok for played in shown.steps)
    text = _("{steps} steps, {wrong} different").format(steps=len(shown.steps), wrong=wrong)
    out.print(f"  {text}", style="bold green" if shown.ok else "bold red", markup=False)


def _malformed(error: MalformedStory, as_json: bool) -> dict[str, Any]:
    if not as_json:
        err.print(str(error), style="red" if err.is_terminal else None, markup=False)
    return {"path": error.path, "ok": False, "malformed": {"line": error.line, "problem": error.problem}}


def _as_json(shown: Performance) -> dict[str, Any]:
    return {
        "path": shown.story.path,
        "ok": shown.ok,
        "steps": [
            {
                "number": played.step.number,
                "line": played.step.line,
                "step": played.step.title,
                "ok": played.ok,
                "skipped": played.skipped,
                "happened": played.happened,
                "differences": [
                    {"path": one.path, "expected": one.expected, "got": one.got} for one in played.differences
                ],
            }
            for played in shown.steps
        ],
    }


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 300 else f"{text[:300]}…"
