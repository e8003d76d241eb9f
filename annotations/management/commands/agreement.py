"""Print how much the annotators of a project agree on the stories that two or more of them have finished.

Each metric comes with a confidence interval over stories, or with the reason why it has no value. The same of each
annotator, programs that suggest quotes too, against the gold.
"""

import json
from dataclasses import asdict
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from annotations.agreement.alignment import Alignment
from annotations.agreement.bootstrap import RESAMPLES
from annotations.agreement.metrics import Measured, aligned, measure_all
from annotations.agreement.report import shown
from annotations.exports.dataset import snapshot
from annotations.models import Assignment, Project
from annotations.services.agreement import Question, Selection, compared, metrics_of, read, select


class Command(BaseCommand):
    """Measure agreement and print it, for people or for programs."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the project, whose work, and how the intervals are found."""
        parser.add_argument("--project", required=True, metavar="SLUG", help="short name of the project")
        who = parser.add_mutually_exclusive_group()
        who.add_argument(
            "--annotators", nargs="+", metavar="PSEUDONYM", help="only these, two or more; otherwise everybody"
        )
        who.add_argument("--pair", nargs=2, metavar="PSEUDONYM", help="these two, in the stories that both finished")
        who.add_argument("--annotator", metavar="PSEUDONYM", help="this one with everybody else, or with the gold")
        parser.add_argument("--against-gold", action="store_true", help="each annotator with the gold")
        parser.add_argument("--outlet", default="", help="only stories of this outlet")
        for name, words in (("from", "or later"), ("to", "or earlier")):
            told = f"only stories submitted on this day {words}, such as 2026-05-31"
            parser.add_argument(f"--submitted-{name}", type=date.fromisoformat, metavar="DAY", help=told)
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
        question, named = _question(options), options["annotators"] or options["pair"] or ()
        with snapshot() as using:
            selection = select(Assignment.objects.using(using), project, question)
            stories = read(selection, using=using)
        _refuse_unknown(selection, [*named, *filter(None, [options["annotator"]])])
        if options["annotators"]:
            groups: list[tuple[Alignment, ...]] = [(one,) for one in aligned(stories, options["annotators"])]
        else:
            groups = [compared(question, story) for story in stories]
        metrics = metrics_of(project, against_gold=question.against_gold)
        measured = measure_all(groups, metrics, resamples=options["resamples"], seed=options["seed"])
        names = {key: metric.name for key, metric in metrics.items()}
        show = self._show if options["format"] == "text" else self._show_json
        show(len(stories), options["annotators"] or selection.annotators, names, measured)

    def _show(self, stories: int, people: list[str], names: dict[str, str], measured: dict[str, Measured]) -> None:
        self.stdout.write(f"{stories} stories in common, {len(people)} annotators")
        for key, one in measured.items():
            self.stdout.write(f"{names[key]:48} {shown(one)}")

    def _show_json(self, stories: int, people: list[str], names: dict[str, str], measured: dict[str, Measured]) -> None:
        metrics = {key: {"name": names[key], **asdict(one)} for key, one in measured.items()}
        self.stdout.write(json.dumps({"stories": stories, "annotators": people, "metrics": metrics}, indent=2))


def _question(options: dict[str, Any]) -> Question:
    if options["against_gold"] and (options["pair"] or options["annotators"]):
        raise CommandError("Against the gold there is one annotator, or each: name one with --annotator.")
    annotator, other = options["pair"] or (options["annotator"] or "", "")
    return Question(
        against_gold=options["against_gold"],
        annotator=annotator,
        other=other,
        submitted_from=options["submitted_from"],
        submitted_to=options["submitted_to"],
        outlet=options["outlet"],
    )


def _refuse_unknown(selection: Selection, named: list[str]) -> None:
    if unknown := sorted(set(named) - set(selection.annotators)):
        raise CommandError(f"No story in common was finished by: {', '.join(unknown)}.")
