"""What a fault is: its run, what it demands, and the invariants that hold in every run.

Verdicts: a figure holds; or it holds with the slack for noise that the rule grants, which the report shows; or it fails.
"""

import asyncio
import time
from collections import Counter

from client import LATE, share
from stage import Failure, Stage, until

# The slack for noise, in one place: this machine has few cores, and clients, workers and broker share them with others.
SLACK_SECONDS = 1.0  # of times of seconds
SLACK_TAIL_SECONDS = 0.05  # of ratios of percentiles, which are milliseconds; and on top of it
NOISE_TIMES = 3  # times the p99 of how late this process woke meanwhile: client, broker, worker and broker wait for a core in turn
REST_SECONDS = 10
STALL_SECONDS = 0.05

# Load. What is meant for a machine of its own is 200 clients, 1,000 requests a second to handler a and 100 to b; with a load
# generator in Python on two shared cores it is these. The number of requests, clients or cycles of a fault is given as
# many(all, short): all for the whole suite, short for the subset that bin/test runs.
RATE_A = 200
RATE_B = 30

FAULTS = {}


def fault(key, title, injection, short=False):
    """Registers a fault. Short: belongs to the subset."""
    def register(function):
        FAULTS[key] = Fault(key, title, injection, short, function)
        return function
    return register


class Fault:
    def __init__(self, key, title, injection, short, function):
        self.key, self.title, self.injection, self.short, self.function = key, title, injection, short, function


class Demand:
    """One figure: what is demanded, what was measured, how that compares."""

    HOLDS, SLACK, FAILS = "holds", "within slack", "fails"

    def __init__(self, text, measured, verdict):
        self.text, self.measured, self.verdict = text, measured, verdict


def shown(seconds):
    return f"{seconds * 1000:.1f} ms" if seconds < 0.1 else f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.2f} s"


class Run:
    """One run of one fault."""

    def __init__(self, fault, options, seed):
        self.fault, self.options, self.seed = fault, options, seed
        self.demands, self.invariants, self.notes = [], {}, []
        self.stages = []
        self.failure = self.pictured = None
        self.took = 0.0

    def many(self, everything, short):
        return short if self.options.short else everything

    def kinds(self, short):
        """Which workers it is run with: managed or not; one kind of them in the subset."""
        return (short,) if self.options.short else (False, True)

    # ---- demands

    def demand(self, text, measured, holds):
        self.demands.append(Demand(text, str(measured), Demand.HOLDS if holds else Demand.FAILS))

    def at_most(self, text, seconds, bound, slack=SLACK_SECONDS):
        """A time."""
        verdict = Demand.HOLDS if seconds <= bound else Demand.SLACK if seconds <= bound + slack else Demand.FAILS
        self.demands.append(Demand(f"{text} ≤ {shown(bound)}", shown(seconds), verdict))

    def ratio(self, text, during, before, bound):
        """The p99 of outcomes against that of others of the same run."""
        value, baseline, noise = p99(during), p99(before), noise_of(during)
        allowed = baseline * bound
        verdict = (Demand.HOLDS if value <= allowed else
                   Demand.SLACK if value <= allowed + SLACK_TAIL_SECONDS + NOISE_TIMES * noise else Demand.FAILS)
        measured = f"{value / baseline if baseline else 0:.2f}× ({shown(baseline)} → {shown(value)}; noise {shown(noise)})"
        self.demands.append(Demand(f"{text} ≤ {bound}×", measured, verdict))

    def none(self, text, found):
        """A list that must be empty."""
        found = list(found)
        few = f": {', '.join(map(str, found[:3]))}" if found else ""
        self.demand(f"{text}: 0", f"{len(found)}{few}", not found)

    def grows(self, text, before, after, bound):
        """Memory, in MiB."""
        self.demand(f"{text} ≤ +{bound} MiB", f"{after - before:+.1f} MiB", after - before <= bound)

    @property
    def holds(self):
        return (self.failure is None and all(d.verdict != Demand.FAILS for d in self.demands)
                and all(d.verdict != Demand.FAILS for d in self.invariants.values()))

    # ---- the stage

    async def open(self, workers=2, managed=False, settings=None, handler=None, jvm="", limit=None, probe=True,
                   tls=False, endpoints=None):
        """A broker with workers: so many of handler a, one of b; warm, with its figures at rest taken."""
        stage = Stage(self.options, settings, handler, tls, endpoints)
        self.stages.append(stage)
        await stage.start_broker(jvm, limit)
        await stage.start_worker("b", wait=False)
        for _ in range(workers):
            await stage.start_worker("a", managed, wait=False)
        for worker in stage.workers:
            await worker.joined()
        warm = [stage.load("/b", kind="warm").busy(4, self.many(2000, 400))]
        if workers:
            warm.append(stage.load("/a", kind="warm").busy(4, self.many(2000, 400)))
        for each in warm:
            await each.done()
        await asyncio.sleep(0.1)
        stage.baseline = (stage.broker.descriptors(), stage.broker.threads(), stage.broker.rss_mib())
        if probe:
            stage.start_probe()
            await asyncio.sleep(0.3)
        return stage

    async def close(self, stage, probe_from=0.0, exit_status=0, expected_log=None, workers_came=0):
        """Ends the broker in order and looks at the invariants.

        probe_from: of the monotonic clock; what the probe saw before does not count. expected_log: what lines may match that the
        fault predicts. workers_came: how many more workers there are now than when the figures at rest were taken."""
        for load in stage.loads:
            await load.stop()
        if stage.probe is not None:
            await self.end_probe(stage, probe_from)
        if stage.broker.is_running():
            await self._judge_rest(stage, workers_came)
            stage.broker.signal(15)
            await stage.broker.ended(60)
        self._judge_end(stage, exit_status, expected_log)

    async def end_probe(self, stage, since=0.0):
        """Looks at what the probe saw; for a fault after which something would disturb it."""
        self._judge_probe(stage, await stage.probed(), since)
        stage.probe = None

    def _keep(self, key, text, measured, verdict):
        """The worst of all stages of a run is kept."""
        order = [Demand.HOLDS, Demand.SLACK, Demand.FAILS]
        known = self.invariants.get(key)
        if known is None or order.index(verdict) >= order.index(known.verdict):
            self.invariants[key] = Demand(text, measured, verdict)

    def _is(self, key, text, measured, holds):
        self._keep(key, text, measured, Demand.HOLDS if holds else Demand.FAILS)

    def _judge_probe(self, stage, seen, since):
        # What was ready and waited for a core is the machine's affair.
        stalls = [(max(0.0, seconds - waited), seconds) for begin, seconds, waited in seen["stalls"] if begin >= since]
        worst, whole = max(stalls, default=(0.0, 0.0))
        pause = f"; longest pause of the JVM {shown(stage.broker.longest_pause())}" if worst > STALL_SECONDS else ""
        verdict = (Demand.HOLDS if worst <= STALL_SECONDS else
                   Demand.SLACK if worst <= STALL_SECONDS + SLACK_SECONDS else Demand.FAILS)
        self._keep("I5", "longest stall ≤ 50 ms", f"{shown(worst)} (and {shown(whole - worst)} waiting for a core{pause})", verdict)
        errors = [status for begin, status in seen["errors"] if begin >= since]
        self._is("I6", "probe errors: 0", f"{len(errors)} of {seen['asked']} {dict(Counter(errors)) or ''}", not errors)

    async def _judge_rest(self, stage, workers_came):
        descriptors, threads, _ = stage.baseline
        extra = 3 * workers_came
        broker = stage.broker
        try:
            await until(lambda: broker.descriptors() <= descriptors + 2 + extra and broker.threads() <= threads + 2,
                        REST_SECONDS, "rest")
            holds = True
        except Failure:
            holds = False
        self._is("I3", "at rest within 10 s: descriptors, threads ±2",
                 f"{descriptors} → {broker.descriptors()}, {threads} → {broker.threads()}", holds)
        stats = await broker.stats()
        missing = stats["requests"] - outcomes_of(stats)
        self._is("I8", "the control port's stats, at rest: requests − outcomes: 0", f"{stats['requests']:,}, {missing}", missing == 0)

    def _judge_end(self, stage, exit_status, expected_log):
        for broker in stage.brokers:
            figures = broker.figures()
            if figures is not None:
                ended = outcomes_of(figures)
                missing = figures["requests"] - ended
                self._is("I1", "requests − outcomes: 0; connections open: 0",
                         f"{figures['requests']:,} − {ended:,}; {figures['connections_open']}",
                         missing == 0 and figures["connections_open"] == 0)
        wrong = [o for o in stage.outcomes() if not o.right]
        self._is("I2", "wrong nonces: 0", f"{len(wrong)} of {len(stage.outcomes()):,}", not wrong)
        bad = [line for broker in stage.brokers for line in broker.bad_lines()
               if not (expected_log and expected_log.search(line))]
        self._is("I4", "leaks, exceptions, ERROR lines: 0", f"{len(bad)} {bad[:1] or ''}", not bad)
        self._judge_received(stage)
        status = stage.broker.process.returncode
        self._is("I8", f"exit status {exit_status}", status, status == exit_status)

    def _judge_received(self, stage):
        """A worker's log names the broker's life by its joining: ids begin anew with each."""
        twice, total = 0, 0
        for handler in ("a", "b"):
            seen = Counter((e.connection, e.nonce) for e in stage.received(handler))
            total += sum(seen.values())
            twice += sum(count - 1 for count in seen.values())
        self._is("I7", "requests received twice under one id: 0", f"{twice} of {total:,}", twice == 0)

    async def go(self):
        begin = time.monotonic()
        try:
            await self.fault.function(self)
        except Failure as failure:
            self.failure = str(failure)
        except Exception as failure:  # a run that breaks is a result; the others go on
            self.failure = f"{type(failure).__name__}: {failure}"
            if self.options.debug:
                raise
        finally:
            for stage in self.stages:
                if self.failure is not None and stage.brokers:
                    self.notes.append("\n".join((stage.broker.output() + stage.broker.log_text()).splitlines()[-15:]))
                await stage.__aexit__()
        self.took = time.monotonic() - begin
        self._keep_picture()
        return self

    def _keep_picture(self):
        """The outcomes of the stage that had most of them; the rest is forgotten."""
        kept = [([o for o in stage.outcomes() if o.kind != "warm" and o.end is not None], stage.marks) for stage in self.stages]
        self.pictured = max(kept, key=lambda each: len(each[0]), default=None)
        if self.pictured is not None and not self.pictured[0]:
            self.pictured = None
        self.stages.clear()


def p99(outcomes):
    return share([o.seconds for o in outcomes], 99)


def noise_of(outcomes):
    """How late this process woke at most, 1 in 100 aside, from the first of them to the last."""
    begin, end = min((o.begin for o in outcomes), default=0), max((o.end for o in outcomes), default=0)
    return share([late for when, late in LATE if begin <= when <= end], 99)


def answered(outcomes, status=200):
    return [o for o in outcomes if o.status == status]


def outcomes_of(figures):
    """How many requests ended, by what the broker counted."""
    return sum(count for key, count in figures.items() if key.startswith("answers_")) + figures["client_gone"]
