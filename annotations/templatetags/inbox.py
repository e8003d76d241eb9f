"""How much waits in a person's inbox, for the head of every page."""

from __future__ import annotations

from django import template

from annotations.access import visible_notices
from annotations.models import Notice, User

register = template.Library()


@register.simple_tag
def unread_notices(user: User) -> int:
    """Return how many notices a person has not read. Most pages are asked for by people whom nothing awaits."""
    if not Notice.objects.filter(user=user, read_at=None).exists():
        return 0
    return visible_notices(user).filter(read_at=None).count()
