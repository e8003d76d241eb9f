"""Look up the locked dependencies in the database of known vulnerabilities."""

import json
import subprocess
import sys

COMMAND = ("pip_audit", "--requirement", "requirements.lock", "--require-hashes", "--disable-pip")


def main() -> int:
    """Return 1 where a vulnerability is known; say plainly where nothing could be looked up."""
    done = subprocess.run(
        [sys.executable, "-m", *COMMAND, "--format", "json", "--progress-spinner", "off"],
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        dependencies = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        sys.stdout.write(f"AUDIT NOT DONE: the database could not be reached.\n{done.stderr[-300:]}\n")
        return 0
    skipped = [item["name"] for item in dependencies if "skip_reason" in item]
    found = [item for item in dependencies if item.get("vulns")]
    sys.stdout.write(f"Looked up {len(dependencies) - len(skipped)} of {len(dependencies)} dependencies.\n")
    if skipped:
        sys.stdout.write(f"AUDIT NOT DONE for {len(skipped)}: the database does not answer for them.\n")
    for item in found:
        ids = ", ".join(vulnerability["id"] for vulnerability in item["vulns"])
        sys.stdout.write(f"{item['name']} {item['version']}: {ids}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
