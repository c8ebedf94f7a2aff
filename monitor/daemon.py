"""Wires adapters and ticks."""
