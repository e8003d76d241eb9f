"""What a member is allowed to do, for templates."""

from __future__ import annotations

from django import template

from annotations.access import Act, may
from annotations.models import Membership

register = template.Library()


@register.simple_tag
def permissions(membership: Membership | str | None) -> dict[str, bool]:
    """Say of each act whether the member may do it; nobody may do anything where there is no member."""
    known = membership if isinstance(membership, Membership) else None
    return {act.name.lower(): known is not None and may(known, act) for act in Act}
