package io.strongroom.crypto.signing;

import io.strongroom.base.JsonException;
import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.crypto.CryptoErrorCode;
import io.strongroom.crypto.SignatureInvalidException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * JSON documents that carry their signatures.
 *
 * <p>A signed document is the canonical form (RFC 8785) of an object with the member {@code
 * "signatures":[{"keyid":"...","sig":"..."}]}, {@code sig} in base64. Signed is the {@linkplain
 * Dsse#pae pre-authentication encoding} of the payload type and the canonical form of the object
 * without that member. Several signatures stand in the order of their key ids, one a key. The
 * stored bytes have exactly one accepted form, so a document with any byte changed, added or taken
 * away is refused; only one of several signatures can be taken away whole. How a signature is
 * checked is up to the key that the reader believes, never to the document.
 *
 * <p>The payload type is not stored: writer and reader state it, and a document signed as one type
 * is never accepted as another.
 */
public final class SignedJson {
  private static final String SIGNATURES = "signatures";
  private static final Set<String> SIGNATURE_MEMBERS = Set.of("keyid", "sig");

  /** The most signatures that a document may carry. */
  private static final int MAX_SIGNATURES = 16;

  private SignedJson() {}

  /**
   * Signs an object.
   *
   * @param payloadType media type of the document
   * @param body the object; without a member {@code signatures}
   * @param signer the key to sign with
   * @return the bytes to store
   * @throws IllegalArgumentException when the body has a member {@code signatures}
   */
  public static byte[] sign(String payloadType, JsonObject body, Signer signer) {
    return sign(payloadType, body, signer.keyId(), signer::sign);
  }

  /**
   * Checks a stored document and returns what was signed.
   *
   * @param stored the stored bytes
   * @param payloadType media type that the document must have been signed as
   * @param keyring the keys to believe
   * @param purpose purpose that the signing keys must have
   * @return the object without its signatures
   * @throws SignatureInvalidException {@link CryptoErrorCode#SIGNATURE_INVALID} when the bytes are
   *     not the canonical form of a signed object, or when any of its 1 to 16 signatures is not by
   *     a key of the keyring and the purpose that is not revoked
   */
  public static JsonObject verify(
      byte[] stored, String payloadType, Keyring keyring, KeyPurpose purpose) {
    return verify(
        stored,
        payloadType,
        keyId -> keyring.find(keyId, purpose).map(VerificationKey::verifier),
        "in the keyring for purpose " + purpose.id());
  }

  /**
   * Checks a stored document whose place in the audit log is known, and returns what was signed.
   *
   * @param stored the stored bytes
   * @param payloadType media type that the document must have been signed as
   * @param keyring the keys to believe
   * @param purpose purpose that the signing keys must have
   * @param index index of the audit log at which the keys must count, from 0
   * @return the object without its signatures
   * @throws SignatureInvalidException {@link CryptoErrorCode#SIGNATURE_INVALID} as the other
   *     method, and when a key does not count at the index
   */
  public static JsonObject verify(
      byte[] stored, String payloadType, Keyring keyring, KeyPurpose purpose, long index) {
    return verify(
        stored,
        payloadType,
        keyId ->
            keyring
                .find(keyId, purpose)
                .filter(key -> key.countsAt(index))
                .map(VerificationKey::verifier),
        "in the keyring for purpose " + purpose.id() + " at index " + index);
  }

  static byte[] sign(
      String payloadType, JsonObject body, String keyId, Function<byte[], byte[]> signer) {
    if (body.has(SIGNATURES)) {
      throw new IllegalArgumentException("the body already has a member " + SIGNATURES);
    }
    byte[] signature = signer.apply(Dsse.pae(payloadType, body.canonicalBytes()));
    JsonObject.Builder signed = JsonObject.builder();
    body.members().forEach(signed::put);
    signed.putObjects(
        SIGNATURES,
        List.of(
            JsonObject.builder()
                .put("keyid", keyId)
                .put("sig", CanonicalBase64.encode(signature))
                .build()));
    return signed.build().canonicalBytes();
  }

  static JsonObject verify(
      byte[] stored,
      String payloadType,
      Function<String, Optional<Verifier>> verifiers,
      String where) {
    JsonObject document;
    List<JsonObject> signatures;
    try {
      document = JsonValue.parseCanonicalObject(stored);
      signatures = document.objects(SIGNATURES);
    } catch (JsonException e) {
      throw invalid(payloadType, "is not a signed object in canonical form", e);
    }
    if (signatures.isEmpty() || signatures.size() > MAX_SIGNATURES) {
      throw invalid(payloadType, "must have 1 to " + MAX_SIGNATURES + " signatures", null);
    }
    JsonObject body = document.without(SIGNATURES);
    byte[] message = Dsse.pae(payloadType, body.canonicalBytes());
    String before = "";
    for (JsonObject signature : signatures) {
      String keyId;
      byte[] bytes;
      try {
        keyId = signature.string("keyid");
        bytes = CanonicalBase64.decode(signature.string("sig"));
      } catch (JsonException | IllegalArgumentException e) {
        throw invalid(payloadType, "has a malformed signature", e);
      }
      if (!signature.members().keySet().equals(SIGNATURE_MEMBERS)) {
        throw invalid(payloadType, "has a signature with other members than keyid and sig", null);
      }
      if (before.compareTo(keyId) >= 0) {
        throw invalid(payloadType, "has signatures that are not in the order of their keys", null);
      }
      before = keyId;
      Optional<Verifier> verifier = verifiers.apply(keyId);
      if (verifier.isEmpty()) {
        throw invalid(payloadType, "is signed by a key that is not " + where, null);
      }
      if (!verifier.get().verify(message, bytes)) {
        throw invalid(payloadType, "does not match its signature by key " + keyId, null);
      }
    }
    return body;
  }

  private static SignatureInvalidException invalid(
      String payloadType, String problem, @Nullable Throwable cause) {
    return new SignatureInvalidException(
        CryptoErrorCode.SIGNATURE_INVALID,
        "document of type " + payloadType + " " + problem,
        cause);
  }
}
