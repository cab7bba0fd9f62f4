package dev.lurcher.broker.route;

import java.nio.charset.StandardCharsets;

/** Text from the configuration as requests carry it: the bytes of its UTF-8 form, as chars 0..255. */
final class Octets {
    private Octets() {}

    static String of(String configured) {
        return new String(configured.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }
}
