package dev.lurcher.broker.loop;

import org.jspecify.annotations.Nullable;

/**
 * Why an address cannot be bound.
 *
 * @param kind what a fix depends on
 * @param reason in words, as the end of a sentence
 */
public record BindFault(Kind kind, String reason) {
    /** What is in the way. */
    public enum Kind {
        /** Somebody listens there already. */
        IN_USE,
        /** The system does not let this user. */
        NOT_ALLOWED,
        /** It is no address of this machine. */
        NOT_HERE,
        /** The directory of a Unix socket does not exist. */
        NO_DIRECTORY,
        /** Something else. */
        OTHER
    }

    /**
     * Reads what a transport says.
     *
     * @param port the TCP port that was wanted, to look for its owner; 0 for none
     */
    public static BindFault of(@Nullable Throwable cause, int port) {
        String message = cause == null ? "" : String.valueOf(cause.getMessage());
        // The native transport's own words come first: "bind(..) failed with error(-98): Address already in use".
        String reason = message.replaceFirst("^\\S+ failed with error\\(-?[0-9]+\\): ", "");
        if (reason.contains("in use")) {
            String owner = port == 0
                    ? ""
                    : PortOwner.of(port).map(process -> " by " + process).orElse("");
            return new BindFault(Kind.IN_USE, "it is in use" + owner);
        }
        if (reason.contains("ermission denied")) {
            return new BindFault(Kind.NOT_ALLOWED, "this user may not bind it");
        }
        if (reason.contains("assign requested address")) {
            return new BindFault(Kind.NOT_HERE, "this machine has no such address");
        }
        if (reason.contains("No such file")) {
            return new BindFault(Kind.NO_DIRECTORY, "its directory does not exist");
        }
        return new BindFault(Kind.OTHER, reason);
    }
}
