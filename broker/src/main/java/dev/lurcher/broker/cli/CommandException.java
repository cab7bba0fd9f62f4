package dev.lurcher.broker.cli;

/** A command could not do its work. The message says why, and what to do. */
final class CommandException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CommandException(String message) {
        super(message);
    }
}
