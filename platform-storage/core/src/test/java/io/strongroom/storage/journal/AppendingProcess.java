package io.strongroom.storage.journal;

import io.strongroom.storage.LocalObjectStore;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;

/**
 * Appends from several threads until it is killed, and prints number and token of each record that
 * was acknowledged. One thread releases what another process would have consumed.
 */
final class AppendingProcess {
  private static final int THREADS = 4;

  private AppendingProcess() {}

  static Journal open(String kind, Path folder) {
    return kind.equals("local")
        ? LocalJournal.open(folder, 64 * 1024)
        : StoredJournal.open(new LocalObjectStore(folder), "journal");
  }

  /** A record that can be told from every other and from itself when damaged. */
  static byte[] record(long token) {
    byte[] record = new byte[16 + (int) Math.floorMod(token, 700L)];
    new Random(token).nextBytes(record);
    ByteBuffer.wrap(record).putLong(token);
    CRC32C crc = new CRC32C();
    crc.update(record, 16, record.length - 16);
    return ByteBuffer.wrap(record).putLong(8, crc.getValue()).array();
  }

  public static void main(String[] arguments) throws Exception {
    long first = Long.parseLong(arguments[2]);
    Journal journal = open(arguments[0], Path.of(arguments[1]));
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      long mine = first + i;
      Thread thread =
          new Thread(
              () -> {
                for (long token = mine; ; token += THREADS) {
                  long number =
                      token % 3 == 0
                          ? journal.submit(record(token)).join()
                          : journal.append(record(token));
                  System.out.println(number + " " + token);
                  if (token % 50 == 0) {
                    journal.release(Math.max(0, number - 100));
                  }
                }
              });
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) {
      thread.join();
    }
  }
}
