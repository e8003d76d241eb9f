"""Datasets as files. ``FORMATS`` is the registry: one module a format, never edited once published."""

from annotations.exports import jsonl_v1

FORMATS = {jsonl_v1.ID: jsonl_v1}
