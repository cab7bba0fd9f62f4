package dev.lurcher.broker.config.language;

import dev.lurcher.broker.config.history.Blueprint;
import java.util.Map;

/** Texts in the language, for tests. */
final class Sources {
    static final Schema SCHEMA = Blueprint.read().schema();

    private Sources() {}

    static Draft read(String text) {
        return Language.alone(SCHEMA).read(new SourceText("site.conf", text));
    }

    /** With files that can be included, and variables. */
    static Draft read(String text, Map<String, String> files, Map<String, String> environment) {
        Library library = (name, from) -> {
            String found = files.get(name);
            if (found == null) {
                throw new LanguageException(
                        LanguageException.Code.UNREADABLE, name + " cannot be read: there is no such file");
            }
            return new SourceText(name, found);
        };
        return new Language(SCHEMA, library, environment).read(new SourceText("site.conf", text));
    }

    /** A server with one host, and what its routes are. */
    static String server(String routes) {
        return """
                servers = [Server(uuid='main', name='main', port=6767, default_host='localhost', access_log='a', error_log='e',
                    pid_file='p', hosts=[Host(name='localhost', routes={%s})])]
                """.formatted(routes);
    }
}
