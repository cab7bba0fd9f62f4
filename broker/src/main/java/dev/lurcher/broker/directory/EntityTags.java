package dev.lurcher.broker.directory;

/**
 * Comparison of entity tags (RFC 9110, 8.8.3.2).
 * <pre>  list = "*" / #( [ "W/" ] DQUOTE *etagc DQUOTE )  </pre>
 * What does not keep to that ends the list: what stands before it counts. Stateless.
 */
final class EntityTags {
    private EntityTags() {}

    /**
     * Whether a list names a tag. A weak tag, here or there, is never strongly equal to any.
     *
     * @param tag strong, with its quotes
     * @param weakly whether weak tags of the list count as well
     */
    static boolean contains(String list, String tag, boolean weakly) {
        int at = 0;
        while (true) {
            while (at < list.length() && " \t,".indexOf(list.charAt(at)) >= 0) {
                at++;
            }
            boolean weak = list.startsWith("W/", at);
            int open = weak ? at + 2 : at;
            int close = open < list.length() && list.charAt(open) == '"' ? list.indexOf('"', open + 1) : -1;
            if (close < 0) {
                return false;
            }
            if ((weakly || !weak) && close + 1 - open == tag.length() && list.startsWith(tag, open)) {
                return true;
            }
            at = close + 1;
        }
    }

    /** Whether a list means any file that there is. */
    static boolean isAny(String list) {
        return list.equals("*");
    }
}
