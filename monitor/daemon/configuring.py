"""The configuration, read in a process of its own: what checks it takes 20 MB that the daemon need not keep."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from monitor.config import Config, ConfigError, Problem, load_config
from monitor.core.errors import FigurewatchError
from monitor.core.wire import Wire, plain

_CONFIG: Wire[Config] = Wire(Config)
_PROBLEMS: Wire[tuple[Problem, ...]] = Wire(tuple[Problem, ...])
_SECONDS = 60.0  # on a busy machine


def load_apart(path: Path, env: Mapping[str, str]) -> Config:
    """As load_config, which see; the environment is the other process's, and its answer comes through a pipe."""
    command = (sys.executable, "-P", "-m", "monitor.daemon.configuring", str(path))
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and module
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=dict(env),
            timeout=_SECONDS, check=False,
        )  # fmt: skip
        answer = json.loads(done.stdout)
    except (OSError, ValueError, subprocess.TimeoutExpired):
        raise FigurewatchError("the configuration could not be read; 'figurewatch check' says why") from None
    if "problems" in answer:
        raise ConfigError(answer["name"], _PROBLEMS.value(answer["problems"]))
    return _CONFIG.value(answer["config"])


def main() -> None:
    """Print the configuration of the file named in argv, or what is wrong with it."""
    try:
        answer = {"config": _CONFIG.plain(load_config(Path(sys.argv[1]), os.environ))}
    except ConfigError as error:
        answer = {"name": error.name, "problems": plain(error.problems)}
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
