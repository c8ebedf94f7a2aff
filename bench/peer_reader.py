"""The peer `reader` polling the origin: python peer_reader.py PORT TLS_PORT FEEDS DIR; one JSON line a phase."""

import json
import resource
import sys
import time
import urllib.request
from pathlib import Path

import requests.adapters
from origin import CERTIFICATE, base_url
from reader import make_reader

port, secure, feeds, folder = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4])
requests.adapters.DEFAULT_CA_BUNDLE_PATH = str(CERTIFICATE)  # reader sends past what the environment says
reader = make_reader(str(folder / "reader.sqlite"))
for host in range(feeds):
    reader.add_feed(f"{base_url(host, port, secure)}/feed/{host}")


def phase(name: str, generation: int, new: int) -> None:
    """Poll everything once and say what it cost."""
    urllib.request.urlopen(f"http://127.0.0.1:{port}/control?generation={generation}&new={new}").read()
    cpu, wall = time.process_time(), time.perf_counter()
    reader.update_feeds(scheduled=False)
    row = {"phase": name, "cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall}
    row |= {"entries": reader.get_entry_counts().total, "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}
    print(json.dumps(row), flush=True)


phase("first", 0, 0)
phase("unchanged", 0, 0)
phase("one new", 1, 1)
