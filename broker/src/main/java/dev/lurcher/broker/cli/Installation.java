package dev.lurcher.broker.cli;

import dev.lurcher.broker.StartException;
import java.nio.file.Path;

/**
 * What lies around the launcher that started this process.
 *
 * @param launcher bin/broker, absolute
 */
record Installation(Path launcher) {
    private static final String PROPERTY = "lurcher.launcher";

    /**
     * The one this process was started from.
     *
     * @throws StartException if it was not started by bin/broker
     */
    static Installation running() {
        String launcher = System.getProperty(PROPERTY);
        if (launcher == null) {
            throw new StartException("this command needs what lies around bin/broker. Fix: start it with bin/broker.");
        }
        return new Installation(Path.of(launcher));
    }

    /** bin/sample, which starts a sample worker. */
    Path sample() {
        return launcher.resolveSibling("sample");
    }
}
