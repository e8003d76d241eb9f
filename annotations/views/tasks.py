"""Tasks: those of a project, one of them as it goes on, and what it brought forth."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from annotations.access import get_membership, get_task, visible_tasks
from annotations.forms.tasks import StartForm
from annotations.http import SignedInRequest
from annotations.models import Membership, Task
from annotations.services.changes import new_gesture
from annotations.services.errors import ServiceError
from annotations.services.task_files import pieces
from annotations.services.task_leases import is_worker_there
from annotations.services.tasks import cancel_task, retry_task
from annotations.tasks.results import get_file, shown_result, withheld
from annotations.tasks.starting import start
from annotations.views.pages import no_parameters, page_number, page_of, project_context, refuse_unknown
from annotations.views.task_results import result_of


@require_safe
def task_list(request: SignedInRequest, slug: str) -> HttpResponse:
    """Show the tasks that the member sees, the newest first."""
    refuse_unknown(request, {"page"})
    membership = get_membership(request.user, slug)
    page = page_of(visible_tasks(membership), page_number(request))
    context = project_context(
        membership, "tasks", page=page, is_worker_there=is_worker_there(), gesture=new_gesture(), kinds=Task.Kind
    )
    return TemplateResponse(request, "tasks/list.html", context)


@require_POST
def task_start(request: SignedInRequest, slug: str) -> HttpResponse:
    """Ask for a task, and go to its page."""
    membership, form = get_membership(request.user, slug), StartForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("This form is not complete. Nothing was started."))
        return redirect("task-list", slug)
    asked = form.cleaned_data
    try:
        task = start(
            membership=membership, kind=asked["kind"], arguments=form.arguments(), gesture=asked["gesture"] or None
        )
    except ServiceError as refused:
        messages.error(request, refused.message)
        return redirect("task-list", slug)
    return redirect("task", slug, task.key)


@require_safe
@no_parameters
def task_detail(request: SignedInRequest, slug: str, key: str) -> HttpResponse:
    """Show one task. While it goes on, the page asks again every two seconds for what changes."""
    membership = get_membership(request.user, slug)
    task = get_task(membership, key)
    context = project_context(
        membership, "tasks", task=task, is_worker_there=is_worker_there(), **_result(membership, task)
    )
    context["events"] = task.events.select_related("actor")
    return TemplateResponse(request, "tasks/_state.html" if request.htmx else "tasks/detail.html", context)


def _result(membership: Membership, task: Task) -> dict[str, object]:
    result = shown_result(membership, task)
    return {
        "withheld": withheld(membership, task) if task.state == Task.State.DONE else "",
        "erased": task.state == Task.State.DONE and task.result is None,
        **(result_of(membership, task, result) if result is not None else {}),
    }


@require_POST
def task_cancel(request: SignedInRequest, slug: str, key: str) -> HttpResponse:
    """End a task before its end."""
    return _act(request, slug, key, cancel_task, _("This task is cancelled. What it had begun is cleared away."))


@require_POST
def task_retry(request: SignedInRequest, slug: str, key: str) -> HttpResponse:
    """Let a task that failed or was cancelled wait again."""
    return _act(request, slug, key, retry_task, _("This task waits again."))


def _act(request: SignedInRequest, slug: str, key: str, service: Callable[..., object], done: str) -> HttpResponse:
    task = get_task(get_membership(request.user, slug), key)
    try:
        service(actor=request.user, task=task)
        messages.success(request, done)
    except ServiceError as refused:
        messages.error(request, refused.message)
    return redirect("task", slug, key)


@require_safe
@no_parameters
def task_file(request: SignedInRequest, slug: str, key: str, name: str) -> HttpResponseBase:
    """Give a file that a task wrote."""
    membership = get_membership(request.user, slug)
    path = get_file(membership, get_task(membership, key), name)
    headers = {
        "Content-Disposition": content_disposition_header(True, name),
        "Content-Length": str(path.stat().st_size),
    }
    body = pieces(path) if request.method == "GET" else ()
    return StreamingHttpResponse(body, content_type="application/octet-stream", headers=headers)
