"""Secrets that sing when they get out: none does, in any output of any command, whatever fails."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from fakes_site import site

from monitor.config import load_config

ROOT = Path(__file__).parents[2]
QUIET = {name: value for name, value in os.environ.items() if not name.startswith(("FIGUREWATCH", "XDG"))}
SECRETS = {
    "FEED_TOKEN": "Bearer canary-feed-4f1c",
    "HOOK_SECRET": "canary-sign-88ab",
    "HOOK_AUTH": "Basic canary-auth-71de",
    "SMTP_PASSWORD": "canary-mail-02cc",
}
COMMANDS = (
    "check", "check --json", "once --all --now", "once --all --now --json", "feeds list", "feeds list --json",
    "feeds test News", "alerts list", "alerts list --json", "alerts preview --json", "alerts send-test", "alerts retry",
    "health", "health --json", "health --deep", "figures list --json", "explain https://a.example/", "misses --json",
)  # fmt: skip


def test_no_secret_gets_out_of_any_command(tmp_path: Path) -> None:
    with site() as here:
        here.tell(1, "Meta", "Meta expects capital expenditures of $60 billion in 2025.", "Wed, 29 Jan 2025")
        env = secrets(here.host) | {"HOME": str(tmp_path), "PYTHONPATH": str(ROOT), "FIGUREWATCH_DEBUG": "1"}
        configure(tmp_path, here.host)
        said = ""
        for words in COMMANDS:
            done = subprocess.run(
                [sys.executable, "-m", "monitor", *words.split()], cwd=tmp_path, env={**QUIET, **env},
                capture_output=True, text=True, timeout=300, check=False,
            )  # fmt: skip
            said += f"--- {words}\n{done.stdout}{done.stderr}"
    assert "not sent" in said  # the channels did fail, and did say so
    assert [line for line in said.splitlines() if "canary" in line] == []


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


def configure(folder: Path, host: str, more: str = "") -> None:
    (folder / "feeds.yaml").write_text(f"""\
feeds:
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
{more}
""")
