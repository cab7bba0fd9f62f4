package dev.lurcher.broker.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.protocol.Fields.Field;
import dev.lurcher.protocol.testing.Head;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestLinesTest {
    private static final String FORWARDING =
            "X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-Proto: http\r\nX-Forwarded-Host: h\r\nX-Real-IP: 192.0.2.7\r\n"
                    + "Forwarded: for=192.0.2.7;host=\"h\";proto=http\r\nVia: 1.1 lurcher\r\n";

    private final Map<String, String> variables = new HashMap<>(Map.of("REMOTE_ADDR", "192.0.2.7"));
    private final List<Field> fields = new ArrayList<>();
    private String forwardedFor = "192.0.2.7";
    private long contentLength;

    private RequestLinesTest with(String name, String value) {
        fields.add(new Field(name, value));
        return this;
    }

    private UpstreamRequest request() {
        Head head = new Head(variables, fields, forwardedFor.isEmpty() ? null : forwardedFor);
        return new UpstreamRequest(head, contentLength, true);
    }

    private String written() {
        ByteBuf out = Unpooled.buffer();
        RequestLines.write(out, request(), "upstream:8080");
        return out.toString(ISO_8859_1);
    }

    @Test
    void keepsMethodTargetHostAndFieldsInTheirOrder() {
        variables.put("METHOD", "OPTIONS");
        variables.put("URI", "/a%20b?c=d");
        with("Host", "h").with("Cookie", "a=b").with("X-Name", "\u00e9").with("Cookie", "c=d");
        assertEquals(
                "OPTIONS /a%20b?c=d HTTP/1.1\r\nHost: h\r\nCookie: a=b\r\nX-Name: \u00e9\r\nCookie: c=d\r\n"
                        + FORWARDING + "\r\n",
                written());
    }

    @Test
    void namesTheUpstreamWhereTheClientNamesNoHost() {
        variables.put("VERSION", "HTTP/1.0");
        String written = written();
        assertTrue(written.startsWith("GET / HTTP/1.1\r\nHost: upstream:8080\r\n"), written);
        assertTrue(written.contains("Via: 1.0 lurcher\r\n"), written);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Connection",
                "Keep-Alive",
                "Proxy-Connection",
                "Proxy-Authorization",
                "TE",
                "Trailer",
                "Transfer-Encoding",
                "Upgrade",
                "HTTP2-Settings"
            })
    void dropsFieldsThatConcernTheConnectionOnly(String name) {
        with("Host", "h").with(name, "x").with(name.toUpperCase(Locale.ROOT), "y");
        assertEquals("GET / HTTP/1.1\r\nHost: h\r\n" + FORWARDING + "\r\n", written());
    }

    @Test
    void dropsFieldsThatConnectionNamesButNeverTheHost() {
        with("Host", "h")
                .with("Connection", "close, X-Secret ,host")
                .with("x-secret", "1")
                .with("Connection", "x-more");
        with("X-More", "2").with("X-Kept", "3");
        assertEquals("GET / HTTP/1.1\r\nHost: h\r\nX-Kept: 3\r\n" + FORWARDING + "\r\n", written());
    }

    @Test
    void replacesWhatTheClientSaysOfForwarding() {
        with("Host", "h")
                .with("X-Forwarded-For", "10.0.0.1")
                .with("x-real-ip", "10.0.0.1")
                .with("Forwarded", "for=x");
        with("X-Forwarded-Proto", "https").with("X-Forwarded-Host", "evil");
        assertEquals("GET / HTTP/1.1\r\nHost: h\r\n" + FORWARDING + "\r\n", written());
    }

    @Test
    void keepsOurForwardingFieldsWhenConnectionNamesThem() {
        with("Host", "h").with("Connection", "X-Forwarded-For, Via, X-Real-IP");
        assertEquals("GET / HTTP/1.1\r\nHost: h\r\n" + FORWARDING + "\r\n", written());
    }

    @Test
    void addsToWhatATrustedClientSaysOfForwarding() {
        forwardedFor = "";
        with("Host", "h").with("X-Forwarded-For", "203.0.113.9").with("X-Real-IP", "203.0.113.9");
        with("X-Forwarded-Proto", "https").with("Forwarded", "for=203.0.113.9");
        assertEquals(
                "GET / HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: 203.0.113.9\r\nX-Real-IP: 203.0.113.9\r\n"
                        + "X-Forwarded-Proto: https\r\nForwarded: for=203.0.113.9\r\n"
                        + "X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-Host: h\r\n"
                        + "Forwarded: for=192.0.2.7;host=\"h\";proto=http\r\nVia: 1.1 lurcher\r\n\r\n",
                written());
    }

    @Test
    void quotesAnIpv6AddressInForwarded() {
        variables.put("REMOTE_ADDR", "2001:db8:0:0:0:0:0:1");
        with("Host", "h");
        assertTrue(written().contains("\r\nForwarded: for=\"[2001:db8:0:0:0:0:0:1]\";host=\"h\";proto=http\r\n"));
    }

    @Test
    void addsItsOwnViaBehindOthers() {
        with("Host", "h").with("Via", "1.0 first");
        String written = written();
        assertTrue(written.indexOf("Via: 1.0 first") < written.indexOf("Via: 1.1 lurcher"), written);
    }

    @Test
    void writesTheFramingAnew() {
        contentLength = 5;
        with("Host", "h").with("Content-Length", "5");
        assertTrue(written().endsWith("Via: 1.1 lurcher\r\nContent-Length: 5\r\n\r\n"));
        contentLength = UpstreamRequest.CHUNKED;
        assertTrue(written().endsWith("Via: 1.1 lurcher\r\nTransfer-Encoding: chunked\r\n\r\n"));
        contentLength = 0;
        assertTrue(written().endsWith("Via: 1.1 lurcher\r\nContent-Length: 0\r\n\r\n"));
    }

    @Test
    void passesOnThatTrailersAreUnderstood() {
        with("Host", "h").with("TE", "gzip, trailers").with("Connection", "TE");
        assertTrue(written().endsWith("Connection: TE\r\nTE: trailers\r\n\r\n"));
    }

    @Test
    void passesOnTheWishForAWebSocket() {
        with("Host", "h").with("Connection", "keep-alive, Upgrade").with("Upgrade", "WebSocket");
        assertTrue(request().upgrades());
        assertTrue(written().endsWith("Connection: upgrade\r\nUpgrade: websocket\r\n\r\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2c", "websocket, h2c", "TLS/1.0", "websocket/13", ""})
    void passesOnNoOtherUpgrade(String protocol) {
        with("Host", "h").with("Connection", "Upgrade, HTTP2-Settings").with("Upgrade", protocol);
        assertFalse(request().upgrades());
        assertFalse(written().contains("pgrade"));
    }

    @Test
    void passesOnNoUpgradeThatConnectionDoesNotName() {
        with("Host", "h").with("Upgrade", "websocket");
        assertFalse(request().upgrades());
    }
}
