"""Is the server well? For load balancers and container engines."""

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from annotations.views.pages import no_parameters


@login_not_required
@require_safe
@no_parameters
def health(request: HttpRequest) -> JsonResponse:
    """Answer 200 when the database answers, 503 otherwise, and tell nothing else."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"status": "unavailable"}, status=503)
    return JsonResponse({"status": "ok"})
