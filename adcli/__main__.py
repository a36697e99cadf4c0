"""`python -m adcli` is the command `adcli`."""

from __future__ import annotations

from adcli.cli import main

if __name__ == "__main__":
    main()
