package dev.lurcher.broker.config;

/** Stub. */
public final class Settings {}
