package dev.lurcher.broker.upload;

/** Who hears of an {@link UploadFile}: the connection that uploads. All calls on its event loop, none after {@code discard}. */
public interface UploadOwner {
    /**
     * The file is there.
     *
     * @param path as workers are told it, octets as chars 0..255
     */
    void onOpened(String path);

    /** There is room for more after {@link UploadFile#write} said that there was none. */
    void onRoom();

    /** All content is in the file, which is the worker's from now on. */
    void onKept();

    /** The content cannot be kept; the file is deleted. Nothing further is said. */
    void onFailed(UploadFault why);
}
