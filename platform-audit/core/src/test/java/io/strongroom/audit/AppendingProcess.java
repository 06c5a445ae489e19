package io.strongroom.audit;

import io.strongroom.storage.LocalObjectStore;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;

/** Appends until it is killed and prints every receipt: {@code number index leafHash}. */
final class AppendingProcess {
  /** The two kinds of logs on a local disk. */
  enum Kind {
    IN_A_STORE {
      @Override
      AuditLog open(Path folder) {
        // With a short interval, so that kills fall into publication too.
        return ObjectStoreAuditLog.builder(
                new LocalObjectStore(folder),
                LogFixture.PREFIX,
                LogFixture.ORIGIN,
                LogFixture.SIGNERS,
                LogFixture.KEYRING)
            .checkpointInterval(Duration.ofMillis(2))
            .build();
      }
    },
    /** A log of its own for each thread. */
    TWO_IN_A_STORE {
      @Override
      AuditLog open(Path folder) {
        return IN_A_STORE.open(folder);
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
    Kind kind = Kind.valueOf(arguments[0]);
    AuditLog shared = kind.open(Path.of(args[0]));
    int first = Integer.parseInt(args[1]);
    int threads = Integer.parseInt(args[2]);
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    Thread[] running = new Thread[threads];
    for (int t = 0; t < threads; t++) {
      int start = first + 1_000_000 * t;
      AuditLog log = kind == Kind.TWO_IN_A_STORE ? kind.open(Path.of(args[0])) : shared;
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
