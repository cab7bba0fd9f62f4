package dev.lurcher.worker;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.lurcher.protocol.RequestMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The content of one request, in whichever way the broker hands it on. For one thread at a time. */
final class RequestContent {
    private final RequestMessage message;
    private final @Nullable Path file;
    private volatile @Nullable ContentStream parts;
    private volatile byte @Nullable [] bytes;

    RequestContent(RequestMessage message) {
        this.message = message;
        String done = message.fields().first("x-mongrel2-upload-done");
        file = done == null ? null : Path.of(Request.utf8(done));
    }

    /** Further parts are read from there. */
    void comesBy(ContentStream parts) {
        this.parts = parts;
    }

    @Nullable
    Path file() {
        return file;
    }

    InputStream stream() throws IOException {
        byte[] all = bytes;
        if (all == null && parts != null) {
            return parts;
        }
        return all == null && file != null
                ? Files.newInputStream(file)
                : new ByteArrayInputStream(all == null ? message.content() : all);
    }

    /** @throws ResponseException 413 */
    byte[] bytes(int mostBytes) {
        byte[] known = bytes;
        if (known == null) {
            known = parts == null && file == null ? message.content() : read(mostBytes);
            bytes = known;
        }
        if (known.length > mostBytes) {
            throw tooLarge(mostBytes);
        }
        return known;
    }

    String text(int mostBytes) {
        return new String(bytes(mostBytes), charset(message.fields().first("content-type")));
    }

    /** The file has served, if nobody has moved it. */
    void delete() throws IOException {
        if (file != null) {
            Files.deleteIfExists(file);
        }
    }

    /** UTF-8 where none is said, or one that this JVM does not know. */
    static Charset charset(@Nullable String contentType) {
        String type = contentType == null ? "" : contentType.toLowerCase(Locale.ROOT);
        int at = type.indexOf("charset=");
        if (at < 0) {
            return UTF_8;
        }
        int end = type.indexOf(';', at);
        String name = type.substring(at + "charset=".length(), end < 0 ? type.length() : end);
        try {
            return Charset.forName(name.strip().replace("\"", ""));
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            return UTF_8;
        }
    }

    private byte[] read(int mostBytes) {
        try (InputStream in = stream()) {
            byte[] read = in.readNBytes(mostBytes);
            if (in.read() >= 0) {
                throw tooLarge(mostBytes);
            }
            return read;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ResponseException tooLarge(int mostBytes) {
        return Response.error(413, "More than " + mostBytes + " bytes").exception();
    }
}
