package dev.lurcher.broker.cli;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The terminal by which a process was started, if there is one: while it is there, {@code /dev/tty} can be opened. */
final class Terminal {
    private static final Path OWN = Path.of("/dev/tty");

    private final boolean wasThere = isThere();

    /** Whether it was there when this was made, and has ended since. */
    boolean hasEnded() {
        return wasThere && !isThere();
    }

    private static boolean isThere() {
        try (FileChannel terminal = FileChannel.open(OWN, StandardOpenOption.READ)) {
            return terminal.isOpen();
        } catch (IOException e) {
            return false;
        }
    }
}
