"""Work that takes longer than a request, one file for each kind, and how a worker runs it.

A new kind is a module with a function that takes a ``Run``, and its line here.
"""

from annotations.models import Task
from annotations.tasks import exports, imports, release, statistics, verify
from annotations.tasks.kinds import Kind

KINDS: dict[str, Kind] = {
    Task.Kind.EXPORT: exports.KIND,
    Task.Kind.IMPORT: imports.KIND,
    Task.Kind.VERIFY: verify.KIND,
    Task.Kind.RELEASE: release.KIND,
    Task.Kind.STATISTICS: statistics.KIND,
}
