package dev.lurcher.broker.zmtp;

import dev.lurcher.broker.zmtp.ZmtpException.Code;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;

/** The file of a Unix domain socket: made way for before it is bound, guarded while it is, removed afterwards. */
final class SocketFile {
    private final Path path;
    private final int owner;

    private SocketFile(Path path, int owner) {
        this.path = path;
        this.owner = owner;
    }

    /**
     * Removes what a process has left that did not end well. A socket on which somebody listens, and anything that is no
     * socket, stays.
     *
     * @throws ZmtpException ADDRESS_IN_USE, NOT_A_SOCKET or CANNOT_BIND
     */
    static void makeWay(Endpoint.Ipc endpoint) {
        Path path = endpoint.path();
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try {
            BasicFileAttributes attributes =
                    Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (!attributes.isOther()) {
                throw new ZmtpException(
                        Code.NOT_A_SOCKET,
                        "endpoint \"" + endpoint + "\": a file that is no socket is in the way. Fix: move it, or choose"
                                + " another path.");
            }
            if (isServed(path)) {
                throw new ZmtpException(
                        Code.ADDRESS_IN_USE,
                        "endpoint \"" + endpoint
                                + "\": another process listens there. Fix: stop it, or choose another path.");
            }
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new ZmtpException(
                    Code.CANNOT_BIND,
                    "endpoint \"" + endpoint + "\": what is left of an earlier socket cannot be removed: " + e
                            + ". Fix: remove it, or choose another path.",
                    e);
        }
    }

    private static boolean isServed(Path path) throws IOException {
        try (SocketChannel probe = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            return probe.isConnected();
        } catch (ConnectException refused) {
            return false;
        }
    }

    /** Takes a socket that has just been bound: from now on only its owner may connect. */
    static SocketFile claim(Path path) throws IOException {
        boolean posix = path.getFileSystem().supportedFileAttributeViews().contains("posix");
        if (posix) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
        }
        int owner = posix ? (Integer) Files.getAttribute(path, "unix:uid") : -1;
        return new SocketFile(path, owner);
    }

    /** The number of the user who may connect, besides root; -1 where the system has none. */
    int owner() {
        return owner;
    }

    /** Removes the socket where the transport has not done so. */
    void remove() throws IOException {
        Files.deleteIfExists(path);
    }
}
