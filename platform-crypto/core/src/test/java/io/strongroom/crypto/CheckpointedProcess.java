package io.strongroom.crypto;

import java.io.ByteArrayOutputStream;
import java.time.Duration;

/** Holds a cached data key and an open message, and is then checkpointed through org.crac. */
final class CheckpointedProcess {
  private CheckpointedProcess() {}

  public static void main(String[] arguments) throws Exception {
    SnapshotGuard guard = SnapshotGuard.process();
    CachingKeyService cache =
        CachingKeyService.builder(
                Samples.keys(), DataKeyLimits.of(Duration.ofHours(1), 1000, 1 << 20))
            .build();
    EnvelopeEncryptor encryptor = EnvelopeEncryptor.builder(cache).frameLength(512).build();
    try (EnvelopeOutputStream out =
        encryptor.encrypting(new ByteArrayOutputStream(), Samples.KEY, Samples.CONTEXT)) {
      out.write(new byte[1 << 18]);
      System.out.println("before " + guard.epoch() + " " + cache.statistics().entries());
      System.gc(); // The guard's registration must not be lost to it.
      if (arguments.length > 0) {
        org.crac.Core.checkpointRestore();
      }
      System.out.println("after " + guard.epoch() + " " + cache.statistics().entries());
      out.write(new byte[3]);
      out.finish();
      System.out.println("written");
    } catch (CryptoException refused) {
      System.out.println(refused.code().id());
    }
  }
}
