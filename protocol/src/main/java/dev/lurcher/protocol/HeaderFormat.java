package dev.lurcher.protocol;

/** How the header dictionary of a request message is written: column {@code protocol} of table {@code handler}. */
public enum HeaderFormat {
    /** A netstring that holds a JSON object: {@code LEN:{"PATH":"/",...},}. */
    JSON,
    /** A tagged netstring dictionary: {@code LEN:...}}. */
    TNETSTRING;

    /**
     * The format that a configuration asks for.
     *
     * @param column the column's text; exactly {@code tnetstring} means {@link #TNETSTRING}, all else {@link #JSON}
     */
    public static HeaderFormat of(String column) {
        return column.equals("tnetstring") ? TNETSTRING : JSON;
    }
}
