package io.strongroom.audit;

import java.io.IOException;

/**
 * What the publisher of a local log does to the disk. Names are those of the log's objects. One
 * thread puts and deletes; several may force meanwhile.
 */
interface LogFiles {

  /** Makes an object appear under its name, or replaces it, as a whole. Not on disk yet. */
  void put(String name, byte[] content) throws IOException;

  /** Deletes an object, if it is there. */
  void delete(String name) throws IOException;

  /** Deletes the folder of objects that were deleted, unless there are others in it. */
  void deleteFolder(String name) throws IOException;

  /** Forces an object to disk. */
  void force(String name) throws IOException;

  /** Forces to disk that everything that was put since the last time stands under its name. */
  void forceNames() throws IOException;
}
