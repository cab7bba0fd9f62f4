package dev.lurcher.protocol.testing;

import java.math.BigInteger;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a reply says, read by the grammar of {@code ReplyReader} and by other means than it.
 *
 * @param sender its first word
 * @param extended whether its list of connections begins with X
 * @param targets the connections
 * @param payload the rest
 */
public record ReplyGrammar(String sender, boolean extended, List<Long> targets, String payload) {
    private static final Pattern REPLY =
            Pattern.compile("([0-9A-Za-z-]++) ([0-9]++):((X )?([0-9]++(?: [0-9]++)*+) ?|X), (.*)", Pattern.DOTALL);

    private static final BigInteger MOST = BigInteger.valueOf(Long.MAX_VALUE);

    /** Reads octets that stand as chars 0..255; null when they are no reply, or one to more connections than allowed. */
    public static @Nullable ReplyGrammar read(String octets, int mostTargets) {
        Matcher matcher = REPLY.matcher(octets);
        if (!matcher.matches()
                || !new BigInteger(matcher.group(2))
                        .equals(BigInteger.valueOf(matcher.group(3).length()))) {
            return null;
        }
        if (matcher.group(5) == null) {
            return new ReplyGrammar(matcher.group(1), true, List.of(), matcher.group(6));
        }
        List<BigInteger> ids =
                Stream.of(matcher.group(5).split(" ", -1)).map(BigInteger::new).toList();
        if (ids.size() > mostTargets || ids.stream().anyMatch(id -> id.compareTo(MOST) > 0)) {
            return null;
        }
        return new ReplyGrammar(
                matcher.group(1),
                matcher.group(4) != null,
                ids.stream().map(BigInteger::longValue).toList(),
                matcher.group(6));
    }

    /** Whether it is said to the broker itself. */
    public boolean isControl() {
        return targets.isEmpty();
    }
}
