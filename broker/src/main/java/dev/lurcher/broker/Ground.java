package dev.lurcher.broker;

import dev.lurcher.broker.config.Configuration;
import dev.lurcher.broker.config.Host;
import dev.lurcher.broker.config.Route;
import dev.lurcher.broker.config.Server;
import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.config.Target;
import dev.lurcher.broker.directory.Directories;
import dev.lurcher.broker.dispatch.LoopContexts;
import dev.lurcher.broker.http.HttpSettings;
import dev.lurcher.broker.http.Snapshot;
import dev.lurcher.broker.loop.EventLoops;
import dev.lurcher.broker.proxy.DnsNames;
import dev.lurcher.broker.proxy.Upstream;
import dev.lurcher.broker.route.RouteTable;
import dev.lurcher.broker.telemetry.Counters;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What everything else stands on, from start to end whatever the configuration. */
record Ground(EventLoops loops, LoopContexts contexts, Counters counters, DnsNames names) {
    /**
     * What a configuration makes of the server, as far as nothing has to be bound for it.
     *
     * @param former what stays of it where it is the same; null at the start
     */
    Snapshot.Parts parts(Configuration configuration, Handlers.Plan handlers, Snapshot.@Nullable Parts former) {
        Server server = configuration.server();
        return new Snapshot.Parts(
                RouteTable.of(server, configuration.settings().flag(Setting.ROUTE_STRICT)),
                handlers.pools(),
                upstreams(
                        server, former == null ? List.of() : former.upstreams().values()),
                Directories.trees(
                        configuration,
                        former == null ? List.of() : former.trees().values()),
                HttpSettings.of(configuration.settings()));
    }

    private IdentityHashMap<Target.Proxy, Upstream> upstreams(Server server, Collection<Upstream> known) {
        List<Upstream> free = new ArrayList<>(known);
        IdentityHashMap<Target.Proxy, Upstream> upstreams = new IdentityHashMap<>();
        for (Host host : server.hosts()) {
            for (Route route : host.routes()) {
                if (route.target() instanceof Target.Proxy proxy) {
                    upstreams.computeIfAbsent(proxy, first -> upstream(first, free));
                }
            }
        }
        return upstreams;
    }

    /** One that is there and is the same, or a new one. */
    private Upstream upstream(Target.Proxy proxy, List<Upstream> free) {
        for (Iterator<Upstream> each = free.iterator(); each.hasNext(); ) {
            Upstream known = each.next();
            if (known.isFor(proxy)) {
                each.remove();
                return known;
            }
        }
        return new Upstream(proxy, loops, names, counters);
    }
}
