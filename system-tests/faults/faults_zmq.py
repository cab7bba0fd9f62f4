"""Faults of the ZeroMQ side, by the rows of the table of threats in docs/security.md: Z14, Z17."""

import asyncio
import os
import re
import signal
import subprocess
import time

from client import NONCES, connect, request
from stage import Failure, free_port, until
from suite import fault

SILENCE = re.compile(r"WARN|nothing was heard")


@fault("Z14", "no end hangs", "TERM × 100; a client waits for a worker that is not there, another reads nothing; drain time 500 ms",
       short=True)
async def ends(run):
    drain = 0.5
    stage = await run.open(0, settings={"limits.drain_time": "500ms"}, probe=False)
    with open(stage.directory / "static/large.bin", "wb") as large:
        large.truncate(100_000_000)
    took, statuses = [], []
    for cycle in range(run.many(100, 5)):
        if cycle:
            await stage.start_broker()
        waiting, deaf = await connect(stage.port), await connect(stage.port)
        deaf.transport.pause_reading()
        deaf.transport.write(request("/static/large.bin", "", next(NONCES)))
        waiting.transport.write(request("/a", "", next(NONCES)))
        # Its answer from the broker itself says that both were read.
        await ask(stage)
        told = stage.mark("TERM")
        stage.broker.signal(signal.SIGTERM)
        statuses.append(await stage.broker.ended(35))
        took.append(time.monotonic() - told)
        waiting.close()
        deaf.reset()
    await run.close(stage, exit_status=3)
    run.at_most(f"exit after the drain time of 500 ms, worst of {len(took)}", max(0.0, max(took) - drain), 1)
    run.none("exit status other than 3, forced", [status for status in statuses if status != 3])


async def ask(stage):
    outcome = await stage.load("/nowhere", kind="asked").one()
    if outcome.status != 404:
        raise Failure(f"/nowhere was answered {outcome.status}")


class Elsewhere:
    """A network of its own with one cable to this one, as another machine would be."""

    def __init__(self):
        self.name, subnet = f"lur{os.getpid() % 100_000}", os.getpid() % 250
        self.here, self.there = f"10.211.{subnet}.1", f"10.211.{subnet}.2"
        self.holder = subprocess.Popen(["unshare", "-n", "sleep", "600"])
        try:
            self.enter = ["nsenter", "-t", str(self.holder.pid), "-n"]
            # Until it has its network, the other end would stay in this one.
            for _ in range(200):
                if os.readlink(f"/proc/{self.holder.pid}/ns/net") != os.readlink("/proc/self/ns/net"):
                    break
                time.sleep(0.01)
            self.ip("link", "add", self.name, "type", "veth", "peer", "name", "cable", "netns", str(self.holder.pid))
            self.ip("addr", "add", f"{self.here}/24", "dev", self.name)
            self.ip("link", "set", self.name, "up")
            self.ip("addr", "add", f"{self.there}/24", "dev", "cable", there=True)
            self.ip("link", "set", "cable", "up", there=True)
        except BaseException:
            self.close()
            raise

    def ip(self, *words, there=False):
        done = subprocess.run([*(self.enter if there else []), "ip", *words], capture_output=True, text=True)
        if done.returncode:
            raise Failure(f"no second network: {done.stderr.strip()} (run as root, or under unshare -Urmn)")

    def cut(self):
        """From now on nothing passes, and nobody is told."""
        self.ip("link", "set", "cable", "down", there=True)

    def close(self):
        self.holder.kill()
        self.holder.wait()
        subprocess.run(["ip", "link", "del", self.name], capture_output=True)


@fault("Z17", "a worker's machine vanishes", "one of 2 workers is behind a cable that is cut; heartbeats as they are set, 5 s and 15 s")
async def vanishes(run):
    for managed in (False, True):
        kind = "managed" if managed else "classic"
        network = Elsewhere()
        try:
            await vanish(run, managed, kind, network)
        finally:
            network.close()


async def vanish(run, managed, kind, network):
    endpoints = tuple(f"tcp://{network.here}:{free_port()}" for _ in range(2))
    stage = await run.open(1, managed, settings={"insecure_bind": "1"}, handler={"prefetch": 5},
                           endpoints=endpoints)
    far = await stage.start_worker("a", managed, inside=network.enter)
    load = stage.load("/a", "delay=20").at_rate(100)
    await asyncio.sleep(2)
    served = len(far.events("S"))
    network.cut()
    cut = stage.mark("cut")
    await asyncio.sleep(18)
    dropped = [line for line in stage.broker.log_text().splitlines() if "nothing was heard of it for 15000 ms" in line]
    after = stage.mark("it is out")
    await asyncio.sleep(1)
    far.kill()
    await run.close(stage, expected_log=SILENCE, workers_came=1)
    held = [o for o in load.outcomes if o.seconds > 1]
    run.demand(f"{kind}: it served before", f"{served:,}", served > 0)
    run.demand(f"{kind}: requests that it held", len(held), 0 < len(held) <= 20)
    run.none(f"{kind}: not answered 200", [f"{o.status} {o.reason}" for o in load.outcomes if o.status != 200])
    run.at_most(f"{kind}: out of rotation, its requests with the other worker", max([o.end for o in held], default=after) - cut, 16)
    run.demand(f"{kind}: its connection is dropped, and said so", len(dropped), len(dropped) >= 1)
