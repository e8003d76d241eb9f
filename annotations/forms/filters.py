"""Filters and orderings of the lists: what is not declared here does not exist."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.expressions import Combinable
from django.utils.translation import gettext_lazy as _

from annotations.exports.dataset import redirects
from annotations.models import Article, ArticleVersion, Assignment, Change, Claim, Project, Speaker, User, fold
from annotations.models.fields import KEY_MAX_LENGTH

WORDS_LENGTH = 200
MOST_WORDS = 10


class WordsField(forms.CharField):
    """Words to look for. All must be there, in any order and any case; no character means anything special."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"type": "search"})
        super().__init__(required=False, max_length=WORDS_LENGTH, widget=widget, **kwargs)

    def clean(self, value: Any) -> Any:
        """Return the folded words."""
        words = fold(super().clean(value)).split()
        if len(words) > MOST_WORDS:
            raise ValidationError(_("Search for at most %(most)s words."), params={"most": MOST_WORDS})
        return words


def with_words(column: str, words: list[str]) -> Q:
    """Return the condition that a folded column holds all the words. ``contains`` escapes LIKE's wildcards."""
    condition = Q()
    for word in words:
        condition &= Q(**{f"{column}__contains": word})
    return condition


class Filters(forms.Form):
    """What the lists share. A form without data shows everything."""

    ORDERS: dict[str, tuple[Any, ...]] = {}

    use_required_attribute = False

    @property
    def is_used(self) -> bool:
        """Whether the list shows less than everything."""
        return any(value for name, value in self.cleaned_data.items() if name != "order")

    def ordering(self) -> tuple[Any, ...]:
        """Return the chosen ordering; the first one unless chosen."""
        return self.ORDERS[self.cleaned_data["order"] or next(iter(self.ORDERS))]


class DateInput(forms.DateInput):
    """A date as the browser offers it, whatever its language."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class DayField(forms.DateField):
    """A day that may be left out."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, input_formats=["%Y-%m-%d"], widget=DateInput, **kwargs)


class ArticleFilters(Filters):
    """Which articles to list: each one's newest version."""

    NO_WORK = "none"
    GIVEN_BACK = "given_back"
    ORDERS = {
        "newest": (F("article__published").desc(nulls_last=True), "-article_id"),
        "oldest": (F("article__published").asc(nulls_last=True), "article_id"),
        "headline": ("headline", "article_id"),
        "outlet": ("article__outlet", "article_id"),
        "longest": ("-length", "article_id"),
        "added": ("-article_id",),
    }

    q = WordsField(label=_("Words in the story"))
    outlet = forms.ChoiceField(label=_("Outlet"), required=False)
    language = forms.ChoiceField(label=_("Language"), required=False)
    published_from = DayField(label=_("Published from"))
    published_to = DayField(label=_("Published to"))
    work = forms.ChoiceField(
        label=_("My work"),
        required=False,
        choices=[
            ("", _("any")),
            (NO_WORK, _("none yet")),
            *((value, label) for value, label in Assignment.Status.choices if value not in Assignment.NOBODYS),
            (GIVEN_BACK, _("given back")),
        ],
    )
    gold = forms.ChoiceField(
        label=_("Gold"), required=False, choices=[("", _("any")), ("yes", _("with gold")), ("no", _("without gold"))]
    )
    order = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[
            ("newest", _("newest first")),
            ("oldest", _("oldest first")),
            ("headline", _("by headline")),
            ("outlet", _("by outlet")),
            ("longest", _("longest first")),
            ("added", _("last added first")),
        ],
    )

    def __init__(self, data: Any, *, project: Project, user: User) -> None:
        super().__init__(data)
        self.project, self.user = project, user
        articles = Article.objects.filter(project=project).order_by()
        for name in ("outlet", "language"):
            values = sorted(articles.exclude(**{name: ""}).values_list(name, flat=True).distinct())
            self.fields[name].choices = [("", _("any")), *((value, value) for value in values)]  # type: ignore[attr-defined]

    def rows(self) -> QuerySet[ArticleVersion]:
        """Return the newest versions of the articles that are asked for, in the order that is asked for."""
        rows = ArticleVersion.objects.newest().filter(project=self.project)
        return rows.filter(self._metadata(), *self._work()).order_by(*self.ordering())

    def _metadata(self) -> Q:
        given = self.cleaned_data
        columns = {
            "article__outlet": given["outlet"],
            "article__language": given["language"],
            "article__published__gte": given["published_from"],
            "article__published__lte": given["published_to"],
        }
        asked = Q(**{column: value for column, value in columns.items() if value})
        return asked & with_words("search_text", given["q"])

    def _work(self) -> list[Combinable]:
        conditions: list[Combinable] = []
        gold, work = self.cleaned_data["gold"], self.cleaned_data["work"]
        if gold:
            made = Exists(Assignment.objects.filter(version=OuterRef("pk"), status=Assignment.Status.GOLD))
            conditions.append(made if gold == "yes" else ~made)
        if work:
            own = Assignment.objects.filter(version__article=OuterRef("article"), annotator__user=self.user)
            found = own.exclude(left="") if work == self.GIVEN_BACK else own.filter(status=work, left="")
            conditions.append(~Exists(own) if work == self.NO_WORK else Exists(found))
        return conditions


class SpeakerFilters(Filters):
    """Which speakers to list. When each was made is no order: it would tell that somebody else had made it first."""

    ORDERS = {"name": ("label_folded", "key"), "last": ("-label_folded", "-key")}

    q = WordsField(label=_("Name, alias or description"))
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("any")), *Speaker.Kind.choices])
    named = forms.ChoiceField(
        label=_("Named"), required=False, choices=[("", _("any")), ("yes", _("named")), ("no", _("not named"))]
    )
    order = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[("name", _("A to Z")), ("last", _("Z to A"))],
    )

    def __init__(self, data: Any, *, project: Project) -> None:
        super().__init__(data)
        self.project = project

    def filter(self, speakers: QuerySet[Speaker]) -> QuerySet[Speaker]:
        """Return those of ``speakers`` that are asked for and stand for themselves."""
        given = self.cleaned_data
        found = speakers.filter(merged_into__isnull=True)
        if given["kind"]:
            found = found.filter(kind=given["kind"])
        if given["named"]:
            found = found.filter(named=given["named"] == "yes")
        if given["q"]:
            found = found.filter(self._named_so(speakers, given["q"]))
        return found.order_by(*self.ordering())

    def _named_so(self, speakers: QuerySet[Speaker], words: list[str]) -> Q:
        """By name or description, or by a name of those merged into it, or by an alias.

        A database folds no letters inside JSON, so aliases are compared here; few speakers have any.
        """
        known = speakers.exclude(aliases=[]).order_by().values_list("key", "aliases")
        keys = {key for key, aliases in known if any(all(word in fold(alias) for word in words) for alias in aliases)}
        merged = speakers.filter(with_words("label_folded", words), merged_into__isnull=False)
        keys |= set(merged.order_by().values_list("key", flat=True))
        stands_for = redirects(Speaker, self.project.pk) if keys else {}
        return (
            with_words("label_folded", words)
            | with_words("description_folded", words)
            | Q(key__in={stands_for.get(key, key) for key in keys})
        )


class ClaimFilters(Filters):
    """Which claims to list; as with speakers, never in the order in which they were made."""

    ORDERS = {"text": ("text_folded", "key"), "last": ("-text_folded", "-key")}

    q = WordsField(label=_("Words of the claim"))
    order = forms.ChoiceField(label=_("Order"), required=False, choices=[("text", _("A to Z")), ("last", _("Z to A"))])

    def filter(self, claims: QuerySet[Claim]) -> QuerySet[Claim]:
        """Return those of ``claims`` that are asked for and stand for themselves."""
        found = claims.filter(with_words("text_folded", self.cleaned_data["q"]), merged_into__isnull=True)
        return found.order_by(*self.ordering())


# What each filter of history looks at. ``story`` and ``object`` are ids.
HISTORY_LOOKUPS = {
    "person": "actor__username",
    "kind": "subject_kind",
    "action": "action",
    "story": "article__key",
    "object": "subject_key",
    "since": "created_at__date__gte",
    "until": "created_at__date__lte",
}


class HistoryFilters(Filters):
    """Which rows of history to list."""

    person = forms.ChoiceField(label=_("Who"), required=False)
    kind = forms.ChoiceField(label=_("What"), required=False, choices=[("", _("any")), *Change.Subject.choices])
    action = forms.ChoiceField(
        label=_("What was done"), required=False, choices=[("", _("any")), *Change.Action.choices]
    )
    story = forms.CharField(label=_("Story, by its id"), required=False, max_length=KEY_MAX_LENGTH)
    object = forms.CharField(label=_("Object, by its id"), required=False, max_length=KEY_MAX_LENGTH)
    since = DayField(label=_("From"))
    until = DayField(label=_("To"))

    def __init__(self, data: Any, *, project: Project) -> None:
        super().__init__(data)
        # Everybody who is or was a member, and not only who did something: that would tell who did.
        members = sorted(
            (row.user for row in project.memberships.select_related("user")), key=lambda user: str(user).casefold()
        )
        self.fields["person"].choices = [("", _("anybody")), *((one.username, str(one)) for one in members)]  # type: ignore[attr-defined]

    def filter(self, changes: QuerySet[Change]) -> QuerySet[Change]:
        """Return those of ``changes`` that are asked for."""
        given = {HISTORY_LOOKUPS[name]: value for name, value in self.cleaned_data.items() if value}
        return changes.filter(**given)


class ActivityFilters(Filters):
    """Of which days to tell who did how much, and in which steps."""

    by = forms.ChoiceField(label=_("In steps of"), required=False, choices=[("week", _("weeks")), ("day", _("days"))])
    since = DayField(label=_("From"))
    until = DayField(label=_("To"))
