package dev.lurcher.broker.route;

import dev.lurcher.broker.config.Host;
import dev.lurcher.broker.config.Route;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a request goes where it goes.
 *
 * @param steps in the order in which they were taken
 * @param host the host that is responsible
 * @param route its route; null where none matches
 */
public record Explanation(
        List<Step> steps, Host host, @Nullable Route route) {}
