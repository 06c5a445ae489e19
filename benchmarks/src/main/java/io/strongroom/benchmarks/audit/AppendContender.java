package io.strongroom.benchmarks.audit;

import java.io.IOException;

/** Appends to a log. The caller closes it. */
interface AppendContender extends AutoCloseable {

  /**
   * Appends so many entries; when it returns all of them are on disk, covered by a signature where
   * the contender signs, and where every reader expects them.
   */
  void append(int count) throws IOException;

  /**
   * Reads everything back.
   *
   * @throws IllegalStateException when it is not exactly what was appended
   */
  void check(long appended) throws IOException;

  @Override
  void close() throws IOException;
}
