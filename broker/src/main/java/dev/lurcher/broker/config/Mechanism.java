package dev.lurcher.broker.config;

import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How a ZeroMQ endpoint knows who connects. A constant's name in lower case is what a database has. */
public enum Mechanism {
    /** Not at all. */
    NULL,
    /** By user and password, in the clear. */
    PLAIN,
    /** By keys; and all is encrypted. */
    CURVE;

    /** The word in a database. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static @Nullable Mechanism of(String word) {
        return Arrays.stream(values())
                .filter(mechanism -> mechanism.word().equals(word))
                .findFirst()
                .orElse(null);
    }
}
