package dev.lurcher.broker;

import dev.lurcher.broker.config.ConfigReader;
import dev.lurcher.broker.config.Configuration;
import java.util.List;

/** Where a broker's configuration comes from, and who beside the broker goes by it. */
public interface Origin {
    /**
     * Reads it again. Blocks; no event loop calls it.
     *
     * @throws dev.lurcher.broker.config.ConfigException where it cannot be read at all
     */
    ConfigReader.Loaded read();

    /** The revision of what was read last; 0 where none is known. Blocks likewise. */
    default long revision() {
        return 0;
    }

    /**
     * The broker runs by another configuration from now on, or by the same anew: opens logs again, say.
     *
     * @param problems takes what did not work, a sentence each
     * @return what is to be done when no event loop uses any more what was used before
     */
    default Runnable adopt(Configuration now, List<String> problems) {
        return () -> {};
    }
}
