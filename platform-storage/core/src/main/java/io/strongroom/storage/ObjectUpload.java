package io.strongroom.storage;

import java.io.OutputStream;

/**
 * An object being written piece by piece; invisible until {@link #commit}.
 *
 * <p>Belongs to one thread. The caller closes it in every case: without a commit that throws the
 * bytes away, and so does the end of the process. Half an object never becomes visible.
 */
public interface ObjectUpload extends AutoCloseable {

  /**
   * Where the bytes go, the same stream each time. Closing the stream ends the writing but commits
   * nothing. A write that fails makes {@link #commit} impossible.
   */
  OutputStream stream();

  /**
   * Makes the object durable and visible if the key is free. May be called once.
   *
   * @return {@link WriteResult.Lost} when the key was taken meanwhile; its object is unchanged
   * @throws StorageException when it surely did not become visible; close and start a new upload
   * @throws IllegalStateException when called a second time, or after a failed write
   */
  WriteResult commit();

  /** Throws the bytes away unless {@link #commit} won; calling it again does nothing. */
  @Override
  void close();
}
