"""Stored digests come back as they were, or say plainly that they cannot."""

import json
import math
from dataclasses import replace

import pytest
from alert_samples import ALL, CAPEX, ONE
from hypothesis import given
from message_strategies import messages

from alerts.message import Message, MessageFormatError, Point, from_json, to_json


@given(messages())
def test_any_message_comes_back_equal(message):
    text = to_json(message)
    assert text.isascii()
    assert from_json(text) == message


@pytest.mark.parametrize("name", ALL)
def test_samples_come_back_equal(name):
    assert from_json(to_json(ALL[name])) == ALL[name]


def test_fields_of_a_later_version_are_left_out():
    data = json.loads(to_json(ONE))
    data["colour"] = "blue"
    data["items"][0]["mood"] = "good"
    data["items"][0]["points"][0]["weight"] = 3
    assert from_json(json.dumps(data)) == ONE


def test_fields_that_an_earlier_version_did_not_know_take_their_defaults():
    data = json.loads(to_json(ONE))
    del data["notes"], data["possible_repeat"], data["items"][0]["short"]
    assert from_json(json.dumps(data)) == replace(ONE, items=(replace(CAPEX, short=""),))


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", "null", '{"items": 3}', '{"items": [{}]}', '{"items": [], "id": "x"}', "{"]
)
def test_a_damaged_digest_is_one_plain_error(text):
    with pytest.raises(MessageFormatError, match="cannot be read"):
        from_json(text)


def test_a_point_beyond_all_floats_is_stored_as_unknown():
    message = Message("d", "", "", (replace(CAPEX, points=(Point("2025-01-01", math.inf, math.nan, "x", ""),)),))
    assert from_json(to_json(message)).items[0].points[0] == Point("2025-01-01", None, None, "x", "")
