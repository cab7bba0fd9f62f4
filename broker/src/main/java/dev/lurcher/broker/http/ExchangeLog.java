package dev.lurcher.broker.http;

/** Hears of each exchange when it has ended, on its event loop; must not block. */
@FunctionalInterface
public interface ExchangeLog {
    /** The record is valid during the call. */
    void onEnd(ExchangeRecord record);

    /** How many lines it could not keep. Any thread. */
    default long droppedLines() {
        return 0;
    }

    /** How many of its writes failed. Any thread. */
    default long failedWrites() {
        return 0;
    }
}
