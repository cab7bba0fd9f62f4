package dev.lurcher.protocol;

import dev.lurcher.protocol.Fields.Field;
import java.util.ArrayList;
import java.util.List;

/** Reads a JSON object of strings and lists of strings, with the leniency of {@link JsonText}. */
final class JsonHeadersReader {
    private final JsonText json;

    JsonHeadersReader(byte[] bytes, int from, int to) {
        this.json = new JsonText(bytes, from, to);
    }

    List<Field> read() {
        List<Field> fields = new ArrayList<>(16);
        json.expect('{');
        if (!json.skip('}')) {
            do {
                String name = json.string();
                json.expect(':');
                value(name, fields);
            } while (json.skip(','));
            json.expect('}');
        }
        json.expectEnd();
        return fields;
    }

    private void value(String name, List<Field> fields) {
        if (!json.skip('[')) {
            fields.add(new Field(name, json.string()));
        } else if (!json.skip(']')) {
            do {
                fields.add(new Field(name, json.string()));
            } while (json.skip(','));
            json.expect(']');
        }
    }
}
