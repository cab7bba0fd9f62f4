package dev.lurcher.broker.cli;

import dev.lurcher.broker.config.ConfigDatabase;
import dev.lurcher.broker.config.ConfigException;
import dev.lurcher.broker.loop.EventLoops;
import org.slf4j.LoggerFactory;

/**
 * Loads the libraries that a server needs while the command line is still being read: two threads are at it sooner than one.
 * Whoever needs a library that is not there yet waits for it, and meets its fault, if it has one.
 */
final class HeadStart {
    private HeadStart() {}

    /** Begins, and returns before it is done. */
    static void begin() {
        // First: a logger that is asked for while another thread sets up logging may stay silent for ever.
        LoggerFactory.getILoggerFactory();
        Thread.ofPlatform().name("head-start").daemon().start(HeadStart::load);
    }

    private static void load() {
        try {
            ConfigDatabase.prepare();
        } catch (ConfigException e) {
            // The command will meet it, and say it.
        }
        EventLoops.prepare();
    }
}
