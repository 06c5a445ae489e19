package io.strongroom.audit;

import io.strongroom.base.JsonException;
import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a {@link PersonalPart.Committed} hides, and the salt without which nobody can tell. Keep it
 * where it can be deleted, never in the log; deleting every copy erases the fact. Immutable.
 *
 * @param salt 32 random bytes, new for every fact; copied in and out
 * @param value the fact, 1 to 65,535 characters of well-formed Unicode
 */
// Copied in and out, compared by content.
@SuppressWarnings("ArrayRecordComponent")
public record Opening(byte[] salt, String value) {
  private static final int SALT_BYTES = 32;
  private static final int MAX_VALUE = 65_535;
  private static final byte[] LABEL =
      "strongroom audit commitment v1\0".getBytes(StandardCharsets.US_ASCII);
  private static final Set<String> MEMBERS = Set.of("salt", "value");
  private static final Pattern SALT = Pattern.compile("[0-9a-f]{64}");

  /**
   * Copies the salt.
   *
   * @throws AuditException EVENT_INVALID when salt or value breaks its rule
   */
  public Opening {
    salt = salt.clone();
    if (salt.length != SALT_BYTES
        || value.isEmpty()
        || value.length() > MAX_VALUE
        || !StandardCharsets.UTF_8.newEncoder().canEncode(value)) {
      throw new AuditException(
          AuditErrorCode.EVENT_INVALID,
          "an opening must have a salt of 32 bytes and a value of 1 to 65,535 characters");
    }
  }

  /**
   * The opening of a new commitment.
   *
   * @param value the fact
   * @param random makes the salt
   */
  public static Opening of(String value, SecureRandom random) {
    byte[] salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    return new Opening(salt, value);
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws AuditException EVENT_INVALID when it is something else
   */
  public static Opening decode(byte[] json) {
    try {
      JsonObject object = JsonValue.parseCanonicalObject(json);
      String salt = object.members().keySet().equals(MEMBERS) ? object.string("salt") : "";
      if (SALT.matcher(salt).matches()) {
        return new Opening(HexFormat.of().parseHex(salt), object.string("value"));
      }
    } catch (JsonException | IllegalArgumentException malformed) {
      // Said below, without what the document holds.
    }
    throw new AuditException(AuditErrorCode.EVENT_INVALID, "the bytes are no opening");
  }

  /** The opening as canonical JSON: {@code {"salt":"<64 hexadecimal digits>","value":"..."}}. */
  public byte[] encode() {
    return JsonObject.builder()
        .put("salt", HexFormat.of().formatHex(salt))
        .put("value", value)
        .build()
        .canonicalBytes();
  }

  /** What an entry says in place of the value: SHA-256 of a label, the salt and the value. */
  public PersonalPart.Committed commit() {
    byte[] text = value.getBytes(StandardCharsets.UTF_8);
    byte[] hashed = Arrays.copyOf(LABEL, LABEL.length + SALT_BYTES + text.length);
    System.arraycopy(salt, 0, hashed, LABEL.length, SALT_BYTES);
    System.arraycopy(text, 0, hashed, LABEL.length + SALT_BYTES, text.length);
    return new PersonalPart.Committed(
        HexFormat.of().formatHex(MerkleProofs.sha256(hashed, 0, hashed.length)));
  }

  /** The salt; a copy. */
  @Override
  public byte[] salt() {
    return salt.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Opening that
        && Arrays.equals(salt, that.salt)
        && value.equals(that.value);
  }

  @Override
  public int hashCode() {
    return Objects.hash(Arrays.hashCode(salt), value);
  }

  /** Nothing of what it opens. */
  @Override
  public String toString() {
    return "Opening[redacted]";
  }
}
