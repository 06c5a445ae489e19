package io.strongroom.storage.journal;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/** The file that is written to: what was written is on disk when the call returns. */
interface SegmentFile extends AutoCloseable {

  /** Opens existing files. */
  interface Opening {
    SegmentFile open(Path file) throws IOException;
  }

  void write(long at, byte[] bytes) throws IOException;

  @Override
  void close() throws IOException;

  /**
   * Opens a file so that each write is one call of the operating system that returns when the data
   * is on disk (O_DSYNC), as write and fdatasync would. An interrupt cannot close it, as it would
   * close a channel.
   */
  static SegmentFile synchronous(Path file) throws IOException {
    RandomAccessFile opened = new RandomAccessFile(file.toFile(), "rwd");
    return new SegmentFile() {
      @Override
      public void write(long at, byte[] bytes) throws IOException {
        opened.seek(at);
        opened.write(bytes);
      }

      @Override
      public void close() throws IOException {
        opened.close();
      }
    };
  }
}
