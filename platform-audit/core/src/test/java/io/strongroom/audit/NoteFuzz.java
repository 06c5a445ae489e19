package io.strongroom.audit;

import static io.strongroom.audit.LogFixture.ORIGIN;

import io.strongroom.crypto.signing.EcdsaSigner;
import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.crypto.signing.MlDsaSigner;
import io.strongroom.crypto.signing.Signer;
import io.strongroom.crypto.signing.SigningAlgorithm;
import io.strongroom.crypto.signing.VerificationKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * Any bytes as a checkpoint: refused with a typed error, or read; what is read has one form, and
 * what the keys are said to have signed they signed.
 */
public final class NoteFuzz {
  private static final byte[] ROOT = LogFixture.seed(7);
  private static final Signer P256 =
      EcdsaSigner.fromScalar(
          SigningAlgorithm.ECDSA_P256, KeyPurpose.CHECKPOINT, LogFixture.seed(3));
  private static final Signer PQ = MlDsaSigner.fromSeed(KeyPurpose.COSIGNATURE, LogFixture.seed(4));
  private static final Keyring CLASSICAL =
      LogFixture.keyring(
          VerificationKey.of(LogFixture.SIGNER, "log"), VerificationKey.of(P256, "log"));
  private static final Keyring WITH_PQ =
      LogFixture.keyring(
          VerificationKey.of(LogFixture.SIGNER, "log"), VerificationKey.of(PQ, "log"));

  /** What the same key signed in the first release. */
  private static final String GOLDEN =
      ORIGIN + "\n1\n6Tq+iiamoh11aa8R1sBUHWZa+CS6jxKFu2m1JM2/kVM=\n";

  private NoteFuzz() {}

  /**
   * Called by the fuzzer.
   *
   * @param input any bytes
   */
  public static void fuzzerTestOneInput(byte[] input) {
    try {
      CheckpointNote note = CheckpointNote.parse(input, ORIGIN);
      if (!Arrays.equals(written(note), input)) {
        throw new AssertionError("another form of a note is accepted");
      }
    } catch (AuditException refused) {
      requireIntegrity(refused);
    }
    for (Keyring keyring : List.of(CLASSICAL, WITH_PQ)) {
      try {
        Checkpoint checkpoint = Checkpoint.verify(input, ORIGIN, keyring);
        boolean known = checkpoint.size() == 17 && Arrays.equals(checkpoint.root(), ROOT);
        if (!known && !CheckpointNote.text(checkpoint).equals(GOLDEN)) {
          throw new AssertionError("a checkpoint is believed that nobody signed");
        }
      } catch (AuditException refused) {
        requireIntegrity(refused);
      }
    }
  }

  private static byte[] written(CheckpointNote note) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(
        (CheckpointNote.text(note.checkpoint()) + "\n").getBytes(StandardCharsets.UTF_8));
    for (CheckpointNote.Line line : note.lines()) {
      byte[] blob = Arrays.copyOf(line.id(), line.id().length + line.signature().length);
      System.arraycopy(line.signature(), 0, blob, line.id().length, line.signature().length);
      out.writeBytes(
          ("\u2014 " + line.name() + " " + Base64.getEncoder().encodeToString(blob) + "\n")
              .getBytes(StandardCharsets.UTF_8));
    }
    return out.toByteArray();
  }

  static void requireIntegrity(AuditException refused) {
    if (!refused.category().name().equals("INTEGRITY")) {
      throw new AssertionError("refused for another reason", refused);
    }
  }

  /** Checkpoints with lines of every kind, one of the first release, and one of nobody. */
  public static List<byte[]> seeds() throws IOException {
    return List.of(
        LogFixture.note(ORIGIN, 17, ROOT, LogFixture.SIGNER),
        LogFixture.signed(ORIGIN, ORIGIN, 17, ROOT, 5, P256).note(),
        LogFixture.signed(ORIGIN, ORIGIN, 17, ROOT, 5, LogFixture.SIGNER, PQ).note(),
        LogFixture.note("witness", 17, ROOT, LogFixture.SIGNER),
        Files.readAllBytes(Path.of("src/test/resources/golden/all-lines/witnessed")));
  }
}
