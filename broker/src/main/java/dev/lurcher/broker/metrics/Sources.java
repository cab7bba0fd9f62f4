package dev.lurcher.broker.metrics;

import dev.lurcher.broker.dispatch.HandlerPool;
import dev.lurcher.broker.http.ExchangeLog;
import dev.lurcher.broker.telemetry.Counters;
import dev.lurcher.broker.telemetry.LoopDelays;
import dev.lurcher.broker.zmtp.ZmtpListener;
import java.util.Collection;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Where the figures come from. All may be asked by any thread.
 *
 * @param counters of the whole broker
 * @param pools of the handlers that there are now
 * @param endpoints that are bound now
 * @param delays of the event loops
 * @param log the access log
 * @param unready why the broker is not ready; empty when it is
 * @param isDraining whether it is stopping
 * @param facts what others tell
 */
public record Sources(
        Counters counters,
        Supplier<? extends Collection<HandlerPool>> pools,
        Supplier<? extends Collection<ZmtpListener>> endpoints,
        LoopDelays delays,
        ExchangeLog log,
        Supplier<String> unready,
        BooleanSupplier isDraining,
        Facts facts) {}
