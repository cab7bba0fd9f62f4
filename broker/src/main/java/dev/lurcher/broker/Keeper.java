package dev.lurcher.broker;

/** Whoever keeps a broker running, as far as its control port needs to ask. Called by a thread that may wait. */
public interface Keeper {
    /** Lets running requests finish, and ends the process. Returns at once. */
    void stop();

    /** Has the broker read its configuration again, and tells those around it what has come of that. */
    default ReloadResult reload(Broker broker) {
        return broker.reload();
    }

    /**
     * Opens the log files anew.
     *
     * @throws dev.lurcher.broker.telemetry.TelemetryException CANNOT_OPEN; the old file stays in use
     */
    void reopenLogs();
}
