"""``README.md``: the card of a release, for people, with the part at its beginning that Hugging Face reads."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from annotations.exports.records import Record
from annotations.exports.releases.changes import plain
from annotations.exports.releases.charts import described
from annotations.exports.releases.citation import text
from annotations.exports.releases.columns import PARQUET, features, line_columns
from annotations.exports.releases.edition import LICENCES, Edition
from annotations.splits import near_duplicates
from annotations.splits.shares import BY_DATE

SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
CHARTS = {
    "type": "Quotes by type",
    "resolution": "Quotes by how the text names the speaker",
    "month": "Stories by month",
}
TABLES = {"language": "Language", "outlet": "Outlet", "licence": "Licence of the story"}
# What a configuration of the dataset is made of: its name, and how its files begin and end.
LINES = {"gold": "gold-{split}.jsonl", "annotators": "annotators-{split}.jsonl"}
ABOUT = {
    "attributions": "one row a quote of the gold",
    "stories": "one row a story, with its text, speakers, claims and quotes",
    "annotations": "one row a quote of each annotator, before adjudication",
    "gold": "one line a story with its gold, in the format newsnotes/1",
    "annotators": "one line for the work of each annotator on each story, in the format newsnotes/1",
}


def configurations(edition: Edition) -> dict[str, dict[str, str]]:
    """Return the files of each configuration by split, the first being the default.

    ``datasets`` reads a folder in one format: where there is Parquet, lines are loaded by the names of their files.
    """
    return _files(edition, {name: f"{name}-{{split}}.parquet" for name in PARQUET}) or _files(edition, LINES)


def _files(edition: Edition, patterns: dict[str, str]) -> dict[str, dict[str, str]]:
    found = {
        name: {split: file for split in edition.splits if (file := pattern.format(split=split)) in edition.files}
        for name, pattern in patterns.items()
    }
    return {name: files for name, files in found.items() if files}


def many(count: int, one: str, more: str = "") -> str:
    """Return a count with its noun."""
    return f"{count:,} {one if count == 1 else more or f'{one}s'}"


def card(edition: Edition) -> bytes:
    """Return the card."""
    parts = [*_front(edition), *_about(edition), *_contents(edition), *_splits(edition), *_agreement(edition)]
    return "\n".join([*parts, *_rights(edition), *_limits(edition), *_citing(edition), ""]).encode()


def _front(edition: Edition) -> Iterator[str]:
    quotes = edition.summary["counts"]["quotes"]
    size = next((name for most, name in SIZES if quotes < most), "n>1M")
    licence = LICENCES[edition.asked["licence"]][0] if edition.asked["licence"] else "other"
    languages = [row[0] for row in edition.summary["tables"].get("language", []) if len(str(row[0])) in {2, 3}]
    yield from ("---", f"pretty_name: {text(edition.title)}", f"license: {licence}")
    if languages:
        yield f"language: [{', '.join(text(language) for language in languages)}]"
    yield "annotations_creators: [expert-generated]"
    yield "task_categories: [token-classification]"
    yield "tags: [quotation-attribution, news]"
    yield f"size_categories: ['{size}']"
    yield "configs:"
    for number, (name, files) in enumerate(configurations(edition).items()):
        yield f"- config_name: {name}"
        if number == 0:
            yield "  default: true"
        yield "  data_files:"
        yield from (f"  - {{split: {split}, path: {file}}}" for split, file in files.items())
    columns = features(line_columns(edition.summary["label_sets"]))
    told = [{"config_name": name, "features": columns} for name in configurations(edition) if name in LINES]
    if told:
        yield f"dataset_info: {json.dumps(told)}"
    yield from ("---", "")


def _about(edition: Edition) -> Iterator[str]:
    counts, asked = edition.summary["counts"], edition.asked
    yield f"# {plain(edition.title)}, release {edition.number}"
    yield from ("", "Who said what in news stories, in which words: quotes with their speaker, cue, labels and claims.")
    yield from ("", *([plain(asked["note"]), ""] if asked["note"] else []))
    yield (
        f"{many(counts['stories'], 'story', 'stories')} with {many(counts['quotes'], 'quote')} of"
        f" {many(counts['speakers'], 'speaker')} and {many(counts['claims'], 'claim')}. It holds the gold of each"
        " story: the one set of quotes that was reviewed or adjudicated, of the newest version that has one."
    )
    guidelines = f"version {edition.guidelines} of the guidelines, in guidelines.md" if edition.guidelines else "none"
    yield from ("", f"Guidelines in force: {guidelines}. Each quote names the version it was made under.")
    yield f"State of the desk: change {edition.as_of_change}, embargoes as of {asked['as_of']}."
    chosen = {name: asked[name] for name in ("published_from", "published_to", "outlet") if asked[name]}
    if chosen:
        yield from ("", "Only a part of the desk's stories was chosen:", "")
        yield from (f"- {name.replace('_', ' ')}: {plain(_listed(value))}" for name, value in chosen.items())
    yield ""


def _listed(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _contents(edition: Edition) -> Iterator[str]:
    yield from ("## Loading it", "")
    named = configurations(edition)
    for name, files in (named | _files(edition, LINES)).items():
        yield f"- `{name}` ({', '.join(files)}): {ABOUT[name]}"
    yield from ("", "```python", "from datasets import load_dataset", "")
    yield f'quotes = load_dataset("path/to/this/folder", "{next(iter(named))}")'
    yield f'lines = load_dataset("json", data_files="path/to/this/folder/gold-{edition.splits[0]}.jsonl")'
    yield from ("```", "")
    yield "Offsets count Unicode code points from 0; the end is not included. What a field of newsnotes/1 means is said"
    yield "by its JSON Schema, which every desk shows under /api/v1/schemas/newsnotes-1.json. `sha256sum -c SHA256SUMS`"
    yield from ("checks the files.", "")


def _splits(edition: Edition) -> Iterator[str]:
    summary, shares = edition.summary, edition.shares
    rows = [[split, *(found[name] for name in ("stories", "quotes"))] for split, found in summary["splits"].items()]
    yield from ("## Splits", "", *table(["Split", "Stories", "Quotes"], rows), "")
    wanted = ", ".join(f"{split} {share} %" for split, share in shares.wanted.items())
    how = "by date, the newest days for testing" if shares.how == BY_DATE else f"at random, with the seed {shares.seed}"
    yield f"Split by story, {how}; asked for: {wanted}."
    found, run = summary["near_duplicates"], near_duplicates.RUN
    yield (
        f"Near-duplicates are on one side: {many(found['stories'], 'story', 'stories')} in"
        f" {many(found['groups'], 'group')}. Two stories are near-duplicates where they share an estimated"
        f" {100 * near_duplicates.THRESHOLD:.0f} % or more of their runs of {run} letters (MinHash)."
    )
    if shares.speakers_apart:
        yield "So are all stories that quote the same named speaker."
    yield from (f"The largest group that stays together: {many(summary['largest_group'], 'story', 'stories')}.", "")
    for name, title in CHARTS.items():
        yield f"![{plain(described(title, summary['tables'].get(name, [])))}](chart-{name}.svg)"
    yield ""
    for name, title in TABLES.items():
        yield from (*table([title, "Stories"], summary["tables"].get(name, [])), "")


def table(head: Sequence[str], rows: Sequence[Sequence[str | int]]) -> Iterator[str]:
    """Yield a table: its first column is words, the others are counts."""
    yield f"| {' | '.join(head)} |"
    yield f"| --- |{' ---: |' * (len(head) - 1)}"
    for label, *counts in rows:
        yield f"| {plain(str(label))} | {' | '.join(f'{count:,}' for count in counts)} |"


def _agreement(edition: Edition) -> Iterator[str]:
    found = edition.summary["agreement"]
    yield from ("## Agreement", "")
    if not found["stories"]:
        yield from ("No story of this release was finished by two people, so nothing is known of agreement.", "")
        return
    yield (
        f"Between {len(found['annotators'])} people, in {many(found['stories'], 'story', 'stories')} that two or more"
        f" of them finished alone. The intervals hold 95 of 100 of {found['resamples']:,} resamples of the stories."
    )
    yield from ("", "| Figure | Value | 95 % interval |", "| --- | ---: | ---: |", *map(_figure, found["figures"]), "")


def _figure(figure: Record) -> str:
    value = "–" if figure["value"] is None else f"{figure['value']:.3f}"
    known = figure["low"] is not None and figure["high"] is not None
    interval = f"{figure['low']:.3f} to {figure['high']:.3f}" if known else "–"
    return f"| {plain(figure['name'])} | {value} | {interval} |"


def _rights(edition: Edition) -> Iterator[str]:
    counts, licence = edition.summary["counts"], edition.asked["licence"]
    yield from ("## Licences and sources", "")
    yield f"The annotations: {LICENCES[licence][1] if licence else 'no licence was named; ask whoever made them'}."
    yield "The stories belong to their outlets; each one names its outlet, address and licence."
    if left_out := counts["texts_left_out"]:
        yield (
            f"Without its text comes {many(left_out, 'story', 'stories')}, because the licence keeps it: there are"
            " offsets and hashes, with which whoever has the text joins the two again."
        )
    if held_back := edition.summary["embargoed"]:
        yield f"Held back, because under embargo: {many(held_back, 'story', 'stories')}."
    yield ""


def _limits(edition: Edition) -> Iterator[str]:
    splits, counts = edition.summary["splits"], edition.summary["counts"]
    yield from ("## Known limits", "")
    yield "- A story without a line was not annotated, or has no gold yet: nothing follows from its absence."
    yield "- Near-duplicates are found by their wording: a story that was written anew may stand on the other side."
    total = counts["stories"] or 1
    for split, share in edition.shares.wanted.items():
        real = 100 * splits.get(split, {"stories": 0})["stories"] / total
        if abs(real - share) > 5:
            yield f"- The split {split} has {real:.0f} % of the stories and not {share} %: groups and days stay whole."
    if edition.summary["agreement"]["stories"] < 20:
        yield "- Fewer than 20 stories were finished by two people: the figures of agreement say little."
    yield "- A word that was removed later, by court order or for privacy, withdraws the release."
    yield ""


def _citing(edition: Edition) -> Iterator[str]:
    yield from ("## Citing it", "")
    who = plain("; ".join(edition.asked["authors"]))
    yield f"{who}: {plain(edition.title)}, release {edition.number}. CITATION.cff says the same to programs."
