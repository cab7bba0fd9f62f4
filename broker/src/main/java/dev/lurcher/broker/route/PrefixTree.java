package dev.lurcher.broker.route;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the stored prefixes of a key, or the stored suffixes. A radix tree: how long a search takes depends on the key,
 * hardly on how many prefixes there are.
 *
 * <p>{@link #nearest} answers as the ternary tree of Mongrel2 does, including what depends on the order of insertion: for
 * that each node remembers which of its children came first. {@link #longest} answers with the longest prefix, from which
 * {@link Entry#shorter} leads to the others.
 *
 * <p>Built once, read-only afterwards. Searching allocates nothing.
 *
 * @param <V> what is stored with a prefix
 */
final class PrefixTree<V> {
    /** From which end keys are read. */
    enum Direction {
        /** Prefixes, byte by byte. */
        FORWARD,
        /** Suffixes, from the last byte on; upper and lower case are the same. */
        BACKWARD
    }

    /** A stored prefix. */
    static final class Entry<V> {
        private final String prefix;
        private final int length;
        private final V value;
        private @Nullable Entry<V> shorter;

        private Entry(String prefix, V value) {
            this.prefix = prefix;
            this.length = prefix.length();
            this.value = value;
        }

        /** The prefix as it was given. */
        String prefix() {
            return prefix;
        }

        /** Of the prefix. */
        int length() {
            return length;
        }

        V value() {
            return value;
        }

        /** The next shorter stored prefix of this prefix. */
        @Nullable
        Entry<V> shorter() {
            return shorter;
        }
    }

    private static final class Node<V> {
        /** The bytes that lead here from the parent, in the direction of search; only the root's is empty. */
        private String edge;

        /** As the edge says; here, so that a search need not touch the edge of one byte. */
        private int edgeLength;

        /** First bytes of the children's edges, a bit for each byte. */
        private long bytes0;

        private long bytes64;
        private long bytes128;
        private long bytes192;

        /** In the order of their first bytes. */
        @SuppressWarnings("unchecked")
        private Node<V>[] children = (Node<V>[]) new Node<?>[0];

        /** The child that was inserted first. */
        private @Nullable Node<V> oldest;

        private @Nullable Entry<V> entry;

        private Node(String edge) {
            this.edge = edge;
            this.edgeLength = edge.length();
        }

        private @Nullable Node<V> child(char key) {
            return key < 256 && ((bytes(key >>> 6) >>> key) & 1) != 0 ? children[rank(key)] : null;
        }

        /** How many children have a smaller first byte. */
        private int rank(char key) {
            int rank = Long.bitCount(bytes(key >>> 6) & ((1L << key) - 1));
            for (int w = (key >>> 6) - 1; w >= 0; w--) {
                rank += Long.bitCount(bytes(w));
            }
            return rank;
        }

        private long bytes(int word) {
            return switch (word) {
                case 0 -> bytes0;
                case 1 -> bytes64;
                case 2 -> bytes128;
                default -> bytes192;
            };
        }

        private void add(Node<V> child) {
            char key = child.edge.charAt(0);
            int rank = rank(key);
            int size = children.length;
            children = Arrays.copyOf(children, size + 1);
            System.arraycopy(children, rank, children, rank + 1, size - rank);
            children[rank] = child;
            switch (key >>> 6) {
                case 0 -> bytes0 |= 1L << key;
                case 1 -> bytes64 |= 1L << key;
                case 2 -> bytes128 |= 1L << key;
                default -> bytes192 |= 1L << key;
            }
            if (oldest == null) {
                oldest = child;
            }
        }

        /** Puts a node between this node and one of its children, where the child's edge is as long as said. */
        private Node<V> split(Node<V> child, int length) {
            Node<V> middle = new Node<>(child.edge.substring(0, length));
            children[rank(child.edge.charAt(0))] = middle;
            if (oldest == child) {
                oldest = middle;
            }
            child.edge = child.edge.substring(length);
            child.edgeLength = child.edge.length();
            middle.add(child);
            return middle;
        }

        /** This node's entry, else that of the oldest child, and so on downwards: a leaf always has one. */
        private @Nullable Entry<V> down() {
            Node<V> node = this;
            while (node.entry == null && node.oldest != null) {
                node = node.oldest;
            }
            return node.entry;
        }
    }

    private final Direction direction;
    private final Node<V> root = new Node<>("");

    /**
     * Builds a tree.
     *
     * @param values what to store with which prefix, in the order of insertion
     */
    PrefixTree(Direction direction, Map<String, V> values) {
        this.direction = direction;
        List<Entry<V>> entries = new ArrayList<>(values.size());
        values.forEach((prefix, value) -> entries.add(new Entry<>(prefix, value)));
        entries.forEach(this::insert);
        entries.forEach(this::link);
    }

    /**
     * The entry that Mongrel2's tree yields. When the key ends inside the tree: the entry there, else the one that the
     * oldest continuations lead to, so that a short key finds a longer prefix. When the key leaves the tree: the longest
     * prefix of the key. The empty key finds nothing.
     *
     * @param length how much of the key counts
     */
    @Nullable
    Entry<V> nearest(String key, int length) {
        Entry<V> passed = null;
        Node<V> node = root;
        int at = 0;
        while (at < length) {
            if (node.entry != null) {
                passed = node.entry;
            }
            Node<V> child = node.child(octet(key, length, at));
            if (child == null) {
                return passed;
            }
            int matched = matched(child, key, length, at);
            at += matched;
            if (matched < child.edgeLength && at < length) {
                return passed;
            }
            node = child;
        }
        return node == root ? null : node.down();
    }

    /** The longest stored prefix that the key begins with; the empty prefix counts. */
    @Nullable
    Entry<V> longest(String key, int length) {
        return longest(key, length, length);
    }

    /** The longest stored prefix of the key with at most so many bytes. */
    private @Nullable Entry<V> longest(String key, int length, int most) {
        Entry<V> passed = root.entry;
        Node<V> node = root;
        int at = 0;
        while (at < most) {
            Node<V> child = node.child(octet(key, length, at));
            if (child == null) {
                return passed;
            }
            at += child.edgeLength;
            if (at > most || matched(child, key, length, at - child.edgeLength) < child.edgeLength) {
                return passed;
            }
            node = child;
            if (node.entry != null) {
                passed = node.entry;
            }
        }
        return passed;
    }

    private void link(Entry<V> entry) {
        int length = entry.length;
        if (length > 0) {
            entry.shorter = longest(entry.prefix, length, length - 1);
        }
    }

    private void insert(Entry<V> entry) {
        String prefix = entry.prefix;
        int length = prefix.length();
        Node<V> node = root;
        int at = 0;
        while (at < length) {
            Node<V> child = node.child(octet(prefix, length, at));
            if (child == null) {
                child = new Node<>(rest(prefix, at));
                node.add(child);
                at = length;
            } else {
                int matched = matched(child, prefix, length, at);
                if (matched < child.edgeLength) {
                    child = node.split(child, matched);
                }
                at += matched;
            }
            node = child;
        }
        node.entry = entry;
    }

    /** How many bytes of a node's edge the key continues with; the first byte chose the node. */
    private int matched(Node<V> node, String key, int length, int at) {
        int most = Math.min(node.edgeLength, length - at);
        int i = 1;
        while (i < most && node.edge.charAt(i) == octet(key, length, at + i)) {
            i++;
        }
        return i;
    }

    private char octet(String key, int length, int at) {
        return direction == Direction.FORWARD ? key.charAt(at) : lower(key.charAt(length - 1 - at));
    }

    /** A prefix from an index on, as the tree reads it. */
    private String rest(String prefix, int at) {
        StringBuilder rest = new StringBuilder(prefix.length() - at);
        for (int i = at; i < prefix.length(); i++) {
            rest.append(octet(prefix, prefix.length(), i));
        }
        return rest.toString();
    }

    private static char lower(char c) {
        return c >= 'A' && c <= 'Z' ? (char) (c | 0x20) : c;
    }
}
