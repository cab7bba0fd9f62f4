"""Shared by race and soak: processes in a temporary directory that nothing survives, the configuration, and what /proc knows.

Everything listens on 127.0.0.1, on ports that were free a moment ago.
"""

import ctypes
import os
import re
import resource
import select
import shlex
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent
BROKER = f"{shlex.quote(str(HOME / 'bin' / 'broker'))} run"
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
START_SECONDS = 60  # a start that builds nothing takes less
LOGGED = "logged.sqlite"  # the same configuration, with the access log on
MOST_ASKED = 1000  # questions at once while a server starts
STOP_SECONDS = 5

# Both servers read the same rows; each ignores the settings that only the other knows. The first block keeps Mongrel2's idle
# killer away and its connections and waiting requests unbounded by the load, the second lets a connection live all the time.
CONFIGURATION = """
{servers}
servers = [{names}]
settings = {{
  "server.daemonize": 0, "disable.access_logging": 1, "superpoll.max_fd": 10240,
  "limits.min_ping": 0, "limits.min_read_rate": 0, "limits.min_write_rate": 0,
  "limits.requests_per_connection": 1000000000
}}
"""
SERVER = """
{target}
{name} = Server(uuid='{name}', name='{name}', port={port}, bind_addr='127.0.0.1', default_host='localhost', chroot='',
  access_log='{directory}/{name}-access.log', error_log='{directory}/{name}-error.log', pid_file='{directory}/{name}.pid',
  control_port='ipc://{directory}/{name}-control',
  hosts=[Host(name='localhost', routes={{'/': target_{name}}})])
"""
HANDLER = "target_{name} = Handler(send_spec='{send}', send_ident='{name}', recv_spec='{recv}', recv_ident='', protocol='{format}')"
PROXY = "target_{name} = Proxy(addr='127.0.0.1', port={origin})"
FILES = "target_{name} = Dir(base='static/', index_file='index.html', default_ctype='text/plain', cache_ttl=0)"
# As its manual tunes it for static files.
NGINX = """
{user}
worker_processes 2;
pid nginx.pid;
error_log nginx-error.log;
events {{ worker_connections 4096; }}
http {{
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 1000000000;
  open_file_cache max=1000;
  types {{ text/html html; }}
  server {{ listen 127.0.0.1:{port} backlog=4096; root static; }}
}}
"""
# What all proxies ask, by one process; and nginx as one of them, as its manual tunes it for proxying.
ORIGIN = """
worker_processes 1;
pid origin.pid;
error_log origin-error.log;
events {{ worker_connections 4096; }}
http {{
  access_log off;
  keepalive_requests 1000000000;
  server {{ listen 127.0.0.1:{origin} backlog=4096; location / {{ return 200 "hello"; }} }}
}}
"""
NGINX_PROXY = """
worker_processes 2;
pid nginx.pid;
error_log nginx-error.log;
events {{ worker_connections 4096; }}
http {{
  access_log off;
  keepalive_requests 1000000000;
  upstream origin {{ server 127.0.0.1:{origin}; keepalive 1024; keepalive_requests 1000000000; }}
  server {{
    listen 127.0.0.1:{port} backlog=4096;
    location / {{
      proxy_pass http://origin;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_set_header X-Real-IP $remote_addr;
    }}
  }}
}}
"""


class Failure(Exception):
    """Something the person at the keyboard can put right; the message says how."""


def say(text):
    """Tells how far things are, apart from the results."""
    print(text, file=sys.stderr, flush=True)


def run_script(main):
    """Runs a script's main function: SIGTERM and SIGHUP end it as Ctrl-C does, cleaning up; a Failure is one message."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, frame: sys.exit(128 + number))
    try:
        sys.exit(main())
    except Failure as failure:
        sys.exit(f"{Path(sys.argv[0]).name}: {failure}")
    except subprocess.CalledProcessError as failure:
        sys.exit(f"{Path(sys.argv[0]).name}: {failure.cmd[0]} failed")
    except KeyboardInterrupt:
        sys.exit(130)


class Contestant:
    """One server of the configuration: its command, its addresses, and once started its process."""

    def __init__(self, name, title, command, ports):
        self.name = name
        self.title = title
        self.command = command
        self.port, self.send_port, self.recv_port = ports
        self.database = "config.sqlite"
        self.asked = 0
        self.process = None

    @property
    def send(self):
        return f"tcp://127.0.0.1:{self.send_port}"

    @property
    def recv(self):
        return f"tcp://127.0.0.1:{self.recv_port}"

    def cpu_seconds(self):
        """User and system time of every thread of every process of this server, so far."""
        return cpu_seconds(self.process)

    def rss_bytes(self):
        """Resident memory of this server."""
        pages = (Path(f"/proc/{pid}/statm").read_text().split()[1] for pid in group(self.process.pid))
        return PAGE_BYTES * sum(map(int, pages))

    def descriptors(self):
        """How many files and sockets this server has open."""
        return sum(len(os.listdir(f"/proc/{pid}/fd")) for pid in group(self.process.pid))

    def java_home(self):
        """Where the JDK is that runs this server; None if it is no Java process."""
        executable = Path(os.readlink(f"/proc/{self.process.pid}/exe"))
        return executable.parent.parent if executable.name == "java" else None

    def jcmd(self, *words):
        """What the JVM's diagnostic command prints."""
        command = [self.java_home() / "bin" / "jcmd", str(self.process.pid), *words]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        if done.returncode != 0:
            raise Failure(f"jcmd {' '.join(words)} failed: {done.stdout}{done.stderr}")
        return done.stdout

    def live_bytes(self):
        """Bytes of the JVM's heap in use after a full collection."""
        self.jcmd("GC.run")
        return sum(used for _, used in self.generations())

    def heap_bytes(self):
        """Bytes that the JVM's heap occupies, used or not."""
        return sum(size for size, _ in self.generations())

    def generations(self):
        """Size and use of each part of the JVM's heap, in bytes."""
        text = self.jcmd("GC.heap_info").partition("Metaspace")[0]
        return [(int(size) * 1024, int(used) * 1024) for size, used in re.findall(r"total (\d+)K, used (\d+)K", text)]

    def direct_bytes(self):
        """Bytes that the JVM's tracking of native memory calls Other: Netty's buffers. None without track_native_memory."""
        found = re.search(r"Other \(reserved=\d+KB, committed=(\d+)KB\)", self.jcmd("VM.native_memory", "summary"))
        return int(found[1]) * 1024 if found else None


class Arena:
    """A temporary directory and the processes in it. Leaving it ends them all and removes it."""

    def __init__(self):
        self.directory = Path(tempfile.mkdtemp(prefix="lurcher-benchmark-"))
        self.processes = []
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in reversed(self.processes):
            self.end(process)
        shutil.rmtree(self.directory, ignore_errors=True)

    def start(self, name, command, **options):
        """Starts a process in a session of its own; its output goes to NAME.out. It dies with this one, whatever happens."""
        with open(self.directory / f"{name}.out", "ab") as out:
            process = subprocess.Popen(
                command, cwd=self.directory, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                start_new_session=True, preexec_fn=die_with_parent, **options)
        self.processes.append(process)
        return process

    def foreign_seconds(self):
        """Processor time that the machine spent on anything but this script and what it started; a difference of two counts."""
        own = sum(cpu_seconds(process) for process in self.processes)
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):
            used = resource.getrusage(who)
            own += used.ru_utime + used.ru_stime
        user, nice, system, _, _, irq, softirq, stolen = map(int, Path("/proc/stat").read_text().split("\n")[0].split()[1:9])
        # What a process sends on loopback is received in its own system time, which the machine's calls irq and softirq.
        return (user + nice + system + irq + softirq + stolen) / TICKS_PER_SECOND - own

    def end(self, process):
        """Ends a process and what it started: politely, then not."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(process.pid, number)
            except ProcessLookupError:
                pass
            try:
                process.wait(STOP_SECONDS)
                break
            except subprocess.TimeoutExpired:
                pass
        if process in self.processes:
            self.processes.remove(process)

    def logged(self, name):
        """How many lines a server's access log has."""
        with open(self.directory / f"{name}-access.log", "rb") as log:
            return sum(part.count(b"\n") for part in iter(lambda: log.read(1 << 20), b""))

    def output(self, name):
        """The last that a process and its error log said, for a message."""
        lines = []
        for path in (self.directory / f"{name}.out", self.directory / f"{name}-error.log"):
            if path.exists():
                lines += path.read_text(errors="replace").splitlines()[-10:]
        return "\n".join(lines) or "(it said nothing)"

    def prepare(self, contestants, header_format="json", static=None):
        """Configures the contestants, completes their command lines, and starts a worker for each, or writes the file of so many
        bytes that they serve instead; builds what is not built."""
        self.configure(contestants, header_format, HANDLER if static is None else FILES)
        if static is None:
            worker = self.compile_worker()
        else:
            (self.directory / "static").mkdir()
            (self.directory / "static" / "index.html").write_bytes(b"x" * static)
        for one in contestants:
            self.complete(one)
            if static is None:
                self.start(f"worker-{one.name}", [worker, one.send, one.recv])

    def prepare_proxies(self, contestants, origin):
        """Configures the contestants to ask a server behind them, on the port origin, and starts that."""
        self.configure(contestants, target=PROXY, origin=origin)
        (self.directory / "origin.conf").write_text(ORIGIN.format(origin=origin))
        self.start("origin", ["nginx", "-p", str(self.directory), "-c", "origin.conf", "-g", "daemon off;"])
        for one in contestants:
            self.complete(one)

    def complete(self, contestant):
        """Completes a command line; builds what is not built."""
        if contestant.command == shlex.split(BROKER):
            # Its start must not build anything: it is timed.
            subprocess.run([contestant.command[0], "--version"], check=True, stdout=subprocess.DEVNULL)
        contestant.command += [str(self.directory / contestant.database), contestant.name]

    def prepare_nginx(self, contestant, origin=None):
        """Configures nginx, for the file that prepare has written, or as a proxy to the port origin."""
        # Else its workers give up root's rights, and may not enter the directory.
        user = "user root;" if os.geteuid() == 0 else ""
        text = NGINX if origin is None else NGINX_PROXY
        (self.directory / "nginx.conf").write_text(text.format(port=contestant.port, origin=origin, user=user))
        contestant.command += ["-p", str(self.directory), "-c", "nginx.conf", "-g", "daemon off;"]

    def configure(self, contestants, header_format="json", target=HANDLER, origin=None):
        """Writes config.sqlite with a server for each contestant, by m2sh."""
        text = CONFIGURATION.format(
            names=", ".join(one.name for one in contestants),
            servers="".join(
                SERVER.format(name=one.name, port=one.port, directory=self.directory, target=target.format(
                    name=one.name, send=one.send, recv=one.recv, format=header_format, origin=origin))
                for one in contestants))
        source = self.directory / "race.conf"
        source.write_text(text)
        done = subprocess.run(
            ["m2sh", "load", "-config", source, "-db", "config.sqlite"], cwd=self.directory, capture_output=True, text=True)
        if done.returncode != 0 or not (self.directory / "config.sqlite").exists():
            raise Failure(f"m2sh load failed: {done.stdout}{done.stderr}")
        if any(one.database == LOGGED for one in contestants):
            shutil.copy(self.directory / "config.sqlite", self.directory / LOGGED)
            with sqlite3.connect(self.directory / LOGGED) as database:
                database.execute("DELETE FROM setting WHERE key = 'disable.access_logging'")
            database.close()

    def compile_worker(self):
        """Compiles the C worker; returns its path."""
        worker = self.directory / "worker"
        source = HOME / "benchmarks" / "worker" / "worker.c"
        done = subprocess.run(["cc", "-O2", "-o", worker, source, "-lzmq"], capture_output=True, text=True)
        if done.returncode != 0:
            raise Failure(f"the worker does not compile (Debian: apt-get install gcc libzmq3-dev):\n{done.stderr}")
        return worker

    def open(self, contestant):
        """Starts a server; returns the seconds until its first answer."""
        begin = time.monotonic()
        contestant.process = self.start(contestant.name, contestant.command)
        while time.monotonic() < begin + START_SECONDS:
            if first_answer(contestant.port, begin + START_SECONDS, contestant.process):
                return time.monotonic() - begin
            if contestant.process.poll() is not None:
                raise Failure(f"{contestant.title} ended at once:\n{self.output(contestant.name)}")
        raise Failure(f"{contestant.title} did not answer within {START_SECONDS} s:\n{self.output(contestant.name)}")


def first_answer(port, deadline, process):
    """Asks every few milliseconds until one question is answered. An early one may be lost on the way from the worker, so each
    goes out on a connection of its own while the earlier ones still wait."""
    asked = []
    try:
        while time.monotonic() < deadline and process.poll() is None and len(asked) < MOST_ASKED:
            try:
                asking = socket.create_connection(("127.0.0.1", port), 1)
                asking.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
                asked.append(asking)
            except OSError:
                pass
            for answered in select.select(asked, [], [], 0.005)[0]:
                try:
                    data = answered.recv(4096)
                except OSError:
                    data = b""
                if data.startswith(b"HTTP/1.1 200"):
                    return True
                asked.remove(answered)
                answered.close()
    finally:
        for asking in asked:
            asking.close()
    return False


def die_with_parent():
    """In the child: the kernel kills it when its parent ends, even by SIGKILL."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def cpu_seconds(leader):
    """User and system time of every thread of a process and those of its group, so far."""
    ticks = 0
    for pid in group(leader.pid):
        fields = stat_fields(pid)
        ticks += int(fields[11]) + int(fields[12])
    return ticks / TICKS_PER_SECOND


def group(leader):
    """The processes of a process group."""
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            fields = stat_fields(entry)
            if fields and int(fields[2]) == leader:
                found.append(int(entry))
    return found


def stat_fields(pid):
    """The fields of /proc/PID/stat from the state on; None when the process is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None


def free_ports(count):
    """Ports that nobody listens on."""
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def track_native_memory():
    """Lets a broker started from now on know how much of its native memory is buffers; costs it a few percent of speed."""
    os.environ["LURCHER_JAVA_OPTS"] = os.environ.get("LURCHER_JAVA_OPTS", "") + " -XX:NativeMemoryTracking=summary"


def touch_heap(megabytes):
    """Gives the JVM a heap of a fixed size that is resident from the start: whatever grows is something else."""
    os.environ["LURCHER_JAVA_OPTS"] = (
        os.environ.get("LURCHER_JAVA_OPTS", "") + f" -Xms{megabytes}m -Xmx{megabytes}m -XX:+AlwaysPreTouch")


def need(*programs):
    """Fails when a program is missing."""
    packages = {"mongrel2": "mongrel2-core", "m2sh": "mongrel2-core", "cc": "gcc"}
    missing = [packages.get(program, program) for program in programs if shutil.which(program) is None]
    if missing:
        raise Failure(f"missing; on Debian: apt-get install {' '.join(sorted(set(missing)))}")


def machine(java_home):
    """One line about what the figures were measured on."""
    parts = [f"{os.cpu_count()} cores", "Linux " + ".".join(os.uname().release.split(".")[:2]), os.uname().machine]
    if java_home is not None:
        for line in (java_home / "release").read_text().splitlines():
            key, _, value = line.partition("=")
            if key == "JAVA_VERSION":
                parts.append("JDK " + value.strip('"'))
    return ", ".join(parts)
