package dev.lurcher.system;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.lurcher.broker.testing.RawClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/** A server, Mongrel2 or ours, with the same files. */
final class StaticSite implements AutoCloseable {
    static final String DATE = "Sun, 06 Nov 1994 08:49:37 GMT";
    static final String SECRET = "outside the base";

    private static final FileTime MODIFIED = FileTime.from(Instant.parse("1994-11-06T08:49:37Z"));
    private static final String UUID = "files";
    private static final String CONFIGURATION = """
            files = Dir(base="static/", index_file="index.html", default_ctype="text/x-default")
            main = Server(uuid="files", name="files", default_host="localhost", bind_addr="127.0.0.1",
                port=PORT, chroot="", access_log="DIRECTORY/access.log", error_log="DIRECTORY/error.log",
                pid_file="DIRECTORY/pid", hosts=[
                    Host(name="localhost", routes={"/s/": files, "/favicon.ico": files, "/img/([a-z]+).txt$": files})])
            servers = [main]
            settings = {"server.daemonize": 0}
            """;

    private final AutoCloseable server;
    private final InetSocketAddress address;

    private StaticSite(AutoCloseable server, InetSocketAddress address) {
        this.server = server;
        this.address = address;
    }

    static StaticSite mongrel2(Path directory) throws Exception {
        return start(directory, (database, address) -> Mongrel2Process.start(database, UUID, address));
    }

    static StaticSite lurcher(Path directory) throws Exception {
        return start(directory, (database, address) -> BrokerProcess.start(database, UUID));
    }

    private static StaticSite start(Path directory, Front.Start start) throws Exception {
        Files.createDirectories(directory);
        files(directory);
        int port = Addresses.freePort();
        String configuration =
                CONFIGURATION.replace("PORT", Integer.toString(port)).replace("DIRECTORY", directory.toString());
        InetSocketAddress address = Addresses.of(port);
        return new StaticSite(start.server(M2sh.load(directory, configuration), address), address);
    }

    private static void files(Path directory) throws IOException {
        file(directory.resolve("static/a.txt"), "0123456789");
        file(directory.resolve("static/index.html"), "<p>index");
        file(directory.resolve("static/sub/index.html"), "<p>sub");
        file(directory.resolve("static/none/a.css"), "a{}");
        file(directory.resolve("static/favicon.ico"), "icon");
        file(directory.resolve("static/empty.txt"), "");
        file(directory.resolve("static/large.bin"), "large...".repeat(20_000));
        file(directory.resolve("static/photo.JPG"), "jpeg");
        file(directory.resolve("static/a b.txt"), "blank");
        file(directory.resolve("static/a+b.unknown"), "plus");
        file(directory.resolve("static/grün.txt"), "green");
        file(directory.resolve("static/.hidden"), "dotted");
        file(directory.resolve("static/pic.txt"), "picture");
        file(directory.resolve("static/module.mjs"), "module");
        file(directory.resolve("static/packed.txt"), "plain");
        file(directory.resolve("static/packed.txt.gz"), "zipped");
        file(directory.resolve("static2/secret.txt"), SECRET);
        file(directory.resolve("secret.txt"), SECRET);
    }

    private static void file(Path file, String content) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
        Files.setLastModifiedTime(file, MODIFIED);
    }

    InetSocketAddress address() {
        return address;
    }

    /** What became of a request: status, the fields that tell of the file, its content, and what the connection did then. */
    SortedMap<String, String> outcome(String request) throws IOException {
        SortedMap<String, String> things = new TreeMap<>();
        try (RawClient client = new RawClient(address)) {
            String head = head(client, request);
            if (head.isEmpty()) {
                things.put("status", "none");
                return things;
            }
            things.put("status", head.substring("HTTP/1.1 ".length(), "HTTP/1.1 200".length()));
            int length = fields(head, things);
            boolean empty = request.startsWith("HEAD ") || things.get("status").equals("304");
            String content = empty ? "" : client.exactly(length);
            if (head.startsWith("HTTP/1.1 2")) {
                things.put("content", content);
            }
            things.put("then", then(client));
        }
        return things;
    }

    private static String head(RawClient client, String request) throws IOException {
        try {
            return client.send(request).head();
        } catch (SocketTimeoutException e) {
            throw new AssertionError("no answer", e);
        } catch (IOException e) {
            return "";
        }
    }

    /** Takes over what tells of the file; the length of the content is given back. */
    private static int fields(String head, SortedMap<String, String> things) {
        int length = 0;
        for (String line : head.split("\r\n")) {
            String name = line.substring(0, Math.max(0, line.indexOf(':'))).toLowerCase(Locale.ROOT);
            String value = line.substring(line.indexOf(':') + 1).strip();
            switch (name) {
                case "content-length" -> length = Integer.parseInt(value);
                case "location", "last-modified" -> things.put(name, value);
                case "content-type" -> {
                    // The texts of errors differ anyhow.
                    if (head.startsWith("HTTP/1.1 2")) {
                        things.put(name, value);
                    }
                }
                case "content-encoding", "content-range" -> things.put(name, value);
                default -> {
                    // It says nothing of the file, or is compared by a test of its own.
                }
            }
        }
        return length;
    }

    private static String then(RawClient client) throws IOException {
        try {
            String next = client.get("/s/a.txt").answer();
            return next.startsWith("HTTP/1.1 200 ") ? "open" : "broken";
        } catch (IOException e) {
            return "closed";
        }
    }

    /** Everything that comes back until the server ends the connection. */
    String all(byte[] request) throws IOException {
        try (RawClient client = new RawClient(address)) {
            return client.send(request).untilEnd();
        }
    }

    static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }

    @Override
    public void close() throws Exception {
        server.close();
    }
}
