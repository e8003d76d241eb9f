"""Are the texts those that came in, and the words of every span those of its text?"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator

from annotations.models import ArticleVersion, Assignment, Removal, Span, fold
from annotations.services.verification.breach import Breach, batches
from annotations.services.verification.scope import Scope
from annotations.text.canonical import TextRefused, canonicalise, decode, text_sha256, with_headline
from annotations.text.characters import is_blank


def removed_articles(scope: Scope) -> set[int]:
    """Return the keys of the articles whose text left for good."""
    finished = scope.rows(Removal).filter(article__isnull=False, finished_at__isnull=False)
    return set(finished.values_list("article_id", flat=True))


def texts_are_whole(scope: Scope) -> Iterator[Breach]:
    """Each text has its hash and length, comes from its original bytes, and belongs to its article's project."""
    removed = removed_articles(scope)
    versions = scope.rows(ArticleVersion).select_related("article").order_by("pk")
    for version in versions.iterator(chunk_size=20):
        fault = _removal_fault(version) if version.article_id in removed else text_fault(version)
        if fault:
            yield Breach("version", str(version.pk), f"{fault} (story {version.article.key}, {version.number})")


def text_fault(version: ArticleVersion) -> str:
    """Return what is wrong with a version, or nothing."""
    text, original = version.text, bytes(version.original)
    if text_sha256(text) != version.sha256:
        # The other promises are about this text, so they would be told as broken too.
        return "its text does not have its hash"
    outside = any(not 0 <= start < end <= len(text) for _kind, start, end in version.blocks or ())
    faults = (
        (len(text) != version.length, "its text does not have its length"),
        (hashlib.sha256(original).hexdigest() != version.original_sha256, "its original bytes do not have their hash"),
        (version.project_id != version.article.project_id, "it belongs to another project than its article"),
        (outside, "a block lies outside its text"),
        (fold(text) != version.search_text, "a search looks in another text"),
        (not _comes_from_its_bytes(version), "its text does not come from its original bytes"),
    )
    return "; ".join(message for broken, message in faults if broken)


def _comes_from_its_bytes(version: ArticleVersion) -> bool:
    try:
        body = canonicalise(decode(bytes(version.original), version.encoding).text)
    except TextRefused:
        return False
    return version.text in {body, with_headline(version.headline, body)}


def _removal_fault(version: ArticleVersion) -> str:
    article = version.article
    kept = version.text or version.search_text or version.headline or bytes(version.original) or version.blocks
    kept = kept or article.outlet or article.url or article.byline
    return "something of a removed text is still there" if kept else ""


def true_texts(scope: Scope, versions: Iterable[int]) -> dict[int, str]:
    """Return the texts of these versions that can be believed, so that others are judged by them.

    A text that does not have its hash is told by itself. Where it is the hash that was changed, the original bytes
    still say the same as the text.
    """
    rows = scope.rows(ArticleVersion).filter(pk__in=versions)
    texts = {}
    for pk, text, sha256 in rows.values_list("pk", "text", "sha256"):
        if text_sha256(text) == sha256 or not text or _comes_from_its_bytes(rows.get(pk=pk)):
            texts[pk] = text
    return texts


def spans_are_true(scope: Scope) -> Iterator[Breach]:
    """The words of every span are the slice of its text, and can be seen."""
    versions = scope.rows(ArticleVersion).order_by("pk").values_list("pk", flat=True)
    for batch in batches(versions.iterator(chunk_size=20), 20):
        texts = true_texts(scope, batch)
        for pk, quote, start, end, exact, version in _spans(scope, list(texts)):
            text = texts[version]
            if not 0 <= start < end <= len(text) or text[start:end] != exact:
                yield Breach("span", str(pk), f"its words are not those of the story at {start}..{end} (quote {quote})")
            elif is_blank(exact):
                yield Breach("span", str(pk), f"nothing of its words can be seen (quote {quote})")


def _spans(scope: Scope, versions: list[int]) -> Iterator[tuple[int, str, int, int, str, int]]:
    rows = scope.rows(Span).filter(quote__assignment__version__in=versions).order_by("pk")
    yield from rows.values_list("pk", "quote__key", "start", "end", "exact", "quote__assignment__version_id").iterator(
        chunk_size=2000
    )


def stretches_fit(scope: Scope) -> Iterator[Breach]:
    """What was looked at, and how far a story was read, lies inside its text, in order and apart."""
    rows = scope.rows(Assignment).exclude(looked_at=[], read_up_to=None).order_by("pk")
    for pk, stretches, read_up_to, text in rows.values_list("pk", "looked_at", "read_up_to", "version__text").iterator(
        chunk_size=20
    ):
        reached = -1
        for start, end in stretches:
            if not reached < start < end <= len(text) or is_blank(text[start:end]):
                yield Breach("assignment", str(pk), f"it cannot have looked at {start}..{end}")
            reached = end
        if read_up_to is not None and not 0 < read_up_to <= len(text):
            yield Breach("assignment", str(pk), f"its story cannot be read up to {read_up_to}")


def spans_by_role(scope: Scope, quotes: list[int]) -> dict[int, dict[str, int]]:
    """Count the spans of each role of these quotes."""
    found: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for quote, role in scope.rows(Span).filter(quote__in=quotes).values_list("quote_id", "role"):
        found[quote][role] += 1
    return found
