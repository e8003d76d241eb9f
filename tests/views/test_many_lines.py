"""A text of very many lines can be opened and worked on like any other."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from annotations.models import Quote
from annotations.text.blocks import MOST_BLOCKS
from tests.cast import Cast
from tests.client import soup_of
from tests.factories import make_assignment, make_version

LINES = 30_000


@pytest.mark.django_db
def test_its_page_opens_with_few_blocks_and_takes_gestures(cast: Cast, as_user: Any) -> None:
    text = "Mayor Resigns\n\n" + "".join(f"She left {number} times.\n" for number in range(LINES))
    own = make_assignment(make_version(cast.project, cast.manager, text), cast.annotator)
    client, start = as_user(cast.annotator), text.index("left 20000")
    made = client.htmx(reverse("quote-create", args=[own.pk]), {"start": start, "end": start + 4, "exact": "left"})
    assert made.status_code == 200
    assert Quote.objects.get().spans.get().exact == "left"
    page = soup_of(client.get(reverse("assignment", args=[own.pk])))
    found = page.select("#story .block")
    assert 0 < len(found) <= MOST_BLOCKS
