"""Take all text files of a folder in as stories.

    python load_folder.py PROJECT FOLDER

Each .txt file is a story, whose id is the name of the file. Run it again after a file was added: what is there stays.
It needs a token of a manager (newsnotes_api.py says where that comes from).
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from newsnotes_api import Desk, say

project, folder = sys.argv[1:]
paths = sorted(Path(folder).glob("*.txt"))
lines = [json.dumps({"id": path.stem, "text": path.read_bytes().decode()}) for path in paths]
report = Desk(project).ask("POST", "articles", "\n".join(lines).encode(), "application/x-ndjson")
for told in report["told"]:
    say(f"{paths[told['line'] - 1].name}: {told['reason']}")
say(f"{report['new']} new, {report['same']} the same, {report['refused'] + report['changed']} not written")
sys.exit(1 if report["told"] else 0)
