"""Remove the text of an article, or a person's name, for good. A tombstone with the reason stays."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.http import Http404

from annotations.access import Act, get_membership
from annotations.models import Article, Membership, Speaker, User
from annotations.services.errors import Invalid
from annotations.services.removals import remove_article, remove_name


class Command(BaseCommand):
    """Remove one thing."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what to remove, why, and who answers for it."""
        parser.add_argument("--project", required=True, metavar="SLUG")
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--article", metavar="ID", help="the id of the article")
        what.add_argument("--speaker", metavar="ID", help="the id of the speaker whose name must go")
        parser.add_argument("--reason", required=True)
        parser.add_argument("--as", dest="user", required=True, metavar="USER", help="a manager of the project")

    def handle(self, *args: Any, **options: Any) -> None:
        """Remove it."""
        manager = _manager(options["user"], options["project"])
        try:
            if options["article"]:
                article = _found(Article, manager, options["article"])
                removal = remove_article(actor=manager.user, article=article, reason=options["reason"])
            else:
                speaker = _found(Speaker, manager, options["speaker"])
                removal = remove_name(actor=manager.user, speaker=speaker, reason=options["reason"])
        except Invalid as invalid:
            raise CommandError(invalid.message) from invalid
        gone = removal.article or removal.speaker
        self.stdout.write(f"Removed for good; removal {removal.pk}, id “{gone.key}”.")  # type: ignore[union-attr]
        self.stdout.write("Exports and backups are yours to find.")


def _manager(username: str, slug: str) -> Membership:
    user = User.objects.filter(username=username).first()
    if user is None:
        raise CommandError(f"There is no user “{username}”.")
    try:
        return get_membership(user, slug, Act.REMOVE)
    except (Http404, PermissionDenied) as refused:
        raise CommandError(f"{username}: {refused}") from refused


def _found(model: Any, manager: Membership, key: str) -> Any:
    row = model.objects.filter(project=manager.project, key=key).first()
    if row is None:
        raise CommandError(f"This project has no {model._meta.verbose_name} “{key}”.")
    return row
