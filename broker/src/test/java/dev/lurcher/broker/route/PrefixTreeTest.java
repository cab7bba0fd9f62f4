package dev.lurcher.broker.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.route.PrefixTree.Direction;
import dev.lurcher.broker.route.PrefixTree.Entry;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Random;
import java.util.SequencedSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against the ternary tree that mongrel2-compat.md 6.1 describes, and against plain comparison. */
class PrefixTreeTest {
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 20})
    void findsWhatATernaryTreeFinds(int letters) {
        Random random = new Random(letters);
        int found = 0;
        for (int round = 0; round < 2000; round++) {
            SequencedSet<String> prefixes = words(random, letters, 1 + random.nextInt(30));
            PrefixTree<String> tree = tree(Direction.FORWARD, prefixes);
            Ternary model = new Ternary();
            prefixes.forEach(model::insert);
            for (int i = 0; i < 30; i++) {
                String key = word(random, letters);
                String expected = model.find(key);
                assertEquals(expected, prefix(tree.nearest(key, key.length())), () -> key + " in " + prefixes);
                found += expected == null ? 0 : 1;
            }
        }
        assertTrue(found > 5000, "some are found: " + found);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 20})
    void findsThePrefixesOfAKeyFromTheLongestDown(int letters) {
        Random random = new Random(letters);
        for (int round = 0; round < 2000; round++) {
            SequencedSet<String> prefixes = words(random, letters, 1 + random.nextInt(30));
            if (random.nextInt(4) == 0) {
                prefixes.add("");
            }
            PrefixTree<String> tree = tree(Direction.FORWARD, prefixes);
            String key = word(random, letters);
            Entry<String> entry = tree.longest(key, key.length());
            for (int length = key.length(); length >= 0; length--) {
                String prefix = key.substring(0, length);
                if (prefixes.contains(prefix)) {
                    assertEquals(prefix, prefix(entry), () -> key + " in " + prefixes);
                    entry = entry == null ? null : entry.shorter();
                }
            }
            assertEquals(null, entry, () -> key + " in " + prefixes);
        }
    }

    @Test
    void readsKeysFromTheEndAndIgnoresTheirCase() {
        PrefixTree<String> tree =
                tree(Direction.BACKWARD, new LinkedHashSet<>(java.util.List.of("b.com", "com", "x.net")));
        assertEquals("b.com", prefix(tree.nearest("A.B.COM:80", 7)));
        assertEquals("com", prefix(tree.nearest("c.com", 5)));
        assertEquals("x.net", prefix(tree.nearest("NET", 3)));
        assertEquals("b.com", prefix(tree.longest("a.b.com", 7)));
        assertEquals(null, prefix(tree.longest("net", 3)));
    }

    @Test
    void findsNothingByAnEmptyKey() {
        PrefixTree<String> tree = tree(Direction.FORWARD, new LinkedHashSet<>(java.util.List.of("/", "/a")));
        assertEquals(null, tree.nearest("", 0));
        assertEquals(null, tree.longest("", 0));
    }

    private static PrefixTree<String> tree(Direction direction, SequencedSet<String> prefixes) {
        Map<String, String> values = prefixes.stream()
                .collect(Collectors.toMap(
                        Function.identity(), Function.identity(), (a, b) -> a, java.util.LinkedHashMap::new));
        return new PrefixTree<>(direction, values);
    }

    private static @Nullable String prefix(@Nullable Entry<String> entry) {
        if (entry == null) {
            return null;
        }
        assertEquals(entry.prefix(), entry.value());
        return entry.prefix();
    }

    private static SequencedSet<String> words(Random random, int letters, int count) {
        SequencedSet<String> words = new LinkedHashSet<>();
        for (int i = 0; i < count; i++) {
            words.add(word(random, letters));
        }
        return words;
    }

    private static String word(Random random, int letters) {
        StringBuilder word = new StringBuilder();
        for (int length = 1 + random.nextInt(6); length > 0; length--) {
            word.append((char) ('a' + random.nextInt(letters)));
        }
        return word.toString();
    }

    /** Siblings form an unbalanced binary tree whose root is the one inserted first. */
    private static final class Ternary {
        private static final class Node {
            private final char octet;
            private @Nullable Node less;
            private @Nullable Node equal;
            private @Nullable Node greater;
            private @Nullable String prefix;

            private Node(char octet) {
                this.octet = octet;
            }
        }

        private @Nullable Node root;

        void insert(String prefix) {
            root = insert(root, prefix, 0);
        }

        private static Node insert(@Nullable Node place, String prefix, int at) {
            char c = prefix.charAt(at);
            Node node = place == null ? new Node(c) : place;
            if (c < node.octet) {
                node.less = insert(node.less, prefix, at);
            } else if (c > node.octet) {
                node.greater = insert(node.greater, prefix, at);
            } else if (at + 1 < prefix.length()) {
                node.equal = insert(node.equal, prefix, at + 1);
            } else {
                node.prefix = prefix;
            }
            return node;
        }

        @Nullable
        String find(String key) {
            String passed = null;
            Node node = root;
            int at = 0;
            while (node != null) {
                char c = key.charAt(at);
                if (c < node.octet) {
                    node = node.less;
                } else if (c > node.octet) {
                    node = node.greater;
                } else if (++at == key.length()) {
                    while (node != null && node.prefix == null) {
                        node = node.equal;
                    }
                    return node == null ? null : node.prefix;
                } else {
                    passed = node.prefix == null ? passed : node.prefix;
                    node = node.equal;
                }
            }
            return passed;
        }
    }
}
