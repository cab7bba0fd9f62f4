package dev.lurcher.worker.httpserver;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.sun.net.httpserver.Headers;
import dev.lurcher.worker.Request;
import dev.lurcher.worker.httpserver.AnswerBody.Form;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Status line and fields of one answer, and what they say of its content. Made once, by the thread that answers. */
final class OutgoingHead {
    private static final Map<Integer, String> REASONS = Map.ofEntries(
            Map.entry(200, "OK"),
            Map.entry(201, "Created"),
            Map.entry(202, "Accepted"),
            Map.entry(204, "No Content"),
            Map.entry(206, "Partial Content"),
            Map.entry(301, "Moved Permanently"),
            Map.entry(302, "Found"),
            Map.entry(303, "See Other"),
            Map.entry(304, "Not Modified"),
            Map.entry(400, "Bad Request"),
            Map.entry(401, "Unauthorized"),
            Map.entry(403, "Forbidden"),
            Map.entry(404, "Not Found"),
            Map.entry(405, "Method Not Allowed"),
            Map.entry(500, "Internal Server Error"),
            Map.entry(503, "Service Unavailable"));

    private final boolean http11;
    private final boolean head;
    private boolean closes;
    private Form form = Form.LENGTH;
    private long contentBytes = -1;

    OutgoingHead(Request request) {
        http11 = !request.version().equals("HTTP/1.0");
        head = request.method().equals("HEAD");
        closes = !http11 || hasClose(request.fields().all("connection"));
    }

    /** Whether the connection is to be closed behind the answer. */
    boolean closes() {
        return closes;
    }

    /** How the end of the content is known. */
    Form form() {
        return form;
    }

    /** How much content there is to be, 0 where that is not known; -1 where there must not be any. */
    long contentBytes() {
        return contentBytes;
    }

    /**
     * Makes it.
     *
     * @param length as {@code HttpExchange.sendResponseHeaders} has it: 0 not known, -1 no content
     */
    byte[] octets(int status, long length, Headers fields) {
        boolean bodiless = (status >= 100 && status < 200) || status == 204 || status == 304;
        closes |= hasClose(fields.getOrDefault("Connection", List.of()));
        fields.remove("Connection");
        fields.remove("Transfer-encoding");
        if (bodiless) {
            if (status != 304) {
                fields.remove("Content-length");
            }
        } else if (!head) {
            contentBytes = length;
            frame(length, fields);
        }
        StringBuilder text = new StringBuilder(160);
        text.append("HTTP/1.1 ")
                .append(status)
                .append(' ')
                .append(REASONS.getOrDefault(status, ""))
                .append("\r\n");
        fields.forEach((name, values) -> values.forEach(
                value -> text.append(name).append(": ").append(value).append("\r\n")));
        if (closes) {
            text.append("Connection: close\r\n");
        }
        return text.append("\r\n").toString().getBytes(ISO_8859_1);
    }

    private void frame(long length, Headers fields) {
        if (length != 0) {
            fields.set("Content-length", Long.toString(Math.max(0, length)));
        } else if (http11) {
            form = Form.CHUNKED;
            fields.remove("Content-length");
            fields.set("Transfer-encoding", "chunked");
        } else {
            form = Form.CONNECTION;
            fields.remove("Content-length");
            closes = true;
        }
    }

    private static boolean hasClose(List<String> values) {
        for (String value : values) {
            for (String option : value.split(",", -1)) {
                if (option.strip().toLowerCase(Locale.ROOT).equals("close")) {
                    return true;
                }
            }
        }
        return false;
    }
}
