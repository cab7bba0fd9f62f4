package dev.lurcher.worker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
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
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The content of one request, in whichever way the broker hands it on. For one thread at a time. */
final class RequestContent {
    private static final String URL_ENCODED = "application/x-www-form-urlencoded";
    private static final int MOST_FORM_BYTES = 1024 * 1024;

    private final RequestMessage message;
    private final @Nullable Path file;
    private volatile @Nullable ContentStream coming;
    private volatile byte @Nullable [] bytes;
    private volatile @Nullable Form form;

    RequestContent(RequestMessage message) {
        this.message = message;
        String done = message.fields().first("x-mongrel2-upload-done");
        file = done == null ? null : Path.of(Request.utf8(done));
    }

    /** Further parts are read from there. */
    void comesBy(ContentStream coming) {
        this.coming = coming;
    }

    @Nullable
    Path file() {
        return file;
    }

    InputStream stream() throws IOException {
        byte[] all = bytes;
        ContentStream parts = coming;
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
            known = coming == null && file == null ? message.content() : read(mostBytes);
            bytes = known;
        }
        if (known.length > mostBytes) {
            throw tooLarge(mostBytes);
        }
        return known;
    }

    String text(int mostBytes) {
        return new String(bytes(mostBytes), charset(type()));
    }

    /** The parts of a form, as they come; exceptions as {@link Request#parts}. */
    MultipartStream parts() throws IOException {
        String boundary = MultipartStream.boundary(type());
        if (boundary == null) {
            throw Response.error(415, "multipart/form-data is wanted").exception();
        }
        return new MultipartStream(stream(), boundary);
    }

    /** Everything that a form has; exceptions as {@link Request#formParameters}. */
    Form form() {
        Form known = form;
        if (known == null) {
            known = readForm();
            form = known;
        }
        return known;
    }

    private Form readForm() {
        String type = type();
        if (MultipartStream.boundary(type) != null) {
            try {
                return Form.read(parts());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return type != null && type.toLowerCase(Locale.ROOT).startsWith(URL_ENCODED)
                ? new Form(Parameters.decode(new String(bytes(MOST_FORM_BYTES), ISO_8859_1)), List.of())
                : Form.NONE;
    }

    /** The files have served, where nobody has moved them. */
    void delete() throws IOException {
        Form read = form;
        if (read != null) {
            read.delete();
        }
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

    private @Nullable String type() {
        return message.fields().first("content-type");
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
