"""One way out, and nothing that turns bytes from outside into code: held by reading the product's own source."""

import ast
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = sorted(path for package in ("monitor", "alerts") for path in (ROOT / package).rglob("*.py"))
# Who may open connections: the transport; mail goes by SMTP; the demo plays the outside world on loopback.
NETWORK = {
    "httpx": {"monitor/sources/client.py"},
    "aiohttp": {"monitor/sources/client.py", "monitor/sources/over_aiohttp.py"},
    "httpcore": {"monitor/sources/over_httpcore.py"},
    "socket": {"monitor/sources/doors.py", "monitor/sources/over_aiohttp.py"},
    "sniffio": set(), "anyio": set(), "requests": set(), "urllib3": set(), "urllib.request": set(),
    "http.client": set(), "ftplib": set(), "telnetlib": set(), "xmlrpc": set(), "websockets": set(),
}  # fmt: skip
# What can run code or open files when fed with bytes from outside.
DANGEROUS = {"pickle", "marshal", "shelve", "dill", "yaml", "xml.etree", "xml.dom", "xml.sax", "pty", "commands"}
CALLS = {"eval", "exec", "compile", "__import__"}


@cache
def nodes(path):
    return list(ast.walk(ast.parse(path.read_text())))


@cache
def imports(path):
    found = set()
    for node in nodes(path):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{name.name}" for name in node.names)}
    return found


def importers(name):
    found = set()
    for path in FILES:
        if any(one == name or one.startswith(name + ".") for one in imports(path)):
            found.add(path.relative_to(ROOT).as_posix())
    return {one for one in found if not one.startswith("monitor/demo/")}


@pytest.mark.parametrize("library", sorted(NETWORK))
def test_requests_leave_through_the_one_transport(library):
    allowed = (
        {path for path in importers(library) if path.startswith("alerts/channels/")} if library == "socket" else set()
    )
    assert importers(library) <= NETWORK[library] | allowed


@pytest.mark.parametrize("library", sorted(DANGEROUS))
def test_nothing_imports_what_can_run_what_it_reads(library):
    assert importers(library) == set()


def test_nothing_evaluates_text():
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in FILES
        for node in nodes(path)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS
    ]
    assert found == []


def test_certificates_are_checked_everywhere():
    loose = ("CERT_NONE", "check_hostname = False", "verify=False", "ssl=False", "_create_unverified_context")
    found = [(path.name, word) for path in FILES for word in loose if word in path.read_text()]
    assert found == []
