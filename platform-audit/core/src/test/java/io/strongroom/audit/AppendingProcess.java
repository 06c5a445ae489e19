package io.strongroom.audit;

import io.strongroom.storage.LocalObjectStore;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/** Appends until it is killed and prints every receipt: {@code number index leafHash}. */
final class AppendingProcess {
  /** The two kinds of logs on a local disk. */
  enum Kind {
    IN_A_STORE {
      @Override
      AuditLog open(Path folder) {
        return LogFixture.log(new LocalObjectStore(folder));
      }
    },
    LOCAL {
      @Override
      AuditLog open(Path folder) {
        return LocalAuditLog.open(folder, LogFixture.ORIGIN, LogFixture.SIGNER, LogFixture.KEYRING);
      }
    };

    abstract AuditLog open(Path folder);
  }

  private AppendingProcess() {}

  /** Arguments: kind of log, its folder, first number of an event, number of threads. */
  public static void main(String[] arguments) throws InterruptedException {
    String[] args = Arrays.copyOfRange(arguments, 1, arguments.length);
    AuditLog log = Kind.valueOf(arguments[0]).open(Path.of(args[0]));
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
