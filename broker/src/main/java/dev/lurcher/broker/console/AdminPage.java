package dev.lurcher.broker.console;

import java.nio.charset.StandardCharsets;

/** One of the pages of the admin listener. */
@FunctionalInterface
public interface AdminPage {
    /**
     * Makes the answer, on the listener's thread. May take its time, but nobody else is answered meanwhile.
     *
     * @throws Exception which is answered with 500 and logged
     */
    Answer answer(Asked asked) throws Exception;

    /**
     * What was asked for.
     *
     * @param rest of the path behind that of the page, without the slash between
     * @param query behind the {@code ?}, or empty
     * @param accept the field {@code Accept}, or empty
     */
    record Asked(String rest, String query, String accept) {}

    /**
     * The answer.
     *
     * @param status 200..599
     * @param type of the content
     * @param content not changed any more
     */
    @SuppressWarnings("ArrayRecordComponent") // answers are not compared
    record Answer(int status, String type, byte[] content) {
        /** Text for people. */
        public static Answer text(int status, String text) {
            return new Answer(status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
        }

        /** JSON. */
        public static Answer json(int status, byte[] json) {
            return new Answer(status, "application/json", json);
        }
    }
}
