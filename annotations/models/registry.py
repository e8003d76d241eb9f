"""What speakers and claims have in common as rows."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Concat

from annotations.models.deliveries import PublishedManager, published_query

Row = TypeVar("Row", bound=models.Model)
# What a removal puts in the place of an id.
REMOVED = "removed"


class RegistryQuerySet(models.QuerySet[Row]):
    """Speakers, or claims. Each of the two models says as ``WORDS`` how it is called, and as ``QUOTES`` by what."""

    def standing(self) -> RegistryQuerySet[Row]:
        """Those that say something: not what a removal has left of one that no quote names any more.

        Also the quotes of what was merged into a row are its own.
        """
        model: Any = self.model
        root = OuterRef("pk")
        group = Q(pk=root) | Q(merged_into=root) | Q(merged_into__merged_into=root)
        quoted = model.objects.filter(group, **{f"{model.QUOTES}__is_deleted": False})
        blank = Concat(Value("["), F("key"), Value("]"))
        tombstone = Q(key__startswith=f"{REMOVED}-", **{model.WORDS: blank})
        return self.filter(~tombstone | Exists(quoted))


class PublishedRegistry(PublishedManager[Row]):
    """Speakers, or claims, that are published."""

    def get_queryset(self) -> RegistryQuerySet[Row]:
        """Return them."""
        return RegistryQuerySet[Row](self.model, published_query(self.model).chain(), using=self._db)

    def filter(self, *conditions: Any, **values: Any) -> RegistryQuerySet[Row]:
        """Return those of them that meet conditions."""
        return self.get_queryset().filter(*conditions, **values)

    def standing(self) -> RegistryQuerySet[Row]:
        """Return those that say something."""
        return self.get_queryset().standing()
