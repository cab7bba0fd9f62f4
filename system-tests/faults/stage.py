"""The processes of one run: a broker, workers, the probe, in a temporary directory that nothing survives; and what /proc and their
logs know of them."""

import asyncio
import ctypes
import json
import os
import re
import resource
import shlex
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from client import TLS_PORTS, Load

HERE = Path(__file__).resolve().parent
HOME = HERE.parent.parent
START_SECONDS = 60  # a start that builds nothing takes less
STOP_SECONDS = 20
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")

# A heap that is all there from the start: what RSS grows by is not the collector's choice. Netty looks for leaks in every buffer.
JVM = "-Xms128m -Xmx128m -XX:+AlwaysPreTouch -Dio.netty.leakDetection.level=paranoid"
BAD_LINE = re.compile(r"LEAK:|\bERROR\b|Exception|^\s+at [a-z]+\.")
# Threads that the JVM has by its own lights.
JVM_THREAD = re.compile(r"^(java|C[12] |GC |G1 |VM |Sig|Att|Serv|Monitor|Notif|Common|Final|Refer|process)")


class Failure(Exception):
    """What keeps the suite from running, and how to put it right."""


def die_with_parent():
    """In the child: the kernel kills it when its parent ends, even by SIGKILL."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


async def until(condition, seconds, what):
    """Waits for a condition; returns how long that took."""
    begin = time.monotonic()
    while not condition():
        if time.monotonic() > begin + seconds:
            raise Failure(f"{what} did not happen within {seconds} s")
        await asyncio.sleep(0.005)
    return time.monotonic() - begin


def python_with_zmq():
    for python in (sys.executable, "/usr/bin/python3"):
        if subprocess.run([python, "-c", "import zmq"], capture_output=True).returncode == 0:
            return python
    raise Failure("no Python with pyzmq (Debian: apt-get install python3-zmq)")


class SmallDisk:
    """A folder that goes away again; a file system of its own, where a size is given."""

    def __init__(self, size=None):
        self.directory = Path(tempfile.mkdtemp(prefix="lurcher-disk-"))
        self.mounted = False
        if size:
            done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "none", str(self.directory)], capture_output=True, text=True)
            if done.returncode:
                raise Failure(f"no small file system to fill: {done.stderr.strip()} (run as root, or under unshare -Urm)")
            self.mounted = True

    def grow(self, size):
        subprocess.run(["mount", "-o", f"remount,size={size}", str(self.directory)], check=True)

    def close(self):
        if self.mounted:
            subprocess.run(["umount", "-l", str(self.directory)], check=True)
        shutil.rmtree(self.directory, ignore_errors=True)


class Process:
    """One process and the file of its output."""

    def __init__(self, stage, name, command, environment=None, limit=None):
        self.name = name
        self.out = stage.directory / f"{name}.out"
        self.begin = time.monotonic()

        def prepare():
            die_with_parent()
            if limit is not None:
                resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))

        with open(self.out, "ab") as out:
            self.process = subprocess.Popen(
                command, cwd=stage.directory, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True,
                preexec_fn=prepare, env={**os.environ, **(environment or {})})
        self.pid = self.process.pid
        stage.processes.append(self)

    def output(self):
        return self.out.read_text(errors="replace")

    def signal(self, number):
        """Returns when it was sent."""
        os.kill(self.pid, number)
        return time.monotonic()

    def is_running(self):
        return self.process.poll() is None

    async def ended(self, seconds=STOP_SECONDS):
        """Its exit status; waits for that."""
        await until(lambda: not self.is_running(), seconds, f"the end of {self.name}")
        return self.process.returncode

    def kill(self):
        if self.is_running():
            os.killpg(self.pid, signal.SIGKILL)
            self.process.wait()

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def threads(self):
        count = 0
        for task in os.listdir(f"/proc/{self.pid}/task"):
            try:
                count += not JVM_THREAD.match(Path(f"/proc/{self.pid}/task/{task}/comm").read_text())
            except OSError:
                pass
        return count

    def rss_mib(self):
        return int(Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * PAGE_BYTES / 2**20

    def cpu_seconds(self):
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND


class Broker(Process):
    """One life of the broker."""

    FIGURES = re.compile(r"figures (\{.*\})")

    def __init__(self, stage, number, jvm, limit):
        super().__init__(stage, f"broker-{number}", [*stage.command, "run", str(stage.directory / "config.sqlite"), "site"],
                         {"LURCHER_JAVA_OPTS": f"{JVM} -Xlog:safepoint:file={stage.directory}/pauses-{number}.log {jvm}"}, limit)
        self.command, self.directory = stage.command, stage.directory
        self.pauses = stage.directory / f"pauses-{number}.log"
        self.log = stage.directory / "error.log"
        self.log_begin, self.log_end = self._log_bytes(), None

    async def listening(self):
        await until(lambda: "listening on" in self.output() or not self.is_running(), START_SECONDS, "the broker's start")
        if not self.is_running():
            raise Failure(f"the broker ended at once:\n{self.output()}")
        return time.monotonic()

    def figures(self):
        """What it counted, once it has ended."""
        found = self.FIGURES.search(self.log_text())
        return json.loads(found[1]) if found else None

    async def stats(self):
        """What it has counted so far, by its control port."""
        asked = await asyncio.create_subprocess_exec(
            *map(str, self.command), "control", "stats", "--json", cwd=self.directory, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        out, err = await asyncio.wait_for(asked.communicate(), STOP_SECONDS)
        if asked.returncode:
            raise Failure(f"broker control stats: {err.decode(errors='replace')}")
        return {row["name"]: row["value"] for row in json.loads(out)}

    def _log_bytes(self):
        return self.log.stat().st_size if self.log.exists() else 0

    def over(self):
        """What the log gets from now on is the next one's."""
        self.log_end = self._log_bytes()

    def log_text(self):
        if not self.log.exists():
            return ""
        with open(self.log, "rb") as log:
            log.seek(self.log_begin)
            return log.read(-1 if self.log_end is None else self.log_end - self.log_begin).decode(errors="replace")

    def longest_pause(self):
        """The longest time, in seconds, for which the JVM stopped its threads: collections, above all."""
        return max(map(int, re.findall(r"Total: *(\d+) ns", self.pauses.read_text())), default=0) / 1e9

    def bad_lines(self):
        lines = (self.output() + "\n" + self.log_text()).splitlines()
        return [line for line in lines if BAD_LINE.search(line)]

    def jcmd(self, *words):
        executable = Path(os.readlink(f"/proc/{self.pid}/exe"))
        done = subprocess.run([executable.parent / "jcmd", str(self.pid), *words], capture_output=True, text=True, timeout=60)
        if done.returncode:
            raise Failure(f"jcmd {' '.join(words)}: {done.stdout}{done.stderr}")
        return done.stdout

    def live_mib(self):
        """The heap in use after a full collection."""
        self.jcmd("GC.run")
        text = self.jcmd("GC.heap_info").partition("Metaspace")[0]
        return sum(int(used) for used in re.findall(r"total \d+K, used (\d+)K", text)) / 1024


class Event:
    """One line of a worker's log."""

    __slots__ = ("time", "kind", "connection", "nonce")

    def __init__(self, line):
        when, self.kind, self.connection, self.nonce = line.split(" ")
        self.time = float(when)


class Worker(Process):
    def __init__(self, stage, number, handler, managed, inside):
        self.log = stage.directory / f"worker-{number}.log"
        self.log.touch()
        self.handler = handler
        send, recv = stage.endpoints[handler]
        arguments = ["managed", self.log, f"w{number}", send] if managed else ["classic", self.log, f"w{number}", send, recv]
        super().__init__(stage, f"worker-{number}", [*inside, stage.python, str(HERE / "worker.py"), *map(str, arguments)],
                         {"IDENT": handler})

    def events(self, kinds="RSDJQB"):
        lines = self.log.read_text().split("\n")[:-1]
        return [event for event in map(Event, lines) if event.kind in kinds]

    async def joined(self, times=1):
        """When it was ready for requests, for the so manieth time."""
        await until(lambda: len(self.events("J")) >= times or not self.is_running(), START_SECONDS, f"{self.name} joining")
        if not self.is_running():
            raise Failure(f"{self.name} ended at once:\n{self.output()}")
        return self.events("J")[times - 1].time

    def held(self):
        """Nonces of the requests that it took and did not answer."""
        return {e.nonce for e in self.events("R")} - {e.nonce for e in self.events("S")}


class Wrk(Process):
    """So many requests a second from a process of its own that is no Python; what it counted, once it has ended."""

    CONNECTIONS, PAUSE_MILLIS = 16, 7
    SCRIPT = """
function delay() return %d end
done = function(summary, latency, requests)
  local e = summary.errors
  io.write(string.format('\\nRESULT {"requests":%%d,"micros":%%d,"p99":%%d,"failed":%%d,"not_200":%%d}\\n',
    summary.requests, summary.duration, latency:percentile(99), e.connect + e.read + e.write + e.timeout, e.status))
end
"""

    def __init__(self, stage, path):
        if shutil.which("wrk") is None:
            raise Failure("no wrk (Debian: apt-get install wrk)")
        script = stage.directory / "load.lua"
        script.write_text(self.SCRIPT % self.PAUSE_MILLIS)
        super().__init__(stage, "wrk", ["wrk", "-t", "1", "-c", str(self.CONNECTIONS), "-d", "600s", "--timeout", "30s", "-s", str(script),
                                        f"http://127.0.0.1:{stage.port}{path}"])

    async def counted(self):
        """Ends it."""
        self.signal(signal.SIGINT)
        await self.ended()
        found = re.search(r"RESULT (\{.*\})", self.output())
        if found is None:
            raise Failure(f"wrk counted nothing:\n{self.output()}")
        return json.loads(found[1])


class Stage:
    """A configuration with handlers a (tcp://) and b (ipc://), and the processes. Leaving it ends them all."""

    def __init__(self, options, settings=None, handler=None, tls=False, endpoints=None):
        self.directory = Path(tempfile.mkdtemp(prefix="lurcher-faults-"))
        self.command = shlex.split(options.broker)
        self.python = options.python
        self.port = free_port()
        self.tls = tls
        self.endpoints = {
            "a": endpoints or (f"tcp://127.0.0.1:{free_port()}", f"tcp://127.0.0.1:{free_port()}"),
            "b": (f"ipc://{self.directory}/b-requests", f"ipc://{self.directory}/b-replies"),
        }
        self.processes, self.brokers, self.workers = [], [], []
        self.loads, self.marks = [], []
        self.probe = None
        self.baseline = None
        if tls:
            TLS_PORTS.add(self.port)
            (self.directory / "certs").mkdir()
            subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                            "-subj", "/CN=localhost", "-keyout", "site.key", "-out", "site.crt"], cwd=self.directory / "certs",
                           check=True, capture_output=True)
            settings = {"certdir": "certs/", **(settings or {})}
        self._configure(settings or {}, handler or {})

    def _configure(self, settings, handler):
        schema = (HOME / "config.sqlite.sql").read_text().partition("-- The demo:")[0] + "COMMIT;"
        database = sqlite3.connect(self.directory / "config.sqlite")
        database.executescript(schema)
        database.execute(
            "INSERT INTO server (id, uuid, name, bind_addr, port, default_host, access_log, error_log, pid_file, use_ssl)"
            " VALUES (1, 'site', 'site', '127.0.0.1', ?, 'localhost', 'access.log', 'error.log', 'pid', ?)",
            (self.port, int(self.tls)))
        database.execute("INSERT INTO host (id, server_id, name, matching) VALUES (1, 1, 'localhost', 'localhost')")
        for number, (name, (send, recv)) in enumerate(self.endpoints.items(), 1):
            columns = {"id": number, "send_spec": send, "send_ident": name, "recv_spec": recv,
                       **(handler if name == "a" else {})}
            database.execute(f"INSERT INTO handler ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})",
                             tuple(columns.values()))
            database.execute("INSERT INTO route (host_id, path, target_type, target_id) VALUES (1, ?, 'handler', ?)",
                             (f"/{name}", number))
        (self.directory / "static").mkdir()
        database.execute("INSERT INTO directory (id, base, index_file, default_ctype) VALUES (1, 'static/', 'index.html', 'text/plain')")
        database.execute("INSERT INTO route (host_id, path, target_type, target_id) VALUES (1, '/static/', 'dir', 1)")
        wanted = {"route.strict": "1", "access_log.format": "json", "handler.prefetch": "auto", **settings}
        database.executemany("INSERT INTO setting (key, value) VALUES (?, ?)", wanted.items())
        database.commit()
        database.close()

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_):
        for load in self.loads:
            load.running = False
            for task in load.tasks:
                task.cancel()
        for process in reversed(self.processes):
            process.kill()
        shutil.rmtree(self.directory, ignore_errors=True)

    @property
    def broker(self):
        return self.brokers[-1]

    async def start_broker(self, jvm="", limit=None):
        if self.brokers:
            self.broker.over()
        broker = Broker(self, len(self.brokers) + 1, jvm, limit)
        self.brokers.append(broker)
        await broker.listening()
        return broker

    async def start_worker(self, handler="a", managed=False, wait=True, inside=()):
        """inside: the words of a command that starts it somewhere else."""
        worker = Worker(self, len(self.workers) + 1, handler, managed, inside)
        self.workers.append(worker)
        if wait:
            await worker.joined()
        return worker

    def mark(self, what, when=None):
        """A moment for the picture."""
        self.marks.append((when or time.monotonic(), what))
        return self.marks[-1][0]

    def start_probe(self):
        self.probe = Process(self, "probe", [sys.executable, str(HERE / "client.py"), str(self.port), str(self.broker.pid),
                                              *(["tls"] if self.tls else [])])

    async def probed(self):
        """What the probe saw; ends it."""
        self.probe.signal(signal.SIGTERM)
        await self.probe.ended(40)
        return json.loads(self.probe.output())

    def outcomes(self, *kinds):
        return [o for load in self.loads for o in load.outcomes if not kinds or o.kind in kinds]

    def counts(self, *kinds):
        return Counter(str(o.status) for o in self.outcomes(*kinds))

    def logged(self):
        """What the access log says of each request, by nonce."""
        found = {}
        for line in (self.directory / "access.log").read_text().splitlines():
            record = json.loads(line)
            found[(record["query"] or "").partition("&")[0].removeprefix("nonce=")] = record
        return found

    def received(self, handler="a"):
        return [e for worker in self.workers if worker.handler == handler for e in worker.events("R")]

    def load(self, path="/a", query="", method="GET", kind=None):
        one = Load(self.port, path, query, method, kind)
        self.loads.append(one)
        return one
