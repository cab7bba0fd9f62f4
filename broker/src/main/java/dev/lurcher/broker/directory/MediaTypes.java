package dev.lurcher.broker.directory;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Media types by the ends of file names: the longest known end counts, without regard to case. Immutable.
 */
final class MediaTypes {
    /** Types that came after Mongrel2's list; a database that has one of these extensions says what it is. */
    static final Map<String, String> LATER = Map.ofEntries(
            Map.entry(".7z", "application/x-7z-compressed"),
            Map.entry(".aac", "audio/aac"),
            Map.entry(".apng", "image/apng"),
            Map.entry(".avif", "image/avif"),
            Map.entry(".br", "application/x-brotli"),
            Map.entry(".cjs", "text/javascript"),
            Map.entry(".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
            Map.entry(".epub", "application/epub+zip"),
            Map.entry(".geojson", "application/geo+json"),
            Map.entry(".glb", "model/gltf-binary"),
            Map.entry(".gltf", "model/gltf+json"),
            Map.entry(".heic", "image/heic"),
            Map.entry(".heif", "image/heif"),
            Map.entry(".jsonld", "application/ld+json"),
            Map.entry(".jxl", "image/jxl"),
            Map.entry(".m3u8", "application/vnd.apple.mpegurl"),
            Map.entry(".map", "application/json"),
            Map.entry(".md", "text/markdown"),
            Map.entry(".mjs", "text/javascript"),
            Map.entry(".mkv", "video/matroska"),
            Map.entry(".mpd", "application/dash+xml"),
            Map.entry(".opus", "audio/ogg"),
            Map.entry(".pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
            Map.entry(".sql", "application/sql"),
            Map.entry(".toml", "application/toml"),
            Map.entry(".ttc", "font/collection"),
            Map.entry(".ttf", "font/ttf"),
            Map.entry(".vtt", "text/vtt"),
            Map.entry(".wasm", "application/wasm"),
            Map.entry(".weba", "audio/webm"),
            Map.entry(".webmanifest", "application/manifest+json"),
            Map.entry(".webp", "image/webp"),
            Map.entry(".woff", "font/woff"),
            Map.entry(".woff2", "font/woff2"),
            Map.entry(".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            Map.entry(".xz", "application/x-xz"),
            Map.entry(".yaml", "application/yaml"),
            Map.entry(".yml", "application/yaml"),
            Map.entry(".zst", "application/zstd"));

    private final Map<String, String> byExtension = new HashMap<>(LATER);

    /** @param configured by extension, which begins with a dot; goes before {@link #LATER} */
    MediaTypes(Map<String, String> configured) {
        configured.forEach((extension, type) -> byExtension.put(extension.toLowerCase(Locale.ROOT), type));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MediaTypes types && byExtension.equals(types.byExtension);
    }

    @Override
    public int hashCode() {
        return byExtension.hashCode();
    }

    /** The type of a file, or {@code byDefault}. */
    String of(String name, String byDefault) {
        String lower = name.substring(name.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
        for (int dot = lower.indexOf('.'); dot >= 0; dot = lower.indexOf('.', dot + 1)) {
            String type = byExtension.get(lower.substring(dot));
            if (type != null) {
                return type;
            }
        }
        return byDefault;
    }
}
