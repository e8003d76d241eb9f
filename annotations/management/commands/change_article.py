"""Correct what is known of an article beside its text: outlet, address, byline, date, language, licence, export."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.http import Http404

from annotations.access import Act, get_article, get_membership
from annotations.models import Article, Membership, User
from annotations.services.article_changes import change_article, state_of
from annotations.services.article_metadata import COLUMNS, in_words
from annotations.services.errors import ServiceError

HELP = {
    "published": "as 2026-03-31",
    "language": "as en, de or pt-BR",
    "text_exportable": "yes, or no where exports leave the text out",
    "embargoed_until": "as 2026-03-31 06:00, in UTC; until then exports hold the story back",
}


class Command(BaseCommand):
    """Correct one article."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the article, who corrects it, and what is to be known of it."""
        parser.add_argument("article", metavar="ID", help="id of the article")
        parser.add_argument("--project", required=True, metavar="SLUG")
        parser.add_argument("--as", dest="user", required=True, metavar="USER", help="a manager of the project")
        parser.add_argument("--revision", type=int, help="refuse if the article is not at this revision any more")
        for name in COLUMNS:
            told = HELP.get(name, f"its {name}")
            parser.add_argument(f"--{name.replace('_', '-')}", metavar="VALUE", help=f"{told}; '' makes it empty")

    def handle(self, *args: Any, **options: Any) -> None:
        """Correct it, and print each field that changed."""
        manager = _manager(options["user"], options["project"])
        article = _article(manager, options["article"])
        before, seen = state_of(article), options["revision"]
        given: Any = {name: options[name] for name in COLUMNS if options[name] is not None}
        try:
            revision = article.revision if seen is None else seen
            change_article(actor=manager.user, article=article, revision=revision, **given)
        except ServiceError as error:
            raise CommandError(error.message) from error
        after = state_of(article)
        for name in COLUMNS:
            if before[name] != after[name]:
                self.stdout.write(f"{name}: {in_words(before[name])} -> {in_words(after[name])}")
        self.stdout.write(f"“{article.key}” is at revision {article.revision}.")


def _manager(username: str, slug: str) -> Membership:
    user = User.objects.filter(username=username).first()
    if user is None:
        raise CommandError(f"There is no user “{username}”.")
    try:
        return get_membership(user, slug, Act.EDIT_ARTICLES)
    except (Http404, PermissionDenied) as refused:
        raise CommandError(f"{username}: {refused}") from refused


def _article(manager: Membership, key: str) -> Article:
    try:
        return get_article(manager, key)
    except Http404 as refused:
        raise CommandError(f"This project has no article “{key}”.") from refused
