package dev.lurcher.broker.loop;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which process listens on a TCP port, as far as Linux lets this process see. */
public final class PortOwner {
    private static final String LISTENING = "0A";
    private static final int LOCAL_ADDRESS = 1;
    private static final int STATE = 3;
    private static final int INODE = 9;

    private PortOwner() {}

    /**
     * The process that listens on a port of any address.
     *
     * @param port 1..65535
     * @return "process 4711 (nginx)"; empty where there is none, it belongs to somebody else, or this is not Linux
     */
    public static Optional<String> of(int port) {
        try {
            Set<String> sockets = new HashSet<>();
            for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
                if (Files.isReadable(Path.of(table))) {
                    for (String line : Files.readAllLines(Path.of(table))) {
                        String[] columns = line.strip().split("\\s+", -1);
                        if (columns[LOCAL_ADDRESS].endsWith(":%04X".formatted(port))
                                && columns[STATE].equals(LISTENING)) {
                            sockets.add("socket:[" + columns[INODE] + "]");
                        }
                    }
                }
            }
            return sockets.isEmpty() ? Optional.empty() : processWithAny(sockets);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> processWithAny(Set<String> sockets) throws IOException {
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                if (hasAny(process.resolve("fd"), sockets)) {
                    String name = Files.readString(process.resolve("comm")).strip();
                    return Optional.of("process %s (%s)".formatted(process.getFileName(), name));
                }
            }
        }
        return Optional.empty();
    }

    private static boolean hasAny(Path descriptors, Set<String> sockets) {
        try (DirectoryStream<Path> links = Files.newDirectoryStream(descriptors)) {
            for (Path link : links) {
                if (sockets.contains(Files.readSymbolicLink(link).toString())) {
                    return true;
                }
            }
        } catch (IOException e) {
            // Another user's process, or one that has just ended.
        }
        return false;
    }
}
