"""How long a slider move takes on the server, alone and with many sessions at once, beside a bare page as the peer.

    .venv/bin/python benchmarks/page_load.py --sessions 50 --moves 20

Starts the dashboard on a free port, opens sessions over the websocket that the browser uses, moves the first slider of
the page after a random pause, and times each move from the message sent to "script finished". The peer is a page with
one slider and one number, on the same server settings in the same run.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.Slider_pb2 import Slider
from websockets.asyncio.client import ClientConnection, connect

ROOT = Path(__file__).resolve().parent.parent
BARE = "import streamlit as st\nst.metric('twice', 2 * st.slider('ratio', 0.0, 1.0, 0.5, 0.05))\n"


async def main() -> None:
    """Measure the bare page, the page alone, the page under load, and print the ratios."""
    options = arguments()
    with tempfile.TemporaryDirectory() as folder:
        bare = Path(folder) / "bare.py"
        bare.write_text(BARE, encoding="utf-8")
        with serving(bare, folder) as port:
            peer = await measure(port, "", options.sessions, options.moves, options.pause)
        with serving(ROOT / "app.py", folder) as port:
            alone = await measure(port, options.page, 1, options.moves, 0.2)
            crowd = await measure(port, options.page, options.sessions, options.moves, options.pause)
    for name, times in ((f"bare page, {options.sessions}", peer), ("alone", alone), (f"{options.sessions}", crowd)):
        p50, p95 = quantile(times, 0.5), quantile(times, 0.95)
        print(f"{name:>16} session(s): p50 {p50:5.0f} ms, p95 {p95:5.0f} ms, n {len(times)}")
    print(f"p50 with all sessions to the bare page's: {quantile(crowd, 0.5) / quantile(peer, 0.5):.1f}")
    print(f"p50 alone to the bound of 300 ms: {quantile(alone, 0.5) / 300:.2f}")
    print(f"p95 with all sessions to the bound of 500 ms: {quantile(crowd, 0.95) / 500:.2f}")


def arguments() -> argparse.Namespace:
    """Sessions, moves of each, mean pause between two moves in seconds, page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sessions", type=int, default=50)
    parser.add_argument("--moves", type=int, default=10)
    parser.add_argument("--pause", type=float, default=5.0)
    parser.add_argument("--page", default="hedging")
    return parser.parse_args()


def quantile(times: list[float], level: float) -> float:
    """Quantile of the times, in milliseconds."""
    return float(np.quantile(times, level, method="inverted_cdf") * 1000)


@contextmanager
def serving(script: Path, folder: str) -> Iterator[int]:
    """The dashboard's own server settings with this script, on a free port; workspaces in a folder that goes away."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    server_options = ["--server.port", str(port), "--server.headless", "true"]
    command = [sys.executable, "-m", "streamlit", "run", str(script), *server_options]
    environment = {**os.environ, "RISK_WORKSPACES": folder}
    with (Path(folder) / "server.log").open("w") as log:
        server = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, env=environment)
    try:
        wait_until_healthy(port)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=20)


def wait_until_healthy(port: int) -> None:
    """Return when the server answers."""
    for _ in range(600):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2).read()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("the server did not start within a minute")


async def measure(port: int, page: str, sessions: int, moves: int, pause: float) -> list[float]:
    """Times of all moves of all sessions, in seconds; the sessions start spread over one pause."""
    runs = [session(port, page, moves, pause, random.Random(place)) for place in range(sessions)]
    return [seconds for times in await asyncio.gather(*runs) for seconds in times]


async def session(port: int, page: str, moves: int, pause: float, chance: random.Random) -> list[float]:
    """Open the page, then move its first slider again and again."""
    await asyncio.sleep(chance.random() * pause)
    address = f"ws://127.0.0.1:{port}/_stcore/stream"
    async with connect(address, subprotocols=["streamlit"], max_size=None, ping_timeout=None) as socket:
        slider = await run(socket, rerun(page, None, 0.0))
        if slider is None:
            raise RuntimeError(f"the page {page!r} has no slider")
        times = []
        for _ in range(moves):
            await asyncio.sleep(chance.expovariate(1 / pause))
            steps = round((slider.max - slider.min) / slider.step)
            value = slider.min + slider.step * chance.randint(0, steps)
            begun = time.perf_counter()
            await run(socket, rerun(page, slider.id, value))
            times.append(time.perf_counter() - begun)
    return times


def rerun(page: str, widget: str | None, value: float) -> bytes:
    """The message of a browser that opens the page, or has moved a slider."""
    message = BackMsg()
    message.rerun_script.page_name = page
    if widget is not None:
        state = message.rerun_script.widget_states.widgets.add(id=widget)
        state.double_array_value.data.append(value)
    return message.SerializeToString()


async def run(socket: ClientConnection, message: bytes) -> Slider | None:
    """Send, wait until the script has finished, and return the first slider that was drawn."""
    await socket.send(message)
    first = None
    async for answer in socket:
        said = ForwardMsg.FromString(answer if isinstance(answer, bytes) else answer.encode())
        kind = said.WhichOneof("type")
        if kind == "delta" and said.delta.new_element.WhichOneof("type") == "slider" and first is None:
            first = said.delta.new_element.slider
        if kind == "script_finished" and said.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
            return first
    raise ConnectionError("the server closed the connection")


if __name__ == "__main__":
    asyncio.run(main())
