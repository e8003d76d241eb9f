"""What all addresses of the API have in common."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.permissions import SAFE_METHODS
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotations import access
from annotations.api.authentication import BearerAuthentication
from annotations.api.bodies import BODIES
from annotations.api.etags import etag_of, is_held
from annotations.api.operations import Operation
from annotations.api.paging import page_of
from annotations.api.parameters import Parameter, read_query, refuse_token_in_address
from annotations.api.parsers import StrictJsonParser
from annotations.api.permissions import TokenScope
from annotations.api.problems import Problem
from annotations.api.shapes import faults
from annotations.api.throttling import TokenThrottle
from annotations.models import Membership, User
from annotations.services.changes import new_gesture

Row = TypeVar("Row", bound=Model)

IDEMPOTENCY_KEY = re.compile(r"[!-~]{1,64}")
MAX_FAULTS = 20


class ApiView(APIView):
    """One address. Its methods carry an ``Operation`` that says what they take."""

    authentication_classes = [BearerAuthentication]
    permission_classes = [TokenScope]
    throttle_classes = [TokenThrottle]
    parser_classes = [StrictJsonParser]
    renderer_classes = [JSONRenderer]
    http_method_names = ["get", "head", "post", "put", "patch", "delete"]

    membership: Membership
    query: dict[str, Any]
    body: dict[str, Any]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Check a request in a fixed order: method, token, project, parameters, body."""
        operation = self._operation(request)
        refuse_token_in_address(request)
        super().initial(request, *args, **kwargs)
        if "slug" in kwargs:
            self.membership = access.get_membership(self.user, kwargs["slug"])
        self.query = read_query(request, operation.parameters)
        if request.method not in SAFE_METHODS:
            self.body = self._body(request, operation)

    def _operation(self, request: Request) -> Operation:
        name = (request.method or "").lower()
        handler = getattr(self, name, None) if name in self.http_method_names else None
        if handler is None:
            raise MethodNotAllowed(request.method or "")
        operation: Operation = handler.operation
        return operation

    def _body(self, request: Request, operation: Operation) -> dict[str, Any]:
        if not operation.body:
            if request.META.get("CONTENT_LENGTH") not in {None, "", "0"}:
                raise Problem(400, _("This address takes no body."), code="body")
            return {}
        found = list(faults(request.data, BODIES[operation.body]))[:MAX_FAULTS]
        if found:
            errors = [{"field": place, "code": "shape", "message": message} for place, message in found]
            first = errors[0]
            raise Problem(400, f"{first['field'] or _('body')}: {first['message']}", code="shape", errors=errors)
        return dict(request.data)

    @property
    def user(self) -> User:
        """The owner of the token."""
        user: User = self.request.user  # type: ignore[assignment]
        return user

    def gesture(self) -> str:
        """Return the idempotency key of the request, or a fresh one. Raises a 400 for one that is none."""
        key = self.request.headers.get("Idempotency-Key")
        if key is None:
            return new_gesture()
        if not IDEMPOTENCY_KEY.fullmatch(key):
            message = _("Idempotency-Key: it has 1 to 64 visible ASCII characters.")
            raise Problem(400, message, code="idempotency_key")
        return key

    def filtered(self, rows: QuerySet[Row], declared: Sequence[Parameter]) -> QuerySet[Row]:
        """Apply those of the declared parameters that stand for one lookup."""
        asked = {
            parameter.lookup: self.query[parameter.name]
            for parameter in declared
            if parameter.lookup and self.query[parameter.name] is not None
        }
        return rows.filter(**asked)

    def page(
        self,
        rows: QuerySet[Row],
        records: Callable[[list[Row]], list[dict[str, Any]]],
        *,
        every: QuerySet[Row],
        key: str = "key",
    ) -> Response:
        """Answer with one page of ``rows``."""
        found, following = page_of(self.request, rows, self.query, every=every, key=key)
        return Response({"results": [self._chosen(one) for one in records(found)], "next": following})

    def one(self, record: dict[str, Any]) -> Response:
        """Answer with one object, or with 304 if the program has it already."""
        etag = etag_of(record)
        if is_held(self.request, etag):
            return Response(status=304, headers={"ETag": etag})
        return Response(self._chosen(record), headers={"ETag": etag})

    def written(self, record: dict[str, Any], *, status: int = 200, location: str = "", warning: str = "") -> Response:
        """Answer a write with the state that it made."""
        headers = {"ETag": etag_of(record)}
        if location:
            headers["Location"] = self.request.build_absolute_uri(location)
        if warning:
            headers["X-Span-Warning"] = warning
        return Response(record, status=status, headers=headers)

    def _chosen(self, record: dict[str, Any]) -> dict[str, Any]:
        wanted = self.query.get("fields")
        # A note stands in a record only where there is one.
        return {name: record[name] for name in wanted if name in record} if wanted else record

    def finalize_response(  # type: ignore[override]
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        """Keep answers out of caches, and apart by who asked."""
        final = super().finalize_response(request, response, *args, **kwargs)
        final.headers.setdefault("Cache-Control", "no-store")
        patch_vary_headers(final, ["Authorization"])
        return final
