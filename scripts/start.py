"""Starts the dashboard, or says in one sentence why it cannot."""

from __future__ import annotations

import argparse
import os
import socket
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Check the port, then become the server."""
    options = arguments()
    if taken(options.port):
        sys.exit(f"Port {options.port} is taken: stop what runs there, or choose another with 'make run PORT=8502'.")
    os.chdir(ROOT)
    server = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(options.port)]
    os.execv(sys.executable, server)  # noqa: S606


def arguments() -> argparse.Namespace:
    """The port from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8501)
    return parser.parse_args()


def taken(port: int) -> bool:
    """Whether another program listens there, on the address of `.streamlit/config.toml`."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as trial:
        # As the server will do it: a port that only waits out an old connection is free.
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


if __name__ == "__main__":
    main()
