"""Show the releases of a project, make one, or fetch all files of one into a folder."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from annotations.access import get_release, get_release_file, visible_releases, withheld_release
from annotations.exports.records import Record
from annotations.exports.releases.edition import LICENCES
from annotations.management.acts import MemberCommand
from annotations.management.commands.export_dataset import whole_file
from annotations.models import Membership, Release, Task
from annotations.services.release_files import content_of
from annotations.splits.shares import HOW
from annotations.tasks.starting import start

ASKED = ("title", "licence", "note", "published_from", "published_to", "how", "seed", "dev", "test", "as_of")
MANY = {"author": "authors", "outlet": "outlet"}
FLAGS = ("speakers_apart", "parquet")


class Command(MemberCommand):
    """Look after releases."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the project, who asks, and what to do."""
        parser.add_argument("project", metavar="PROJECT", help="short name of the project")
        parser.add_argument("--as", dest="user", required=True, metavar="USER", help="a member; managers make releases")
        acts = parser.add_subparsers(dest="act", required=True)
        acts.add_parser("list", help="show the releases, the newest first")
        acts.add_parser("show", help="print what a release holds, as JSON").add_argument("number", type=int)
        fetch = acts.add_parser("fetch", help="write all files of a release into a folder")
        fetch.add_argument("number", type=int)
        fetch.add_argument("folder", type=Path)
        self._make(acts.add_parser("make", help="start making a release; a worker takes it up"))

    def _make(self, parser: CommandParser) -> None:
        parser.add_argument("--title", help="otherwise the name of the project")
        parser.add_argument("--author", action="append", help="to be cited as; may be given more than once")
        parser.add_argument("--licence", choices=list(LICENCES), help="of the annotations")
        parser.add_argument("--note", help="what the card says about this release")
        parser.add_argument("--published-from", metavar="DAY", help="only stories published on this day or later")
        parser.add_argument("--published-to", metavar="DAY", help="only stories published on this day or earlier")
        parser.add_argument(
            "--outlet", action="append", help="only stories of this outlet; may be given more than once"
        )
        parser.add_argument("--how", choices=HOW, help="how stories are split: at random, or the newest for testing")
        parser.add_argument("--seed", type=int, help="of the split at random; otherwise 1")
        parser.add_argument("--dev", type=int, metavar="PERCENT", help="stories in 100 for dev; otherwise 10")
        parser.add_argument("--test", type=int, metavar="PERCENT", help="stories in 100 for test; otherwise 10")
        parser.add_argument("--speakers-apart", action="store_true", help="keep the stories of a speaker in one split")
        parser.add_argument("--parquet", action="store_true", help="also as Parquet, for Hugging Face and pandas")
        parser.add_argument("--as-of", metavar="DAY", help="embargoes as of this day; otherwise today")


def _list(member: Membership, options: Mapping[str, Any]) -> Iterator[str]:
    for release in visible_releases(member):
        withheld = withheld_release(member, release)
        counts = withheld or "{stories:,} stories, {quotes:,} quotes".format(**release.summary["counts"])
        yield f"{release.number}  {release.published_at:%Y-%m-%d}  {release.asked['title']}: {counts}"


def _seen(member: Membership, options: Mapping[str, Any]) -> Release:
    release = get_release(member, options["number"])
    if told := withheld_release(member, release):
        raise CommandError(told)
    return release


def _show(member: Membership, options: Mapping[str, Any]) -> Iterator[str]:
    release = _seen(member, options)
    shown = {"number": release.number, "sha256": release.sha256, "asked": release.asked, "summary": release.summary}
    yield json.dumps(shown, ensure_ascii=False, indent=2)


def _fetch(member: Membership, options: Mapping[str, Any]) -> Iterator[str]:
    folder: Path = options["folder"]
    release = _seen(member, options)
    folder.mkdir(parents=True, exist_ok=True)
    for name in release.files.values_list("name", flat=True):
        with whole_file(folder / name) as file:
            file.writelines(content_of(get_release_file(member, options["number"], name)))
        yield str(folder / name)


def _start(member: Membership, options: Mapping[str, Any]) -> Iterator[str]:
    arguments: Record = {name: options[name] for name in ASKED if options[name] is not None}
    arguments |= {field: options[name] for name, field in MANY.items() if options[name]}
    arguments |= {name: True for name in FLAGS if options[name]}
    task = start(membership=member, kind=Task.Kind.RELEASE, arguments=arguments)
    yield f"{task.key}: manage.py tasks {member.project.slug} --as {member.user.username} show {task.key} watches it"


Command.acts = {
    "list": _list,
    "show": _show,
    "fetch": _fetch,
    "make": _start,
}
