package io.strongroom.crypto.subject;

import io.strongroom.base.JsonException;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.crypto.CryptoErrorCode;
import io.strongroom.crypto.SignatureInvalidException;
import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.crypto.signing.SignedJson;
import io.strongroom.crypto.signing.Signer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Set;

/**
 * What an erasure did, signed as {@link SignedJson} of type {@value #PAYLOAD_TYPE} for {@link
 * KeyPurpose#RECEIPT}.
 *
 * @param subject the person
 * @param actor who asked for it
 * @param reason why
 * @param erasedAt when the tombstone was set
 * @param newestKeyVersion the person's newest key then; it and all before it were destroyed; 0 when
 *     there was none
 * @param tombstoneDigest SHA-256 of the stored tombstone, 64 lower-case hexadecimal digits
 */
public record ErasureReceipt(
    SubjectPseudonym subject,
    String actor,
    String reason,
    Instant erasedAt,
    int newestKeyVersion,
    String tombstoneDigest) {
  /** The payload type that receipts are signed as. */
  public static final String PAYLOAD_TYPE = "application/vnd.strongroom.erasure-receipt.v1+json";

  private static final Set<String> MEMBERS =
      Set.of("actor", "erasedAt", "newestKeyVersion", "reason", "subject", "tombstone");

  /**
   * Believes a receipt when a key of the keyring signed it.
   *
   * @param stored what {@link SubjectErasure#erase} returned
   * @param keyring the keys to believe
   * @return what it says
   * @throws SignatureInvalidException {@link CryptoErrorCode#SIGNATURE_INVALID} when it is
   *     malformed, was altered, or is not signed by a key for receipts
   */
  public static ErasureReceipt verify(byte[] stored, Keyring keyring) {
    return read(SignedJson.verify(stored, PAYLOAD_TYPE, keyring, KeyPurpose.RECEIPT));
  }

  private static ErasureReceipt read(JsonObject body) {
    try {
      if (!body.members().keySet().equals(MEMBERS)) {
        throw new IllegalArgumentException("another format");
      }
      return new ErasureReceipt(
          new SubjectPseudonym(body.string("subject")),
          body.string("actor"),
          body.string("reason"),
          Instant.parse(body.string("erasedAt")),
          Math.toIntExact(body.integer("newestKeyVersion")),
          body.string("tombstone"));
    } catch (JsonException
        | IllegalArgumentException
        | ArithmeticException
        | DateTimeException malformed) {
      throw new SignatureInvalidException(
          CryptoErrorCode.SIGNATURE_INVALID, "the signed document is no receipt", malformed);
    }
  }

  /** Of one tombstone there is one receipt a signing key. */
  static byte[] sign(SubjectPseudonym subject, StatusRecord tombstone, Signer signer) {
    JsonObject body =
        JsonObject.builder()
            .put("subject", subject.value())
            .put("actor", tombstone.decision().actor())
            .put("reason", tombstone.decision().reason())
            .put("erasedAt", tombstone.decision().at().toString())
            .put("newestKeyVersion", tombstone.newestKeyVersion())
            .put("tombstone", sha256(tombstone.stored()))
            .build();
    return SignedJson.sign(PAYLOAD_TYPE, body, signer);
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }
}
