package dev.lurcher.broker.config;

import java.nio.file.Path;

/**
 * What becomes of a handler's requests when workers are lost or missing, and which worker gets them.
 *
 * @param retry which requests of a lost worker may go to another one
 * @param retryLimit how many workers at most get one request, one after the other; 1 and more
 * @param onEmpty what becomes of a request when no worker is connected
 * @param affinity which requests belong to the same worker
 * @param required whether the broker counts as ready only while a worker is connected
 */
public record HandlerPolicy(Retry retry, int retryLimit, OnEmpty onEmpty, Affinity affinity, boolean required) {
    /** A handler of which the database says nothing. */
    public static final HandlerPolicy USUAL =
            new HandlerPolicy(Retry.IDEMPOTENT, 3, new OnEmpty.Wait(), new Affinity.None(), false);

    /** Which requests may be given to a second worker when the first was lost before it answered. */
    public enum Retry {
        /** Those with an idempotent method (RFC 9110, 9.2.2) or a field {@code Idempotency-Key}. */
        IDEMPOTENT,
        /** All. */
        ALWAYS,
        /** None. */
        NEVER
    }

    /** What becomes of a request when no worker is connected. */
    public sealed interface OnEmpty {
        /** It waits for one, as it waits for a busy one. */
        record Wait() implements OnEmpty {}

        /** It gets 503 at once. */
        record Fail() implements OnEmpty {}

        /**
         * It gets 503 at once, with a page.
         *
         * @param folder holds {@code index.html}
         */
        record Page(Path folder) implements OnEmpty {}
    }

    /** What requests that belong to the same worker have in common. */
    public sealed interface Affinity {
        /** Nothing: any worker may get any request. */
        record None() implements Affinity {}

        /** The client's address. */
        record Address() implements Affinity {}

        /**
         * The value of a cookie.
         *
         * @param name as the client sends it
         */
        record Cookie(String name) implements Affinity {}

        /**
         * The value of a field.
         *
         * @param name in lower case
         */
        record Field(String name) implements Affinity {}
    }
}
