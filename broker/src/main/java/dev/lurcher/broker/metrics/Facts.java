package dev.lurcher.broker.metrics;

import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** What other parts of the broker tell about themselves, for {@link BrokerMetrics}. Any thread. */
public final class Facts {
    private final AtomicLong reloads = new AtomicLong();
    private final AtomicLong refusals = new AtomicLong();
    private volatile Supplier<Map<String, Instant>> certificates = Map::of;
    private volatile LongSupplier revision = () -> 0;
    private volatile Instant loaded = Instant.now();

    /** Nothing is known yet; the configuration was loaded just now. */
    public Facts() {}

    /** Says where to ask until when each certificate is valid, by name. */
    public void certificates(Supplier<Map<String, Instant>> expiries) {
        certificates = expiries;
    }

    /** Says where to ask for the revision of the configuration in force; 0 where none is known. */
    public void revision(LongSupplier inForce) {
        revision = inForce;
    }

    /** The configuration was read again, and is in force now, or was refused. */
    public void reloaded(boolean applied) {
        (applied ? reloads : refusals).incrementAndGet();
        if (applied) {
            loaded = Instant.now();
        }
    }

    Map<String, Instant> certificates() {
        return certificates.get();
    }

    /** The revision of the configuration in force; 0 where none is known. */
    public long revision() {
        return revision.getAsLong();
    }

    Instant loaded() {
        return loaded;
    }

    long reloads() {
        return reloads.get();
    }

    long refusals() {
        return refusals.get();
    }
}
