"""What every page of a project needs, and parameters that a page does not know."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import wraps
from typing import Any, TypeVar, cast

from django.core.exceptions import BadRequest, ValidationError
from django.core.paginator import EmptyPage, Page, Paginator
from django.db.models import QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotations.forms.filters import WordsField
from annotations.http import View
from annotations.models import Membership
from annotations.templatetags.permissions import permissions

PER_PAGE = 25

AnyForm = TypeVar("AnyForm", bound=Form)


def project_context(membership: Membership, section: str, **context: Any) -> dict[str, Any]:
    """Return the context of a page of a project; ``section`` is the entry of the navigation it stands under."""
    return {
        "project": membership.project,
        "membership": membership,
        "may": permissions(membership),
        "section": section,
        **context,
    }


def refuse_unknown(request: HttpRequest, known: Collection[str] = (), many: Collection[str] = ()) -> None:
    """Raise ``BadRequest`` naming each parameter of the address that this page does not know, or that comes twice.

    Those in ``many`` may.
    """
    unknown = sorted(set(request.GET) - set(known))
    if unknown:
        names = ", ".join(f"“{name:.60}”" for name in unknown[:5])
        raise BadRequest(
            ngettext(
                "This page does not know the parameter %(names)s.",
                "This page does not know the parameters %(names)s.",
                len(unknown),
            )
            % {"names": names}
        )
    twice = [name for name, values in request.GET.lists() if len(values) > 1 and name not in many]
    if twice:
        raise BadRequest(_("The parameter “%(name)s” is given more than once.") % {"name": twice[0]})


def no_parameters(view: View) -> View:
    """Let a page refuse every parameter of its address before it does anything else."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        refuse_unknown(request)
        response: HttpResponseBase = view(request, *args, **kwargs)
        return response

    return cast("View", checked)


def filter_form(request: HttpRequest, form: AnyForm, *also: str) -> AnyForm:
    """Return a bound form of filters that is valid; the page knows the parameters ``also`` besides.

    Raises ``BadRequest`` saying what is wrong with the address.
    """
    refuse_unknown(request, {*form.fields, *also})
    if form.is_valid():
        return form
    name, messages = next(iter(form.errors.items()))
    label = form.fields[name].label if name in form.fields else name
    raise BadRequest(f"{label}: {messages[0]}")


def search_words(request: HttpRequest, label: str) -> list[str]:
    """Return the folded words that a page is asked to look for, as ``q``. Raises ``BadRequest``."""
    try:
        words: list[str] = WordsField().clean(request.GET.get("q", ""))
    except ValidationError as error:
        raise BadRequest(f"{label}: {error.messages[0]}") from error
    return words


def page_of(rows: QuerySet[Any, Any] | Sequence[Any], number: int) -> Page[Any]:
    """Return one page of a list, its rows loaded. Raises ``Http404`` behind the last one."""
    try:
        page = Paginator(rows, PER_PAGE).page(number)
    except EmptyPage as empty:
        raise Http404(_("This list has fewer pages.")) from empty
    page.object_list = list(page.object_list)
    return page


def page_number(request: HttpRequest) -> int:
    """Return the page of a list that is asked for. Raises ``BadRequest``."""
    return whole_number(request, "page") or 1


def whole_number(request: HttpRequest, name: str) -> int | None:
    """Return a parameter that is a number from 1 up, or None if it is not given. Raises ``BadRequest``."""
    given = request.GET.get(name)
    if given is None:
        return None
    if given.isascii() and given.isdigit() and len(given) < 10 and int(given) > 0:
        return int(given)
    raise BadRequest(_("“%(name)s” must be a number from 1 up.") % {"name": name})
