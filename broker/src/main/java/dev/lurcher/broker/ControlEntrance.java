package dev.lurcher.broker;

import dev.lurcher.broker.config.Configuration;
import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.config.Settings;
import dev.lurcher.broker.control.Operations;
import dev.lurcher.broker.loop.EventLoops;
import dev.lurcher.broker.zmtp.Endpoint;
import dev.lurcher.broker.zmtp.Security;
import dev.lurcher.broker.zmtp.ZmtpException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a broker takes commands: binds the control port to the endpoint of a configuration, and to another when that changes.
 * <p>Thread: one at a time, which may wait; {@link #stop} and {@link #endpoint} from any.
 */
final class ControlEntrance implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControlEntrance.class);

    private final EventLoops loops;
    private @Nullable Operations operations;
    private @Nullable Endpoint asked;
    private volatile @Nullable ControlPort port;
    private volatile boolean stopped;

    ControlEntrance(EventLoops loops) {
        this.loops = loops;
    }

    /**
     * Opens it. Once at most; before that, moves come to nothing.
     *
     * @throws StartException when it cannot be bound; where nobody has chosen its endpoint that is only a warning
     */
    void open(Configuration configuration, Operations what) {
        operations = what;
        prepare(configuration).complete();
    }

    /** A way from one configuration to another, half gone. */
    final class Move {
        private final @Nullable Endpoint wanted;
        private final @Nullable ControlPort next;
        private final @Nullable Security rules;

        private Move(@Nullable Endpoint wanted, @Nullable ControlPort next, @Nullable Security rules) {
            this.wanted = wanted;
            this.next = next;
            this.rules = rules;
        }

        /** From now on commands are taken there, and by those rules. What was asked elsewhere is still answered. */
        void complete() {
            ControlPort former = port;
            if (next != null) {
                asked = wanted;
                port = next;
                if (former != null) {
                    former.retire();
                }
            } else if (former != null && rules != null) {
                former.admit(rules);
            }
        }

        /** Everything stays as it is. */
        void cancel() {
            if (next != null) {
                next.close();
            }
        }
    }

    /**
     * Makes what another configuration wants, beside what there is.
     *
     * @throws StartException where that cannot be had
     */
    Move prepare(Configuration next) {
        Operations what = operations;
        if (what == null || stopped) {
            return new Move(null, null, null);
        }
        Settings settings = next.settings();
        String spec = next.server().controlEndpoint(settings);
        try {
            Endpoint endpoint = Endpoint.parse(spec);
            Security rules = new SecurityRules(next).of(next.admissions().control());
            if (!rules.isClosed() && !endpoint.loopbackOnly()) {
                HandlerEndpoints.requireInsecureBind("endpoint " + spec, "stop the broker", settings);
            }
            return new Move(endpoint, isThere(endpoint) ? null : bind(endpoint, settings, rules, what), rules);
        } catch (ZmtpException | StartException e) {
            if (!next.server().controlPort().isEmpty() || settings.isSet(Setting.CONTROL_PORT)) {
                throw new StartException("control port: " + e.getMessage());
            }
            LOG.warn("there is no control port: {}", e.getMessage());
            return new Move(null, null, null);
        }
    }

    private boolean isThere(Endpoint wanted) {
        return port != null && wanted.equals(asked);
    }

    private ControlPort bind(Endpoint endpoint, Settings settings, Security rules, Operations what) {
        return new ControlPort(
                loops, endpoint, HandlerEndpoints.zmtpSettings(settings).withSecurity(rules), what);
    }

    /** Where it is bound, with the real port when 0 was configured; null where there is none. */
    @Nullable
    Endpoint endpoint() {
        ControlPort open = port;
        return open == null ? null : open.endpoint();
    }

    /** Takes no commands any more, whatever a reload says. */
    void stop() {
        stopped = true;
        ControlPort open = port;
        if (open != null) {
            open.stop();
        }
    }

    @Override
    public void close() {
        ControlPort open = port;
        if (open != null) {
            open.close();
        }
    }
}
