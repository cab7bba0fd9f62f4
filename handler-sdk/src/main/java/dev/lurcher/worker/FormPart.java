package dev.lurcher.worker;

import dev.lurcher.protocol.Fields;
import dev.lurcher.protocol.Fields.Field;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One part of a form while it comes: see {@link MultipartStream}. For one thread. */
public final class FormPart {
    private final List<Field> lines = new ArrayList<>();
    private final InputStream content;

    FormPart(InputStream content) {
        this.content = content;
    }

    /** The name of the form's field; empty where the client gave none. */
    public String name() {
        String name = parameter(disposition(), "name");
        return name == null ? "" : unescaped(name);
    }

    /**
     * What the client calls the file, without folders; null where the part is no file. Not to be trusted: never make a path of it
     * without a look.
     */
    public @Nullable String fileName() {
        String name = parameter(disposition(), "filename");
        if (name == null) {
            return null;
        }
        String plain = unescaped(name);
        return plain.substring(Math.max(plain.lastIndexOf('/'), plain.lastIndexOf('\\')) + 1);
    }

    /** The type that the client says; {@code text/plain} where it says none. */
    public String contentType() {
        String type = fields().first("content-type");
        return type == null ? "text/plain" : type;
    }

    /** The field lines of the part. */
    public Fields fields() {
        return new Fields(lines);
    }

    /** Its content, to be read before the next part. */
    public InputStream stream() {
        return content;
    }

    /**
     * Its content as text, in the charset that its type names, else in UTF-8.
     *
     * @throws ResponseException 413 if there is more of it
     */
    public String text(int mostBytes) throws IOException {
        byte[] bytes = content.readNBytes(mostBytes);
        if (content.read() >= 0) {
            throw Response.error(413, "More than " + mostBytes + " bytes in " + FieldLine.printable(name()))
                    .exception();
        }
        return new String(bytes, RequestContent.charset(fields().first("content-type")));
    }

    /** @throws ResponseException 400 */
    void field(String line) {
        int colon = line.indexOf(':');
        if (colon < 1) {
            throw Response.error(400, "The form is broken: no name in the head of a part")
                    .exception();
        }
        lines.add(new Field(line.substring(0, colon), line.substring(colon + 1).strip()));
    }

    /** The value of a parameter behind a field's value; null where there is none. */
    static @Nullable String parameter(String value, String name) {
        int at = value.indexOf(';');
        while (at >= 0 && at < value.length()) {
            int equals = value.indexOf('=', at);
            if (equals < 0) {
                return null;
            }
            String found = value.substring(at + 1, equals).strip();
            boolean quoted = equals + 1 < value.length() && value.charAt(equals + 1) == '"';
            int end = quoted ? endOfQuotes(value, equals + 2) : value.indexOf(';', equals);
            end = end < 0 ? value.length() : end;
            if (found.equalsIgnoreCase(name)) {
                return quoted
                        ? value.substring(equals + 2, end).replace("\\\"", "\"").replace("\\\\", "\\")
                        : value.substring(equals + 1, end).strip();
            }
            at = value.indexOf(';', end);
        }
        return null;
    }

    private static int endOfQuotes(String value, int from) {
        int at = from;
        while (at < value.length() && value.charAt(at) != '"') {
            boolean escape =
                    value.charAt(at) == '\\' && at + 1 < value.length() && "\"\\".indexOf(value.charAt(at + 1)) >= 0;
            at += escape ? 2 : 1;
        }
        return Math.min(at, value.length());
    }

    private String disposition() {
        String disposition = fields().first("content-disposition");
        return disposition == null ? "" : disposition;
    }

    /** Browsers write these three in another way, and UTF-8 as it is: the HTML standard, 4.10.21.8. */
    private static String unescaped(String octets) {
        String text = Request.utf8(octets);
        return text.replace("%22", "\"").replace("%0D", "\r").replace("%0A", "\n");
    }
}
