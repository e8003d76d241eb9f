"""One answer of several pieces."""

from __future__ import annotations

from django.contrib.messages.storage.base import Message
from django.test import RequestFactory

from annotations.views.fragments import fragments
from tests.client import soup_of


def test_the_main_piece_comes_first_and_the_others_name_their_place(rf: RequestFactory) -> None:
    context = {"messages": [Message(20, "Saved")], "title": "None", "text": "Yet"}
    response = fragments(rf.get("/"), "_empty.html", context, oob=["_messages.html"], status=422)
    page = soup_of(response)
    assert response.status_code == 422
    assert page.div["class"] == ["empty"]
    assert page.find(id="messages")["hx-swap-oob"] == "true"


def test_a_piece_alone_asks_for_no_place(rf: RequestFactory) -> None:
    page = soup_of(fragments(rf.get("/"), "_messages.html", {}))
    assert not page.find(id="messages").has_attr("hx-swap-oob")
