package dev.lurcher.system;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lurcher.broker.zmtp.Endpoint;
import dev.lurcher.broker.zmtp.Requester;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Mongrel2's control port and ours answer the same bytes to the same bytes. */
class ControlDifferenceIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String UUID = "control-difference";

    @TempDir
    private static Path folder;

    private static Mongrel2Process mongrel2;
    private static BrokerProcess lurcher;

    /** One server of the pair, not started yet. */
    private record Place(Path directory, Path database, InetSocketAddress address) {
        static Place in(Path directory) throws IOException, InterruptedException {
            Files.createDirectories(directory);
            int port = Addresses.freePort();
            return new Place(directory, M2sh.load(directory, """
                    worker = Handler(send_spec="ipc://%1$s/requests", send_ident="site", recv_spec="ipc://%1$s/replies",
                        recv_ident="")
                    site = Server(uuid="%3$s", name="site", default_host="localhost", bind_addr="127.0.0.1",
                        port=%2$d, access_log="%1$s/access.log", error_log="%1$s/error.log", chroot="",
                        pid_file="%1$s/pid", control_port="ipc://%1$s/control",
                        hosts=[Host(name="localhost", routes={"/": worker})])
                    servers = [site]
                    settings = {"server.daemonize": 0}
                    """.formatted(directory, port, UUID)), Addresses.of(port));
        }
    }

    @BeforeAll
    static void start() throws Exception {
        Place first = Place.in(folder.resolve("mongrel2"));
        mongrel2 = Mongrel2Process.start(first.database(), UUID, first.address());
        Place second = Place.in(folder.resolve("lurcher"));
        lurcher = BrokerProcess.start(second.database(), UUID);
        // Connections by which the start was noticed are gone.
        while (!ask("mongrel2", "26:6:status,13:4:what,3:net,}]").endsWith("4:rows,0:]}")) {
            Thread.onSpinWait();
        }
    }

    @AfterAll
    static void stop() throws Exception {
        Mongrel2Process theirs = mongrel2;
        try (theirs) {
            lurcher.close();
        }
    }

    /** The answer, but for what belongs to the server: its folder and port. */
    private static String ask(String server, String message) throws IOException {
        Path directory = folder.resolve(server);
        try (Requester requester = Requester.connect(Endpoint.parse("ipc://" + directory + "/control"), PATIENCE)) {
            return new String(requester.ask(message.getBytes(ISO_8859_1)), ISO_8859_1);
        }
    }

    private static String comparable(String answer) {
        // Lengths change with what is put in their place.
        return answer.replace(folder.resolve("mongrel2").toString(), "FOLDER")
                .replace(folder.resolve("lurcher").toString(), "FOLDER")
                .replaceAll("[0-9]+(?=[:#])", "N");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // Commands.
                "10:4:uuid,0:}]",
                "10:4:help,0:}]",
                "26:6:status,13:4:what,3:net,}]",
                // What follows is ignored.
                "10:4:uuid,0:}]\0",
                "10:4:uuid,0:}]10:4:time,0:}]",
                "14:4:uuid,0:}1:x,]",
                "20:4:uuid,9:1:a,2:bc,}]",
                // No list.
                "0:}",
                "4:time,",
                "1:1#",
                // No command with arguments.
                "x",
                "99:",
                "7:4:time,]",
                "0:]",
                "10:0:}4:time,]",
                "10:4:time,0:]]",
                "10:4:time,0:,]",
                "7:1:1#0:}]",
                "",
                "-1:]",
                "12:4:time,2:1:}]",
                "4:0:}~]",
                // No such command.
                "13:7:version,0:}]",
                "6:0:,0:}]",
                // Arguments of the wrong kind.
                "10:4:kill,0:}]",
                "21:4:kill,10:2:id,2:99#}]",
                "21:4:kill,10:2:id,2:-1#}]",
                "21:4:kill,10:2:id,2:99,}]",
                "12:6:status,0:}]",
                "23:6:status,10:4:what,1:1#}]",
                "29:6:status,16:4:what,6:others,}]"
            })
    void theSameBytes(String message) throws IOException {
        assertEquals(ask("mongrel2", message), ask("lurcher", message));
    }

    @ParameterizedTest
    @ValueSource(strings = {"10:4:time,0:}]", "10:4:info,0:}]"})
    void theSameButForTheServersOwn(String message) throws IOException {
        assertEquals(comparable(ask("mongrel2", message)), comparable(ask("lurcher", message)));
    }

    @Test
    void theSameHeadingsOfTasks() throws IOException {
        String tasks = "28:6:status,15:4:what,5:tasks,}]";
        String theirs = ask("mongrel2", tasks);
        String ours = ask("lurcher", tasks);
        assertEquals(headings(theirs), headings(ours));
        assertEquals(firstRow(theirs), firstRow(ours));
    }

    private static String headings(String answer) {
        return answer.substring(answer.indexOf(':') + 1, answer.indexOf("]4:rows,"));
    }

    /** The kinds of its values. */
    private static String firstRow(String answer) {
        String rows = answer.substring(answer.indexOf("]4:rows,") + "]4:rows,".length());
        return rows.substring(0, rows.indexOf(']'))
                .replaceFirst("^[0-9]+:[0-9]+:", "")
                .replaceAll("[0-9]+:[^#!,]*([#!,])", "$1");
    }
}
