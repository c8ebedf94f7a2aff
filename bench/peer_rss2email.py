"""The peer `rss2email` polling the origin: python peer_rss2email.py PORT TLS_PORT FEEDS DIR; one JSON line a phase."""

import json
import resource
import sys
import time
import urllib.request
from pathlib import Path

import rss2email.config
import rss2email.feeds
from origin import base_url

port, secure, feeds, folder = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4])
config = rss2email.config.Config()
config["DEFAULT"] = {**rss2email.config.CONFIG["DEFAULT"], "to": "nobody@example.org", "timeout": "30"}
book = rss2email.feeds.Feeds(
    configfiles=[str(folder / "r2e.cfg")], datafile_path=str(folder / "r2e.json"), config=config
)
for host in range(feeds):
    book.new_feed(name=f"f{host}", to="nobody@example.org", url=f"{base_url(host, port, secure)}/feed/{host}")


def phase(name: str, generation: int, new: int) -> None:
    """Poll everything once without sending, and say what it cost."""
    urllib.request.urlopen(f"http://127.0.0.1:{port}/control?generation={generation}&new={new}").read()
    cpu, wall = time.process_time(), time.perf_counter()
    for feed in book:
        feed.run(send=False)
    book.save_feeds()  # as `r2e run` does at its end
    row = {"phase": name, "cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall}
    row |= {
        "entries": sum(len(feed.seen) for feed in book),
        "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    print(json.dumps(row), flush=True)


phase("first", 0, 0)
phase("unchanged", 0, 0)
phase("one new", 1, 1)
