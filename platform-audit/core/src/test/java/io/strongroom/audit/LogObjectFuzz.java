package io.strongroom.audit;

import static io.strongroom.audit.LogFixture.ORIGIN;

import io.strongroom.storage.testing.InMemoryObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * Any bytes as a head, a journal object, also under a right digest and its own name, a note of the
 * inbox, a receipt and an opening: refused with a typed error, or read; what is read has one form.
 */
public final class LogObjectFuzz {
  private static final String LEAF = "ab".repeat(32);
  private static final Inbox INBOX =
      new Inbox(new LogObjects(new InMemoryObjectStore(), LogFixture.PREFIX), ORIGIN);

  private LogObjectFuzz() {}

  /**
   * Called by the fuzzer.
   *
   * @param input any bytes
   */
  public static void fuzzerTestOneInput(byte[] input) {
    head(input);
    byte[] digest = MerkleProofs.sha256(input, 0, input.length);
    byte[] journal = Arrays.copyOf(input, input.length + digest.length);
    System.arraycopy(digest, 0, journal, input.length, digest.length);
    for (byte[] bytes : List.of(input, journal)) {
      journal(bytes);
    }
    try {
      if (INBOX.decode(LEAF, input) < 0) {
        throw new AssertionError("an index is negative");
      }
    } catch (IllegalArgumentException refused) {
      // Most inputs are no note.
    }
    try {
      String text = new String(input, StandardCharsets.UTF_8);
      requireSame(SubmissionReceipt.parse(text).toJson(), text, "receipt");
    } catch (AuditException refused) {
      require(refused, AuditErrorCode.RECEIPT_REFUSED);
    }
    try {
      requireSame(
          HexFormat.of().formatHex(Opening.decode(input).encode()),
          HexFormat.of().formatHex(input),
          "opening");
    } catch (AuditException refused) {
      require(refused, AuditErrorCode.EVENT_INVALID);
    }
  }

  private static void head(byte[] input) {
    try {
      byte[] again = Head.decode(input, ORIGIN).encode();
      requireSame(HexFormat.of().formatHex(again), HexFormat.of().formatHex(input), "head");
    } catch (IllegalArgumentException refused) {
      // Most inputs are none.
    }
    boolean local = Arrays.equals(input, LocalHead.encode(ORIGIN));
    if (local && !LocalHead.isOne(input)) {
      throw new AssertionError("the head of a local log is none");
    }
  }

  private static void journal(byte[] bytes) {
    // The name repeats what the header says, where there is one.
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    String root = text.replaceFirst("(?s)^.*?\"root\":\"([0-9a-f]{64})\".*$", "$1");
    String size = text.replaceFirst("(?s)^.*?\"size\":([1-9][0-9]{0,15}).*$", "$1");
    String name = JournalObject.FOLDER + size + "-" + root;
    try {
      byte[] again = JournalObject.decode(name, bytes, ORIGIN).encode();
      requireSame(HexFormat.of().formatHex(again), HexFormat.of().formatHex(bytes), "journal");
    } catch (IllegalArgumentException refused) {
      // Most inputs are none.
    }
  }

  private static void requireSame(String again, String input, String what) {
    if (!again.equals(input)) {
      throw new AssertionError("another form of this is accepted: " + what);
    }
  }

  private static void require(AuditException refused, AuditErrorCode code) {
    if (refused.code() != code) {
      throw new AssertionError("refused for another reason", refused);
    }
  }

  /** Objects of the first release, and those of the inbox. */
  public static List<byte[]> seeds() throws IOException {
    Path golden = Path.of("src/test/resources/golden");
    List<byte[]> seeds = new ArrayList<>();
    seeds.add(Files.readAllBytes(golden.resolve("committed/head")));
    seeds.add(new Head(ORIGIN, 256, 300, LogFixture.seed(1), new Head.Range(290, 300)).encode());
    seeds.add(LocalHead.encode(ORIGIN));
    byte[] journal =
        new JournalObject(
                ORIGIN,
                1,
                LogFixture.seed(2),
                3,
                LogFixture.seed(3),
                List.of(new byte[] {1}, new byte[] {2, 3}))
            .encode();
    seeds.add(journal);
    seeds.add(Arrays.copyOf(journal, journal.length - MerkleProofs.HASH_BYTES));
    seeds.add(
        ("{\"index\":5,\"leaf\":\"" + LEAF + "\",\"origin\":\"" + ORIGIN + "\",\"v\":1}")
            .getBytes(StandardCharsets.UTF_8));
    for (String line : Files.readAllLines(golden.resolve("submission-receipts.jsonl"))) {
      seeds.add(line.getBytes(StandardCharsets.UTF_8));
    }
    seeds.add(new Opening(LogFixture.seed(5), "Erika").encode());
    return seeds;
  }
}
