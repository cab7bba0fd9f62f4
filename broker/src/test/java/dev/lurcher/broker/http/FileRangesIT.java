package dev.lurcher.broker.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.config.DirectoryPolicy;
import dev.lurcher.broker.testing.BrokerHarness;
import dev.lurcher.broker.testing.RawClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Parts of the files of a directory at {@code /s/}. */
class FileRangesIT {
    @TempDir
    private Path root;

    private Folder folder = new Folder(Path.of("/"));

    @BeforeEach
    void fill() throws IOException {
        folder = new Folder(Files.createDirectory(root.resolve("static")));
        folder.file("a.txt", "0123456789");
    }

    private BrokerHarness start() {
        return BrokerHarness.builder()
                .directory("/s/", folder.path(), DirectoryPolicy.USUAL)
                .start();
    }

    private static RawClient ask(RawClient client, String path, String range) throws IOException {
        return client.send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nRange: " + range + "\r\n\r\n");
    }

    @Test
    void sendsARange() throws Exception {
        try (BrokerHarness broker = start();
                RawClient client = broker.client()) {
            String part = ask(client, "/s/a.txt", "bytes=2-4").answer();
            assertTrue(part.startsWith("HTTP/1.1 206 Partial Content\r\n"), part);
            assertEquals("bytes 2-4/10", Folder.field(part, "Content-Range"));
            assertTrue(part.endsWith("\r\n\r\n234"), part);
            String none = ask(client, "/s/a.txt", "bytes=10-").answer();
            assertTrue(none.startsWith("HTTP/1.1 416 "), none);
            assertEquals("bytes */10", Folder.field(none, "Content-Range"));
            assertEquals("range_not_satisfiable", Folder.field(none, "X-Lurcher-Reason"));
            assertTrue(ask(client, "/s/a.txt", "bytes=0-,0-,0-").answer().startsWith("HTTP/1.1 200 "));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.bin,1000", "a.bin,3000000"})
    void sendsSeveralRanges(String file) throws Exception {
        byte[] content = folder.large("a.bin", Integer.parseInt(file.split(",")[1]));
        String all = new String(content, ISO_8859_1);
        try (BrokerHarness broker = start();
                RawClient client = broker.client()) {
            int last = content.length - 1;
            String parts = ask(client, "/s/a.bin", "bytes=900-" + last + ",-0,0-1,10-500")
                    .answer();
            String boundary = Folder.field(parts, "Content-Type").replace("multipart/byteranges; boundary=", "");
            StringBuilder expected = new StringBuilder();
            for (int[] range : new int[][] {{900, last}, {0, 1}, {10, 500}}) {
                expected.append("\r\n--")
                        .append(boundary)
                        .append("\r\nContent-Type: text/plain\r\nContent-Range: bytes ");
                expected.append(range[0])
                        .append('-')
                        .append(range[1])
                        .append('/')
                        .append(content.length);
                expected.append("\r\n\r\n").append(all, range[0], range[1] + 1);
            }
            expected.append("\r\n--").append(boundary).append("--\r\n");
            assertEquals(expected.toString(), parts.substring(parts.indexOf("\r\n\r\n") + 4));
            assertTrue(client.get("/s/a.txt").answer().endsWith("0123456789"));
        }
    }
}
