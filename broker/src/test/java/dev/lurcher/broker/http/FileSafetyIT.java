package dev.lurcher.broker.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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

/** Nothing outside a directory leaves it, whatever lies in it and whatever is asked. */
class FileSafetyIT {
    private static final String SECRET = "outside the base";

    @TempDir
    private Path root;

    private Folder folder = new Folder(Path.of("/"));

    @BeforeEach
    void fill() throws IOException {
        folder = new Folder(Files.createDirectory(root.resolve("static")));
        folder.file("a.txt", "inside");
        folder.file("sub/index.html", "inside too");
        Folder outside = new Folder(root);
        outside.file("secret.txt", SECRET);
        outside.file("static2/secret.txt", SECRET);
        outside.file("secret.txt.gz", SECRET);
    }

    private String get(String path, String... fields) throws IOException {
        DirectoryPolicy open = new DirectoryPolicy(null, true, true, true);
        try (BrokerHarness broker = BrokerHarness.builder()
                        .directory("/s", folder.path(), open)
                        .start();
                RawClient client = broker.client()) {
            client.send("GET " + path + " HTTP/1.1\r\nHost: a\r\n" + String.join("", fields) + "\r\n");
            String answer = client.answer();
            assertFalse(answer.contains(SECRET), answer);
            return answer;
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/s/../secret.txt",
                "/s/../static2/secret.txt",
                "/s2/secret.txt",
                "/s/%2e%2e/secret.txt",
                "/s/..%2fsecret.txt",
                "/s/..%5csecret.txt",
                "/s/%c0%ae%c0%ae/secret.txt",
                "/s/sub/../../secret.txt",
                "/s../secret.txt",
                "/s/a.txt/../../secret.txt",
                "/s//../secret.txt"
            })
    void namesNoFileOutside(String path) throws Exception {
        assertTrue(get(path).startsWith("HTTP/1.1 404 "));
    }

    @Test
    void followsNoLinkThatLeadsOut() throws Exception {
        Files.createSymbolicLink(folder.path().resolve("absolute"), root.resolve("secret.txt"));
        Files.createSymbolicLink(folder.path().resolve("relative"), Path.of("../secret.txt"));
        Files.createSymbolicLink(folder.path().resolve("up"), Path.of(".."));
        Files.createSymbolicLink(folder.path().resolve("sibling"), Path.of("../static2"));
        Files.createSymbolicLink(folder.path().resolve("chain"), Path.of("relative"));
        Files.createSymbolicLink(folder.path().resolve("loop"), Path.of("loop"));
        Files.createSymbolicLink(folder.path().resolve("nowhere"), Path.of("nothing"));
        Files.createSymbolicLink(folder.path().resolve("a.txt.gz"), root.resolve("secret.txt.gz"));
        Files.createDirectory(folder.path().resolve("list"));
        Files.createSymbolicLink(folder.path().resolve("list/index.html"), root.resolve("secret.txt"));
        for (String name : new String[] {
            "absolute",
            "relative",
            "up/secret.txt",
            "up",
            "up/",
            "sibling/secret.txt",
            "sibling",
            "chain",
            "loop",
            "nowhere",
            "list/"
        }) {
            String answer = get("/s/" + name);
            assertTrue(answer.startsWith("HTTP/1.1 404 "), name + ": " + answer);
        }
        assertTrue(get("/s/a.txt", "Accept-Encoding: gzip\r\n").endsWith("inside"));
    }

    @Test
    void listsNoLinkThatLeadsOut() throws Exception {
        Files.createSymbolicLink(folder.path().resolve("leads-out"), root.resolve("secret.txt"));
        Files.createSymbolicLink(folder.path().resolve("leads-in"), Path.of("a.txt"));
        String list = get("/s/");
        assertTrue(list.contains("leads-in") && list.contains("a.txt"), list);
        assertFalse(list.contains("leads-out"), list);
    }

    @Test
    void followsLinksThatStayInside() throws Exception {
        Files.createSymbolicLink(folder.path().resolve("other.txt"), Path.of("a.txt"));
        Files.createSymbolicLink(folder.path().resolve("folder"), Path.of("sub"));
        assertTrue(get("/s/other.txt").endsWith("inside"));
        assertTrue(get("/s/folder/").endsWith("inside too"));
        assertTrue(get("/s/folder").startsWith("HTTP/1.1 301 "));
    }

    @Test
    void servesABaseThatIsALink() throws Exception {
        Path link = Files.createSymbolicLink(root.resolve("current"), folder.path());
        try (BrokerHarness broker = BrokerHarness.builder()
                        .directory("/s/", link, DirectoryPolicy.USUAL)
                        .start();
                RawClient client = broker.client()) {
            assertTrue(client.get("/s/a.txt").answer().endsWith("inside"));
        }
    }

    @Test
    void opensNoPipe() throws Exception {
        Path pipe = folder.path().resolve("pipe");
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        assertTrue(get("/s/pipe").startsWith("HTTP/1.1 404 "));
    }

    @Test
    void findsNothingInAFolderThatIsNotThere() throws Exception {
        try (BrokerHarness broker = BrokerHarness.builder()
                        .directory("/s/", root.resolve("later"), DirectoryPolicy.USUAL)
                        .start();
                RawClient client = broker.client()) {
            assertTrue(client.get("/s/a.txt").answer().startsWith("HTTP/1.1 404 "));
            new Folder(root).file("later/a.txt", "there now");
            assertTrue(client.get("/s/a.txt").answer().endsWith("there now"));
        }
    }
}
