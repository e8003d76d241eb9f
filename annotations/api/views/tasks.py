"""Background tasks: asking for one, watching it, cancelling it, and what it brought forth."""

from __future__ import annotations

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import content_disposition_header
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from annotations import access
from annotations.api.components import TEXT, page_of
from annotations.api.operations import IDEMPOTENCY_KEY, IF_NONE_MATCH, Operation, answer_header
from annotations.api.parameters import PAGING, fields, one_of
from annotations.api.shapes import reference
from annotations.api.task_records import TASK, task_records
from annotations.api.views.base import ApiView
from annotations.models import Task
from annotations.services.task_files import pieces
from annotations.services.tasks import cancel_task, retry_task
from annotations.tasks.results import get_file
from annotations.tasks.starting import start

PARAMETERS = (
    one_of("kind", Task.Kind.values, "Of this kind.", lookup="kind"),
    one_of("state", Task.State.values, "In this state.", lookup="state"),
    fields(TASK),
    *PAGING,
)
ETAG = answer_header("ETag", "What is the same as long as the answer is.", 200)
MADE = [answer_header("ETag", "What is the same as long as the answer is.", 201)]
LOCATION = answer_header("Location", "The address of the task, to watch it.", 201)
FILE_TYPE = "application/octet-stream"


class TaskView(ApiView):
    """What the addresses of tasks have in common."""

    def task(self, key: str) -> Task:
        """Return a task that the member may see."""
        return access.get_task(self.membership, key)

    def state(self, task: Task) -> Response:
        """Answer with a task as it stands."""
        (record,) = task_records(self.membership, [task])
        return self.one(record) if self.request.method in {"GET", "HEAD"} else self.written(record)


class TaskList(TaskView):
    """The tasks of a project."""

    @Operation(
        name="listTasks",
        summary="List tasks",
        tag="tasks",
        description="Your own; for managers, those of everybody in the project.",
        parameters=PARAMETERS,
        answers={200: page_of("TaskInList")},
        problems=[404],
    )
    def get(self, request: Request, slug: str) -> Response:
        """Answer with one page."""
        every = access.visible_tasks(self.membership)
        rows = self.filtered(every, PARAMETERS)
        return self.page(rows, lambda found: task_records(self.membership, found), every=every)

    @Operation(
        name="startTask",
        summary="Start a task",
        tag="tasks",
        description="It waits until a worker takes it up; watch it at its address. `verify` checks the data, for"
        " managers. `statistics` measures agreement in all stories, for who reviews; its arguments are those of"
        " `getAgreement`. `export` writes the dataset and its manifest into files; its arguments are the parameters of"
        " `exportDataset`, texts or lists of texts. `import` is started where its file is sent (`createArticle`)."
        " Five tasks of one person can wait or run at a time.",
        body="NewTask",
        headers=[IDEMPOTENCY_KEY],
        answer_headers=[LOCATION, *MADE],
        answers={201: reference("Task")},
        problems=[403, 404, 422],
    )
    def post(self, request: Request, slug: str) -> Response:
        """Start it, once."""
        task = start(
            membership=self.membership,
            kind=self.body["kind"],
            arguments=self.body.get("arguments"),
            gesture=self.gesture(),
        )
        (record,) = task_records(self.membership, [task])
        return self.written(record, status=201, location=reverse("api-task", args=[slug, task.key]))


class TaskDetail(TaskView):
    """One task."""

    @Operation(
        name="getTask",
        summary="Watch a task",
        tag="tasks",
        description="Ask again every second or two until the state is done, failed or cancelled.",
        headers=[IF_NONE_MATCH],
        answer_headers=[ETAG],
        answers={200: reference("Task"), 304: None},
        problems=[404],
    )
    def get(self, request: Request, slug: str, key: str) -> Response:
        """Answer with the task."""
        return self.state(self.task(key))


class Cancel(TaskView):
    """End a task before its end."""

    @Operation(
        name="cancelTask",
        summary="Cancel a task",
        tag="tasks",
        description="Its worker stops at the next step, and clears away what it had begun. One that is cancelled stays"
        " so; one that is done or failed is a conflict.",
        answer_headers=[ETAG],
        answers={200: reference("Task")},
        problems=[403, 404, 409],
    )
    def post(self, request: Request, slug: str, key: str) -> Response:
        """Cancel it."""
        return self.state(cancel_task(actor=self.user, task=self.task(key)))


class Retry(TaskView):
    """Ask for a task again."""

    @Operation(
        name="retryTask",
        summary="Ask for a task again",
        tag="tasks",
        description="One that failed goes on from its last step, one that was cancelled begins anew. One that waits or"
        " runs is answered as it is; one that is done is a conflict.",
        answer_headers=[ETAG],
        answers={200: reference("Task")},
        problems=[403, 404, 409, 422],
    )
    def post(self, request: Request, slug: str, key: str) -> Response:
        """Let it wait again."""
        return self.state(retry_task(actor=self.user, task=self.task(key)))


class FileRenderer(BaseRenderer):
    """Says that an address answers with the bytes of a file; they come from the disk."""

    media_type = FILE_TYPE
    format = "file"


class TaskFile(TaskView):
    """A file that a task wrote."""

    renderer_classes = [FileRenderer]

    @Operation(
        name="getTaskFile",
        summary="Fetch a file of a task",
        tag="tasks",
        description="The files that its result names. They are deleted after some days.",
        answers={200: TEXT},
        media_type=FILE_TYPE,
        problems=[404],
    )
    def get(self, request: Request, slug: str, key: str, name: str) -> HttpResponseBase:
        """Answer with its bytes."""
        path = get_file(self.membership, self.task(key), name)
        headers = {
            "Content-Disposition": content_disposition_header(True, name),
            "Content-Length": str(path.stat().st_size),
        }
        body = pieces(path) if request.method == "GET" else ()
        return StreamingHttpResponse(body, content_type=FILE_TYPE, headers=headers)
