package dev.lurcher.broker.http;

/** Hears of each exchange when it has ended, on its event loop; must not block. */
@FunctionalInterface
public interface ExchangeLog {
    /** The record is valid during the call. */
    void onEnd(ExchangeRecord record);
}
