"""The LoCoMo evaluation, on a small file of the same shape that we wrote ourselves."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from memory.errors import TransferError
from memory.locomo import evaluate


def turn(number: str, speaker: str, text: str) -> dict[str, str]:
    return {"dia_id": number, "speaker": speaker, "text": text, "query": "xylophone"}


CONVERSATION = {
    "speaker_a": "Ada",
    "speaker_b": "Bo",
    "session_1_date_time": "1:56 pm on 8 May, 2023",
    "session_1": [
        turn("D1:1", "Ada", "I planted a walnut tree behind the shed."),
        turn("D1:2", "Bo", "How lovely."),
        turn("D1:3", "Ada", "The ferry to Oslo was late."),
    ],
    "session_2_date_time": "9:10 am on 3 June, 2023",
    "session_2": [turn("D2:1", "Bo", "My violin needs new strings.")],
}
QUESTIONS = [
    {"question": "Where did Ada plant the walnut tree?", "evidence": ["D1:1"], "category": 4},
    {"question": "What does Bo's violin need?", "evidence": ["D2:1"], "category": 2},
    {"question": "xylophone", "evidence": ["D2:1"], "category": 5},
    {"question": "No evidence here", "evidence": [], "category": 1},
]


def test_figures_of_a_small_set(tmp_path: Path) -> None:
    path = tmp_path / "locomo10.json"
    path.write_text(json.dumps([{"conversation": CONVERSATION, "qa": QUESTIONS}]))
    figures = evaluate(path)
    assert (figures.questions, figures.turns) == (3, 4)
    assert figures.by_category["single"][5] == figures.by_category["temporal"][5] == 1.0
    assert figures.by_category["adversarial"][25] == 0.0  # its words stand only in the leaking field


@pytest.mark.parametrize("text", ["", "{}", "[1]", '[{"qa": []}]'])
def test_another_file_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(text)
    if text == "{}":
        assert evaluate(path).questions == 0
    else:
        with pytest.raises(TransferError):
            evaluate(path)
