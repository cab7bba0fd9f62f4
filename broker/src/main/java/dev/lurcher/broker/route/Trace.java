package dev.lurcher.broker.route;

/** Hears of each step of a search. */
@FunctionalInterface
interface Trace {
    /** For when nobody wants to know. */
    Trace SILENT = (kind, row, value) -> {};

    void step(Step.Kind kind, long row, String value);
}
