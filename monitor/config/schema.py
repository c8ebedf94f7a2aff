"""The JSON Schema of feeds.yaml, for editors: made from the models, shipped as feeds.schema.json.

`python -m monitor.config.schema` prints it anew.
"""

import json
from importlib.resources import files
from typing import Any

from monitor.config.model import Document

FILE = "feeds.schema.json"


def build_schema() -> dict[str, Any]:
    """The schema (draft 2020-12) as it follows from the models."""
    made = Document.model_json_schema()
    made["title"] = "figurewatch feeds.yaml"
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **made}


def schema_text() -> str:
    """The schema as it is shipped."""
    return json.dumps(build_schema(), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def shipped_schema() -> str:
    """The shipped file's text."""
    return files("monitor.config").joinpath(FILE).read_text("utf-8")


if __name__ == "__main__":
    print(schema_text(), end="")
