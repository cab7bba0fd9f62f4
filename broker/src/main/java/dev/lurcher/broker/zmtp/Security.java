package dev.lurcher.broker.zmtp;

import java.util.Map;

/** Whom an endpoint lets in, and how it knows them (RFC 37, "Security Mechanisms"). Immutable. */
public sealed interface Security {
    /** Whoever can connect: the NULL mechanism. */
    Security NONE = new None();

    /** The name of the mechanism in the greeting. */
    String mechanism();

    /** Whether only those get in who are known, and nobody on the way can read or change what they say. */
    boolean isClosed();

    /** Whoever can connect: the NULL mechanism. */
    record None() implements Security {
        @Override
        public String mechanism() {
            return "NULL";
        }

        @Override
        public boolean isClosed() {
            return false;
        }
    }

    /**
     * Those who know a password: the PLAIN mechanism (RFC 24). Neither the password nor what follows is encrypted.
     *
     * @param users who may connect, by name; nobody where it is empty
     */
    record Plain(Map<String, PasswordHash> users) implements Security {
        /** Copies the map. */
        public Plain {
            users = Map.copyOf(users);
        }

        @Override
        public String mechanism() {
            return "PLAIN";
        }

        @Override
        public boolean isClosed() {
            return false;
        }
    }

    /**
     * Those who have a key: the CURVE mechanism (RFC 25 and 26). All is encrypted, and both sides know whom they speak to.
     *
     * @param server the endpoint's own pair
     * @param admitted whose keys are let in, and what the log calls them; nobody where it is empty
     */
    record Curve(CurvePair server, Map<CurveKey, String> admitted) implements Security {
        /** Copies the map. */
        public Curve {
            admitted = Map.copyOf(admitted);
        }

        @Override
        public String mechanism() {
            return "CURVE";
        }

        @Override
        public boolean isClosed() {
            return true;
        }
    }
}
