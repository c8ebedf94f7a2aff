"""feeds.yaml -> frozen Config."""
