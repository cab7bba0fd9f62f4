package dev.lurcher.broker.proxy;

import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.List;

/** A set of field names, asked whatever the case. Immutable. */
final class FieldNames {
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
