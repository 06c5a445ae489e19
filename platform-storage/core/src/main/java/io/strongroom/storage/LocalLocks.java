package io.strongroom.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.FileLockInterruptionException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/**
 * Excludes threads and processes from each other while they change one key.
 *
 * <p>A key belongs to one of {@value #STRIPES} lock files. An operating system's lock excludes only
 * other processes, and closing any channel of the file gives it up: so within a process a monitor
 * is held from before the channel is opened until after it is closed. The monitor is an interned
 * string, made of the folder's identity, because that is the same object for every class loader and
 * every path by which the process reaches the folder.
 */
final class LocalLocks {
  private static final int STRIPES = 64;
  private static final int PAUSE_MILLIS = 1;

  private final Path folder;
  private final String identity;

  LocalLocks(Path folder) throws IOException {
    this.folder = folder;
    this.identity = LocalFiles.identityOf(folder);
  }

  /** What is done under the lock. */
  interface Action<T> {
    T run() throws IOException;
  }

  <T> T holding(String key, Action<T> action) throws IOException {
    String stripe = Integer.toString(Math.floorMod(key.hashCode(), STRIPES));
    synchronized (("io.strongroom.storage.lock:" + identity + ":" + stripe).intern()) {
      FileChannel channel =
          FileChannel.open(
              folder.resolve(stripe),
              Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
              LocalFiles.OWNER_FILE);
      try {
        FileLock lock = acquire(channel);
        if (!lock.isValid()) {
          throw new IOException("the lock " + stripe + " was lost");
        }
        return action.run();
      } finally {
        closeQuietly(channel);
      }
    }
  }

  /**
   * Asks again and again, because waiting is refused: an operating system sees a deadlock between
   * processes where threads of two of them each hold one key and other threads of both wait for the
   * other's.
   */
  private static FileLock acquire(FileChannel channel) throws IOException {
    while (true) {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return lock;
      }
      try {
        Thread.sleep(PAUSE_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new FileLockInterruptionException();
      }
    }
  }

  /** A failing close still gives the lock up, and must not hide what the action did. */
  private static void closeQuietly(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // Nothing was written through this channel.
      return;
    }
  }
}
