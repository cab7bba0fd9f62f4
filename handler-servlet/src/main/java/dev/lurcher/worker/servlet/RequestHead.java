package dev.lurcher.worker.servlet;

import dev.lurcher.protocol.Fields.Field;
import dev.lurcher.worker.Request;
import java.util.Locale;
import java.util.Set;
import org.eclipse.jetty.http.HostPortHttpField;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.util.NanoTime;

/** Tells Jetty of a request, except for its content. */
final class RequestHead {
    /** What the broker has dealt with, or tells only the worker. */
    private static final Set<String> LEFT_OUT = Set.of("expect", "x-mongrel2-upload-start", "x-mongrel2-upload-done");

    private RequestHead() {}

    /**
     * Reads it.
     *
     * @throws HttpException.RuntimeException for what the configuration does not allow
     * @throws IllegalArgumentException for a target or a host that is none
     */
    static MetaData.Request read(Request request, HttpConfiguration configuration) {
        HttpFields.Mutable fields = HttpFields.build(request.fields().size());
        HostPortHttpField host = null;
        for (Field line : request.fields()) {
            if (LEFT_OUT.contains(line.name().toLowerCase(Locale.ROOT))) {
                continue;
            }
            HttpField field = new HttpField(line.name(), line.value());
            if (field.getHeader() == HttpHeader.HOST) {
                host = new HostPortHttpField(line.value());
                field = host;
            }
            fields.add(field);
        }
        MetaData.Request head = new MetaData.Request(
                NanoTime.now(),
                request.method(),
                request.scheme(),
                host,
                Request.utf8(request.uri()),
                version(request),
                fields,
                fields.getLongField(HttpHeader.CONTENT_LENGTH));
        check(head, configuration.getUriCompliance());
        return head;
    }

    /** Whether the client does not keep its connection. */
    static boolean closes(Request request) {
        if (version(request) == HttpVersion.HTTP_1_0) {
            return true;
        }
        for (String value : request.fields().all("connection")) {
            for (String option : value.split(",", -1)) {
                if (option.strip().equalsIgnoreCase(HttpHeaderValue.CLOSE.asString())) {
                    return true;
                }
            }
        }
        return false;
    }

    static HttpVersion version(Request request) {
        return request.version().equals("HTTP/1.0") ? HttpVersion.HTTP_1_0 : HttpVersion.HTTP_1_1;
    }

    /** Paths that programs read in different ways are not taken. */
    private static void check(MetaData.Request head, UriCompliance compliance) {
        for (UriCompliance.Violation violation : head.getHttpURI().getViolations()) {
            if (!compliance.allows(violation)) {
                throw new HttpException.RuntimeException(HttpStatus.BAD_REQUEST_400, violation.getDescription());
            }
        }
    }
}
