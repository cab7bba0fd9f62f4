package dev.lurcher.broker.tls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.lurcher.broker.tls.TlsException.Code;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a PEM file holds (RFC 7468). */
final class PemFile {
    private static final long MOST_BYTES = 1 << 20;
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \\1-----", Pattern.DOTALL);

    private PemFile() {}

    /**
     * One part of a file.
     *
     * @param label     what it says it is, as {@code CERTIFICATE}
     * @param der       its bytes; empty where they are no base64
     * @param encrypted whether it says that it is encrypted
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Block(String label, byte[] der, boolean encrypted) {}

    /**
     * Reads all parts of a file, in order.
     *
     * @throws TlsException MISSING_FILE, UNREADABLE_FILE
     */
    static List<Block> read(Path file) {
        List<Block> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(text(file));
        while (matcher.find()) {
            String label = matcher.group(1);
            String body = matcher.group(2);
            // As "Proc-Type: 4,ENCRYPTED"; base64 has no colon.
            boolean encrypted = label.startsWith("ENCRYPTED") || body.indexOf(':') >= 0;
            blocks.add(new Block(label, encrypted ? new byte[0] : bytes(body), encrypted));
        }
        return blocks;
    }

    private static byte[] bytes(String base64) {
        try {
            return Base64.getDecoder().decode(base64.replaceAll("\\s", ""));
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    private static String text(Path file) {
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new TlsException(
                        Code.UNREADABLE_FILE,
                        file + " is larger than " + MOST_BYTES + " bytes",
                        "put a PEM file there");
            }
            return Files.readString(file, ISO_8859_1);
        } catch (NoSuchFileException e) {
            throw new TlsException(
                    Code.MISSING_FILE, "there is no file " + file, "put it there, or correct certdir (table setting)");
        } catch (AccessDeniedException e) {
            throw new TlsException(
                    Code.UNREADABLE_FILE,
                    "this user may not read " + file,
                    "give the file to the user that runs the broker, or to a group of his");
        } catch (IOException e) {
            throw new TlsException(
                    Code.UNREADABLE_FILE, file + " cannot be read: " + e.getMessage(), "put a PEM file there");
        }
    }
}
