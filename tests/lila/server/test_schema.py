"""The published document and schema are those of the types."""

from __future__ import annotations

from pathlib import Path

import jsonschema

from lila.events import EVENT_TYPES
from lila.server.requests import QUERIES
from lila.server.schema import harness_schema, schema_text, tables, update, with_tables

DOCS = Path(__file__).parents[3] / "docs"
HINT = "run python -m lila.server.schema"


def test_the_schema_is_current() -> None:
    assert (DOCS / "harness.schema.json").read_text(encoding="utf-8") == schema_text(), HINT


def test_the_document_is_current() -> None:
    document = (DOCS / "harness.md").read_text(encoding="utf-8")
    assert with_tables(document) == document, HINT
    assert tables() in document, HINT


def test_the_schema_is_one_and_names_everything() -> None:
    schema = harness_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    for kind in (*EVENT_TYPES.values(), *(each for each in QUERIES.values())):
        name = kind.__name__ if kind.__name__ in schema["$defs"] else f"{kind.__name__}Query"
        assert name in schema["$defs"]


def test_update_mends_an_old_document(tmp_path: Path) -> None:
    document = (DOCS / "harness.md").read_text(encoding="utf-8")
    (tmp_path / "harness.md").write_text(document.replace(tables(), "old"), encoding="utf-8")
    update(tmp_path)
    assert (tmp_path / "harness.md").read_text(encoding="utf-8") == document
    assert (tmp_path / "harness.schema.json").exists()
