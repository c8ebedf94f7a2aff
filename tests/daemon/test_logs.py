"""Logs are JSON for machines, words for people, and tell no secret to either."""

import io
import json
import logging
import warnings
from collections.abc import Iterator

import pytest
import structlog

from monitor.core.errors import FigurewatchError
from monitor.daemon import logs

SECRET = "https://hooks.slack.com/services/T000/B000/abcdefghij"


class Terminal(io.StringIO):
    """A stream that says that somebody looks on."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(capture=False)
    logs.set_secrets(())
    structlog.reset_defaults()


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_each_line_is_json_when_nobody_looks_on() -> None:
    stream = io.StringIO()
    logs.set_up({}, stream=stream)
    logs.logger().info("round", polled=3, feeds=["a", "b"])
    (line,) = lines(stream)
    assert (line["event"], line["level"], line["polled"], line["feeds"]) == ("round", "info", 3, ["a", "b"])
    assert str(line["timestamp"]).endswith("Z")


def test_a_terminal_gets_words_and_no_color_is_honoured() -> None:
    stream = Terminal()
    logs.set_up({"NO_COLOR": "1"}, stream=stream)
    logs.logger().info("round", polled=3)
    assert "round" in stream.getvalue()
    assert "polled=3" in stream.getvalue()
    assert "\x1b[" not in stream.getvalue()
    colourful = Terminal()
    logs.set_up({}, stream=colourful)
    logs.logger().info("round")
    assert "\x1b[" in colourful.getvalue()


def test_no_secret_gets_out_in_any_value_nested_or_not() -> None:
    stream = io.StringIO()
    logs.set_up({}, stream=stream)
    logs.set_secrets([SECRET, "hunter2-password"])
    logs.logger().error(
        f"sending to {SECRET}",
        detail=f"refused by {SECRET}",
        more={"inner": [f"x {SECRET}", 3]},
        password="anything",
        error=ValueError("hunter2-password is wrong"),
    )
    logging.getLogger("some.library").warning("login %s failed", "hunter2-password")
    text = stream.getvalue()
    assert "abcdefghij" not in text
    assert "hunter2" not in text
    assert "anything" not in text
    assert text.count("***") >= 5


def test_an_exception_is_one_line_with_its_place_and_no_traceback() -> None:
    stream = io.StringIO()
    logs.set_up({}, stream=stream)
    try:
        raise ValueError("two\nlines")  # noqa: TRY301 - something has to raise
    except ValueError as error:
        logs.logger().error("unforeseen", exc_info=error)
    (line,) = lines(stream)
    assert "ValueError: two" in str(line["fault"])
    assert str(line["at"]).startswith("test_logs.py:")
    assert "Traceback" not in stream.getvalue()


def test_libraries_speak_through_the_same_log_and_only_when_it_matters() -> None:
    stream = io.StringIO()
    logs.set_up({}, stream=stream)
    logging.getLogger("apscheduler.executors.default").info("running job")
    logging.getLogger("apscheduler.executors.default").warning("job missed")
    assert [line["event"] for line in lines(stream)] == ["job missed"]


def test_warnings_of_libraries_become_log_lines() -> None:
    stream = io.StringIO()
    logs.set_up({}, stream=stream)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=False)  # logging may believe that it listens still, from a test before
        logging.captureWarnings(capture=True)
        warnings.warn("old way", UserWarning, stacklevel=1)
    assert "old way" in stream.getvalue()


def test_the_level_may_be_chosen_and_a_wrong_one_is_told() -> None:
    stream = io.StringIO()
    logs.set_up({"FIGUREWATCH_LOG_LEVEL": "ERROR"}, stream=stream)
    logs.logger().warning("not now")
    assert stream.getvalue() == ""
    with pytest.raises(FigurewatchError, match="use one of: debug, info, warning, error"):
        logs.set_up({"FIGUREWATCH_LOG_LEVEL": "loud"})
    with pytest.raises(FigurewatchError, match="use json or text"):
        logs.set_up({"FIGUREWATCH_LOG_FORMAT": "xml"})
