package io.strongroom.crypto;

import java.nio.file.Path;
import java.util.Objects;

/**
 * Bytes of known length that can be read anywhere: a file, an object of a store, an array, the
 * plaintext of a message.
 *
 * <p>Whether it is safe for use by several threads, its maker says; those of this library are.
 */
public interface RangedSource extends AutoCloseable {

  /**
   * The number of bytes.
   *
   * @return does not change
   */
  long length();

  /**
   * Copies bytes from {@code offset} on into {@code into[at ..]}: {@code length} of them, or as
   * many as there are before the end.
   *
   * @param offset not negative
   * @param into takes the bytes
   * @param at where the first byte goes
   * @param length the most bytes to copy
   * @return how many bytes were copied; 0 at or beyond the end
   * @throws io.strongroom.base.PlatformException when what is beneath does not answer, is gone or
   *     shorter than it was
   */
  int read(long offset, byte[] into, int at, int length);

  /** Lets go of what is beneath. Does nothing where nothing is held; may be called again. */
  @Override
  default void close() {}

  /**
   * Reads an array.
   *
   * @param bytes not copied: must not change
   * @return a source that holds nothing that needs closing
   */
  static RangedSource of(byte[] bytes) {
    Objects.requireNonNull(bytes, "bytes");
    return new RangedSource() {
      @Override
      public long length() {
        return bytes.length;
      }

      @Override
      public int read(long offset, byte[] into, int at, int length) {
        int part = RangedFile.part(offset, into, at, length, bytes.length);
        System.arraycopy(bytes, (int) Math.min(offset, bytes.length), into, at, part);
        return part;
      }
    };
  }

  /**
   * Opens a file that is not changed while it is read. An interrupt of one reader does not disturb
   * the others.
   *
   * @param file the file
   * @return a source that the caller closes
   * @throws CryptoException FILE_UNUSABLE when the file cannot be opened
   */
  static RangedSource of(Path file) {
    return new RangedFile(file);
  }
}
