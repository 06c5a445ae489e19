package io.strongroom.storage.aws.s3;

import io.strongroom.storage.Layer;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What S3 itself encrypts objects with (SSE-KMS), beside what this library encrypts before.
 *
 * <p>Immutable. Key ARNs only: S3 looks a bare id or an alias up in the caller's account.
 */
public final class S3Encryption {
  private static final Pattern KEY_ARN =
      Pattern.compile("arn:aws[a-z-]*:kms:[a-z0-9-]{1,40}:[0-9]{12}:key/[A-Za-z0-9-]{1,128}");

  private final Optional<String> usual;
  private final Map<Layer, String> layers;

  private S3Encryption(Optional<String> usual, Map<Layer, String> layers) {
    this.usual = usual;
    this.layers = layers;
  }

  /** Sends no header about encryption: the bucket's own default holds. */
  public static S3Encryption bucketDefault() {
    return new S3Encryption(Optional.empty(), Map.of());
  }

  /**
   * SSE-KMS with this key, and with a bucket key, which spares calls of KMS.
   *
   * @param keyArn {@code arn:aws:kms:<region>:<account>:key/<id>}
   * @throws IllegalArgumentException when it is no key ARN
   */
  public static S3Encryption kms(String keyArn) {
    return new S3Encryption(Optional.of(require(keyArn)), Map.of());
  }

  /**
   * The same, but with another key for the data of one layer: what lies under {@code bronze/} and
   * so on. Condemned rows lie beneath the quarantined ones and have their key unless they are given
   * one.
   *
   * @throws IllegalArgumentException when it is no key ARN
   */
  public S3Encryption with(Layer layer, String keyArn) {
    Map<Layer, String> more = new EnumMap<>(Layer.class);
    more.putAll(layers);
    more.put(layer, require(keyArn));
    return new S3Encryption(usual, more);
  }

  /** Whether a text is the ARN of a KMS key. */
  public static boolean isKeyArn(String text) {
    return KEY_ARN.matcher(text).matches();
  }

  private static String require(String keyArn) {
    if (!isKeyArn(keyArn)) {
      throw new IllegalArgumentException("'" + keyArn + "' is not the ARN of a KMS key");
    }
    return keyArn;
  }

  /** The ARN of the KMS key for an object; empty where the bucket decides. */
  public Optional<String> keyFor(String objectKey) {
    String[] segments = objectKey.split("/", -1);
    if (segments.length > 1) {
      for (Layer layer : Layer.values()) {
        if (layer != Layer.CONDEMNED && layer.id().equals(segments[0])) {
          boolean condemned =
              layer == Layer.QUARANTINE
                  && segments.length > 4
                  && segments[3].equals(Layer.CONDEMNED.id());
          return Optional.ofNullable(condemned ? layers.get(Layer.CONDEMNED) : null)
              .or(() -> Optional.ofNullable(layers.get(layer)))
              .or(() -> usual);
        }
      }
    }
    return usual;
  }
}
