package io.strongroom.crypto;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/** A file that several threads read anywhere. */
final class RangedFile implements RangedSource {
  private final Path file;
  private final long length;
  private volatile FileChannel channel;
  private volatile boolean closed;

  RangedFile(Path file) {
    this.file = file;
    try {
      this.channel = FileChannel.open(file, StandardOpenOption.READ);
      this.length = channel.size();
    } catch (IOException failure) {
      throw FileMessages.unusable(file, failure);
    }
  }

  @Override
  public long length() {
    return length;
  }

  /** How many bytes a read gives. */
  static int part(long offset, byte[] into, int at, int length, long available) {
    Objects.checkFromIndexSize(at, length, into.length);
    if (offset < 0) {
      throw new IllegalArgumentException("offset " + offset + " is negative");
    }
    return (int) Math.max(0, Math.min(length, available - offset));
  }

  @Override
  public int read(long offset, byte[] into, int at, int length) {
    int wanted = part(offset, into, at, length, this.length);
    ByteBuffer target = ByteBuffer.wrap(into, at, wanted);
    while (target.hasRemaining()) {
      FileChannel used = channel;
      try {
        if (used.read(target, offset + target.position() - at) < 0) {
          throw new IOException("the file is shorter than it was");
        }
      } catch (ClosedByInterruptException interrupted) {
        throw FileMessages.unusable(file, interrupted);
      } catch (ClosedChannelException byAnother) {
        reopen(used, byAnother);
      } catch (IOException failure) {
        throw FileMessages.unusable(file, failure);
      }
    }
    return wanted;
  }

  /** An interrupted reader closes the channel for all of them: that is how channels are. */
  private synchronized void reopen(FileChannel lost, ClosedChannelException failure) {
    if (closed) {
      throw FileMessages.unusable(file, failure);
    }
    if (channel != lost) {
      return;
    }
    try {
      FileChannel again = FileChannel.open(file, StandardOpenOption.READ);
      channel = again;
      if (again.size() != length) {
        throw new IOException("the file was changed");
      }
    } catch (IOException changed) {
      throw FileMessages.unusable(file, changed);
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    try {
      channel.close();
    } catch (IOException failure) {
      throw FileMessages.unusable(file, failure);
    }
  }
}
