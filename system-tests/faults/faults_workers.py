"""Faults of workers: F1 to F9."""

import asyncio
import re
import signal
import socket
import time

from client import NONCES, Load, Outcome, connect, request, share
from stage import Event, until
from suite import RATE_A, RATE_B, SLACK_SECONDS, answered, fault, p99, shown

KILLED = signal.SIGKILL
HOLDS = 20  # prefetch in F1
NOTICED = 0.05  # seconds in which the broker surely knows of a process that is gone
GARBAGE_RATE = 300  # requests a second, well within what one worker in Python can do beside the rest


@fault("F1", "worker killed in mid-request, 1 of 2", "kill -9 under load, each request takes 30 ms; classic, then managed", short=True)
async def killed(run):
    for managed in run.kinds(short=True):
        kind = "managed" if managed else "classic"
        stage = await run.open(2, managed, handler={"prefetch": HOLDS})
        gets = stage.load("/a", "delay=30").at_rate(RATE_A / 2)
        posts = stage.load("/a", "delay=30", "POST").at_rate(RATE_A / 2)
        victim = stage.workers[1]
        await asyncio.sleep(run.many(3, 1))
        await until(lambda: len(victim.held() & posts.waiting) >= 2, 10, "the victim holding POSTs")
        victim.signal(KILLED)
        killed_at = stage.mark("kill -9")
        await asyncio.sleep(run.many(3, 1.5))
        await run.close(stage)
        taken = {e.nonce for e in stage.workers[2].events("R")}
        lost = [o for o in posts.outcomes if o.status != 200]
        run.none(f"{kind}: GETs not answered 200", [o.status for o in gets.outcomes if o.status != 200])
        # What is in its socket it holds too, though it has not read it: its own log does not say how much that was.
        run.demand(f"{kind}: POSTs it held: 502, at most what it may hold", f"{len(lost)} × 502; {HOLDS} may be held",
                   all(o.status == 502 and o.nonce not in taken and o.begin < killed_at + NOTICED for o in lost)
                   and len(lost) <= HOLDS)
        run.at_most(f"{kind}: 502 after", max([o.end - killed_at for o in lost], default=0), 0.5, slack=0)
        later = [o.seconds for o in stage.outcomes("GET /a", "POST /a") if o.begin > killed_at]
        run.at_most(f"{kind}: new ones answered within", max(later), 0.1)


@fault("F2", "workers hang", "SIGSTOP all of a; timeout 2 s, queue of 50, queue timeout 2 s")
async def hang(run):
    stage = await run.open(2, handler={"timeout": 2, "queue_timeout": 2, "queue_limit": 50, "prefetch": 20})
    other = stage.load("/b").at_rate(RATE_B * 2)
    load = stage.load("/a").at_rate(RATE_A / 2)
    await asyncio.sleep(run.many(10, 3))
    hung = stage.workers[1:3]
    for worker in hung:
        worker.signal(signal.SIGSTOP)
    stopped = stage.mark("SIGSTOP")
    await asyncio.sleep(run.many(10, 4))
    for worker in hung:
        worker.signal(signal.SIGCONT)
    again = stage.mark("SIGCONT")
    await asyncio.sleep(2)
    await run.close(stage)
    during = [o for o in load.outcomes if stopped < o.begin < again]
    logged = stage.logged()
    records = [logged[o.nonce] for o in during if o.status == 504]
    # A hung worker is tried again now and then with one request, which has waited in the queue before.
    times = [(record["duration_us"] - record["queue_us"]) / 1e6 for record in records]
    run.demand("504 at 2.0 to 2.3 s from when a worker got it",
               f"{len(times)}, {shown(min(times, default=0))} to {shown(max(times, default=0))}; with the wait in the queue"
               f" {shown(max([record['duration_us'] / 1e6 for record in records], default=0))}",
               times and min(times) >= 1.99 and max(times) <= 2.3 + SLACK_SECONDS)
    full = [o.seconds for o in during if o.reason == "queue_full"]
    run.at_most(f"503 once the queue is full ({len(full)}): p99", share(full, 99), 0.01)
    waited = [o.seconds for o in during if o.reason == "queue_timeout"]
    run.at_most(f"503 at the queue timeout ({len(waited)}):", max(waited, default=0), 2.3)
    run.demand("nothing else", sorted({str(o.reason or o.status) for o in during}),
               {o.status for o in during} <= {200, 503, 504})
    run.ratio("p99 of the other handler", [o for o in other.outcomes if stopped < o.begin < again],
              [o for o in other.outcomes if o.begin < stopped], 1.5)
    back = min((o.end for o in answered(load.outcomes) if o.begin > again), default=float("inf"))
    run.at_most("200 again after SIGCONT", back - again, 0.5)
    run.none("stale replies delivered", [o.nonce for o in load.outcomes if not o.right])


@fault("F3", "all workers gone", "kill -9 both of a under load; queue timeout 1 s", short=True)
async def all_gone(run):
    stage = await run.open(2, handler={"queue_timeout": 1})
    load = stage.load("/a").at_rate(RATE_A)
    await asyncio.sleep(1)
    for worker in stage.workers[1:3]:
        worker.signal(KILLED)
    gone = stage.mark("kill -9")
    await asyncio.sleep(run.many(60, 3))
    rss = stage.broker.rss_mib()
    new = await stage.start_worker("a")
    joined = new.events("J")[0].time
    stage.mark("a worker joins", joined)
    await asyncio.sleep(1.5)
    await run.close(stage, workers_came=1)
    during = [o for o in load.outcomes if gone < o.begin and o.end < joined]
    run.demand("503 with Retry-After", f"{len(during):,}, others {sum(o.status != 503 or not o.retry_after for o in during)}",
               during and all(o.status == 503 and o.retry_after for o in during))
    run.at_most("p99 of the 503 after the queue wait", max(0, p99(during) - 1), 0.05)
    run.grows("RSS", stage.baseline[2], rss, 32)
    back = min((o.end for o in answered(load.outcomes) if o.end > joined), default=float("inf"))
    run.at_most("200 again after a worker joined", back - joined, 0.5)
    ends = {o.nonce: o.end for o in load.outcomes}
    run.none("requests given to the new worker after their client had its 503",
             [e.nonce for e in new.events("R") if ends[e.nonce] < e.time])


@fault("F4", "worker restart loop", "a worker of 3 killed every 300 ms and another started, × 100")
async def restart_loop(run):
    stage = await run.open(3, handler={"retry_limit": 10, "prefetch": 20})
    gets = stage.load("/a", "delay=20").at_rate(RATE_A / 2)
    posts = stage.load("/a", "delay=20", "POST").at_rate(RATE_A / 2)
    alive, killed = stage.workers[1:4], []
    for _ in range(run.many(100, 8)):
        # A start may take longer than the pause: one that serves is always left.
        await until(lambda: sum(bool(worker.events("J")) for worker in alive) >= 2, 20, "two workers")
        victim = next(worker for worker in alive if worker.events("J"))
        alive.remove(victim)
        victim.signal(KILLED)
        stage.mark("kill")
        killed.append(victim)
        alive.append(await stage.start_worker("a", wait=False))
        await asyncio.sleep(0.3)
    await asyncio.sleep(1)
    await run.close(stage)
    lost = [o for o in posts.outcomes if o.status != 200]
    held = sum(len(worker.held()) for worker in killed)
    run.none("GETs failed", [f"{o.status} {o.reason}" for o in gets.outcomes if o.status != 200])
    run.demand("POSTs failed ≤ held at each kill", f"{len(lost)} × {sorted({o.status for o in lost}, key=str)}; {held} held",
               len(lost) <= held + len(killed) and all(o.status == 502 for o in lost))
    run.none("mixed", [o.nonce for o in stage.outcomes() if not o.right])
    run.notes.append("no supervisor exists yet, so FATAL after 5 starts in 30 s is not run")


@fault("F5", "slow workers", "each request takes 1.9 s, timeout 2 s; 20 places, 40 requests at once")
async def slow(run):
    stage = await run.open(2, handler={"timeout": 2, "prefetch": 10})
    load = stage.load("/a", "delay=1900").busy(40, 120)
    stage.mark("slow requests")
    await load.done()
    await run.close(stage)
    run.none("not 200", [f"{o.status} {o.reason}" for o in load.outcomes if o.status != 200])
    waits = next(h for h in stage.broker.figures()["handlers"] if h["name"] == "a")["waits_us"]
    run.demand("the wait in the queue is visible: 1 s or more", f"max {waits['max'] / 1e6:.2f} s", waits["max"] >= 1e6)


@fault("F6", "garbage from a worker", "as many messages that break the protocol, of 15 kinds, as good answers; classic and managed", short=True)
async def garbage(run):
    total = run.many(10_000, 300)
    for managed in run.kinds(short=False):
        kind = "managed" if managed else "classic"
        stage = await run.open(1, managed)
        rate = GARBAGE_RATE if run.options.short else 2 * GARBAGE_RATE
        without = await at_rate(stage.load("/a", kind="without"), rate, total)
        stage.mark("garbage")
        began = time.monotonic()
        noisy = stage.load("/a", "garbage=1", kind="garbage")
        with_it = await at_rate(noisy, rate, total)
        every = await ask(stage, f"garbage={15 * 4}")
        await run.close(stage)
        bad = stage.broker.figures()
        run.none(f"{kind}: good answers not delivered", [o.status for o in noisy.outcomes if o.status != 200 or not o.right])
        run.demand(f"{kind}: {len(noisy.outcomes):,} bad ones counted", f"{bad['bad_reply'] + bad['wrong_sender'] + bad['unknown_id']:,}",
                   bad["bad_reply"] + bad["wrong_sender"] + bad["unknown_id"] >= len(noisy.outcomes) + 50)
        run.demand(f"{kind}: all 15 kinds in a row do no harm", every.status, every.status == 200 and every.right)
        run.demand(f"{kind}: answers/s ≥ 95 %", f"{with_it / without:.0%} of {without:.0f}/s", with_it >= 0.95 * without)
        lines = len(re.findall("was dropped", stage.broker.log_text()))
        run.demand(f"{kind}: log lines ≤ 1 per second", lines, lines <= time.monotonic() - began + 2)


async def at_rate(load, rate, total):
    """So many requests at a rate; how many were answered a second."""
    load.at_rate(rate)
    await asyncio.sleep(total / rate)
    await load.stop()
    begin, end = min(o.begin for o in load.outcomes), max(o.end for o in load.outcomes)
    return sum(o.status == 200 for o in load.outcomes) / (end - begin)


async def ask(stage, query, path="/a"):
    """One request by itself."""
    load = stage.load(path, query, kind="single")
    outcome = await load.one()
    load.close()
    return outcome


@fault("F7", "wrong answers", "two answers in one message, answers to connections of another handler, answers after its 504", short=True)
async def wrong_answers(run):
    total = run.many(2500, 300)
    stage = await run.open(2, handler={"timeout": "300ms", "prefetch": 200})
    twice = stage.load("/a", "twice=0", kind="twice").busy(8, total)
    await twice.done()
    stage.mark("foreign")
    foreign = await steal(stage, total)
    stage.mark("late")
    late = stage.load("/a", lambda: "delay=350" if int(time.monotonic() * 1000) % 5 == 0 else "", kind="late").busy(40, total)
    await late.done()
    await asyncio.sleep(0.5)
    await run.close(stage)
    figures = stage.broker.figures()
    for what, load in (("double answers", twice), ("answers after 504", late)):
        run.none(f"wrong deliveries of {len(load.outcomes):,} {what}", [o.nonce for o in load.outcomes if not o.right])
    run.none(f"wrong deliveries of {len(foreign):,} to another handler's connection", [o.nonce for o in foreign if not o.right])
    run.demand("they were sent: overrun, foreign, late",
               f"{figures['overrun']:,}, {figures['foreign_reply']:,}, {figures['late_reply']:,}",
               figures["overrun"] > 0 and figures["foreign_reply"] >= total / 2 and figures["late_reply"] > 0)


@fault("F7b", "second answer while the client's next request waits", "answers again after 5 ms; the client has asked again on its"
       " connection by then", short=True)
async def second_answer_later(run):
    total = run.many(2500, 300)
    stage = await run.open(2)
    load = stage.load("/a", "twice=5&delay=3").busy(8, total)
    await load.done()
    await asyncio.sleep(0.2)
    await run.close(stage)
    run.none(f"wrong deliveries of {total:,} second answers", [o.nonce for o in load.outcomes if not o.right])
    run.demand("they were sent", f"{stage.broker.figures()['overrun']:,} overruns", stage.broker.figures()["overrun"] > 0)


async def steal(stage, total):
    """Clients of handler b wait while a worker of handler a writes to their connections."""
    outcomes = []
    load = stage.load("/b", kind="stolen")
    thief = stage.load("/a", kind="thief")

    ids = {}
    log = open(stage.workers[0].log)
    begun = ""

    def id_of(nonce):
        """The connection id that the worker got with this request, once it has."""
        nonlocal begun
        *lines, begun = (begun + log.read()).split("\n")
        ids.update((event.nonce, event.connection) for event in map(Event, lines) if event.kind == "R")
        return ids.get(nonce)

    async def client():
        connection = await connect(stage.port)
        while len(outcomes) < total:
            outcome = Outcome("stolen", next(NONCES))
            waiting = asyncio.create_task(connection.answer(request("/b", "delay=50", outcome.nonce), outcome))
            await until(lambda: id_of(outcome.nonce), 5, "the worker getting the request")
            attack = Load(stage.port, "/a", f"steal={ids[outcome.nonce]}", kind="thief")
            attack.idle = thief.idle
            thief.outcomes.append(await attack.one())
            outcomes.append(await waiting)
            if connection.ended:
                connection = await connect(stage.port)
        connection.close()

    await asyncio.gather(*(client() for _ in range(16)))
    load.outcomes += outcomes
    log.close()
    thief.close()
    return outcomes


@fault("F8", "worker dies in its answer", "kills itself after 5 of 10 chunks; classic, managed, and an answer until close", short=True)
async def dies_in_answer(run):
    for managed in run.kinds(short=False):
        stage = await run.open(1, managed)
        for query in ("stream=10&every=20&die=5", "stream=10&every=20&die=5&until_close=1"):
            outcome = await ask(stage, query)
            victim = stage.workers[-1]
            await victim.ended()
            stage.mark("dead")
            kind = ("managed" if managed else "classic") + (", until close" if "until" in query else ", chunked")
            run.demand(f"{kind}: cut, never a clean end", outcome.status, outcome.status == "cut")
            run.at_most(f"{kind}: after", outcome.seconds - 0.15, 2.3)
            await stage.start_worker("a", managed)
        await run.close(stage)


@fault("F9", "worker floods a slow client", "100 MB/s to one that reads 10 KB/s; a classic worker, then a managed one")
async def flood(run):
    for managed in run.kinds(short=True):
        kind = "managed" if managed else "classic"
        stage = await run.open(2, managed)
        load = stage.load("/a").at_rate(RATE_A / 2)
        await asyncio.sleep(run.many(5, 1.5))
        begin = stage.mark("flood")
        loop = asyncio.get_running_loop()
        slow_client = socket.socket()
        slow_client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        slow_client.setblocking(False)
        await loop.sock_connect(slow_client, ("127.0.0.1", stage.port))
        await loop.sock_sendall(slow_client, request("/a", f"flood={run.many(1_000_000_000, 300_000_000)}", "flood"))
        highest, fate = 0.0, "paused"
        until_then = time.monotonic() + run.many(10, 2.5)
        while time.monotonic() < until_then:
            highest = max(highest, stage.broker.rss_mib())
            try:
                data = slow_client.recv(1000)
                fate = fate if data else "dropped"
            except BlockingIOError:
                pass
            except ConnectionError:
                fate = "dropped"
            await asyncio.sleep(0.1)
        end = stage.mark("it leaves")
        slow_client.close()
        await asyncio.sleep(0.5)
        await run.close(stage)
        run.grows(f"{kind}: RSS", stage.baseline[2], highest, 64)
        cut = stage.broker.figures()["slow_client"]
        run.demand(f"{kind}: that client is dropped or paused", "dropped" if cut else fate,
                   bool(cut) != managed)
        run.ratio(f"{kind}: p99 of the others", [o for o in load.outcomes if begin < o.begin < end],
                  [o for o in load.outcomes if o.begin < begin], 2)
        run.none(f"{kind}: errors of the others", [o.status for o in load.outcomes if o.status != 200])
