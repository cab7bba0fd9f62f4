package dev.lurcher.broker.config;

import java.util.function.Consumer;

/** Something that a server's configuration is looked over for, beside what stands in single rows. */
@FunctionalInterface
public interface ServerCheck {
    /**
     * Reports what it finds.
     *
     * @param draft the server as far as it could be read: where a row is wrong, with what is nearest to it
     */
    void check(Configuration draft, Consumer<Problem> problems);
}
