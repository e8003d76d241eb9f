"""The versions of a story: list them, add one, print what changed, carry everybody's quotes over to the newest."""

from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.http import Http404

from annotations.access import Act, get_article, get_membership, get_version
from annotations.models import Article, ArticleVersion, Membership, User
from annotations.services.articles import add_version
from annotations.services.errors import ServiceError
from annotations.services.versions import carry_over_for_all
from annotations.text.differences import GONE, NEW, SAME, changes

MARKS = {SAME: "{}", GONE: "[-{}-]", NEW: "{{+{}+}}"}


class Command(BaseCommand):
    """Versions of one story."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the article, who asks, and what to do; the list comes last."""
        parser.add_argument("article", metavar="ID", help="id of the article")
        parser.add_argument("--project", required=True, metavar="SLUG")
        parser.add_argument("--as", dest="user", required=True, metavar="USER", help="a manager of the project")
        parser.add_argument("--add", type=Path, metavar="FILE", help="make the text of this file the newest version")
        parser.add_argument("--differences", nargs=2, type=int, metavar=("FROM", "TO"), help="print what changed")
        parser.add_argument(
            "--carry-over", action="store_true", help="give the newest to all who have quotes in another"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what is asked, then print the versions."""
        manager, article = _manager_and_article(options["user"], options["project"], options["article"])
        try:
            if options["add"]:
                add_version(actor=manager.user, article=article, data=options["add"].read_bytes())
            if options["carry_over"]:
                carry_over_for_all(actor=manager.user, article=article)
            if options["differences"]:
                self.stdout.write(_differences(article, *options["differences"]))
        except ServiceError as error:
            raise CommandError(error.message) from error
        except (Http404, OSError) as error:
            raise CommandError(str(error)) from error
        rows = list(article.versions.defer(*ArticleVersion.LONG).order_by("number"))
        for row in rows:
            current = " (current)" if row is rows[-1] else ""
            self.stdout.write(f"{row.number}{current}: {row.length:,} characters, sha256 {row.sha256}")


def _manager_and_article(username: str, slug: str, key: str) -> tuple[Membership, Article]:
    user = User.objects.filter(username=username).first()
    if user is None:
        raise CommandError(f"There is no user “{username}”.")
    try:
        manager = get_membership(user, slug, Act.MANAGE)
        return manager, get_article(manager, key)
    except (Http404, PermissionDenied) as refused:
        raise CommandError(f"{username}: {refused}") from refused


def _differences(article: Article, older: int, newer: int) -> str:
    texts = [get_version(article, number).text for number in (older, newer)]
    return "".join(MARKS[piece.kind].format(piece.text) for piece in changes(*texts))
