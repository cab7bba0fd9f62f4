package dev.lurcher.broker.zmtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.loop.EventLoops.Transport;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Endpoints on Unix domain sockets. JeroMQ is no peer here: its ipc is TCP under a hashed port. */
class UnixSocketIT {
    private static final Role REQUESTS = new Role.Requests(true);

    @TempDir
    private Path directory;

    private Bound bind(Path path, Transport transport, Role role) {
        return Bound.to("ipc://" + path, transport, role, ZmtpSettings.defaults());
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void libzmqConnectsAndTalks(Transport transport) {
        Path path = directory.resolve("send spec");
        try (Bound bound = bind(path, transport, REQUESTS);
                LibzmqSockets sockets = new LibzmqSockets()) {
            assertEquals(new Endpoint.Ipc(path), bound.endpoint());
            Library.Socket dealer = sockets.connect(SocketType.DEALER, bound.endpoint());
            Peer peer = bound.recorder.peer();
            String expected = transport == Transport.EPOLL ? "pid \\d+" : "a local process";
            assertTrue(peer.remoteAddress().matches(expected), peer.remoteAddress());
            String large = "x".repeat(1 << 20);
            Bound.send(peer, "in", large);
            assertTrue(List.of("in", large).equals(dealer.receive()));
            dealer.send("out", large);
            assertTrue(List.of("out", large).equals(bound.recorder.message()));
        }
        assertFalse(Files.exists(path), "removed at the end");
    }

    @Test
    void libzmqPublishesOverIt() {
        try (Bound bound = bind(directory.resolve("recv"), Transport.EPOLL, new Role.Replies(Bytes.of("up ")));
                LibzmqSockets sockets = new LibzmqSockets()) {
            Library.Socket publisher = sockets.connect(SocketType.PUB, bound.endpoint());
            Await.until("a message arrives", () -> {
                publisher.send("up and running");
                return !bound.recorder.frames.isEmpty();
            });
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void bindsARelativePath(Transport transport) {
        Path relative = Path.of("").toAbsolutePath().relativize(directory.resolve("relative"));
        try (Bound bound = bind(relative, transport, REQUESTS)) {
            assertTrue(Files.exists(directory.resolve("relative")));
            assertTrue(bound.endpoint().toString().startsWith("ipc://.."));
        }
        assertFalse(Files.exists(directory.resolve("relative")));
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void onlyItsOwnerMayConnect(Transport transport) throws IOException {
        Path path = directory.resolve("private");
        try (Bound bound = bind(path, transport, REQUESTS)) {
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
        }
    }

    /** Even where the file's permissions would let it in. Only root can start a process of another user to show it. */
    @Test
    void aProcessOfAnotherUserIsRefused() throws Exception {
        Path path = directory.resolve("foreign");
        boolean root = System.getProperty("user.name").equals("root");
        List<String> command = new ArrayList<>(
                root ? List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups") : List.of());
        command.addAll(List.of(
                System.getProperty("test.python", "/usr/bin/python3"),
                "-c",
                "import socket, sys; s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); print(len(s.recv(64)))",
                path.toString()));
        try (Bound bound = bind(path, Transport.EPOLL, REQUESTS)) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw-rw-"));
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String greeting = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
            assertEquals(root ? "0" : "11", greeting);
            assertEquals(root ? 1 : 0, bound.count(ZmtpCounters.Event.FOREIGN_USER));
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void replacesWhatADeadProcessHasLeft(Transport transport) throws IOException {
        Path path = directory.resolve("stale");
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(path));
        }
        assertTrue(Files.exists(path), "the JDK leaves the file");
        try (Bound bound = bind(path, transport, REQUESTS)) {
            assertTrue(Files.exists(path));
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void leavesASocketOnWhichSomebodyListens(Transport transport) throws IOException {
        Path path = directory.resolve("alive");
        try (ServerSocketChannel alive = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            alive.bind(UnixDomainSocketAddress.of(path));
            ZmtpException thrown = Bound.refusal("ipc://" + path, transport);
            assertEquals(ZmtpException.Code.ADDRESS_IN_USE, thrown.code());
            assertTrue(Files.exists(path));
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void leavesAFileThatIsNoSocket(Transport transport) throws IOException {
        Path path = Files.writeString(directory.resolve("notes"), "precious");
        ZmtpException thrown = Bound.refusal("ipc://" + path, transport);
        assertEquals(ZmtpException.Code.NOT_A_SOCKET, thrown.code());
        assertEquals("precious", Files.readString(path));
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void namesADirectoryThatIsMissing(Transport transport) {
        ZmtpException thrown =
                Bound.refusal("ipc://" + directory.resolve("missing").resolve("socket"), transport);
        assertEquals(ZmtpException.Code.CANNOT_BIND, thrown.code());
        assertTrue(String.valueOf(thrown.getMessage()).contains("Fix: create the directory"), thrown.getMessage());
    }
}
