"""Join the texts again that an export left out, from your own copies of the stories.

    python join_text.py desk.gold.jsonl --stories FOLDER --output desk.gold.whole.jsonl

It needs Python 3.11 and nothing else. FOLDER holds a UTF-8 file that ends in .txt for each story, under any name. A
story is known by the SHA-256 of its text. If your copy has no headline, and the desk keeps one as the first line, call
the file as the id of the story, and the headline is put before it. Every text and every span is checked. If anything is
missing or differs, each line says so, nothing is written, and the exit status is 1.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROLES = ("content", "cue", "source", "addressee")


class CannotJoin(Exception):
    """A line cannot be made whole; the message says why."""


def canonical(data: bytes) -> str:
    """Return a text as the desk keeps it: no byte order mark, every line ends with a line feed."""
    return data.decode().removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def sha256(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


class Stories:
    """A folder of stories. It keeps where each one is, and none of their texts."""

    def __init__(self, folder: Path) -> None:
        self.by_name: dict[str, Path] = {}
        self.by_hash: dict[str, Path] = {}
        for path in sorted(folder.rglob("*.txt")):
            try:
                self.by_hash.setdefault(sha256(canonical(path.read_bytes())), path)
            except UnicodeDecodeError as error:
                raise CannotJoin(
                    f"{path} is not UTF-8 (byte {error.start}). Save it as UTF-8, or take it away."
                ) from None
            self.by_name.setdefault(path.stem, path)

    def text(self, article: dict[str, Any]) -> str:
        """Return the text of an article. Raises ``CannotJoin``."""
        if path := self.by_hash.get(article["sha256"]):
            return canonical(path.read_bytes())
        name = f"the story “{article['id']}” (version {article['version']}, {article['url'] or 'no address'})"
        path = self.by_name.get(article["id"])
        if path is None:
            raise CannotJoin(f"there is no copy of {name}: no file has the SHA-256 {article['sha256']}")
        text = f"{article['headline'] or ''}\n\n{canonical(path.read_bytes())}"
        if sha256(text) != article["sha256"]:
            raise CannotJoin(f"{path} is not the text of {name}, with or without its headline: some character differs")
        return text


def spans(record: dict[str, Any]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yield each list of spans in a line, with what it is."""
    for quote in record["quotes"]:
        for role in ROLES:
            yield f"{role} of the quote {quote['id']}", quote[role]
    yield "looked_at", record.get("looked_at", [])


def join(record: dict[str, Any], stories: Stories) -> None:
    """Put the text and the words of the spans back into a line. Raises ``CannotJoin``."""
    text = stories.text(record["article"])
    record["article"]["text"] = text
    for what, found in spans(record):
        for place, span in enumerate(found):
            words = text[span["start"] : span["end"]]
            if sha256(words) != span["sha256"]:
                raise CannotJoin(f"the {what} at {span['start']}..{span['end']} has other words than in the text")
            found[place] = {"start": span["start"], "end": span["end"], "exact": words}


def joined(lines: Iterator[bytes], stories: Stories, faults: list[str]) -> Iterator[bytes]:
    """Yield the lines of a dataset, whole; what cannot be joined becomes a fault. Others stay byte for byte."""
    for number, line in enumerate(lines, 1):
        try:
            record = json.loads(line)
            left_out = record["article"]["text"] is None
            if left_out:
                join(record, stories)
        except CannotJoin as fault:
            faults.append(f"line {number}: {fault}")
        except (ValueError, KeyError, TypeError):
            faults.append(f"line {number}: this is no line of newsnotes/1")
        else:
            whole = json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
            yield whole if left_out else line


def main() -> int:
    """Join what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--stories", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--output", type=Path, required=True, metavar="PATH")
    asked = parser.parse_args()
    faults: list[str] = []
    temporary = asked.output.with_name(f"{asked.output.name}.tmp")
    try:
        if not asked.stories.is_dir():
            raise CannotJoin(f"{asked.stories} is no folder")
        stories = Stories(asked.stories)
        with asked.dataset.open("rb") as lines, temporary.open("wb") as output:
            output.writelines(joined(lines, stories, faults))
        if not faults:
            temporary.replace(asked.output)
    except (CannotJoin, OSError) as fault:
        faults.append(str(fault))
    finally:
        temporary.unlink(missing_ok=True)
    sys.stderr.writelines(f"{fault}\n" for fault in faults)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
