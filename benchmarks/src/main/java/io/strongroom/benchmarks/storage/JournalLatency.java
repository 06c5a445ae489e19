package io.strongroom.benchmarks.storage;

import io.strongroom.storage.journal.LocalJournal;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;

/**
 * What a durable append costs: one caller that waits, beside a bare write and fdatasync into a file
 * of the same kind, in turns; and how many appends a second when 512 are in flight.
 *
 * <p>{@code java -cp benchmarks/target/benchmarks.jar
 * io.strongroom.benchmarks.storage.JournalLatency FOLDER}, where the folder is on the disk to
 * measure.
 */
public final class JournalLatency {
  private static final int RECORD = 256;
  private static final int ROUNDS = 30;
  private static final int TURNS = 100;
  private static final int WARM_UP = 5;
  private static final int FILE = 16 * 1024 * 1024;
  private static final int IN_FLIGHT = 512;
  private static final long NANOS = 1_000_000_000L;
  private static final int SECONDS = 5;

  private JournalLatency() {}

  /** Measures in a new folder beneath the one that is given, and removes nothing. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory(Path.of(arguments[0]), "journal");
    PrintStream out = System.out;
    long[] bare = new long[ROUNDS * TURNS];
    long[] append = new long[ROUNDS * TURNS];
    try (FileChannel file = zeros(folder.resolve("bare"));
        LocalJournal journal = LocalJournal.open(folder.resolve("journal"))) {
      ByteBuffer record = ByteBuffer.allocate(RECORD);
      byte[] bytes = new byte[RECORD];
      long at = 0;
      for (int round = -WARM_UP; round < ROUNDS; round++) {
        for (int turn = 0; turn < TURNS; turn++) {
          long start = System.nanoTime();
          file.write(record.clear(), at);
          file.force(false);
          at += RECORD;
          note(bare, round, turn, System.nanoTime() - start);
        }
        for (int turn = 0; turn < TURNS; turn++) {
          long start = System.nanoTime();
          journal.append(bytes);
          note(append, round, turn, System.nanoTime() - start);
        }
      }
      print(out, "write and fdatasync", bare);
      print(out, "append", append);
      flood(journal, bytes, 1);
      long appended = flood(journal, bytes, SECONDS);
      out.printf(
          Locale.ROOT,
          "%d in flight: %,d appends/s of %d bytes%n",
          IN_FLIGHT,
          appended / SECONDS,
          RECORD);
    }
  }

  private static FileChannel zeros(Path path) throws IOException {
    FileChannel file =
        FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    file.write(ByteBuffer.allocate(FILE));
    file.force(true);
    return file;
  }

  private static void note(long[] into, int round, int turn, long nanos) {
    if (round >= 0) {
      into[round * TURNS + turn] = nanos;
    }
  }

  private static void print(PrintStream out, String what, long[] nanos) {
    Arrays.sort(nanos);
    out.printf(
        Locale.ROOT,
        "%-20s p50 %6.1f us  p99 %7.1f us  of %d%n",
        what,
        nanos[nanos.length / 2] / 1e3,
        nanos[nanos.length * 99 / 100] / 1e3,
        nanos.length);
  }

  private static long flood(LocalJournal journal, byte[] record, int seconds)
      throws InterruptedException {
    Semaphore room = new Semaphore(IN_FLIGHT);
    CompletableFuture<Long> newest = CompletableFuture.completedFuture(0L);
    long before = journal.last();
    long end = System.nanoTime() + seconds * NANOS;
    while (System.nanoTime() < end) {
      room.acquire();
      newest = journal.submit(record).whenComplete((number, failed) -> room.release());
    }
    room.acquire(IN_FLIGHT);
    newest.join(); // A journal that failed once fails from then on.
    long appended = journal.last() - before;
    journal.release(journal.last());
    return appended;
  }
}
