"""The promises, and the tests that back each of them. ``python -m tests.prove`` runs these and no others."""

from __future__ import annotations

from dataclasses import dataclass

BACKUPS = "tests/test_backups.py"
CONCURRENCY = "tests/services/test_concurrency.py"
PROMISES_OF_THE_DATABASE = "tests/models/test_promises.py"


@dataclass(frozen=True)
class Promise:
    """One promise in words, the ids of its tests for pytest, and what of it is not built or not proven here."""

    words: str
    proofs: tuple[str, ...]
    missing: str = ""


PROMISES = (
    Promise(
        "“Saved” means saved: it survives `kill -9` of every process",
        ("tests/test_kill.py", f"{BACKUPS}::test_the_drill"),
        "A power cut: there `synchronous=FULL`, PostgreSQL's `fsync` and the disk must keep their word.",
    ),
    Promise(
        "An annotation never points at the wrong characters",
        (PROMISES_OF_THE_DATABASE, "tests/services/test_verification.py", "tests/text/test_spans.py"),
    ),
    Promise("We never change your text silently", ("tests/text/test_canonical.py",)),
    Promise(
        "Nobody overwrites anybody",
        (
            f"{CONCURRENCY}::test_one_of_many_changes_from_the_same_revision_wins",
            "tests/api/test_parallel.py::test_one_of_many_changes_wins_and_the_others_are_told",
        ),
    ),
    Promise(
        "Pressing Save twice, or again after a lost connection, does no harm",
        (
            f"{CONCURRENCY}::test_pressing_save_many_times_at_once_makes_one_quote",
            "tests/api/test_parallel.py::test_the_same_request_many_times_at_once_makes_one_quote_and_one_answer",
        ),
    ),
    Promise(
        "Nothing is deleted without history, and history gives the present",
        (
            f"{PROMISES_OF_THE_DATABASE}::test_the_database_refuses",
            f"{PROMISES_OF_THE_DATABASE}::test_truncate_is_refused_too",
            "tests/services/test_restoring.py",
        ),
    ),
    Promise("Approval is of exactly what the reviewer read", ("tests/services/test_review_races.py",)),
    Promise(
        "Exports are reproducible byte for byte, the same from SQLite, PostgreSQL and a restored backup",
        ("tests/commands/test_export_dataset.py", f"{BACKUPS}::test_there_and_back_again"),
    ),
    Promise(
        "Importing the same thing twice adds nothing",
        (f"{CONCURRENCY}::test_importing_a_story_many_times_at_once_adds_it_once",),
    ),
    Promise(
        "Unsaved work is visible as unsaved, and survives offline, reload and an expired session",
        ("tests/browser/test_offline.py", "tests/browser/test_signed_out.py"),
    ),
    Promise(
        "The server never fetches private addresses",
        ("tests/security/test_code.py",),
        "It fetches nothing at all yet: no code of ours opens a connection.",
    ),
    Promise(
        "Imported material cannot run code",
        (
            "tests/security/test_hostile_words.py",
            "tests/security/test_answers.py::test_the_policy_stands_on_every_answer",
            "tests/browser/test_hostile_pages.py",
        ),
    ),
    Promise(
        "No default password, no shared secret key, no open sign-up",
        ("tests/security/test_first_run.py",),
        "A clean container without a network is not built.",
    ),
    Promise(
        "Each role sees only its projects, and each route stands in a published matrix",
        ("tests/permissions/test_matrix.py",),
    ),
    Promise(
        "Tokens are shown once, stored hashed, scoped and expiring",
        ("tests/api/test_tokens.py", "tests/security/test_secrets.py"),
    ),
    Promise("A backup is whole, or it is refused, and it is restored here", (BACKUPS,)),
    Promise(
        "A release never changes, and is the same to the byte whatever is killed while it is made",
        ("tests/services/test_releases.py", "tests/tasks/test_release_killed.py"),
    ),
    Promise(
        "It holds on a small machine",
        ("tests/exports/test_while_exporting.py",),
        "Figures are measured by `benchmarks/`, which takes hours: docs/performance.md.",
    ),
    Promise(
        "Works with keyboard and screen reader",
        ("tests/test_axe.py", "tests/browser/test_keyboard.py"),
        "No person with a screen reader has tried it for this table.",
    ),
    Promise("You can check all of this yourself", ("tests/test_prove.py",)),
)


def proofs() -> list[str]:
    """Return the ids of all tests, each once, and none that a whole file has in it already."""
    named = dict.fromkeys(proof for promise in PROMISES for proof in promise.proofs)
    return [proof for proof in named if "::" not in proof or proof.partition("::")[0] not in named]
