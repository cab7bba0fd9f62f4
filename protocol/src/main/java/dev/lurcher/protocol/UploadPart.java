package dev.lurcher.protocol;

/**
 * A part of a request's content after the first, where an upload is streamed: what {@link RequestWriter#part} writes and
 * {@link RequestMessage#part} reads. Immutable.
 *
 * @param path the path of the request, which is a word of the message
 * @param offset how many bytes of the content came before this part; at least 0
 * @param last whether this is the last part
 */
public record UploadPart(String path, long offset, boolean last) {}
