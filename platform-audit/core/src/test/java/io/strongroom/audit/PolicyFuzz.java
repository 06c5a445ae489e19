package io.strongroom.audit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Any bytes as a policy: refused with a typed error, or read; what is read and written is the same
 * policy, in one form.
 */
public final class PolicyFuzz {
  private PolicyFuzz() {}

  /**
   * Called by the fuzzer.
   *
   * @param input any bytes
   */
  public static void fuzzerTestOneInput(byte[] input) {
    CheckpointPolicy policy;
    try {
      policy = CheckpointPolicy.parse(input);
    } catch (AuditException refused) {
      if (refused.code() != AuditErrorCode.POLICY_REFUSED) {
        throw new AssertionError("refused for another reason", refused);
      }
      return;
    }
    CheckpointPolicy again = CheckpointPolicy.parse(policy.encode());
    if (!again.equals(policy) || !Arrays.equals(again.encode(), policy.encode())) {
      throw new AssertionError("a policy is another one when it is written");
    }
  }

  /** The policy of the first release, and shorter ones. */
  public static List<byte[]> seeds() throws IOException {
    byte[] golden = Files.readAllBytes(Path.of("src/test/resources/golden/all-lines/policy"));
    String text = new String(golden, StandardCharsets.UTF_8);
    String log = text.substring(0, text.indexOf('\n') + 1);
    String witness =
        text.lines().filter(line -> line.startsWith("witness w1")).findFirst().orElseThrow();
    return List.of(
        golden,
        (log + "# a comment\n\nquorum none\n").getBytes(StandardCharsets.UTF_8),
        (log + witness + " https://witness.example.com/\n\tgroup g 1 w1\nquorum g\n")
            .getBytes(StandardCharsets.UTF_8));
  }
}
