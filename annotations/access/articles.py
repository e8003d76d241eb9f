"""Articles of a project that a member may open: all of them."""

from __future__ import annotations

from django.http import Http404
from django.utils.translation import gettext as _

from annotations.access.members import found
from annotations.models import Article, ArticleVersion, Membership


def get_article(membership: Membership, key: str) -> Article:
    """Return an article of the member's project. Raises ``Http404``."""
    articles = Article.objects.select_related("project").filter(project=membership.project)
    return found(articles, _("There is no such article."), key=key)


def get_version(article: Article, number: int | None = None) -> ArticleVersion:
    """Return one version of an article, the newest unless numbered. Raises ``Http404``."""
    versions = article.versions.select_related("article", "project").order_by("-number")
    version = versions.filter(number=number).first() if number else versions.first()
    if version is None:
        raise Http404(_("There is no such version of this article."))
    return version
