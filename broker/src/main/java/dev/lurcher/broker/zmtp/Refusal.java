package dev.lurcher.broker.zmtp;

/**
 * Why a connection cannot go on.
 *
 * @param event how it is counted
 * @param reason what is wrong, for the log and the peer's ERROR command; printable ASCII
 */
record Refusal(ZmtpCounters.Event event, String reason) {}
