package io.strongroom.crypto;

import io.strongroom.base.JsonValue.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A data key wrapped by a key service: what an Encryption SDK message calls an encrypted data key.
 * Not secret. Immutable and safe for use by several threads.
 */
public final class WrappedDataKey {
  private static final int MAX_FIELD = 65_535;

  /** Behind a raw AES key's name: 128 bits of tag, 12 bytes of IV, then the IV. */
  private static final byte[] RAW_AES = {0, 0, 0, (byte) 128, 0, 0, 0, 12};

  private static final int RAW_AES_IV = 12;

  private final String providerId;
  private final byte[] providerInfo;
  private final byte[] ciphertext;

  private WrappedDataKey(String providerId, byte[] providerInfo, byte[] ciphertext) {
    this.providerId = Objects.requireNonNull(providerId, "providerId");
    this.providerInfo = providerInfo;
    this.ciphertext = ciphertext;
    requireField("provider id", providerId.getBytes(StandardCharsets.UTF_8).length);
    requireField("provider info", providerInfo.length);
    requireField("ciphertext", ciphertext.length);
  }

  private static void requireField(String name, int length) {
    if (length > MAX_FIELD) {
      throw new IllegalArgumentException("the " + name + " is longer than 65535 bytes");
    }
  }

  /**
   * A wrapped key of its parts.
   *
   * @param providerId names the kind of key service
   * @param providerInfo names the wrapping key, in the provider's own form; copied
   * @param ciphertext the wrapped key; copied
   * @return the wrapped key
   * @throws IllegalArgumentException when a part is longer than 65,535 bytes
   */
  public static WrappedDataKey of(String providerId, byte[] providerInfo, byte[] ciphertext) {
    return new WrappedDataKey(providerId, providerInfo.clone(), ciphertext.clone());
  }

  /**
   * The kind of key service.
   *
   * @return the provider id
   */
  public String providerId() {
    return providerId;
  }

  /**
   * The wrapping key's name in the provider's own form.
   *
   * @return a copy
   */
  public byte[] providerInfo() {
    return providerInfo.clone();
  }

  /**
   * The wrapping key's name as text, for reports and comparisons: the ARN of a key of KMS, the name
   * of a raw AES or RSA key. A {@link LocalKeyFile} names its keys {@code <key id>#<version>}. Not
   * authenticated.
   *
   * @return bytes that are no UTF-8 are replaced
   */
  public String keyName() {
    int length = providerInfo.length - RAW_AES.length - RAW_AES_IV;
    boolean rawAes =
        length >= 0
            && Arrays.equals(
                providerInfo, length, length + RAW_AES.length, RAW_AES, 0, RAW_AES.length);
    return new String(
        providerInfo, 0, rawAes ? length : providerInfo.length, StandardCharsets.UTF_8);
  }

  /**
   * The wrapped key.
   *
   * @return a copy
   */
  public byte[] ciphertext() {
    return ciphertext.clone();
  }

  /**
   * The JSON form: {@code provider} as text, {@code info} and {@code ciphertext} in Base64.
   *
   * @return an object of three members
   */
  public JsonObject toJson() {
    Base64.Encoder base64 = Base64.getEncoder();
    return JsonObject.builder()
        .put("provider", providerId)
        .put("info", base64.encodeToString(providerInfo))
        .put("ciphertext", base64.encodeToString(ciphertext))
        .build();
  }

  /**
   * Reads the JSON form.
   *
   * @param json an object as {@link #toJson()} writes it
   * @return the wrapped key
   * @throws io.strongroom.base.JsonException when a member is missing or no string
   * @throws DecryptionFailedException when a member is not strict Base64 or too long
   */
  public static WrappedDataKey fromJson(JsonObject json) {
    String providerId = json.string("provider");
    try {
      return new WrappedDataKey(
          providerId, bytes(json.string("info")), bytes(json.string("ciphertext")));
    } catch (IllegalArgumentException malformed) {
      throw new DecryptionFailedException(
          CryptoErrorCode.DECRYPTION_FAILED, "a wrapped data key is malformed", malformed);
    }
  }

  private static byte[] bytes(String text) {
    byte[] decoded = Base64.getDecoder().decode(text);
    if (!Base64.getEncoder().encodeToString(decoded).equals(text)) {
      throw new IllegalArgumentException("not the one Base64 form of these bytes");
    }
    return decoded;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof WrappedDataKey that
        && providerId.equals(that.providerId)
        && Arrays.equals(providerInfo, that.providerInfo)
        && Arrays.equals(ciphertext, that.ciphertext);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(ciphertext);
  }

  @Override
  public String toString() {
    return "WrappedDataKey[provider=" + providerId + "]";
  }
}
