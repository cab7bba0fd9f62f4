package dev.lurcher.broker.zmtp;

/** By what somebody who connects shows who they are; the other side of {@link Security}. Immutable. */
public sealed interface Credentials {
    /** Nothing: the NULL mechanism. */
    Credentials NONE = new None();

    /** The name of the mechanism in the greeting. */
    String mechanism();

    /** Nothing: the NULL mechanism. */
    record None() implements Credentials {
        @Override
        public String mechanism() {
            return "NULL";
        }
    }

    /**
     * A password: the PLAIN mechanism (RFC 24). Whoever is on the way can read it, and all that follows.
     *
     * @param user 1..255 octets of UTF-8
     * @param password likewise
     */
    record Plain(String user, String password) implements Credentials {
        @Override
        public String mechanism() {
            return "PLAIN";
        }

        /** The user alone. */
        @Override
        public String toString() {
            return "Plain[" + user + "]";
        }
    }

    /**
     * A pair of keys: the CURVE mechanism (RFC 25 and 26).
     *
     * @param server the key that the other side must have
     * @param own the pair that it must know
     */
    record Curve(CurveKey server, CurvePair own) implements Credentials {
        @Override
        public String mechanism() {
            return "CURVE";
        }
    }
}
