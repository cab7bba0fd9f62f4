package dev.lurcher.broker.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.protocol.HeaderFormat;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Databases that Mongrel2's own tool makes are read as they are. */
class Mongrel2DatabaseIT {
    private static final String SITE = """
            chat = Handler(send_spec='tcp://127.0.0.1:9999', send_ident='54c6755b-9628-40a4-9a2d-cc82a816345e',
                           recv_spec='tcp://127.0.0.1:9998', recv_ident='')
            stream = Handler(send_spec='ipc://run/stream-send', send_ident='stream', recv_spec='ipc://run/stream-recv',
                             recv_ident='stream', raw_payload=1, protocol='tnetstring')
            main = Server(
                uuid="f400bf85-4538-4f7a-8908-67e313d515c2", name="main", port=6767, chroot="./",
                access_log="/logs/access.log", error_log="/logs/error.log", pid_file="/run/mongrel2.pid",
                default_host="localhost",
                hosts=[
                    Host(name="localhost", routes={'@chat': chat, '/handlertest': chat, '/streaming/(.*)$': stream}),
                    Host(name="example", matching="(.+).example.com", routes={'/': stream})
                ])
            other = Server(
                uuid="other", name="other", port=6768, bind_addr="127.0.0.1", chroot="", access_log="/dev/stdout",
                error_log="/tmp/error.log", pid_file="/tmp/other.pid", default_host="default", control_port="ipc:///tmp/control",
                hosts=[Host(name="default", routes={'/': Handler(send_spec='ipc:///tmp/a', send_ident='a',
                    recv_spec='ipc:///tmp/b', recv_ident='')})])
            servers = [main, other]
            settings = {"zeromq.threads": 1, "limits.content_length": "20 * 1024", "no_clobber_xff": 1}
            """;

    /** As a realtime proxy generates it for its Mongrel2. */
    private static final String PROXY = """
            s = Server(
                uuid="default_7999", name="default_7999", port=7999, chroot="", bind_addr="0.0.0.0",
                access_log="/dev/stdout", error_log="/var/log/m2/error.log", pid_file="/var/run/m2.pid",
                control_port="ipc:///var/run/m2-control", default_host="default",
                hosts=[Host(name="default", routes={'/': Handler(
                    send_spec="ipc:///var/run/m2-out", send_ident="pushpin-m2-7999",
                    recv_spec="ipc:///var/run/m2-in", recv_ident="pushpin-m2-7999 ", protocol="tnetstring")})])
            servers = [s]
            settings = {"upload.stream": 1, "superpoll.max_fd": 65536, "server.daemonize": 0, "no_clobber_xff": 1,
                "request.relaxed": 1, "download.flow_control": 1, "net.tcp_keepalive": 1, "limits.buffer_size": 200000,
                "disable.access_logging": 1, "certdir": "/etc/certs/"}
            """;

    @TempDir
    private Path folder;

    @Test
    void readsASite() throws IOException, InterruptedException {
        ConfigDatabase database = ConfigDatabase.read(Databases.m2sh(folder, SITE));

        assertEquals(List.of("f400bf85-4538-4f7a-8908-67e313d515c2", "other"), database.serverUuids());
        Configuration main =
                ConfigReader.read(database, database.serverUuids().get(0)).valid();
        Server server = main.server();
        assertEquals("./", server.chroot());
        assertEquals("0.0.0.0", server.bindAddress());
        assertEquals(2, server.errorLogLevel());
        assertEquals("", server.controlPort());
        assertEquals(
                List.of("localhost", "example"),
                server.hosts().stream().map(Host::name).toList());
        assertEquals("(.+).example.com", server.hosts().get(1).matching());
        assertEquals(3, server.hosts().get(0).routes().size());
        Target.Handler stream = server.handlers().stream()
                .filter(handler -> handler.sendIdent().equals("stream"))
                .findFirst()
                .orElseThrow();
        assertTrue(stream.rawPayload());
        assertEquals(HeaderFormat.TNETSTRING, stream.protocol());
        assertEquals(HandlerLimits.AUTO, stream.limits().prefetch());
        assertEquals(20, main.settings().integer(Setting.CONTENT_LENGTH));
        assertTrue(main.settings().flag(Setting.NO_CLOBBER_XFF));
        assertEquals(857, main.mimeTypes().size());
    }

    @Test
    void saysOnlyWhatIsWorthSaying() throws IOException, InterruptedException {
        assertEquals(
                List.of("WARNING setting limits.content_length", "WARNING server ./"),
                spoken(Databases.m2sh(folder, SITE)));
    }

    @Test
    void startsWhatARealtimeProxyGenerates() throws IOException, InterruptedException {
        Path file = Databases.m2sh(folder, PROXY);

        Server server = ConfigReader.read(ConfigDatabase.read(file), "default_7999")
                .valid()
                .server();
        Target.Handler handler = server.handlers().get(0);
        assertEquals("pushpin-m2-7999", handler.sendIdent());
        assertEquals("pushpin-m2-7999 ", handler.recvIdent());
        assertEquals("ipc:///var/run/m2-control", server.controlPort());
        assertEquals(
                List.of(
                        "NOTE setting limits.buffer_size",
                        "NOTE setting server.daemonize",
                        "NOTE setting superpoll.max_fd"),
                spoken(file).stream().sorted().toList());
    }

    @Test
    void readsTheColumnThatOnlyNewerVersionsHave() throws IOException, InterruptedException, SQLException {
        Path file = Databases.m2sh(folder, PROXY);
        Databases.execute(
                file,
                "ALTER TABLE server ADD COLUMN error_log_level INTEGER DEFAULT 2; UPDATE server SET error_log_level = 0");

        assertEquals(
                0,
                ConfigReader.read(ConfigDatabase.read(file), "default_7999")
                        .valid()
                        .server()
                        .errorLogLevel());
    }

    @Test
    void readsTheOldestSchemaOfMongrel2() throws IOException, InterruptedException, SQLException {
        Path file = Databases.m2sh(folder, PROXY);
        Databases.execute(file, "ALTER TABLE server DROP COLUMN control_port; DROP TABLE xrequest; DROP TABLE filter");

        assertEquals(
                "",
                ConfigReader.read(ConfigDatabase.read(file), "default_7999")
                        .valid()
                        .server()
                        .controlPort());
    }

    /** Severity, table, and what it is about. */
    private static List<String> spoken(Path file) {
        return ConfigReader.survey(ConfigDatabase.read(file)).problems().stream()
                .map(problem -> problem.severity() + " " + problem.place().table() + " "
                        + (problem.place().table().equals("setting")
                                ? problem.fault().split("[ :]", 2)[0]
                                : problem.value()))
                .toList();
    }
}
