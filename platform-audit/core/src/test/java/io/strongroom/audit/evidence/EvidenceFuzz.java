package io.strongroom.audit.evidence;

import io.strongroom.audit.AuditErrorCode;
import io.strongroom.audit.AuditException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/**
 * Any bytes as a file of evidence, as they are and with the digest that they then need: refused
 * with a typed error; only what was exported is believed.
 */
public final class EvidenceFuzz {
  private static final String END = "{\"sha256\":\"";

  private EvidenceFuzz() {}

  /**
   * Called by the fuzzer.
   *
   * @param input any bytes
   */
  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    verify(input);
    String text = new String(input, StandardCharsets.ISO_8859_1);
    int end = text.lastIndexOf(END);
    byte[] before = end < 0 ? input : Arrays.copyOf(input, end);
    verify(withDigest(before));
  }

  private static byte[] withDigest(byte[] lines) {
    byte[] last =
        (END
                + HexFormat.of().formatHex(EvidenceWriter.sha256().digest(lines))
                + "\",\"type\":\"end\"}\n")
            .getBytes(StandardCharsets.UTF_8);
    byte[] all = Arrays.copyOf(lines, lines.length + last.length);
    System.arraycopy(last, 0, all, lines.length, last.length);
    return all;
  }

  private static byte[] golden() throws IOException {
    try (InputStream in = EvidenceFuzz.class.getResourceAsStream("/golden/evidence-v1")) {
      return Objects.requireNonNull(in, "golden").readAllBytes();
    }
  }

  private static void verify(byte[] file) throws IOException {
    try {
      new EvidenceVerification(new ByteArrayInputStream(file), AuditedLake.KEYRING).verify();
    } catch (AuditException refused) {
      if (refused.code() != AuditErrorCode.EVIDENCE_DAMAGED
          && refused.code() != AuditErrorCode.EVIDENCE_REFUSED) {
        throw new AssertionError("refused for another reason", refused);
      }
      return;
    }
    if (!sameButForOrder(file)) {
      throw new AssertionError("evidence is believed that was not exported");
    }
  }

  /** Generations are found by their digests, so that their order says nothing. */
  private static boolean sameButForOrder(byte[] file) throws IOException {
    return Arrays.equals(sorted(file), sorted(golden()));
  }

  private static Object[] sorted(byte[] file) {
    String text = new String(file, StandardCharsets.ISO_8859_1);
    return text.lines().filter(line -> !line.startsWith(END)).sorted().toArray();
  }

  /** Evidence of the first release, its beginning, and its first line with a right digest. */
  public static List<byte[]> seeds() throws IOException {
    byte[] golden = golden();
    int first = new String(golden, StandardCharsets.ISO_8859_1).indexOf('\n') + 1;
    return List.of(
        golden, Arrays.copyOf(golden, golden.length / 2), withDigest(Arrays.copyOf(golden, first)));
  }
}
