"""`python -m monitor` is `figurewatch`."""

from monitor.cli import main

main()
