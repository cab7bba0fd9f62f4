package dev.lurcher.system;

import dev.lurcher.worker.Endpoints;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The chat, as people use it: its page in a real browser. */
@Timeout(120)
class ChatSampleIT {
    private static final String SAID = "[...document.querySelectorAll('li')].map(line => line.textContent).join('|')";

    @TempDir
    private Path directory;

    @Test
    void whatOneSaysAllRead() throws Exception {
        int port = Addresses.freePort();
        Path database =
                M2sh.load(directory, """
                worker = Handler(send_spec="tcp://127.0.0.1:%2$d", send_ident="chat", recv_spec="tcp://127.0.0.1:%3$d",
                    recv_ident="")
                chat = Server(uuid="chat", name="chat", default_host="localhost", bind_addr="127.0.0.1", port=%4$d,
                    access_log="%1$s/access.log", error_log="%1$s/error.log", pid_file="%1$s/pid",
                    hosts=[Host(name="localhost", routes={"/": worker})])
                servers = [chat]
                """.formatted(directory, Addresses.freePort(), Addresses.freePort(), port));
        String url = "http://127.0.0.1:" + port + "/";
        try (BrokerProcess broker = BrokerProcess.start(database, "chat");
                Running worker = sample(database);
                Browser browser = Browser.start(directory);
                Browser.Page one = browser.open(url)) {
            one.await("visitor 1 is here", SAID);
            try (Browser.Page other = browser.open(url)) {
                other.await("visitor 2 is here", SAID);
                one.await("visitor 1 is here|visitor 2 is here", SAID);
                other.evaluate("(text.value = 'gr\u00fc\u00df dich', form.requestSubmit())");
                String said = "|visitor 2 is here|visitor 2: gr\u00fc\u00df dich";
                other.await(said.substring(1), SAID);
                one.await("visitor 1 is here" + said, SAID);
                one.evaluate("(text.value = 'x'.repeat(1000), form.requestSubmit())");
                other.await(said.substring(1) + "|visitor 1: " + "x".repeat(1000), SAID);
            }
            // Its tab is closed.
            one.await("visitor 2 has left", "document.querySelector('li:last-child').textContent");
            worker.signal("TERM");
            worker.exitCode();
        }
    }

    private Running sample(Path database) throws Exception {
        Running worker = Running.start(
                "worker",
                directory,
                Map.of(),
                List.of(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        // The samples log by this one; the broker's is on the class path as well.
                        "-Dslf4j.provider=org.slf4j.jul.JULServiceProvider",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.lurcher.samples.Chat",
                        "--config",
                        database.toString(),
                        "--handler",
                        "chat"));
        worker.errors()
                .await(line -> line.contains(
                        "Takes requests of " + Endpoints.read(database, "chat").sendSpec() + ", managed by "));
        return worker;
    }
}
