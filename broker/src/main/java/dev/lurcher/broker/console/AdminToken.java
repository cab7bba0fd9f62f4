package dev.lurcher.broker.console;

import dev.lurcher.broker.console.ConsoleException.Code;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What whoever asks must show (RFC 6750). Immutable. */
public final class AdminToken {
    private static final int LEAST_CHARS = 16;
    private static final int MOST_BYTES = 4096;
    private static final String SCHEME = "bearer ";

    private final byte[] token;

    private AdminToken(byte[] token) {
        this.token = token;
    }

    /**
     * Reads the first line of a file.
     *
     * @throws ConsoleException BAD_TOKEN
     */
    public static AdminToken read(Path file) {
        String line;
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw bad(file, "it is longer than " + MOST_BYTES + " bytes");
            }
            line = Files.readString(file, StandardCharsets.ISO_8859_1)
                    .lines()
                    .findFirst()
                    .orElse("")
                    .strip();
        } catch (IOException e) {
            throw bad(file, "it cannot be read (" + e + ")");
        }
        if (line.length() < LEAST_CHARS || !line.chars().allMatch(c -> c > 0x20 && c < 0x7f)) {
            throw bad(file, "its first line is no token of at least " + LEAST_CHARS + " printable characters");
        }
        return new AdminToken(line.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static ConsoleException bad(Path file, String fault) {
        return new ConsoleException(
                Code.BAD_TOKEN,
                "admin.token_file " + file + ": " + fault + ". Fix: openssl rand -hex 32 >" + file
                        + ", readable by this user only");
    }

    /** Whether the value of a field {@code Authorization} shows it. Takes as long for a wrong one. */
    boolean isShown(@Nullable String authorization) {
        if (authorization == null || !authorization.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
            return false;
        }
        byte[] shown = authorization.substring(SCHEME.length()).strip().getBytes(StandardCharsets.ISO_8859_1);
        return MessageDigest.isEqual(token, shown);
    }
}
