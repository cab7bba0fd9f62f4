package dev.lurcher.broker.websocket;

/**
 * How large what a client sends may be.
 *
 * @param frameBytes longest frame's payload, at least 125; past it {@link CloseCode#TOO_BIG}
 * @param messageBytes longest message, expanded, at least 125; past it {@link CloseCode#TOO_BIG}
 * @param fragments most frames of a message, at least 1; past it {@link CloseCode#POLICY_VIOLATION}
 */
public record FrameLimits(int frameBytes, int messageBytes, int fragments) {}
