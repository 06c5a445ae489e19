package io.strongroom.crypto.signing;

import io.strongroom.base.JsonException;
import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.crypto.CryptoErrorCode;
import io.strongroom.crypto.SignatureInvalidException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A key that its holder asks to have listed in the keyring, with the proof that the holder has the
 * private key: the request is signed by the key itself, for its purpose and holder, over a
 * challenge that the keeper of the root key made.
 *
 * <p>Stored as {@link SignedJson} of type {@value #PAYLOAD_TYPE}. Immutable and safe for use by
 * several threads.
 */
public final class KeyEnrolment {
  /** The payload type that requests are signed as. */
  public static final String PAYLOAD_TYPE = "application/vnd.strongroom.key-enrolment.v1+json";

  private static final Set<String> MEMBERS =
      Set.of("algorithm", "challenge", "holder", "publicKey", "purpose");
  private static final Pattern CHALLENGE = Pattern.compile("[A-Za-z0-9_-]{22,128}");

  private final SigningAlgorithm algorithm;
  private final KeyPurpose purpose;
  private final byte[] publicKey;
  private final String holder;

  private KeyEnrolment(
      SigningAlgorithm algorithm, KeyPurpose purpose, byte[] publicKey, String holder) {
    this.algorithm = algorithm;
    this.purpose = purpose;
    this.publicKey = publicKey;
    this.holder = holder;
  }

  /**
   * A challenge for one request, made by the keeper of the root key.
   *
   * @param random where it comes from
   * @return 128 bits in base64url, 22 characters
   */
  public static String newChallenge(SecureRandom random) {
    byte[] bytes = new byte[16];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /**
   * Asks for a key to be listed; done where the private key is.
   *
   * @param signer the key
   * @param holder the person or role that holds the private key, 1 to 256 characters
   * @param challenge what the keeper of the root key handed out for this request
   * @return the request's bytes
   * @throws IllegalArgumentException when the challenge has another form than {@link #newChallenge}
   *     gives, or the holder is empty or too long
   */
  public static byte[] request(Signer signer, String holder, String challenge) {
    if (!CHALLENGE.matcher(challenge).matches()) {
      throw new IllegalArgumentException("the challenge has another form");
    }
    VerificationKey.of(signer, holder);
    JsonObject body =
        JsonObject.builder()
            .put("algorithm", signer.algorithm().id())
            .put("challenge", challenge)
            .put("holder", holder)
            .put("publicKey", CanonicalBase64.encode(signer.publicKey()))
            .put("purpose", signer.purpose().id())
            .build();
    return SignedJson.sign(PAYLOAD_TYPE, body, signer);
  }

  /**
   * Checks a request; done where the root key is. Who sent it must be known by other means.
   *
   * @param request what {@link #request} returned
   * @param purpose what the key is to be for
   * @param holder who is to hold it
   * @param challenge what was handed out for this request; to be accepted once only
   * @return the key, which {@link KeyringChange#enrol} lists
   * @throws SignatureInvalidException {@link CryptoErrorCode#ENROLMENT_REFUSED} when the request is
   *     malformed, is for another purpose, holder or challenge, or is not signed by its own key;
   *     {@link CryptoErrorCode#SIGNING_ALGORITHM_UNKNOWN} when the key is of an algorithm that is
   *     not known here
   */
  public static KeyEnrolment accept(
      byte[] request, KeyPurpose purpose, String holder, String challenge) {
    try {
      JsonObject claimed = JsonValue.parseCanonicalObject(request);
      SigningAlgorithm algorithm =
          SigningAlgorithm.of(claimed.string("algorithm"))
              .orElseThrow(
                  () ->
                      new SignatureInvalidException(
                          CryptoErrorCode.SIGNING_ALGORITHM_UNKNOWN,
                          "the request is refused: its key is of an algorithm that is not known"
                              + " here"));
      byte[] publicKey = CanonicalBase64.decode(claimed.string("publicKey"));
      Verifier verifier = Verifier.of(algorithm, publicKey);
      String keyId = algorithm.keyId(publicKey);
      JsonObject body =
          SignedJson.verify(
              request,
              PAYLOAD_TYPE,
              id -> id.equals(keyId) ? Optional.of(verifier) : Optional.empty(),
              "the one in it");
      if (!body.members().keySet().equals(MEMBERS)) {
        throw refused("it has other members", null);
      }
      if (!body.string("purpose").equals(purpose.id())
          || !body.string("holder").equals(holder)
          || !body.string("challenge").equals(challenge)) {
        throw refused("it is for another purpose, holder or challenge", null);
      }
      return new KeyEnrolment(algorithm, purpose, publicKey, holder);
    } catch (JsonException | IllegalArgumentException e) {
      throw refused("it is malformed", e);
    } catch (SignatureInvalidException e) {
      if (e.code() == CryptoErrorCode.SIGNATURE_INVALID) {
        throw refused("it is not signed by its own key", e);
      }
      throw e;
    }
  }

  private static SignatureInvalidException refused(String problem, @Nullable Throwable cause) {
    return new SignatureInvalidException(
        CryptoErrorCode.ENROLMENT_REFUSED,
        "the request to list a key is refused: " + problem,
        cause);
  }

  /** The id that the key will have in the keyring. */
  public String keyId() {
    return algorithm.keyId(publicKey);
  }

  SigningAlgorithm algorithm() {
    return algorithm;
  }

  KeyPurpose purpose() {
    return purpose;
  }

  byte[] publicKey() {
    return publicKey.clone();
  }

  String holder() {
    return holder;
  }

  @Override
  public String toString() {
    return "KeyEnrolment[" + purpose.id() + " " + keyId() + "]";
  }
}
