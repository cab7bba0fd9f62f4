package dev.lurcher.broker.proxy;

import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.List;

/** A set of field names, asked whatever the case. Immutable. */
final class FieldNames {
    /** In lower case, by their lengths. */
    private final List<List<AsciiString>> byLength = new ArrayList<>();

    private FieldNames(String... names) {
        for (String name : names) {
            while (byLength.size() <= name.length()) {
                byLength.add(new ArrayList<>(1));
            }
            byLength.get(name.length()).add(AsciiString.of(name));
        }
    }

    static FieldNames of(String... names) {
        return new FieldNames(names);
    }

    boolean contains(byte[] a, int from, int to) {
        if (to - from >= byLength.size()) {
            return false;
        }
        List<AsciiString> candidates = byLength.get(to - from);
        for (int i = 0; i < candidates.size(); i++) {
            if (same(candidates.get(i), a, from)) {
                return true;
            }
        }
        return false;
    }

    private static boolean same(AsciiString candidate, byte[] a, int from) {
        for (int i = 0; i < candidate.length(); i++) {
            byte octet = a[from + i];
            if ((octet >= 'A' && octet <= 'Z' ? octet | 0x20 : octet) != candidate.byteAt(i)) {
                return false;
            }
        }
        return true;
    }

    boolean contains(CharSequence name) {
        if (name.length() >= byLength.size()) {
            return false;
        }
        List<AsciiString> candidates = byLength.get(name.length());
        for (int i = 0; i < candidates.size(); i++) {
            if (candidates.get(i).contentEqualsIgnoreCase(name)) {
                return true;
            }
        }
        return false;
    }
}
