package io.strongroom.audit;

import io.strongroom.storage.LocalObjectStore;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Appends until it is killed and prints every receipt: {@code number index leafHash}. */
final class AppendingProcess {
  private AppendingProcess() {}

  /** Arguments: folder of the store, first number of an event, number of threads. */
  public static void main(String[] args) throws InterruptedException {
    ObjectStoreAuditLog log = LogFixture.log(new LocalObjectStore(Path.of(args[0])));
    int first = Integer.parseInt(args[1]);
    int threads = Integer.parseInt(args[2]);
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    Thread[] running = new Thread[threads];
    for (int t = 0; t < threads; t++) {
      int start = first + 1_000_000 * t;
      running[t] =
          new Thread(
              () -> {
                for (int number = start; ; number++) {
                  AuditReceipt receipt = log.append(LogFixture.event(number));
                  out.println(number + " " + receipt.index() + " " + receipt.leafHash());
                }
              });
      running[t].start();
    }
    for (Thread thread : running) {
      thread.join();
    }
  }
}
