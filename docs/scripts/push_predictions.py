"""Push what a model predicts, to be proposed to annotators and measured against the gold.

    python push_predictions.py PROJECT MODEL VERSION < predictions.jsonl

Each line is one story: {"article": "kirby", "suggestions": [{"content": [{"start": 40, "end": 96}], "score": 0.97}]}.
A suggestion has the parts of a quote (content, cue, source, speaker, labels, ...) and a score from 0 to 1. The same
again does no harm; other predictions want another VERSION. It needs a token of a manager.
"""

from __future__ import annotations

import json
import sys
from urllib.parse import quote

from newsnotes_api import Desk, say

project, model, version = sys.argv[1:]
desk = Desk(project)
for line in sys.stdin:
    story = json.loads(line)
    body = {"model": model, "model_version": version, "suggestions": story["suggestions"]}
    made = desk.ask("POST", f"articles/{quote(story['article'], safe='')}/suggestions", body)
    say(f"{story['article']}: {len(story['suggestions'])} suggestions by {made['annotator']}")
