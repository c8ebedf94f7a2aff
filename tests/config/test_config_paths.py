"""Which file is read when none is named."""

from pathlib import Path

from monitor.config import find_config


def test_the_option_wins_over_the_environment_and_both_over_the_folder(tmp_path: Path) -> None:
    (tmp_path / "feeds.yaml").touch()
    env = {"FIGUREWATCH_CONFIG": "env.yaml", "HOME": str(tmp_path)}
    assert find_config(Path("option.yaml"), env, tmp_path) == tmp_path / "option.yaml"
    assert find_config(None, env, tmp_path) == tmp_path / "env.yaml"
    assert find_config(None, {"HOME": str(tmp_path)}, tmp_path) == tmp_path / "feeds.yaml"


def test_without_a_file_here_it_is_the_users_own(tmp_path: Path) -> None:
    own = tmp_path / "config" / "figurewatch" / "feeds.yaml"
    own.parent.mkdir(parents=True)
    own.touch()
    env = {"HOME": "/nowhere", "XDG_CONFIG_HOME": str(tmp_path / "config")}
    assert find_config(None, env, tmp_path) == own
    assert find_config(None, {"HOME": "/nowhere"}, tmp_path) == tmp_path / "feeds.yaml"
