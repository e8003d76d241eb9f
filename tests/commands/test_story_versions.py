"""`manage.py story_versions`: a script lists, adds and compares versions, and carries quotes over."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from annotations.models import Assignment
from tests.cast import Cast
from tests.factories import STORY, make_assignment, make_quote, make_version


@pytest.mark.django_db
def test_a_version_is_added_compared_and_worked_on(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*arguments: str, who: str = "manager") -> list[str]:
        call_command("story_versions", "mm", "--project", "desk", "--as", who, *arguments)
        return capsys.readouterr().out.splitlines()

    assignment = make_assignment(make_version(cast.project, key="mm"), cast.annotator)
    make_quote(assignment, cast.annotator, "The bridge is safe,")
    assert [line.partition(":")[0] for line in run()] == ["1 (current)"]
    path = tmp_path / "mm.txt"
    path.write_text(STORY.replace("moves a little", "moves a lot"))
    assert [line.partition(":")[0] for line in run("--add", str(path), "--carry-over")] == ["1", "2 (current)"]
    assert Assignment.objects.get(version__number=2).quotes.count() == 1
    assert "moves a [-little-]{+lot+}" in "\n".join(run("--differences", "1", "2"))
    for arguments, who in ((("--differences", "1", "9"), "manager"), ((), "annotator"), ((), "nobody")):
        with pytest.raises(CommandError):
            run(*arguments, who=who)
    with pytest.raises(CommandError):
        run("--add", str(tmp_path / "none.txt"))
