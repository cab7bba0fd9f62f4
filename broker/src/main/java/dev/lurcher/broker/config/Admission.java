package dev.lurcher.broker.config;

import java.util.List;

/**
 * Who may connect to the ZeroMQ endpoints of a handler, or to the control port. Immutable.
 *
 * @param mechanism how they are known
 * @param keys whose keys are let in, where that is CURVE; nobody where there are none
 * @param users who may come with a password, where that is PLAIN; likewise
 */
public record Admission(Mechanism mechanism, List<Entry> keys, List<Entry> users) {
    /** Everybody. */
    public static final Admission OPEN = new Admission(Mechanism.NULL, List.of(), List.of());

    /**
     * A row of table {@code curve_key} or {@code plain_user}.
     *
     * @param place of what follows
     * @param name for the log; of a user, what it says
     * @param proof a public key in Z85, or the hash of a password
     */
    public record Entry(Place place, String name, String proof) {}

    /** Copies the lists. */
    public Admission {
        keys = List.copyOf(keys);
        users = List.copyOf(users);
    }

    /** Whether only those get in whom the configuration names, and nobody on the way can read or change what they say. */
    public boolean isClosed() {
        return mechanism == Mechanism.CURVE;
    }

    /** The rows that count for its mechanism. */
    public List<Entry> entries() {
        return switch (mechanism) {
            case NULL -> List.of();
            case PLAIN -> users;
            case CURVE -> keys;
        };
    }
}
