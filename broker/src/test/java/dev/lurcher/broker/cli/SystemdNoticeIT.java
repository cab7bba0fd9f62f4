package dev.lurcher.broker.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What arrives at systemd's end. */
class SystemdNoticeIT {
    @TempDir
    private Path folder;

    private final Socket systemd = Socket.newSocketDomainDgram();

    @AfterEach
    void close() throws IOException {
        systemd.close();
    }

    private String next() throws IOException {
        ByteBuffer bytes = ByteBuffer.allocateDirect(4096);
        // Datagrams between Unix sockets have arrived once they are sent.
        var from = systemd.recvFromDomainSocket(bytes, 0, 4096);
        byte[] text = new byte[from.receivedAmount()];
        bytes.get(text);
        return new String(text, UTF_8);
    }

    @Test
    void tellsOfTheStatesOfAService() throws IOException {
        String path = folder.resolve("notify").toString();
        systemd.bind(new DomainSocketAddress(path));
        SystemdNotice notice = new SystemdNotice(path);

        notice.ready("listening on 127.0.0.1:80");
        assertEquals(
                "READY=1\nSTATUS=listening on 127.0.0.1:80\nMAINPID="
                        + ProcessHandle.current().pid(),
                next());
        notice.reloading();
        assertTrue(next().matches("RELOADING=1\nMONOTONIC_USEC=[0-9]+"));
        notice.stopping();
        assertTrue(next().startsWith("STOPPING=1\n"));
    }

    @Test
    void aNameInTheAbstractSpaceIsASocketToo() throws IOException {
        String name = "lurcher-test-" + ProcessHandle.current().pid();
        systemd.bind(new DomainSocketAddress("\0" + name));

        new SystemdNotice("@" + name).stopping();

        assertTrue(next().startsWith("STOPPING=1\n"));
    }

    @Test
    void nobodyIsToldWhereNobodyListens() {
        new SystemdNotice(null).stopping();
        new SystemdNotice("").stopping();
        new SystemdNotice(folder.resolve("nothing").toString()).stopping();
    }
}
