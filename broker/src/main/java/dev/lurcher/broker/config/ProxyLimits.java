package dev.lurcher.broker.config;

import java.time.Duration;

/**
 * What an upstream may take up, and how long. Zero durations: no bound, but for {@code keepTime}.
 *
 * @param connections    connections to it at once, those of all event loops together
 * @param connectTimeout until one address of it has taken a connection
 * @param timeout        from the end of a request to the first byte of the answer
 * @param idleTimeout    between two bytes of an answer, or of a request that it takes
 * @param keepTime       how long a connection without a request is kept for the next; zero = it is closed
 * @param tunnelIdle     without a byte in either direction once it is a tunnel
 * @param queueLimit     requests that wait for a connection
 * @param queueTimeout   how long one waits
 */
public record ProxyLimits(
        int connections,
        Duration connectTimeout,
        Duration timeout,
        Duration idleTimeout,
        Duration keepTime,
        Duration tunnelIdle,
        int queueLimit,
        Duration queueTimeout) {
    /** What counts where nothing is written. */
    public static ProxyLimits usual() {
        return of(Settings.defaults());
    }

    /** What the settings say. */
    public static ProxyLimits of(Settings settings) {
        return new ProxyLimits(
                settings.integer(Setting.PROXY_CONNECTIONS),
                settings.duration(Setting.PROXY_CONNECT_TIMEOUT),
                settings.duration(Setting.PROXY_TIMEOUT),
                settings.duration(Setting.PROXY_IDLE_TIMEOUT),
                settings.duration(Setting.PROXY_KEEP_TIME),
                settings.duration(Setting.PROXY_TUNNEL_IDLE),
                settings.integer(Setting.PROXY_QUEUE_LIMIT),
                settings.duration(Setting.PROXY_QUEUE_TIMEOUT));
    }
}
