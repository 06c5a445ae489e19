package io.strongroom.storage.run;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Names one try at a {@link RunKey}. Unique within a pipeline, claimed before the first byte is
 * written, never used again. Nothing orders by it.
 *
 * @param value {@code [A-Za-z0-9][A-Za-z0-9._-]{0,79}}; a workflow's execution name can be one
 */
public record RunId(String value) {
  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,79}");

  private static final DateTimeFormatter BASIC =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  /** The UUID under which the ids of runs are named; part of the format. */
  private static final UUID NAMESPACE = UUID.fromString("6b0d3b0c-2f5e-5d0b-9a57-2f7f3c1f8e41");

  /**
   * Checks the form.
   *
   * @throws IllegalArgumentException when it is another
   */
  public RunId {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException("a run id has the form " + FORM.pattern());
    }
  }

  /**
   * A new id: the second in UTC and 32 random bits, {@code 20260121T120000Z-1a2b3c4d}.
   *
   * @param clock tells the time
   * @param random where the bits come from
   */
  public static RunId next(InstantSource clock, SecureRandom random) {
    byte[] bits = new byte[4];
    random.nextBytes(bits);
    return new RunId(BASIC.format(clock.instant()) + "-" + HexFormat.of().formatHex(bits));
  }

  /**
   * The id under which lineage tools know this run: the name-based UUID (RFC 9562 version 5, SHA-1)
   * of the value in the namespace {@code 6b0d3b0c-2f5e-5d0b-9a57-2f7f3c1f8e41}.
   */
  public UUID lineageId() {
    MessageDigest sha1;
    try {
      sha1 = MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-1", e);
    }
    byte[] namespace = HexFormat.of().parseHex(NAMESPACE.toString().replace("-", ""));
    sha1.update(namespace);
    byte[] hash = sha1.digest(value.getBytes(StandardCharsets.UTF_8));
    hash[6] = (byte) ((hash[6] & 0x0f) | 0x50);
    hash[8] = (byte) ((hash[8] & 0x3f) | 0x80);
    String hex = HexFormat.of().formatHex(hash, 0, 16);
    return UUID.fromString(
        hex.substring(0, 8)
            + "-"
            + hex.substring(8, 12)
            + "-"
            + hex.substring(12, 16)
            + "-"
            + hex.substring(16, 20)
            + "-"
            + hex.substring(20));
  }

  /** The {@link #value}. */
  @Override
  public String toString() {
    return value;
  }
}
