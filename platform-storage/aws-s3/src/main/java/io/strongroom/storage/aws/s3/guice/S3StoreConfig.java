package io.strongroom.storage.aws.s3.guice;

import io.strongroom.base.ConfigReader;
import io.strongroom.storage.Layer;
import io.strongroom.storage.aws.s3.S3Checksum;
import io.strongroom.storage.aws.s3.S3Encryption;
import io.strongroom.storage.aws.s3.S3ObjectStore;
import io.strongroom.storage.aws.s3.S3Patience;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The settings of {@link S3StoreModule}.
 *
 * @param region of the bucket
 * @param bucket its name
 * @param owner the account, 12 digits, that it must belong to
 * @param encryption what S3 encrypts with
 * @param checksum what S3 checks writes against
 * @param partSize bytes of a part of an upload
 * @param partsInMemory how many of them an upload holds
 * @param patience timeouts and retries
 */
public record S3StoreConfig(
    String region,
    String bucket,
    String owner,
    S3Encryption encryption,
    S3Checksum checksum,
    int partSize,
    int partsInMemory,
    S3Patience patience) {
  private static final String REGION = "storage.s3.region";
  private static final String BUCKET = "storage.s3.bucket";
  private static final String OWNER = "storage.s3.bucket-owner";
  private static final String ENCRYPTION = "storage.s3.encryption";
  private static final String KMS_KEY = "storage.s3.kms-key";
  private static final String CHECKSUM = "storage.s3.checksum";
  private static final String PART_SIZE = "storage.s3.part-size";
  private static final String PARTS_IN_MEMORY = "storage.s3.parts-in-memory";
  private static final String CALL_TIMEOUT = "storage.s3.call-timeout";
  private static final String TOTAL_TIMEOUT = "storage.s3.total-timeout";
  private static final String ATTEMPTS = "storage.s3.attempts";
  private static final String FIRST_WAIT = "storage.s3.first-wait";
  private static final Pattern REGION_NAME = Pattern.compile("[a-z0-9-]{1,40}");

  /** What stands for a setting that was refused, until the reader is verified. */
  private static final String UNSET_BUCKET = "unset";

  private static final String UNSET_OWNER = "000000000000";

  /** Who chooses the key that S3 encrypts with. */
  private enum Choice {
    KMS,
    BUCKET_DEFAULT
  }

  /** Checks that nothing is missing; {@link S3ObjectStore#builder} checks the rest. */
  public S3StoreConfig {
    Objects.requireNonNull(region, "region");
    Objects.requireNonNull(bucket, "bucket");
    Objects.requireNonNull(owner, "owner");
    Objects.requireNonNull(encryption, "encryption");
    Objects.requireNonNull(checksum, "checksum");
    Objects.requireNonNull(patience, "patience");
  }

  /**
   * Reads the settings that begin with {@code storage.s3}. Region, bucket, its owner and the
   * encryption must be there.
   *
   * @param reader records problems; to be verified before the result is used
   * @return the settings
   */
  public static S3StoreConfig from(ConfigReader reader) {
    return new S3StoreConfig(
        checked(reader, REGION, "is no name of a Region", REGION_NAME.asMatchPredicate()::test, ""),
        checked(
            reader, BUCKET, "is no name of a bucket", S3ObjectStore::isBucketName, UNSET_BUCKET),
        checked(reader, OWNER, "is no account of 12 digits", S3ObjectStore::isAccount, UNSET_OWNER),
        encryption(reader),
        reader.choice(CHECKSUM, S3Checksum.class, S3Checksum.CRC32C),
        partSize(reader),
        (int) reader.integer(PARTS_IN_MEMORY, S3ObjectStore.DEFAULT_PARTS_IN_MEMORY, 1, 64),
        patience(reader));
  }

  private interface Form {
    boolean fits(String text);
  }

  private static String checked(
      ConfigReader reader, String key, String otherwise, Form form, String instead) {
    Optional<String> given = reader.optional(key);
    if (given.isEmpty()) {
      reader.problem(key, "is missing");
      return instead;
    }
    if (!form.fits(given.get())) {
      reader.problem(key, otherwise);
      return instead;
    }
    return given.get();
  }

  private static S3Encryption encryption(ConfigReader reader) {
    Choice choice = reader.choice(ENCRYPTION, Choice.class, null);
    Optional<String> usual = keyArn(reader, KMS_KEY);
    S3Encryption encryption = S3Encryption.bucketDefault();
    if (choice == Choice.BUCKET_DEFAULT) {
      usual.ifPresent(
          arn -> reader.problem(KMS_KEY, "has no meaning where the bucket's default holds"));
    } else if (usual.isPresent()) {
      encryption = S3Encryption.kms(usual.get());
    } else if (reader.optional(ENCRYPTION).isPresent() && reader.optional(KMS_KEY).isEmpty()) {
      reader.problem(KMS_KEY, "is missing");
    }
    for (Layer layer : Layer.values()) {
      Optional<String> arn = keyArn(reader, KMS_KEY + "." + layer.id());
      if (arn.isPresent()) {
        encryption = encryption.with(layer, arn.get());
      }
    }
    return encryption;
  }

  private static Optional<String> keyArn(ConfigReader reader, String key) {
    Optional<String> given = reader.optional(key);
    if (given.isPresent() && !S3Encryption.isKeyArn(given.get())) {
      reader.problem(key, "is not the ARN of a KMS key");
      return Optional.empty();
    }
    return given;
  }

  private static int partSize(ConfigReader reader) {
    long size = reader.size(PART_SIZE, S3ObjectStore.DEFAULT_PART_SIZE);
    if (size < S3ObjectStore.MIN_PART_SIZE || size > S3ObjectStore.MAX_PART_SIZE) {
      reader.problem(PART_SIZE, "is not from 5MiB to 512MiB");
      return S3ObjectStore.DEFAULT_PART_SIZE;
    }
    return (int) size;
  }

  private static S3Patience patience(ConfigReader reader) {
    S3Patience usual = S3Patience.DEFAULT;
    Duration call = duration(reader, CALL_TIMEOUT, usual.callTimeout(), Duration.ofMillis(1));
    Duration total = duration(reader, TOTAL_TIMEOUT, usual.totalTimeout(), Duration.ofMillis(1));
    int attempts = (int) reader.integer(ATTEMPTS, usual.attempts(), 1, 100);
    Duration firstWait = duration(reader, FIRST_WAIT, usual.firstWait(), Duration.ofMillis(10));
    if (total.compareTo(call) < 0) {
      reader.problem(TOTAL_TIMEOUT, "is shorter than " + CALL_TIMEOUT);
      return usual;
    }
    return new S3Patience(call, total, attempts, firstWait);
  }

  private static Duration duration(
      ConfigReader reader, String key, Duration usual, Duration shortest) {
    Duration given = reader.duration(key, usual);
    if (given.compareTo(shortest) < 0 || given.compareTo(Duration.ofHours(1)) > 0) {
      reader.problem(key, "is not from " + shortest.toMillis() + "ms to 1h");
      return usual;
    }
    return given;
  }
}
