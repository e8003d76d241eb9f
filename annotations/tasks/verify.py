"""The promises of the data of one project, checked: the same as ``manage.py verify`` does for the whole desk."""

from __future__ import annotations

from annotations.access import Act
from annotations.exports.records import Record
from annotations.services.verification import checks_of, verify
from annotations.tasks.kinds import Kind, Run, from_the_blind

MOST_FINDINGS = 200


def run(run: Run) -> Record:
    """Check everything anew; nothing is written before the end."""
    run.membership(Act.MANAGE)
    checks = len(checks_of(run.project))
    findings: list[Record] = []
    count = 0
    for breach in verify(run.project, tell=lambda done, name: run.advance(done, checks, name)):
        count += 1
        if count <= MOST_FINDINGS:
            findings.append({"kind": breach.kind, "subject": breach.subject, "message": breach.message})
    run.advance(checks, checks)
    return {"checks": checks, "count": count, "findings": findings}


KIND = Kind(run=run, act=Act.MANAGE, withheld=from_the_blind)
