package dev.lurcher.broker.cli;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells systemd how the service is (sd_notify): datagrams to the socket that {@code NOTIFY_SOCKET} names; nothing where it names
 * none. The JDK has no such sockets; those of the transport's native library are taken.
 * <p>Thread: any.
 */
final class SystemdNotice {
    private static final Logger LOG = LoggerFactory.getLogger(SystemdNotice.class);
    private static final String VARIABLE = "NOTIFY_SOCKET";

    private final @Nullable String socket;

    /** @param socket a path, or a name in Linux' abstract space after an {@code @}; null for nobody to tell */
    SystemdNotice(@Nullable String socket) {
        this.socket = socket == null || socket.isEmpty() ? null : socket;
    }

    /** Tells whoever has started this process, if that wants to hear. */
    static SystemdNotice ofEnvironment() {
        return new SystemdNotice(System.getenv(VARIABLE));
    }

    /** The service does its work. */
    void ready(String status) {
        send("READY=1\nSTATUS=" + status.replace('\n', ' ') + "\nMAINPID="
                + ProcessHandle.current().pid());
    }

    /** The configuration is being read again; {@link #ready} says when that is over. */
    void reloading() {
        // systemd compares it with its own clock, which is the one of nanoTime on Linux.
        send("RELOADING=1\nMONOTONIC_USEC=" + TimeUnit.NANOSECONDS.toMicros(System.nanoTime()));
    }

    /** The service is about to end. */
    void stopping() {
        send("STOPPING=1\nSTATUS=requests under way may finish");
    }

    private void send(String message) {
        if (socket == null) {
            return;
        }
        if (!Epoll.isAvailable()) {
            LOG.warn("systemd cannot be told how the service is: that takes the native transport, which is not there");
            return;
        }
        byte[] name = (socket.startsWith("@") ? "\0" + socket.substring(1) : socket).getBytes(StandardCharsets.UTF_8);
        byte[] text = message.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocateDirect(text.length).put(text).flip();
        Socket sender = Socket.newSocketDomainDgram();
        try {
            sender.sendToDomainSocket(bytes, 0, text.length, name);
        } catch (IOException e) {
            LOG.warn("systemd cannot be told how the service is: {}", e.toString());
        } finally {
            close(sender);
        }
    }

    private static void close(Socket sender) {
        try {
            sender.close();
        } catch (IOException e) {
            LOG.debug("the socket to systemd: {}", e.toString());
        }
    }
}
