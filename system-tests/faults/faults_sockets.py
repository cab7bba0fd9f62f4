"""Faults with WebSockets open."""

import asyncio
import signal
import time
from collections import Counter

from client import NONCES
from faults_clients import live_mib, repeated
from sockets import open_session
from suite import RATE_A, fault


async def sessions(stage, count):
    """So many WebSockets to handler a."""
    opened = await repeated(count, lambda number: open_session(stage.port, "/a", next(NONCES)))
    return [session for session in opened if session is not None]


async def chat(load, session, pause=0.05):
    """One message after the other, each with its outcome, as long as the session lives and the load runs."""
    while load.running and not session.ended.done():
        outcome = await session.say(next(NONCES), load.kind)
        load.outcomes.append(outcome)
        if outcome.status != 200:
            return
        await asyncio.sleep(pause)


@fault("F1b", "worker killed with WebSockets open", "kill -9 one of 2, 50 WebSockets that send all the time", short=True)
async def worker_killed(run):
    for managed in run.kinds(short=True):
        kind, count = ("managed" if managed else "classic"), run.many(50, 20)
        stage = await run.open(2, managed)
        load = stage.load(kind="message")
        opened = await sessions(stage, count)
        chats = [asyncio.create_task(chat(load, session)) for session in opened]
        await asyncio.sleep(run.many(3, 1))
        victim = next(worker for worker in stage.workers if worker.handler == "a")
        his = {e.nonce for e in victim.events("R")}
        killed = victim.signal(signal.SIGKILL)
        stage.mark("kill -9", killed)
        await asyncio.sleep(run.many(3, 1.5))
        ended = [session for session in opened if session.ended.done()]
        lost = [o for o in load.outcomes if o.status != 200]
        load.running = False
        for session in opened:
            session.reset()
        await asyncio.gather(*chats)
        await run.close(stage)
        run.demand(f"{kind}: WebSockets opened", f"{len(opened)} of {count}", len(opened) == count)
        if managed:
            codes = Counter(session.close_code for session in ended)
            run.demand("managed: those of the killed worker are closed with 1012, no other", f"{dict(codes)}, handshakes of its {len(his)}",
                       0 < len(ended) < count and set(codes) == {1012})
            run.at_most("managed: closed after", max((session.ended_at - killed for session in ended), default=0), 0.5)
        else:
            run.none("classic: closed by it", [session.close_code for session in ended])
            # A message that the killed worker had taken has no echo: its session waits, as it would with Mongrel2.
            after = [o for o in load.outcomes if o.begin > killed + 0.1]
            run.demand("classic: messages after it are answered by the other", f"{len(after):,}, {len(lost)} not answered",
                       len(after) > 0 and not lost)


@fault("F13b", "TERM with WebSockets open", "kill -TERM, 50 WebSockets that send all the time beside requests", short=True)
async def term(run):
    count = run.many(50, 20)
    stage = await run.open(2, probe=False)
    requests = stage.load("/a", "delay=50").at_rate(RATE_A / 2)
    load = stage.load(kind="message")
    opened = await sessions(stage, count)
    chats = [asyncio.create_task(chat(load, session)) for session in opened]
    await asyncio.sleep(run.many(3, 1))
    told = stage.mark("TERM")
    stage.broker.signal(signal.SIGTERM)
    status = await stage.broker.ended(35)
    ended = stage.mark("it has ended")
    await asyncio.gather(*chats)
    await run.close(stage)
    codes = Counter(session.close_code for session in opened)
    run.demand(f"close frames with 1001: {count}", dict(codes), codes == {1001: count})
    run.none("requests in flight lost", [o.status for o in requests.outcomes if o.begin < told and o.status != 200])
    run.at_most("exit after", ended - told, 30)
    run.demand("exit status 0", status, status == 0)


@fault("F22b", "idle WebSockets", "1,000 that say nothing after one message each, beside load; session_idle 20 s")
async def idle(run):
    total, seconds = run.many(1000, 200), run.many(20, 5)
    stage = await run.open(2, settings={"limits.session_idle": f"{seconds}s"}, jvm="-Xms256m -Xmx256m")
    load = stage.load("/b").at_rate(RATE_A)
    await asyncio.sleep(run.many(8, 3))
    alone = stage.mark("the load alone")
    heap = await live_mib(stage)
    rss, began = stage.broker.rss_mib(), stage.mark("they come")
    opened = await sessions(stage, total)
    asked = stage.load(kind="message")
    asked.outcomes += await repeated(len(opened), lambda number: opened[number].say(next(NONCES), "message"))
    last = stage.mark("all there")
    each = (await live_mib(stage) - heap + max(0, stage.broker.rss_mib() - rss)) * 1024 / total
    quiet = stage.mark("measured")
    await asyncio.wait([session.ended for session in opened], timeout=seconds + 8)
    stage.mark("all closed")
    left = [session for session in opened if not session.ended.done()]
    await run.close(stage)
    run.demand(f"{total:,} open, each echo right", f"{len(opened):,}, {dict(Counter(o.status for o in asked.outcomes))}",
               len(opened) == total and all(o.status == 200 and o.right for o in asked.outcomes))
    run.demand("heap and other memory for each ≤ 64 KiB", f"{each:.1f} KiB", each <= 64)
    run.ratio("p99 of the others", [o for o in load.outcomes if quiet < o.begin < began + seconds - 1],
              [o for o in load.outcomes if o.end < alone], 1.3)
    run.none("left open", left)
    codes = Counter(session.close_code for session in opened)
    run.demand("closed with 1001", dict(codes), codes == {1001: total})
    run.at_most(f"all closed after {seconds} s +", max(0, max((s.ended_at or 0) for s in opened) - last - seconds), 5, slack=0)


@fault("S10", "WebSockets under load", "200 that send as fast as they get their echoes, for 10 s; a load of requests beside it", short=True)
async def load_of_sockets(run):
    count = run.many(200, 50)
    stage = await run.open(2, managed=True)
    requests = stage.load("/b").at_rate(RATE_A)
    await asyncio.sleep(run.many(5, 2))
    load = stage.load(kind="message")
    opened = await sessions(stage, count)
    begin = stage.mark("they send")
    chats = [asyncio.create_task(chat(load, session, pause=0)) for session in opened]
    await asyncio.sleep(run.many(10, 2))
    load.running = False
    await asyncio.gather(*chats)
    end = stage.mark("they are silent")
    for session in opened:
        session.reset()
    await run.close(stage)
    bad = [o.status for o in load.outcomes if o.status != 200 or not o.right]
    run.none("messages without their right echo", bad)
    run.demand("echoes", f"{len(load.outcomes) / (end - begin):,.0f} a second to this client", len(load.outcomes) > count)
    run.none("requests beside it that failed", [o.reason or o.status for o in requests.outcomes if o.status != 200])
