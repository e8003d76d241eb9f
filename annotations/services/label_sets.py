"""The label sets that a new project asks of every quote."""

from __future__ import annotations

from annotations.models import Label, LabelSet, Project

# key, name, question, answers; an answer's key has underscores where its name has spaces.
DEFAULT = (
    (
        "act",
        "Act",
        "What does the speaker do with these words?",
        ("statement", "question", "demand", "decline", "belief", "desire", "decree"),
    ),
    (
        "engagement",
        "Engagement",
        "How does the reporter treat it?",
        ("acknowledges", "endorses", "distances"),
    ),
    (
        "factuality",
        "Factuality",
        "Does the story say that it was said?",
        ("said", "not said", "hypothetical"),
    ),
)


def add_default_label_sets(project: Project) -> None:
    """Give a new project the usual label sets."""
    for position, (key, name, question, answers) in enumerate(DEFAULT):
        label_set = LabelSet.objects.create(project=project, key=key, name=name, question=question, position=position)
        Label.objects.bulk_create(
            Label(label_set=label_set, key=answer.replace(" ", "_"), name=answer, position=place)
            for place, answer in enumerate(answers)
        )
