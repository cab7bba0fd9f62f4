package dev.lurcher.broker.control;

/**
 * One thing that can be asked.
 *
 * @param name by which it is asked
 * @param help one line for those who ask for help; for Mongrel2's commands it is Mongrel2's
 * @param changes whether it changes anything, so that the log must have it
 * @param action what is done
 */
record Command(String name, String help, boolean changes, Action action) {
    /** Does it. */
    interface Action {
        /** @throws ControlException when it cannot be done */
        Answer run(Arguments arguments, Operations broker);
    }

    /** A command that only looks. */
    static Command look(String name, String help, Action action) {
        return new Command(name, help, false, action);
    }

    /** A command that changes something. */
    static Command change(String name, String help, Action action) {
        return new Command(name, help, true, action);
    }
}
