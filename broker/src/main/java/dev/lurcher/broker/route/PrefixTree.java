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
        private final V value;
        private @Nullable Entry<V> shorter;

        private Entry(String prefix, V value) {
            this.prefix = prefix;
            this.value = value;
        }

        /** The prefix as it was given. */
        String prefix() {
            return prefix;
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

        private @Nullable Entry<V> entry;
        /** First bytes of the children's edges, ascending. */
        private char[] keys = new char[0];

        @SuppressWarnings("unchecked")
        private Node<V>[] children = (Node<V>[]) new Node<?>[0];

        /** The child that was inserted first. */
        private @Nullable Node<V> oldest;

        private Node(String edge) {
            this.edge = edge;
        }

        private @Nullable Node<V> child(char key) {
            // Most nodes have few children; the loop is quicker than a search by halves until there are many.
            if (keys.length > 8) {
                int i = Arrays.binarySearch(keys, key);
                return i < 0 ? null : children[i];
            }
            for (int i = 0; i < keys.length; i++) {
                if (keys[i] == key) {
                    return children[i];
                }
            }
            return null;
        }

        private void add(Node<V> child) {
            char key = child.edge.charAt(0);
            int i = -Arrays.binarySearch(keys, key) - 1;
            int size = keys.length;
            keys = Arrays.copyOf(keys, size + 1);
            children = Arrays.copyOf(children, size + 1);
            System.arraycopy(keys, i, keys, i + 1, size - i);
            System.arraycopy(children, i, children, i + 1, size - i);
            keys[i] = key;
            children[i] = child;
            if (oldest == null) {
                oldest = child;
            }
        }

        /** Puts a node between this node and one of its children, where the child's edge is as long as said. */
        private Node<V> split(Node<V> child, int length) {
            Node<V> middle = new Node<>(child.edge.substring(0, length));
            children[Arrays.binarySearch(keys, child.edge.charAt(0))] = middle;
            if (oldest == child) {
                oldest = middle;
            }
            child.edge = child.edge.substring(length);
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
            int matched = matched(child.edge, key, length, at);
            at += matched;
            if (matched < child.edge.length() && at < length) {
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
            at += child.edge.length();
            if (at > most || matched(child.edge, key, length, at - child.edge.length()) < child.edge.length()) {
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
        int length = entry.prefix.length();
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
                int matched = matched(child.edge, prefix, length, at);
                if (matched < child.edge.length()) {
                    child = node.split(child, matched);
                }
                at += matched;
            }
            node = child;
        }
        node.entry = entry;
    }

    /** How many bytes of an edge the key continues with. */
    private int matched(String edge, String key, int length, int at) {
        int most = Math.min(edge.length(), length - at);
        int i = 1; // the first byte chose the edge
        while (i < most && edge.charAt(i) == octet(key, length, at + i)) {
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
