package io.strongroom.audit;

import io.strongroom.storage.LocalObjectStore;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.aws.s3.S3Encryption;
import io.strongroom.storage.aws.s3.S3ObjectStore;
import io.strongroom.storage.aws.s3.testing.S3WireDouble;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import software.amazon.awssdk.services.s3.S3Client;

/** Appends until it is killed and prints every receipt: {@code number index leafHash}. */
final class AppendingProcess {
  static final String BUCKET = "audit-bucket";

  /** Kinds of logs. */
  enum Kind {
    IN_A_STORE {
      @Override
      AuditLog open(String folder) {
        return in(new LocalObjectStore(Path.of(folder)));
      }
    },
    /** A log of its own for each thread. */
    TWO_IN_A_STORE {
      @Override
      AuditLog open(String folder) {
        return IN_A_STORE.open(folder);
      }
    },
    ON_S3 {
      @Override
      AuditLog open(String endpoint) {
        return in(s3(S3WireDouble.client(URI.create(endpoint)).build()));
      }
    },
    LOCAL {
      @Override
      AuditLog open(String folder) {
        return LocalAuditLog.open(
            Path.of(folder), LogFixture.ORIGIN, LogFixture.SIGNER, LogFixture.KEYRING);
      }
    };

    /** A log in a folder, or behind an endpoint. */
    abstract AuditLog open(String place);

    private static AuditLog in(ObjectStore store) {
      // With a short interval, so that kills fall into publication too.
      return ObjectStoreAuditLog.builder(
              store, LogFixture.PREFIX, LogFixture.ORIGIN, LogFixture.SIGNERS, LogFixture.KEYRING)
          .checkpointInterval(Duration.ofMillis(2))
          .build();
    }
  }

  private AppendingProcess() {}

  /** The bucket of a wire double. */
  static ObjectStore s3(S3Client client) {
    return S3ObjectStore.builder(client, BUCKET, "111122223333", S3Encryption.bucketDefault())
        .build();
  }

  /**
   * Arguments: kind of log, its folder or endpoint, first number of an event, number of threads.
   */
  public static void main(String[] arguments) throws InterruptedException {
    String[] args = Arrays.copyOfRange(arguments, 1, arguments.length);
    Kind kind = Kind.valueOf(arguments[0]);
    AuditLog shared = kind.open(args[0]);
    int first = Integer.parseInt(args[1]);
    int threads = Integer.parseInt(args[2]);
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    Thread[] running = new Thread[threads];
    for (int t = 0; t < threads; t++) {
      int start = first + 1_000_000 * t;
      AuditLog log = kind == Kind.TWO_IN_A_STORE ? kind.open(args[0]) : shared;
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
