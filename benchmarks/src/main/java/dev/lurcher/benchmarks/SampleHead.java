package dev.lurcher.benchmarks;

import dev.lurcher.protocol.RequestHead;
import org.jspecify.annotations.Nullable;

/** A request as clients really send it. Immutable. */
public final class SampleHead implements RequestHead {
    /** What {@code curl} sends. */
    private static final String[] CURL = {"Host", "127.0.0.1:6767", "User-Agent", "curl/7.88.1", "Accept", "*/*"};

    /** What a browser sends for a page. */
    private static final String[] BROWSER = {
        "Host", "www.example.com",
        "User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
        "Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
        "Accept-Language", "en-US,en;q=0.5",
        "Accept-Encoding", "gzip, deflate, br, zstd",
        "Connection", "keep-alive",
        "Cookie", "session=9f1c2b7e4d5a60718293a4b5c6d7e8f9; theme=dark",
        "Upgrade-Insecure-Requests", "1",
        "Sec-Fetch-Mode", "navigate",
        "Referer", "http://www.example.com/articles?page=2"
    };

    private final String[] lines;

    private SampleHead(String... lines) {
        this.lines = lines;
    }

    /**
     * The request of a kind of client.
     *
     * @param client {@code curl} (3 fields) or {@code browser} (10 fields)
     */
    public static SampleHead of(String client) {
        return switch (client) {
            case "curl" -> new SampleHead(CURL);
            case "browser" -> new SampleHead(BROWSER);
            default -> throw new IllegalArgumentException("no such client: " + client);
        };
    }

    /** The request as it stands on the wire, with its empty line. */
    public String wire() {
        StringBuilder text = new StringBuilder("GET " + uri() + " HTTP/1.1\r\n");
        for (int i = 0; i < fieldCount(); i++) {
            text.append(fieldName(i)).append(": ").append(fieldValue(i)).append("\r\n");
        }
        return text.append("\r\n").toString();
    }

    @Override
    public String method() {
        return "GET";
    }

    @Override
    public String path() {
        return "/articles/42";
    }

    @Override
    public String version() {
        return "HTTP/1.1";
    }

    @Override
    public String uri() {
        return "/articles/42?page=3";
    }

    @Override
    public String query() {
        return "page=3";
    }

    @Override
    public @Nullable String fragment() {
        return null;
    }

    @Override
    public String pattern() {
        return "/articles/";
    }

    @Override
    public String scheme() {
        return "http";
    }

    @Override
    public String remoteAddress() {
        return "127.0.0.1";
    }

    @Override
    public int fieldCount() {
        return lines.length / 2;
    }

    @Override
    public String fieldName(int index) {
        return lines[2 * index];
    }

    @Override
    public String fieldValue(int index) {
        return lines[2 * index + 1];
    }

    @Override
    public String forwardedFor() {
        return remoteAddress();
    }
}
