package io.strongroom.benchmarks.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file that is zeros from end to end, so that a write changes nothing else of it. */
final class PreallocatedFile implements AutoCloseable {
  private static final int PIECE = 1 << 20;

  private final FileChannel file;
  private final long length;
  private long at;

  PreallocatedFile(Path path, long length) throws IOException {
    this.length = length;
    this.file =
        FileChannel.open(
            path, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
    for (long done = 0; done < length; done += PIECE) {
      file.write(ByteBuffer.allocate(PIECE));
    }
    file.force(true);
  }

  /** Writes and forces to disk; begins again at the start when the file is full. */
  void append(ByteBuffer bytes) throws IOException {
    if (at + bytes.remaining() > length) {
      at = 0;
    }
    while (bytes.hasRemaining()) {
      at += file.write(bytes, at);
    }
    file.force(false);
  }

  ByteBuffer read(long from, int count) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count);
    while (bytes.hasRemaining()) {
      if (file.read(bytes, from + bytes.position()) < 0) {
        throw new IOException("the file ends early");
      }
    }
    return bytes.flip();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
