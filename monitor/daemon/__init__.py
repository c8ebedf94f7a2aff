"""The running program: wires the adapters, ticks, reloads, drains."""
