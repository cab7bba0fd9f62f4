package dev.lurcher.broker.config;

import java.time.Duration;

/** What a handler may hold and how long. */
public record HandlerLimits(Duration timeout, Duration queueTimeout, int queueLimit, long queueBytes, int prefetch) {}
