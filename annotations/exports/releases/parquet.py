"""Parquet, as Hugging Face and pandas read it: one row a quote, a story, or a quote of each annotator."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, BinaryIO

from django.utils.translation import gettext_lazy as _

from annotations.exports.records import Record
from annotations.exports.releases.columns import FLAG, NUMBER, PARQUET, TEXT

ROWS = 500
MISSING = _(
    "Parquet needs the library pyarrow, which is not installed here. Whoever runs this desk installs it with "
    ".venv/bin/pip install --require-hashes -r requirements-parquet.lock; or ask for a release without Parquet."
)


class NoParquet(Exception):
    """The library that writes Parquet is not installed."""


def library() -> tuple[Any, Any]:
    """Return the two modules of pyarrow that are needed. Raises ``NoParquet`` with what to do."""
    try:
        import pyarrow  # noqa: PLC0415  an extra that is larger than all else
        import pyarrow.parquet  # noqa: PLC0415
    except ImportError as error:
        raise NoParquet(MISSING) from error
    return pyarrow, pyarrow.parquet


def is_there() -> bool:
    """Whether Parquet can be written here."""
    try:
        library()
    except NoParquet:
        return False
    return True


def write(file: BinaryIO, name: str, records: Iterable[Record]) -> None:
    """Write the records of one configuration to a file, some hundred rows at a time. Raises ``NoParquet``."""
    arrow, parquet = library()
    schema = arrow.schema([(column, _type(arrow, kind)) for column, kind in PARQUET[name].items()])
    rows = ROWS_OF[name](records)
    with parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        while batch := list(islice(rows, ROWS)):
            writer.write_table(arrow.Table.from_pylist(batch, schema))


def _type(arrow: Any, column: Any) -> Any:
    """Return the type of a column."""
    if isinstance(column, dict):
        return arrow.struct({name: _type(arrow, part) for name, part in column.items()})
    if isinstance(column, list):
        return arrow.list_(_type(arrow, column[0]))
    return {TEXT: arrow.string, NUMBER: arrow.int32, FLAG: arrow.bool_}[column]()


def _story(record: Record) -> Record:
    article = {name: value for name, value in record["article"].items() if name not in {"id", "text", "blocks"}}
    return {"story": record["article"]["id"], **article}


def _quotes(record: Record) -> Iterator[Record]:
    speakers = {speaker["id"]: speaker for speaker in record["speakers"]}
    claims = {claim["id"]: claim["text"] for claim in record["claims"]}
    for quote in record["quotes"]:
        links = [{"id": one["claim"], "text": claims[one["claim"]], "stance": one["stance"]} for one in quote["claims"]]
        labels = [{"label_set": label_set, "label": label} for label_set, label in quote["labels"].items()]
        yield {**quote, "speaker": speakers.get(quote["speaker"]), "labels": labels, "claims": links}


def _attributions(records: Iterable[Record]) -> Iterator[Record]:
    for record in records:
        story = _story(record)
        yield from (story | quote for quote in _quotes(record))


def _stories(records: Iterable[Record]) -> Iterator[Record]:
    for record in records:
        article = {"text": record["article"]["text"], "blocks": record["article"]["blocks"]}
        yield {**record, **_story(record), **article, "quotes": list(_quotes(record))}


def _annotations(records: Iterable[Record]) -> Iterator[Record]:
    for record in records:
        work = _story(record) | {"annotator": record["annotator"], "status": record["status"]}
        yield from (work | quote for quote in _quotes(record))


ROWS_OF: dict[str, Callable[[Iterable[Record]], Iterator[Record]]] = {
    "attributions": _attributions,
    "stories": _stories,
    "annotations": _annotations,
}
