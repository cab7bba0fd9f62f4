package dev.lurcher.broker.zmtp;

import dev.lurcher.broker.zmtp.ZmtpException.Code;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A user and a password in a file that its owner alone may read.
 * <pre>
 *   file = user ":" password LF       user without a colon
 * </pre>
 */
public final class UserFile {
    private static final int MOST_BYTES = 1024;

    private UserFile() {}

    /**
     * Reads the first line. Blocks.
     *
     * @throws ZmtpException BAD_KEY_FILE; the message shows nothing of the file's content
     */
    public static Credentials.Plain read(Path file) {
        try {
            KeyFile.requireOwnersOnly(file);
            String text = Files.size(file) > MOST_BYTES ? "" : Files.readString(file, StandardCharsets.UTF_8);
            String line = text.lines().findFirst().orElse("").strip();
            int colon = line.indexOf(':');
            if (colon < 1 || colon == line.length() - 1) {
                throw bad(file, "its first line is not of the form USER:PASSWORD", null);
            }
            return new Credentials.Plain(line.substring(0, colon), line.substring(colon + 1));
        } catch (NoSuchFileException e) {
            throw bad(file, "it does not exist", e);
        } catch (IOException e) {
            throw bad(file, "it cannot be read: " + e, e);
        }
    }

    private static ZmtpException bad(Path file, String why, @Nullable Throwable cause) {
        return new ZmtpException(
                Code.BAD_KEY_FILE,
                "user file " + file + ": " + why
                        + ". Fix: write the line USER:PASSWORD, as broker keygen --user has printed them, and chmod 600 "
                        + file + ".",
                cause);
    }
}
