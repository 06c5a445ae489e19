package io.strongroom.crypto.awskms;

import io.strongroom.crypto.CryptoErrorCode;
import io.strongroom.crypto.CryptoException;
import io.strongroom.crypto.KeyUnavailableException;
import io.strongroom.crypto.SigningKeyException;
import io.strongroom.crypto.signing.EcdsaSignatures;
import io.strongroom.crypto.signing.KeyEnrolment;
import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.crypto.signing.PublicKeyEncodings;
import io.strongroom.crypto.signing.Signer;
import io.strongroom.crypto.signing.SigningAlgorithm;
import io.strongroom.crypto.signing.Verifier;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.GetPublicKeyResponse;
import software.amazon.awssdk.services.kms.model.KeyUsageType;
import software.amazon.awssdk.services.kms.model.SignResponse;

/**
 * A signer whose private key never leaves AWS KMS. The key spec decides how it signs: {@code
 * ECC_NIST_P256} (the usual choice), {@code ECC_NIST_P384}, {@code ECC_NIST_EDWARDS25519} or {@code
 * ML_DSA_44}.
 *
 * <p>Guarantees: the public key is asked for once, when the signer is opened, and must be the one
 * that the keyring lists for the purpose; so a key never signs for another purpose than its own. An
 * answer for another key, or a signature that does not verify under that public key, is refused and
 * never given out. Calls are made again as those of {@link AwsKmsKeyService} are.
 *
 * <p>Of a message KMS gets the SHA-2 digest (ECDSA) or the 64 bytes &mu; of FIPS 204 (ML-DSA-44),
 * so that messages may have any length. Ed25519 signs the message itself, of which KMS takes at
 * most {@value #LONGEST_ED25519_MESSAGE} bytes: enough for checkpoints, approvals and receipts. KMS
 * draws random numbers for ECDSA: the same message has another signature every time.
 *
 * <p>Safe for use by several threads. The client stays the caller's and is never closed here.
 * Source: AWS KMS API reference, GetPublicKey and Sign.
 */
public final class AwsKmsSigner implements Signer {
  /** The most bytes of a message that an Ed25519 key of KMS signs. */
  public static final int LONGEST_ED25519_MESSAGE = 4096;

  private final KeyArn key;
  private final KmsClient client;
  private final List<String> grantTokens;
  private final KmsCaller caller;
  private final KmsSigning signing;
  private final KeyPurpose purpose;
  private final byte[] publicKey;
  private final Verifier verifier;

  private AwsKmsSigner(
      Builder builder, KmsCaller caller, KmsSigning signing, KeyPurpose purpose, byte[] publicKey) {
    this.key = builder.key;
    this.client = builder.client;
    this.grantTokens = builder.grantTokens;
    this.caller = caller;
    this.signing = signing;
    this.purpose = purpose;
    this.publicKey = publicKey;
    this.verifier = Verifier.of(signing.algorithm(), publicKey);
  }

  /**
   * A builder of a signer.
   *
   * @param key the ARN of an asymmetric key; an alias, which can come to name another key, is
   *     refused
   * @param client calls the key's Region; not closed by the signer
   * @return not safe for use by several threads
   * @throws IllegalArgumentException when the ARN is that of an alias
   */
  public static Builder builder(KeyArn key, KmsClient client) {
    return new Builder(key, client);
  }

  @Override
  public SigningAlgorithm algorithm() {
    return signing.algorithm();
  }

  @Override
  public String keyId() {
    return signing.algorithm().keyId(publicKey);
  }

  @Override
  public KeyPurpose purpose() {
    return purpose;
  }

  @Override
  public byte[] publicKey() {
    return publicKey.clone();
  }

  /**
   * Signs a message with one call of KMS.
   *
   * @throws KeyUnavailableException when the key is disabled, refused or out of reach;
   *     KEY_UNSUITABLE, without a call, when an Ed25519 key is to sign more than {@value
   *     #LONGEST_ED25519_MESSAGE} bytes
   * @throws CryptoException KEY_ANSWER_WRONG when what KMS answered is not the key's signature of
   *     this message
   */
  @Override
  public byte[] sign(byte[] message) {
    if (signing == KmsSigning.ED25519 && message.length > LONGEST_ED25519_MESSAGE) {
      throw new KeyUnavailableException(
          CryptoErrorCode.KEY_UNSUITABLE,
          "kms:Sign with key "
              + key
              + " is not called: an Ed25519 key of KMS signs at most "
              + LONGEST_ED25519_MESSAGE
              + " bytes, not "
              + message.length);
    }
    SdkBytes input = SdkBytes.fromByteArray(signing.input(publicKey, message));
    SignResponse answer =
        caller.call(
            caller.begin(),
            "Sign",
            key.toString(),
            within ->
                client.sign(
                    r ->
                        r.keyId(key.toString())
                            .message(input)
                            .messageType(signing.messageType())
                            .signingAlgorithm(signing.wire())
                            .grantTokens(grantTokens)
                            .overrideConfiguration(within)));
    requireAnswer(key, "Sign", answer.keyId());
    byte[] signature = fixed(answer.signature());
    if (!verifier.verify(message, signature)) {
      throw wrong(key, "Sign", "with what is not its signature", null);
    }
    return signature;
  }

  private byte[] fixed(@Nullable SdkBytes answered) {
    if (answered == null) {
      throw wrong(key, "Sign", "without a signature", null);
    }
    byte[] signature = answered.asByteArray();
    if (!signing.ecdsa()) {
      return signature;
    }
    try {
      return EcdsaSignatures.fromDer(signing.algorithm(), signature);
    } catch (IllegalArgumentException malformed) {
      throw wrong(key, "Sign", "with what is no signature", malformed);
    }
  }

  private static void requireAnswer(KeyArn key, String action, @Nullable String answered) {
    if (!key.toString().equals(answered)) {
      throw wrong(key, action, "for another key", null);
    }
  }

  private static CryptoException wrong(
      KeyArn key, String action, String how, @Nullable Throwable cause) {
    return new CryptoException(
        CryptoErrorCode.KEY_ANSWER_WRONG,
        "kms:" + action + " with key " + key + " was answered " + how,
        cause);
  }

  @Override
  public String toString() {
    return "AwsKmsSigner[" + purpose.id() + " " + keyId() + "]";
  }

  /** Collects the settings of a signer. Not safe for use by several threads. */
  public static final class Builder {
    private final KeyArn key;
    private final KmsClient client;
    private List<String> grantTokens = List.of();
    private AwsKmsPatience patience = AwsKmsPatience.DEFAULT;

    private Builder(KeyArn key, KmsClient client) {
      if (!key.isKey()) {
        throw new IllegalArgumentException("the ARN of a signing key is that of an alias");
      }
      this.key = key;
      this.client = Objects.requireNonNull(client, "client");
    }

    /**
     * Grant tokens, which make a grant count before it is known everywhere.
     *
     * @param tokens sent with every call; none when not called
     * @return this builder
     */
    public Builder grantTokens(List<String> tokens) {
      this.grantTokens = List.copyOf(tokens);
      return this;
    }

    /**
     * Timeouts and retries.
     *
     * @param patience {@link AwsKmsPatience#DEFAULT} when not called
     * @return this builder
     */
    public Builder patience(AwsKmsPatience patience) {
      this.patience = Objects.requireNonNull(patience, "patience");
      return this;
    }

    /**
     * Asks KMS for the public key and compares it with the keyring's.
     *
     * @param purpose what the key is to sign
     * @param keyring must list the key for the purpose, not revoked
     * @return the signer
     * @throws SigningKeyException SIGNING_KEY_NOT_LISTED when the keyring does not list the key,
     *     lists it for another purpose, or has revoked it
     * @throws KeyUnavailableException when the key is unknown, of another kind, refused or out of
     *     reach
     * @throws CryptoException KEY_ANSWER_WRONG when KMS answered for another key, or with what is
     *     no public key
     */
    public AwsKmsSigner open(KeyPurpose purpose, Keyring keyring) {
      AwsKmsSigner signer = openUnlisted(purpose);
      boolean listed =
          keyring
              .find(signer.keyId(), purpose)
              .filter(known -> known.algorithm() == signer.algorithm())
              .filter(known -> Arrays.equals(known.publicKey(), signer.publicKey))
              .isPresent();
      if (!listed) {
        throw new SigningKeyException(
            CryptoErrorCode.SIGNING_KEY_NOT_LISTED,
            "key "
                + key
                + " has the id "
                + signer.keyId()
                + ", which the keyring does not list for purpose "
                + purpose.id());
      }
      return signer;
    }

    /**
     * Asks KMS for the public key of a key that no keyring lists yet: for {@link
     * KeyEnrolment#request} alone. Whatever else it signs is refused by every reader until the key
     * is listed.
     *
     * @param purpose what the key is going to sign
     * @return the signer
     * @throws KeyUnavailableException when the key is unknown, of another kind, refused or out of
     *     reach
     * @throws CryptoException KEY_ANSWER_WRONG when KMS answered for another key, or with what is
     *     no public key
     */
    public AwsKmsSigner openUnlisted(KeyPurpose purpose) {
      Objects.requireNonNull(purpose, "purpose");
      KmsCaller caller = new KmsCaller(patience, !grantTokens.isEmpty());
      GetPublicKeyResponse answer =
          caller.call(
              caller.begin(),
              "GetPublicKey",
              key.toString(),
              within ->
                  client.getPublicKey(
                      r ->
                          r.keyId(key.toString())
                              .grantTokens(grantTokens)
                              .overrideConfiguration(within)));
      requireAnswer(key, "GetPublicKey", answer.keyId());
      KmsSigning signing =
          KmsSigning.of(answer.keySpec())
              .filter(ours -> answer.keyUsage() == KeyUsageType.SIGN_VERIFY)
              .filter(ours -> answer.signingAlgorithms().contains(ours.wire()))
              .orElseThrow(
                  () ->
                      new KeyUnavailableException(
                          CryptoErrorCode.KEY_UNSUITABLE,
                          "key "
                              + key
                              + " does not sign with ECDSA on P-256 or P-384, Ed25519 or"
                              + " ML-DSA-44"));
      try {
        SdkBytes spki = answer.publicKey();
        if (spki == null) {
          throw new IllegalArgumentException("no public key");
        }
        byte[] publicKey = PublicKeyEncodings.fromSpki(signing.algorithm(), spki.asByteArray());
        return new AwsKmsSigner(this, caller, signing, purpose, publicKey);
      } catch (IllegalArgumentException malformed) {
        throw wrong(key, "GetPublicKey", "with what is no public key of its kind", malformed);
      }
    }
  }
}
