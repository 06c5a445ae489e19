package io.strongroom.benchmarks.audit;

import io.strongroom.audit.AuditReceipt;
import io.strongroom.audit.AuditReport;
import io.strongroom.audit.AuditVerifier;
import io.strongroom.audit.LocalAuditLog;
import io.strongroom.crypto.signing.Ed25519Signer;
import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.crypto.signing.RootKey;
import io.strongroom.crypto.signing.Signer;
import io.strongroom.crypto.signing.VerificationKey;
import io.strongroom.storage.LocalObjectStore;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;

/** The local log: 512 appends in flight, then the checkpoint that covers them all. */
final class StrongroomAppend implements AppendContender {
  private static final int IN_FLIGHT = 512;
  private static final String ORIGIN = "audit.example.com/benchmark";

  private final Path folder;
  private final Keyring keyring;
  private final LocalAuditLog log;
  private int next;

  StrongroomAppend(Path folder) {
    this.folder = folder;
    Signer signer = Ed25519Signer.fromSeed(KeyPurpose.CHECKPOINT, seed(1));
    RootKey root = RootKey.fromSeed(seed(2));
    this.keyring =
        Keyring.parse(
            Keyring.create(root, 1, List.of(VerificationKey.of(signer, "log"))), root.digest());
    this.log = LocalAuditLog.open(folder, ORIGIN, signer, keyring);
  }

  static byte[] seed(int value) {
    byte[] seed = new byte[32];
    Arrays.fill(seed, (byte) value);
    return seed;
  }

  @Override
  public void append(int count) {
    Semaphore room = new Semaphore(IN_FLIGHT);
    CompletableFuture<AuditReceipt> newest = null;
    for (int i = 0; i < count; i++) {
      room.acquireUninterruptibly();
      newest =
          log.appendAsync(Events.event(next++)).whenComplete((receipt, failed) -> room.release());
    }
    if (newest != null) {
      newest.join(); // A log whose journal failed once fails from then on.
    }
    log.checkpoint();
  }

  @Override
  public void check(long appended) {
    AuditReport report =
        AuditVerifier.verify(new LocalObjectStore(folder.resolve("log")), "", ORIGIN, keyring);
    if (!report.findings().isEmpty() || report.entries() != appended) {
      throw new IllegalStateException("the log does not verify: " + report.findings());
    }
  }

  @Override
  public void close() {
    log.close();
  }
}
