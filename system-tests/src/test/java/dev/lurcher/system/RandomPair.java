package dev.lurcher.system;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * A request, and the whole reply that the worker is to give, which is the request's content. All of it is what both servers take,
 * within the least of their limits.
 *
 * @param request bytes 0..255 as chars
 * @param reply likewise
 * @param hasHighOctets whether a field's value has octets from 0x80, in an order that is no UTF-8
 */
record RandomPair(String request, String reply, boolean hasHighOctets) {
    private static final String TOKEN = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private static final String PATH =
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~!$&'()*+,;=:@/";
    private static final List<String> METHODS = List.of("POST", "PUT", "PATCH", "DELETE", "PROPFIND", "X2", "GET");
    private static final List<String> NAMES = List.of(
            "Accept",
            "accept-language",
            "User-Agent",
            "Cookie",
            "If-None-Match",
            "Referer",
            "X-Forwarded-For",
            "Origin",
            "DNT",
            "Content-Type",
            "X-A",
            "Range",
            "Authorization",
            "PATH",
            "method",
            "Via");
    private static final Set<String> KEPT = Set.of("host", "connection", "expect", "upgrade", "te", "trailer");
    private static final int MOST_OF_A_NAME = 5;
    private static final int LAST_VISIBLE = 0x7e;

    static List<RandomPair> some(long seed, int count) {
        Random random = new Random(seed);
        List<RandomPair> pairs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            pairs.add(one(random));
        }
        return pairs;
    }

    private static RandomPair one(Random random) {
        String reply = reply(random);
        boolean high = random.nextInt(10) == 0;
        StringBuilder request =
                new StringBuilder(any(random, METHODS)).append(" /raw").append(target(random));
        request.append(" HTTP/1.1\r\nHost: localhost\r\n");
        Map<String, Integer> names = new LinkedHashMap<>();
        int fields = random.nextInt(12);
        for (int i = 0; i < fields; i++) {
            String name = random.nextInt(3) == 0 ? text(random, TOKEN, 1 + random.nextInt(15)) : any(random, NAMES);
            String lower = name.toLowerCase(Locale.ROOT);
            if (!KEPT.contains(lower) && names.merge(lower, 1, Integer::sum) <= MOST_OF_A_NAME) {
                request.append(name)
                        .append(random.nextBoolean() ? ": " : ":")
                        .append(value(random))
                        .append("\r\n");
            }
        }
        if (high) {
            request.append("X-High: caf\u00e9 ").append(value(random)).append("x\r\n");
        }
        request.append("Content-Length: ")
                .append(reply.length())
                .append("\r\n\r\n")
                .append(reply);
        return new RandomPair(request.toString(), reply, high);
    }

    private static String target(Random random) {
        StringBuilder target = new StringBuilder("/").append(text(random, PATH, random.nextInt(60)));
        if (random.nextInt(4) == 0) {
            target.append("%2").append("0123456789abcdefABCDEF".charAt(random.nextInt(22)));
        }
        if (random.nextBoolean()) {
            target.append('?').append(text(random, PATH + "?/", random.nextInt(80)));
        }
        return target.toString();
    }

    /** Visible characters with blanks and quotes between them, no blank at an end. */
    private static String value(Random random) {
        int length = random.nextInt(60);
        StringBuilder value = new StringBuilder();
        for (int i = 0; i < length; i++) {
            value.append(
                    switch (random.nextInt(12)) {
                        case 0 -> '"';
                        case 1 -> '\\';
                        case 2 -> ' ';
                        default -> (char) ('!' + random.nextInt(LAST_VISIBLE - '!' + 1));
                    });
        }
        return value.toString().strip();
    }

    /** An answer of any status that has content, with any octets in it. */
    private static String reply(Random random) {
        int status =
                List.of(200, 201, 203, 301, 303, 400, 404, 409, 418, 500, 503).get(random.nextInt(11));
        StringBuilder content = new StringBuilder();
        int length = random.nextInt(8) == 0 ? random.nextInt(15_000) : random.nextInt(200);
        for (int i = 0; i < length; i++) {
            content.append((char) random.nextInt(256));
        }
        StringBuilder reply = new StringBuilder("HTTP/1.1 ").append(status).append(" Some Reason\r\n");
        int fields = random.nextInt(6);
        for (int i = 0; i < fields; i++) {
            reply.append("X-")
                    .append(text(random, TOKEN, 1 + random.nextInt(10)))
                    .append(": ")
                    .append(value(random));
            reply.append("\r\n");
        }
        return reply.append("Content-Length: ")
                .append(length)
                .append("\r\n\r\n")
                .append(content)
                .toString();
    }

    private static String text(Random random, String alphabet, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }

    private static String any(Random random, List<String> all) {
        return all.get(random.nextInt(all.size()));
    }
}
