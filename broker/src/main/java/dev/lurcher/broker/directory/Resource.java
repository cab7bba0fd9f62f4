package dev.lurcher.broker.directory;

import java.util.List;
import java.util.stream.IntStream;

/**
 * A file with all forms in which it can be sent, as it was at some time. Immutable but for that time. Any thread.
 */
final class Resource {
    /** What an entry of the cache takes beside its content, roughly. */
    private static final int OVERHEAD_BYTES = 1024;

    private final Representation plain;
    private final List<Representation> encoded;
    private final List<Coding> codings;
    private final boolean settled;

    private volatile long seenSecond;
    private volatile boolean used;

    /**
     * Creates it.
     *
     * @param encoded in the order in which they are preferred
     * @param nowMillis before the states were asked for, since 1970
     */
    Resource(Representation plain, List<Representation> encoded, long nowMillis) {
        this.plain = plain;
        this.encoded = List.copyOf(encoded);
        this.codings = encoded.stream().map(Representation::coding).toList();
        this.settled = plain.state().isSettled(nowMillis)
                && encoded.stream().allMatch(form -> form.state().isSettled(nowMillis));
        this.seenSecond = Math.floorDiv(nowMillis, 1000L);
    }

    Representation plain() {
        return plain;
    }

    List<Representation> encoded() {
        return encoded;
    }

    /** The codings of {@link #encoded()}, in its order. */
    List<Coding> codings() {
        return codings;
    }

    /** Whether the newer one is the same file with the same content, so that this one may live on. */
    boolean isStill(Resource newer) {
        return settled
                && plain.isLike(newer.plain)
                && encoded.size() == newer.encoded.size()
                && IntStream.range(0, encoded.size())
                        .allMatch(i -> encoded.get(i).isLike(newer.encoded.get(i)));
    }

    /**
     * Whether it may be believed without asking the file system.
     *
     * @param second of now, since 1970
     * @param ttlSeconds whole seconds, as Mongrel2 counts: with 0 what was seen in this second
     */
    boolean isBelieved(long second, long ttlSeconds) {
        long age = second - seenSecond;
        return age >= 0 && age <= ttlSeconds;
    }

    void seenAgain(Resource newer) {
        seenSecond = newer.seenSecond;
    }

    /** Remembers that somebody asked for it. */
    void use() {
        if (!used) {
            used = true;
        }
    }

    /** Whether somebody asked for it since this was last called. */
    boolean wasUsed() {
        boolean was = used;
        used = false;
        return was;
    }

    /** Bytes that it takes in memory, with the contents that it has. */
    long weight() {
        long sum = OVERHEAD_BYTES * (1L + encoded.size()) + length(plain);
        for (Representation form : encoded) {
            sum += length(form);
        }
        return sum;
    }

    private static int length(Representation form) {
        byte[] content = form.content();
        return content == null ? 0 : content.length;
    }
}
