"""Secrets that sing when they get out: none does, in any output of any command, whatever fails."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from fakes_site import Site, site

from monitor.cli import main
from monitor.config import load_config

ROOT = Path(__file__).parents[2]
QUIET = {name: value for name, value in os.environ.items() if not name.startswith(("FIGUREWATCH", "XDG"))}
SECRETS = {
    "FEED_TOKEN": "Bearer canary-feed-4f1c",
    "HOOK_SECRET": "canary-sign-88ab",
    "HOOK_AUTH": "Basic canary-auth-71de",
    "SMTP_PASSWORD": "canary-mail-02cc",
    "FEED_KEY": "canary-key-31f0",
    "FEED_PATH": "canary-path-90ab",
}
COMMANDS = (
    "check", "check --json", "check --online",
    "once --all --now", "once --all --now --json", "feeds list",
    "feeds list --json",
    "feeds test News", "feeds test Keyed", "feeds test Moved", "feeds test Clear", "feeds test Plain",
    "feeds test Plain --json",
    "feeds list --failing",
    "feeds pause Path", "feeds resume Path", "opml export", "opml export list.opml", "seeds list", "conflicts list",
    "alerts list", "alerts list --json", "alerts preview --json", "alerts send-test", "alerts retry",
    "health", "health --json", "health --deep", "figures list --json", "explain https://a.example/", "misses --json",
)  # fmt: skip


def test_no_secret_gets_out_of_any_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    with site() as here:
        tell_all(here)
        configure(tmp_path, here.host)
        for name in set(os.environ) - set(QUIET):
            monkeypatch.delenv(name)
        for name, value in (secrets(here.host) | {"HOME": str(tmp_path), "FIGUREWATCH_DEBUG": "1"}).items():
            monkeypatch.setenv(name, value)
        monkeypatch.chdir(tmp_path)
        said = ""
        for words in COMMANDS:
            with pytest.raises(SystemExit):
                main(words.split())
            done = capfd.readouterr()
            said += f"--- {words}\n{done.out}{done.err}"
        asked = here.gets
    assert f"/keyed?api_key={SECRETS['FEED_KEY']}" in asked  # the keys were used
    assert f"/{SECRETS['FEED_PATH']}/feed" in asked
    assert "not sent" in said  # the channels did fail, and did say so
    assert [line for line in said.splitlines() if "canary" in line] == []
    assert "canary" not in (tmp_path / "list.opml").read_text()


def test_no_key_of_a_feeds_address_gets_into_digest_database_or_log(tmp_path: Path) -> None:
    with site() as here:
        tell_all(here)
        configure(tmp_path, here.host, digests=True)
        env = {**QUIET, **secrets(here.host), "HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
        log = ""
        for _ in range(2):
            done = subprocess.run(
                [sys.executable, "-m", "monitor", "once", "--all", "--now"], cwd=tmp_path,
                env=env | {"FIGUREWATCH_LOG_LEVEL": "debug"}, capture_output=True, text=True, timeout=300, check=False,
            )  # fmt: skip
            log += done.stdout + done.stderr
            here.keyed_story(2, "Meta now expects capital expenditures of $70 billion in 2025.")
    folder = tmp_path / ".local/share/figurewatch"
    digests = "".join(path.read_text(errors="replace") for path in folder.glob("digests/*"))
    assert "$70" in digests, log
    assert "has not worked yet" in digests
    assert "canary" not in digests + log
    for file in folder.rglob("*"):
        if file.is_file():
            assert b"canary" not in file.read_bytes().replace(b"canary-of-the-site", b""), file


def tell_all(here: Site) -> None:
    """A feed of stories with pages, and one that wants a key."""
    here.tell(1, "Meta", "Meta expects capital expenditures of $60 billion in 2025.", "Wed, 29 Jan 2025")
    here.keyed_story(1, "Meta expects to spend $3 billion on Reality Labs in 2025.")


def test_no_secret_is_in_the_repr_of_a_configuration(tmp_path: Path) -> None:
    configure(tmp_path, "127.0.0.1:9")
    config = load_config(tmp_path / "feeds.yaml", secrets("127.0.0.1:9"))
    assert any("canary" in secret for secret in config.secrets)
    assert "canary" not in repr(config) + str(config)


@pytest.mark.parametrize("broken", ["nonsense: 1", "alerts: [{name: x}]"])
def test_no_secret_is_in_the_mistakes_of_a_configuration(broken: str, tmp_path: Path) -> None:
    configure(tmp_path, "127.0.0.1:9", broken)
    done = subprocess.run(
        [sys.executable, "-m", "monitor", "run"], cwd=tmp_path,
        env={**QUIET, **secrets("127.0.0.1:9"), "HOME": str(tmp_path), "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 3
    assert "canary" not in done.stdout + done.stderr


def secrets(host: str) -> dict[str, str]:
    return SECRETS | {
        "SLACK": "http://127.0.0.1:9/services/canary-slack-55aa",
        "PING": f"http://{host}/canary-ping-9d9d",
    }


def configure(folder: Path, host: str, more: str = "", *, digests: bool = False) -> None:
    told = "  - {name: Files, file: {path: digests, formats: [text, html, json, eml, slack]}}" if digests else ""
    (folder / "feeds.yaml").write_text(f"""\
feeds:
  - {{url: "http://{host}/keyed?api_key=${{FEED_KEY}}", name: Keyed}}
  - {{url: "http://{host}/${{FEED_PATH}}/feed", name: Path}}
  - {{url: "http://{host}/old?token=${{FEED_KEY}}", name: Moved}}
  - {{url: "http://{host}/plain", name: Plain}}
  - {{url: "http://{host}/clear?api_key=canary-in-the-clear-7", name: Clear}}
  - {{url: "http://{host}/feed", name: News, kind: primary, headers: {{Authorization: "${{FEED_TOKEN}}"}}}}
  - {{url: "http://{host}/missing", name: Missing, headers: {{X-Api-Key: "${{FEED_TOKEN}}"}}}}
allow_hosts: ["{host}", "127.0.0.1:9"]
watch: {{ping_url: "${{PING}}"}}
smtp: {{host: 127.0.0.1, port: 9, username: me, password: "${{SMTP_PASSWORD}}", sender: a@example.com}}
alerts:
  - name: Team
    slack: "${{SLACK}}"
    email: b@example.com
    webhook: {{url: "http://127.0.0.1:9/hook", secret: "${{HOOK_SECRET}}", authorization: "${{HOOK_AUTH}}"}}
{told}
{more}
""")
