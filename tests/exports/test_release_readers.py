"""Programs that people have read a release as it is: pandas, pyarrow and Hugging Face's datasets."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas
import pyarrow.parquet
import pytest

from annotations.exports import jsonl_v1
from annotations.exports.records import Record, without_words
from annotations.exports.releases import parquet
from annotations.exports.releases.card import card
from annotations.exports.releases.columns import PARQUET
from annotations.exports.releases.counting import Counts
from annotations.exports.releases.edition import Edition
from annotations.services.sample import sample_record

SPLITS = {"train": ("council", "dam", "hafen-de", "miyah-ar"), "test": ("kirby", "filing")}
ASKED = {
    **{"title": "City quotes", "authors": ["City desk"], "licence": "CC-BY-4.0", "note": "", "outlet": []},
    **{"published_from": "", "published_to": "", "as_of": "2026-11-01", "how": "random", "seed": 1},
    **{"dev": 10, "test": 10, "speakers_apart": False},
}


def gold(name: str) -> Record:
    """Return a sample story; Kirby's as one that leaves without its words."""
    return without_words(sample_record(name)) if name == "kirby" else sample_record(name)


def work(name: str) -> Record:
    """Return the same as the work of an annotator."""
    return gold(name) | {"annotator": "annotator-1", "status": "submitted"}


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Record]:
    """A folder with the data and the card of a release, and what its manifest counts."""
    folder, counts = tmp_path_factory.mktemp("release"), Counts()
    for split, names in SPLITS.items():
        golds, works = [*map(gold, names)], [*map(work, names)]
        for one, other in zip(golds, works, strict=True):
            counts.add_gold(one, split)
            counts.add_work(other, split)
        (folder / f"gold-{split}.jsonl").write_bytes(b"".join(jsonl_v1.lines(golds)))
        (folder / f"annotators-{split}.jsonl").write_bytes(b"".join(jsonl_v1.lines(works)))
        for name in PARQUET:
            with (folder / f"{name}-{split}.parquet").open("wb") as file:
                parquet.write(file, name, works if name == "annotations" else golds)
    summary = counts.summary() | {
        **{"near_duplicates": {"groups": 0, "stories": 0}, "largest_group": 1, "embargoed": 0},
        "agreement": {"stories": 0, "annotators": [], "figures": [], "resamples": 1000},
    }
    files = tuple(path.name for path in folder.iterdir())
    edition = Edition(
        **{"project": "desk", "number": 1, "asked": ASKED, "summary": summary, "as_of_change": 1},
        guidelines=None,
        files=files,
    )
    (folder / "README.md").write_bytes(card(edition))
    (folder / "lines").mkdir()
    lines = tuple(name for name in files if name.endswith(".jsonl"))
    for name in lines:
        (folder / "lines" / name).write_bytes((folder / name).read_bytes())
    (folder / "lines" / "README.md").write_bytes(card(replace(edition, files=lines)))
    return folder, summary


def test_datasets_loads_each_configuration_and_counts_what_the_manifest_says(
    release: tuple[Path, Record], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_HOME", str(tmp_path / "home"))
    import datasets  # noqa: PLC0415  it looks at its settings when it is imported

    folder, summary = release

    def load(*name: str, part: Path = folder) -> dict[str, Any]:
        found: dict[str, Any] = datasets.load_dataset(str(part), *name, cache_dir=str(tmp_path / "cache"))
        return found

    found = {name: load(name) for name in PARQUET} | {"gold": load("gold", part=folder / "lines")}
    sizes = {name: {split: len(rows) for split, rows in splits.items()} for name, splits in found.items()}
    for split, told in summary["splits"].items():
        assert sizes["attributions"][split] == told["quotes"]
        assert sizes["annotations"][split] == told["annotators_quotes"]
        assert sizes["stories"][split] == sizes["gold"][split] == told["stories"]
    assert sizes["attributions"].keys() == summary["splits"].keys()
    # Without a name it is the first one.
    row = load()["train"][0]
    quote = sample_record("council")["quotes"][0]
    assert (row["story"], row["id"]) == (sample_record("council")["article"]["id"], quote["id"])
    assert [span["exact"] for span in row["content"]] == [span["exact"] for span in quote["content"]]


def test_pandas_and_pyarrow_load_the_same(release: tuple[Path, Record]) -> None:
    folder, summary = release
    frame = pandas.read_parquet(folder / "attributions-test.parquet")
    kirby = frame[frame["story"] == "kirby"]
    record = gold("kirby")
    assert len(kirby) == len(record["quotes"])
    first = kirby.iloc[0]["content"][0]
    assert (first["exact"], first["sha256"]) == (None, record["quotes"][0]["content"][0]["sha256"])
    stories = pyarrow.parquet.read_table(folder / "stories-train.parquet").to_pylist()
    assert [story["text"] for story in stories] == [gold(name)["article"]["text"] for name in SPLITS["train"]]
    assert sum(len(story["quotes"]) for story in stories) == summary["splits"]["train"]["quotes"]
    lines = pandas.read_json(folder / "gold-train.jsonl", lines=True)
    assert sum(map(len, lines["quotes"])) == summary["splits"]["train"]["quotes"]
    assert summary["counts"]["texts_left_out"] == 1


def test_the_same_rows_give_the_same_bytes(release: tuple[Path, Record], tmp_path: Path) -> None:
    folder, _summary = release
    for name in PARQUET:
        rows = map(work if name == "annotations" else gold, SPLITS["train"])
        with (tmp_path / name).open("wb") as file:
            parquet.write(file, name, json.loads(json.dumps(list(rows))))
        assert (tmp_path / name).read_bytes() == (folder / f"{name}-train.parquet").read_bytes()
