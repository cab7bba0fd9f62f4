"""What is promised of worker loss, prefetch, rolling restarts, hung workers and overload, each as a run; and the soak."""

import asyncio
import random
import signal
from collections import Counter

from client import NONCES, Outcome, connect, request, share
from stage import until
from suite import RATE_B, fault, outcomes_of, shown


@fault("S1", "a worker killed among 40 clients", "2 classic workers, 40 clients, 30 ms of work each; one kill -9")
async def worker_loss(run):
    stage = await run.open(2)
    gets = stage.load("/a", "work=30").busy(36)
    posts = stage.load("/a", "work=30", "POST").busy(4)
    await asyncio.sleep(1.5)
    victim = stage.workers[1]
    await until(lambda: posted_to(victim, posts), 20, "the victim holding a POST")
    victim.signal(signal.SIGKILL)
    killed = stage.mark("kill -9")
    await asyncio.sleep(run.many(4, 3))
    await run.close(stage)
    lost = [o for o in posts.outcomes if o.status != 200]
    survivors = {e.nonce for e in stage.workers[2].events("R")}
    run.none("GETs not answered 200", [o.status for o in gets.outcomes if o.status != 200])
    run.at_most("slowest GET", max(o.seconds for o in gets.outcomes), 2, slack=0)
    run.demand("POSTs that it held: 502; no others", f"{len(lost)} × {sorted({o.status for o in lost})}",
               all(o.status == 502 and o.begin < killed + 0.05 and o.nonce not in survivors for o in lost))
    run.at_most("502 after", max([o.end - killed for o in lost], default=0), 0.5, slack=0)
    run.none("hanging", [o.nonce for o in stage.outcomes() if o.status == "hangs"])


def posted_to(worker, posts):
    """Whether what it works on is a POST: one that has no outcome yet."""
    return bool(worker.held() & posts.waiting)


@fault("S2", "a second worker joins a long queue", "prefetch=auto, 1,000 requests of 20 ms wait", short=True)
async def joins(run):
    waiting = run.many(1000, 300)
    stage = await run.open(1, handler={"queue_timeout": 60, "queue_limit": 2000, "timeout": 60}, probe=False)
    warmed = len(stage.workers[1].events("R"))
    load = stage.load("/a", "work=20").busy(waiting, waiting)
    # By then all clients are connected and wait.
    await until(lambda: len(stage.workers[1].events("R")) >= warmed + waiting // 10, 20, "work")
    second = await stage.start_worker("a")
    joined = stage.mark("joins", second.events("J")[0].time)
    await load.done()
    await run.close(stage, workers_came=1)
    took = [e.time for e in second.events("R")]
    rest = len(took) + sum(e.time > joined for e in stage.workers[1].events("R"))
    run.at_most("its first request after it joined", took[0] - joined, 0.1, slack=0)
    run.demand("of what remained it took half (45 to 55 %)", f"{len(took)} of {rest}: {len(took) / rest:.0%}",
               0.45 <= len(took) / rest <= 0.55)
    run.none("lost", [o.status for o in load.outcomes if o.status != 200])


@fault("S3", "rolling restart", "4 managed workers under load, each in turn: TERM, drain, bye, a new one", short=True)
async def rolling(run):
    total, stage = run.many(100_000, 3000), await run.open(4, managed=True)
    load = stage.load("/a", lambda: f"delay={random.randrange(10)}").busy(16, total)
    rounds = 0
    while load.asked < total or rounds < 1:
        for _ in range(4):
            old = [w for w in stage.workers if w.handler == "a" and w.is_running()][0]
            old.signal(signal.SIGTERM)
            stage.mark("TERM")
            await old.ended()
            await stage.start_worker("a", managed=True)
        rounds += 1
        if run.options.short and load.asked < total:
            await asyncio.sleep(0.2)
    await load.done()
    await run.close(stage)
    failed = [o for o in load.outcomes if o.status != 200 or not o.right]
    run.demand(f"failed: 0 of {total:,}", f"{len(failed)} of {len(load.outcomes):,} {dict(Counter(o.status for o in failed)) or ''}",
               not failed)
    ended = [w for w in stage.workers if w.handler == "a" and w.events("B")]
    run.demand("every worker that was told to go said bye and ended with status 0", f"{len(ended)} of {4 * rounds}",
               len(ended) == 4 * rounds and all(w.process.returncode == 0 for w in ended))


@fault("S4", "a hung worker", "SIGSTOP one of 2 managed workers of a for 5 s; timeout 1 s")
async def hung(run):
    stage = await run.open(2, managed=True, handler={"timeout": 1})
    other = stage.load("/b").at_rate(RATE_B * 2)
    load = stage.load("/a", "delay=5").at_rate(RATE_B * 2)
    await asyncio.sleep(run.many(8, 3))
    victim = stage.workers[1]
    victim.signal(signal.SIGSTOP)
    stopped = stage.mark("SIGSTOP")
    await asyncio.sleep(run.many(5, 3))
    victim.signal(signal.SIGCONT)
    again = stage.mark("SIGCONT")
    await asyncio.sleep(2)
    await run.close(stage)
    late = [o.seconds for o in load.outcomes if o.status == 504]
    run.demand("504 at the timeout of 1.0 to 1.3 s", f"{len(late)}, {shown(min(late, default=0))} to {shown(max(late, default=0))}",
               late and min(late) >= 0.995 and max(late) <= 2.3)
    run.none("neither 200 nor 504", [o.status for o in load.outcomes if o.status not in (200, 504)])
    run.ratio("p99 of the other handler", [o for o in other.outcomes if stopped < o.begin < again],
              [o for o in other.outcomes if o.begin < stopped], 1.5)
    run.none("stale replies delivered", [o.nonce for o in load.outcomes if not o.right])
    served = {e.nonce for e in victim.events("R") if e.time > again}
    run.demand("it is given requests again", len(served), len(served) > 1)


@fault("S5", "three times what can be done", "2 workers of 10 ms; closed loop for the peak, then 3 × that rate; queue of 20")
async def overload(run):
    seconds = run.many(30, 4)
    stage = await run.open(2, handler={"queue_limit": 20, "queue_timeout": 2})
    peak_load = stage.load("/a", "work=10", kind="peak").busy(12)
    await asyncio.sleep(seconds / 2)
    await peak_load.stop()
    peak = len(peak_load.outcomes) / (seconds / 2)
    rss = stage.broker.rss_mib()
    load = stage.load("/a", "work=10").at_rate(3 * peak)
    begin = stage.mark("3 × peak")
    await asyncio.sleep(seconds)
    highest = stage.broker.rss_mib()
    await run.close(stage)
    good = sum(o.status == 200 and o.end < begin + seconds for o in load.outcomes) / seconds
    full = [o.seconds for o in load.outcomes if o.status == 503]
    run.demand("goodput ≥ 80 % of the peak", f"{good / peak:.0%} of {peak:.0f}/s at {len(load.outcomes) / seconds:.0f}/s",
               good >= 0.8 * peak)
    run.at_most(f"p99 of {len(full):,} × 503", share(full, 99), 0.05)
    run.none("neither 200 nor 503", [o.status for o in load.outcomes if o.status not in (200, 503)])
    run.grows("RSS", rss, highest, 16)


class Soak:
    """Clients of a random mind, and what happens to workers and broker meanwhile."""

    def __init__(self, run, stage, total):
        self.run, self.stage, self.total = run, stage, total
        self.random = random.Random(run.seed)
        self.load = stage.load("/a", kind="soak")
        self.asked = 0
        self.happened = Counter()

    def query(self):
        """Mostly fast; one in 200 takes 0 to twice the timeout of 500 ms."""
        dice = self.random.random()
        return f"delay={self.random.randrange(1000)}" if dice < 0.005 else f"delay={self.random.randrange(12)}" if dice < 0.5 else ""

    async def client(self):
        connection = None
        while self.asked < self.total:
            self.asked += 1
            outcome = Outcome("soak", next(NONCES))
            if connection is None or connection.ended:
                connection = await connect(self.stage.port)
            if connection is None:
                # Nobody is there to accept it: it does not count as asked.
                self.asked -= 1
                await asyncio.sleep(0.05)
                continue
            method = "POST" if self.random.random() < 0.1 else "GET"
            asking = asyncio.create_task(connection.answer(request("/a", self.query(), outcome.nonce, method), outcome))
            if self.random.random() < 0.2:
                await asyncio.sleep(self.random.random() * 0.004)
                if not asking.done():
                    connection.reset()
                await asking
                if outcome.status in ("cut", "closed"):
                    outcome.status = "aborted"
                connection.close()
            else:
                await asking
            self.load.outcomes.append(outcome)
        if connection is not None:
            connection.close()

    async def trouble(self, every):
        """Something happens to a worker, or now and then to the broker."""
        while self.asked < self.total:
            await asyncio.sleep(every * (0.5 + self.random.random()))
            what = self.random.choice(("kill a worker", "kill a worker", "drain a worker", "stop a worker", "TERM the broker",
                                       "kill the broker"))
            self.happened[what] += 1
            self.stage.mark(what)
            await (self.broker(what) if "broker" in what else self.worker(what))

    async def worker(self, what):
        victim = self.random.choice([w for w in self.stage.workers if w.handler == "a" and w.is_running()])
        managed = "managed" in victim.process.args
        if what == "stop a worker":
            victim.signal(signal.SIGSTOP)
            await asyncio.sleep(0.7)
            victim.signal(signal.SIGCONT)
            return
        victim.signal(signal.SIGTERM if managed and what == "drain a worker" else signal.SIGKILL)
        await victim.ended()
        await self.stage.start_worker("a", managed)

    async def broker(self, what):
        broker = self.stage.broker
        broker.signal(signal.SIGTERM if what == "TERM the broker" else signal.SIGKILL)
        await broker.ended(40)
        await self.stage.start_broker()


@fault("S6", "soak", "1,000,000 requests: random delays, 20 % aborted, workers and broker killed, drained, stopped and restarted", short=True)
async def soak(run):
    total = run.options.soak or run.many(1_000_000, 20_000)
    stage = await run.open(2, handler={"timeout": "500ms"}, settings={"limits.drain_time": "5s"}, probe=False)
    for _ in range(2):
        await stage.start_worker("a", managed=True)
    soaking = Soak(run, stage, total)
    trouble = asyncio.create_task(soaking.trouble(run.many(5, 1.5)))
    await asyncio.gather(*(soaking.client() for _ in range(24)))
    await trouble
    await run.close(stage, workers_came=2)
    wrong = [o for o in soaking.load.outcomes if not o.right]
    run.none(f"answers to the wrong client, of {len(soaking.load.outcomes):,}", [o.nonce for o in wrong])
    run.none("requests that hang", [o.nonce for o in soaking.load.outcomes if o.status == "hangs"])
    orderly = [figures for figures in (broker.figures() for broker in stage.brokers) if figures]
    missing = sum(figures["requests"] - outcomes_of(figures) for figures in orderly)
    run.demand(f"accepted requests without outcome, of the {len(orderly)} brokers that ended in order: 0",
               f"{missing} of {sum(figures['requests'] for figures in orderly):,}", missing == 0)
    counts = stage.counts("soak")
    run.demand("outcomes", ", ".join(f"{count:,} × {status}" for status, count in counts.most_common()),
               counts["200"] > 0.7 * len(soaking.load.outcomes))
    run.demand("what happened", ", ".join(f"{count} × {what}" for what, count in soaking.happened.most_common()),
               bool(soaking.happened))
