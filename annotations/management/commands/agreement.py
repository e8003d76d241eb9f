"""Print how much the annotators of a project agree on the stories that two or more of them have finished.

Each metric comes with a confidence interval over stories, or with the reason why it has no value.
"""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from annotations.agreement.bootstrap import RESAMPLES
from annotations.agreement.metrics import Measured, aligned, measure
from annotations.exports.dataset import snapshot
from annotations.models import Project
from annotations.services.agreement import metrics_of, stories_in_common


class Command(BaseCommand):
    """Measure agreement and print it, for people or for programs."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the project, whose work, and how the intervals are found."""
        parser.add_argument("--project", required=True, metavar="SLUG", help="short name of the project")
        parser.add_argument(
            "--annotators", nargs="+", metavar="PSEUDONYM", help="only these, two or more; otherwise everybody"
        )
        parser.add_argument("--resamples", type=int, default=RESAMPLES, help="of the bootstrap over stories")
        parser.add_argument(
            "--seed", type=int, default=0, help="of the bootstrap: the same one gives the same interval"
        )
        parser.add_argument("--format", choices=("text", "json"), default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        """Measure every metric, those of the project's label sets too."""
        project = Project.objects.filter(slug=options["project"]).first()
        if project is None:
            raise CommandError(f"There is no project “{options['project']}”.")
        if options["resamples"] < 1:
            raise CommandError("The bootstrap needs at least one resample.")
        with snapshot() as using:
            stories = list(stories_in_common(project, using=using))
        people = {one.annotator for story in stories for one in story.assignments}
        if unknown := sorted(set(options["annotators"] or ()) - people):
            raise CommandError(f"No story in common was finished by: {', '.join(unknown)}.")
        alignments = aligned(stories, options["annotators"])
        measured = {
            key: (metric.name, measure(alignments, metric, resamples=options["resamples"], seed=options["seed"]))
            for key, metric in metrics_of(project).items()
        }
        show = self._show if options["format"] == "text" else self._show_json
        show(len(stories), options["annotators"] or sorted(people), measured)

    def _show(self, stories: int, people: list[str], measured: dict[str, tuple[str, Measured]]) -> None:
        self.stdout.write(f"{stories} stories in common, {len(people)} annotators")
        for name, one in measured.values():
            self.stdout.write(f"{name:48} {shown(one)}")

    def _show_json(self, stories: int, people: list[str], measured: dict[str, tuple[str, Measured]]) -> None:
        metrics = {key: {"name": name, **asdict(one)} for key, (name, one) in measured.items()}
        self.stdout.write(json.dumps({"stories": stories, "annotators": people, "metrics": metrics}, indent=2))


def shown(measured: Measured) -> str:
    """Return a figure with its interval, or the reason why there is none."""
    figure, interval = measured.figure, measured.interval
    if figure.value is None:
        return figure.reason
    if interval.low is None or interval.high is None:
        return f"{figure.value:6.3f}  {interval.reason}"
    return f"{figure.value:6.3f}  {interval.low:.3f} to {interval.high:.3f}"
