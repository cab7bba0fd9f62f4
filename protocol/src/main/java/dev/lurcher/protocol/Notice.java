package dev.lurcher.protocol;

/**
 * What a broker tells a worker without wanting an answer: a message with the path {@code @*}, as {@link RequestWriter} writes
 * it, whose content is a JSON object with a {@code type}. A client cannot forge it.
 *
 * <p>Workers ignore a notice of a type they do not know, so that both sides can grow.
 */
public sealed interface Notice {
    /**
     * Answer to {@link WorkerControl.Hello}: requests may follow.
     *
     * @param broker name and version of the broker, empty where it did not say
     * @param window bytes of payload that may be sent for one connection beyond what was credited; 0 where the broker did not
     *     say, which means that it does not pace answers
     * @param timeoutMillis how long it waits for an answer to begin; 0 where it did not say, or waits without an end
     */
    record Welcome(String broker, long window, long timeoutMillis) implements Notice {
        /** One that says nothing of a timeout. */
        public Welcome(String broker, long window) {
            this(broker, window, 0);
        }
    }

    /** Nothing new follows from here on: finish what you hold, then say {@link WorkerControl.Bye}. */
    record Drain() implements Notice {}

    /**
     * So many bytes more may be sent for the connection that the message names.
     *
     * @param bytes what the client has taken, at least 1
     */
    record Credit(long bytes) implements Notice {}

    /** The client of the connection that the message names is gone. */
    record Disconnect() implements Notice {}

    /**
     * Mongrel2's way of saying {@link Credit}: content was written to the client of the connection that the message names.
     *
     * @param bytes how much may be sent to it besides, at least 1
     */
    record Written(long bytes) implements Notice {}

    /**
     * Of a type that this version does not know, or not well formed.
     *
     * @param type empty where there is none
     */
    record Unknown(String type) implements Notice {}
}
