package dev.lurcher.broker.dispatch;

import org.jspecify.annotations.Nullable;

/**
 * Exchanges in the order in which they came. An exchange is in one list at most: that of its pool, or of its worker; the links
 * are its own, so that adding and taking out cost nothing.
 * <p>Thread: guarded by the pool's lock.
 */
final class ExchangeList {
    private @Nullable Exchange first;
    private @Nullable Exchange last;
    private int size;
    private long bytes;

    @Nullable
    Exchange first() {
        return first;
    }

    @Nullable
    Exchange last() {
        return last;
    }

    boolean isEmpty() {
        return first == null;
    }

    int size() {
        return size;
    }

    /** Content of all. */
    long bytes() {
        return bytes;
    }

    void addLast(Exchange exchange) {
        exchange.previous = last;
        if (last == null) {
            first = exchange;
        } else {
            last.next = exchange;
        }
        last = exchange;
        count(exchange, 1);
    }

    void addFirst(Exchange exchange) {
        exchange.next = first;
        if (first == null) {
            last = exchange;
        } else {
            first.previous = exchange;
        }
        first = exchange;
        count(exchange, 1);
    }

    /** Takes out one that is in this list. */
    void remove(Exchange exchange) {
        if (exchange.previous == null) {
            first = exchange.next;
        } else {
            exchange.previous.next = exchange.next;
        }
        if (exchange.next == null) {
            last = exchange.previous;
        } else {
            exchange.next.previous = exchange.previous;
        }
        exchange.previous = null;
        exchange.next = null;
        count(exchange, -1);
    }

    private void count(Exchange exchange, int more) {
        size += more;
        bytes += more * exchange.weight();
    }
}
