"""Tests of worker.py, wsgi.py and asgi.py without a broker: python3 -m unittest, in this folder. A test of the project runs them."""

import contextlib
import io
import os
import pathlib
import re
import sqlite3
import tempfile
import unittest
from unittest import mock

import zmq
import zmq.auth

import wsgi

worker = wsgi.worker
GOLDEN = pathlib.Path(__file__).resolve().parents[2] / "protocol/src/test/resources/golden"
ESCAPE = re.compile(rb"\\(?:x([0-9a-f]{2})|\((\d+)\*([^)]*)\)|(.))", re.DOTALL)
PLAIN = {b"r": b"\r", b"n": b"\n", b"t": b"\t", b"0": b"\0", b"s": b" ", b"\\": b"\\"}


def unescape(text):
    def octets(found):
        if found[1]:
            return bytes((int(found[1], 16),))
        return int(found[2]) * found[3] if found[2] else PLAIN[found[4]]

    return ESCAPE.sub(octets, text.encode())


def vectors(name):
    """Each vector of a file: its lines by their keys, values in lists."""
    vector = {}
    for line in (GOLDEN / f"{name}.golden").read_text().splitlines() + [""]:
        if not line and "vector" in vector:
            yield vector
            vector = {}
        elif line and not line.startswith("#"):
            key, _, value = line.partition(":")
            vector.setdefault(key, []).append(unescape(value.removeprefix(" ")))


class Link:
    """In place of a way to a broker: keeps what is sent."""

    def __init__(self, owner):
        self.sent = []
        self.drained = False

    def send(self, frame):
        self.sent.append(frame)

    def is_ready(self):
        return False


def new_worker(**settings):
    with mock.patch.object(worker, "ManagedLink", Link), mock.patch.object(worker.zmq, "Context"):
        made = worker.Worker(worker.Endpoints("tcp://127.0.0.1:1", "", "IDENT"), **settings)
    made.window = 1000
    return made


def receive(made, frame):
    with made.lock:
        made.receive(frame)


def message(method="GET", number=1, content=b"", **headers):
    headers = worker.json.dumps({"PATH": "/", "VERSION": "HTTP/1.1", **headers, "METHOD": method}).encode()
    return b"IDENT %d / %d:%s,%d:%s," % (number, len(headers), headers, len(content), content)


def take(made, *arguments, **headers):
    receive(made, message(*arguments, **headers))
    return made.inbox.popleft()


class Reading(unittest.TestCase):
    def test_reads_the_golden_messages_of_both_brokers(self):
        read = 0
        for file in ("requests", "parts", "notices"):
            for vector in vectors(file):
                for broker in ("lurcher", "mongrel2", "foreign"):
                    for frame in vector.get(broker, ()):
                        with self.subTest(file=file, vector=vector["vector"], broker=broker):
                            self.compare(worker.Message.read(frame), vector)
                            read += 1
        self.assertGreater(read, 30)

    def compare(self, found, vector):
        self.assertEqual([found.sender], vector["sender"])
        self.assertEqual([found.id], vector["connection"])
        self.assertEqual([found.content], vector["content"])
        wanted = {}
        for line in vector.get("variable", []) + vector.get("field", []):
            name, _, value = line.partition(b"=")
            wanted.setdefault(name, []).append(value)
        said = {}
        for name, values in found.headers.items():
            values = values if isinstance(values, list) else [values]
            said[worker.octets(name)] = [worker.octets(value) for value in values]
        self.assertEqual(sorted(said), sorted(wanted))
        for name, values in wanted.items():
            self.assertEqual(sorted(values), sorted(said[name]))

    def test_goes_on_after_what_it_cannot_read(self):
        made = new_worker()
        for frame in (b"", b"IDENT 1 /", b"IDENT 1 / x:{},0:,", b"IDENT 1 / 2:[],0:,", b"IDENT 1 / 9:{},0:,", message()[:-20]):
            receive(made, frame)
        for vector in vectors("notices"):
            if b"welcome" not in vector["vector"][0] and b"drain" not in vector["vector"][0]:
                receive(made, (vector.get("lurcher") or vector.get("foreign") or vector["mongrel2"])[0])
        made.inbox.clear()
        receive(made, message())
        self.assertEqual(1, len(made.inbox))

    def test_credits_and_the_end_of_a_client(self):
        made = new_worker()
        client = take(made, "GET", 12).client
        client.send(b"x" * 900)
        self.assertEqual(100, client.room(500))
        client.send(b"x" * 200)
        self.assertEqual(0, client.room(500))
        receive(made, b'IDENT 12 @* 17:{"METHOD":"JSON"},29:{"type":"credit","bytes":500},')
        self.assertEqual(300, client.room(300))
        self.assertEqual(400, client.room(500))
        receive(made, b'IDENT 12 @* 17:{"METHOD":"JSON"},21:{"type":"disconnect"},')
        with self.assertRaises(worker.Gone):
            client.send(b"x")
        self.assertEqual((0, {}), (made.held, made.clients))

    def test_a_client_cannot_imitate_a_notice(self):
        made = new_worker()
        client = take(made, "GET", 12).client
        receive(made, b'IDENT 12 @* 29:{"PATH":"@*","METHOD":"JSON"},21:{"type":"disconnect"},')
        self.assertIsNone(client.gone)


class Writing(unittest.TestCase):
    def test_writes_the_golden_controls(self):
        golden = {vector["vector"][0]: vector["frame"][0] for vector in vectors("replies")}
        hello = {"name": "hello-1", "pid": 4711, "host": "web3", "application": "hello"}
        hello.update(version="1.2", language="python", capacity=8)
        for command, entries in (("hello", hello), ("drain", {}), ("bye", {})):
            written = b"IDENT 1:X, " + worker.tnetstring([command, entries])
            self.assertEqual(golden[b"control-" + command.encode()], written)

    def test_writes_the_golden_replies(self):
        golden = {vector["vector"][0]: vector["frame"][0] for vector in vectors("replies")}
        made = new_worker()
        receive(made, message(number=7))
        receive(made, message(number=123))
        seven, other = made.clients[b"7"], made.clients[b"123"]
        seven.close()
        seven.control(keep_alive=True)
        seven.control(cancel=True)
        other.control(credits=1000000)
        names = (b"close", b"keep-alive", b"cancel", b"credits")
        self.assertEqual([golden[name] for name in names], made.link.sent)

    def test_tnetstrings_are_read_as_they_were_written(self):
        value = ["a", "1", ["b"], {"c": "", "d": ["e", {}]}]
        self.assertEqual(value, worker.read_tnetstring(worker.tnetstring(value))[0])

    def test_an_empty_piece_does_not_close(self):
        made = new_worker()
        take(made).client.write(b"")
        self.assertEqual([], made.link.sent)


class Answers(unittest.TestCase):
    def frames(self, status, fields, *pieces, method="GET", **headers):
        answer = worker.Answer(take(new_worker(), method, **headers), status, fields)
        whole = b"".join(map(answer.frame, pieces)) + answer.end()
        return re.sub(rb"Date: [^\r]*\r\n", b"", whole)

    def test_what_is_not_known_beforehand_comes_in_chunks(self):
        head = b"HTTP/1.1 200 OK\r\nA: b\r\nTransfer-Encoding: chunked\r\n\r\n"
        found = self.frames("200 OK", [("A", "b")], b"x", b"", b"0123456789abcdef0")
        self.assertEqual(head + b"1\r\nx\r\n11\r\n0123456789abcdef0\r\n0\r\n\r\n", found)

    def test_old_clients_get_no_chunks(self):
        found = self.frames("200 OK", [], b"x", VERSION="HTTP/1.0")
        self.assertEqual(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nx", found)

    def test_nothing_has_a_length(self):
        self.assertEqual(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", self.frames("200 OK", []))

    def test_no_content_where_there_may_be_none(self):
        self.assertEqual(b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", self.frames("304 Not Modified", [("Content-Length", "5")]))
        self.assertEqual(b"HTTP/1.1 204 No Content\r\n\r\n", self.frames("204 No Content", [("Content-Length", "0")], b"x"))
        self.assertEqual(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", self.frames("200 OK", [("Content-Length", "5")], b"12345", method="HEAD"))

    def test_no_more_than_was_promised(self):
        with self.assertLogs("lurcher"):
            found = self.frames("200 OK", [("Content-Length", "3")], b"12", b"345")
        self.assertTrue(found.endswith(b"\r\n\r\n123"), found)

    def test_the_connection_is_not_the_applications(self):
        found = self.frames("200 OK", [("Transfer-Encoding", "gzip"), ("Keep-Alive", "9"), ("connection", "Close")])
        self.assertEqual(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", found)

    def test_nothing_can_be_smuggled_into_a_head(self):
        for status in ("200 OK\r\nX: y", "200\n", "99 No", "100 Continue", "600 X", "", "200OK"):
            with self.subTest(status), self.assertRaises(ValueError):
                self.frames(status, [])
        bad = [("A", "b\r\nC: d"), ("A", "b\n c"), ("A", "b\0"), ("A", "\u0100"), ("A\r\nB", "c"), ("A:", "b"), ("A b", "c"), ("", "a")]
        bad += [("Content-Length", "+5"), ("Content-Length", "5, 5"), ("Content-Length", "\u0665"), ("A", "\x7f"), ("A", "b\r")]
        for field in bad:
            with self.subTest(field), self.assertRaises(ValueError):
                self.frames("200 OK", [field])
        with self.assertRaises(ValueError):
            self.frames("200 OK", [("Content-Length", "5"), ("content-length", "6")])

    def test_a_long_message_has_several_frames(self):
        frames = list(worker.websocket_frames(worker.TEXT, bytes(2 * worker.FRAME_BYTES)))
        self.assertEqual([0x01, 0x80], [frame[0] for frame in frames])
        self.assertEqual([b"\x82\0"], list(worker.websocket_frames(worker.BINARY, b"")))

    def test_a_frame_has_the_least_length(self):
        for length, head in ((0, b"\x81\0"), (125, b"\x81\x7d"), (126, b"\x81\x7e\0\x7e"), (65536, b"\x81\x7f\0\0\0\0\0\1\0\0")):
            self.assertEqual(head, worker.websocket_frame(worker.TEXT, bytes(length))[: -length or None])


class Environ(unittest.TestCase):
    def environ(self, script_name="", content=b"", **headers):
        request = take(new_worker(), "POST", 1, content, **headers)
        return wsgi.Gateway(None, script_name=script_name).environ(request, request.body())

    def test_fields_and_variables(self):
        found = self.environ(**{"PATH": "/a%20b%2F%C3%BC", "QUERY": "x=%20", "host": "[::1]:8080", "x-a": ["1", "2"], "cookie": ["a=1", "b=2"]})
        wanted = {"PATH_INFO": "/a b/\xc3\xbc", "QUERY_STRING": "x=%20", "SERVER_NAME": "[::1]", "SERVER_PORT": "8080"}
        wanted.update(HTTP_X_A="1,2", HTTP_COOKIE="a=1; b=2", REQUEST_METHOD="POST", SERVER_PROTOCOL="HTTP/1.1")
        self.assertEqual(wanted, {key: found.get(key) for key in wanted})

    def test_names_that_could_be_taken_for_others_are_left_out(self):
        fields = {"x_forwarded_for": "1", "proxy": "2", "transfer-encoding": "chunked", "content-length": "3", "x-mongrel2-upload-done": ""}
        found = self.environ(content=b"four", **fields)
        self.assertEqual(set(), {key for key in found if key.startswith("HTTP_")})
        self.assertEqual("4", found["CONTENT_LENGTH"])

    def test_the_applications_place(self):
        names = ("SCRIPT_NAME", "PATH_INFO")
        for path, wanted in (("/shop/a", ("/shop", "/a")), ("/shop", ("/shop", "")), ("/shopping", ("", "/shopping"))):
            found = self.environ("/shop/", PATH=path)
            self.assertEqual(wanted, tuple(found[name] for name in names))

    def test_what_it_remembers_of_names_is_bounded(self):
        gateway = wsgi.Gateway(None)
        for i in range(2 * wsgi.MOST_KEYS):
            gateway.key(f"x-{i}")
        self.assertEqual(wsgi.MOST_KEYS, len(gateway.keys))


class Arguments(unittest.TestCase):
    def database(self):
        folder = self.enter(tempfile.TemporaryDirectory())
        path = os.path.join(folder, "a b?.sqlite")
        with contextlib.closing(sqlite3.connect(path)) as connection:
            connection.executescript(
                "CREATE TABLE handler (id INTEGER PRIMARY KEY, send_spec, send_ident, recv_spec);"
                "CREATE TABLE route (path, target_type, target_id);"
                "INSERT INTO handler VALUES (1, 'tcp://*:9997', 'hello', 'tcp://0.0.0.0:9996'), (2, 'ipc://run/x', 'two', ''),"
                " (3, 'tcp://[::]:1', 'two', '');"
                "INSERT INTO route VALUES ('/', 'handler', 1), ('/', 'dir', 2);"
            )
        return path

    def enter(self, manager):
        self.addCleanup(manager.__exit__, None, None, None)
        return manager.__enter__()

    def test_reads_the_brokers_database(self):
        read = worker.Endpoints.read
        database = self.database()
        hello = ("tcp://127.0.0.1:9997", "tcp://127.0.0.1:9996", "hello")
        self.assertEqual(hello, read(database, "hello"))
        self.assertEqual(hello, read(database, "/"))
        self.assertEqual(("tcp://[::1]:1", "", "two"), read(database, "tcp://[::]:1"))
        with self.assertRaisesRegex(worker.WorkerError, "several"):
            read(database, "two")
        with self.assertRaisesRegex(worker.WorkerError, "Handlers there: hello, two, two"):
            read(database, "three")
        with self.assertRaisesRegex(worker.WorkerError, "no such file"):
            read(database + "x", "hello")
        with self.assertRaisesRegex(worker.WorkerError, "not a database|no such table"):
            read(__file__, "hello")

    def test_arguments_go_before_the_environment(self):
        parser = worker.argparse.ArgumentParser()
        worker.add_arguments(parser)
        environment = {"LURCHER_SEND": "tcp://a:1", "LURCHER_SENDER": "a", "LURCHER_HANDLER": "hello"}

        def endpoints(*arguments):
            with mock.patch.object(worker, "ManagedLink", Link), mock.patch.object(worker.zmq, "Context"):
                return worker.make_worker(parser.parse_args(arguments), "x", environment).endpoints

        self.assertEqual(("tcp://a:1", "", "a"), endpoints())
        self.assertEqual(("tcp://b:2", "", "a"), endpoints("--send", "tcp://b:2"))
        self.assertEqual("hello", endpoints("--config", self.database()).sender)
        for wrong in (("--config", "x", "--send", "tcp://a:1"), ("--send", "tcp://a:0"), ("--sender", "a b"), ("--config", "x")):
            with self.subTest(wrong), self.assertRaises(worker.WorkerError):
                endpoints(*wrong)

    def test_proves_by_curve_who_it_is(self):
        folder = self.enter(tempfile.TemporaryDirectory())
        server, secret = zmq.auth.create_certificates(folder, "server")
        _, own = zmq.auth.create_certificates(folder, "own")
        with zmq.Context() as context, context.socket(zmq.ROUTER) as router:
            router.curve_server, router.linger = True, 0
            router.curve_publickey, router.curve_secretkey = zmq.auth.load_certificate(secret)
            port = router.bind_to_random_port("tcp://127.0.0.1")
            parser = worker.argparse.ArgumentParser()
            worker.add_arguments(parser)
            given = ["--send", f"tcp://127.0.0.1:{port}", "--sender", "a", "--curve-server", server, "--curve-key"]
            made = worker.make_worker(parser.parse_args([*given, own]), "x", {})
            made.wait(lambda: router.poll(0), 10)
            self.assertIn(b"a 1:X, ", router.recv_multipart()[1])
            made.close()
            for wrong in (server, "none", ""):
                with self.subTest(wrong), self.assertRaises(worker.WorkerError):
                    worker.make_worker(parser.parse_args([*given, wrong]), "x", {})

    def test_names_an_application(self):
        self.assertIs(os.path.join, worker.load("os:path.join", "x", "/none"))
        for wrong, why in (("no_such_module:app", "there is no module"), ("os:nothing", "has no nothing"), ("os:sep", "no application")):
            with self.subTest(wrong), self.assertRaisesRegex(worker.WorkerError, why):
                worker.load(wrong, "x", "/none")


class Failures(unittest.TestCase):
    def answer(self, application):
        made = new_worker()
        made.window = None
        with contextlib.redirect_stderr(io.StringIO()), self.assertLogs("lurcher") as logged:
            wsgi.Gateway(application).handle(take(made))
        return b"|".join(made.link.sent), "\n".join(logged.output)

    def test_a_client_sees_a_number_and_the_log_the_reason(self):
        def application(environ, start_response):
            raise KeyError("secret")

        sent, logged = self.answer(application)
        number = re.search(rb"Internal Server Error, ([0-9a-f]{12})\n", sent)[1].decode()
        self.assertNotIn(b"secret", sent)
        self.assertIn(number, logged)
        self.assertIn("KeyError: 'secret'", logged)

    def test_what_has_begun_is_cut(self):
        def application(environ, start_response):
            start_response("200 OK", [])
            yield b"x"
            raise KeyError("secret")

        sent, _ = self.answer(application)
        self.assertTrue(sent.endswith(b"1\r\nx\r\n|IDENT 1:1, "), sent)

    def test_no_content_is_made_for_nobody(self):
        made = new_worker()
        taken = []

        def application(environ, start_response):
            start_response("200 OK", [])
            return (taken.append(1) or b"x" for _ in range(1000))

        wsgi.Gateway(application).handle(take(made, "HEAD"))
        self.assertEqual([1], taken)
        self.assertTrue(made.link.sent[0].endswith(b"\r\n\r\n"))

    def test_applications_that_break_the_rules(self):
        def twice(environ, start_response):
            start_response("200 OK", [])
            start_response("200 OK", [])
            return []

        def no_bytes(environ, start_response):
            start_response("200 OK", [])
            return ["text"]

        for application in (twice, no_bytes, lambda environ, start_response: [b"x"], lambda environ, start_response: []):
            self.assertIn(b"500 Internal Server Error", self.answer(application)[0])


if __name__ == "__main__":
    unittest.main()
