package io.strongroom.storage.aws.s3;

import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.WriteResult;
import java.io.UncheckedIOException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/**
 * One write with all its attempts. Once an attempt may have had its effect, a refusal is believed
 * only after reading back: what stands there may be the writer's own.
 */
final class S3Write {
  private final S3Requests requests;
  private final String key;
  private final WriteToken token;

  /** Whether an attempt may have had its effect, or may still have it. */
  private boolean mayStand;

  S3Write(S3Requests requests, String key, WriteToken token) {
    this.requests = requests;
    this.key = key;
    this.token = token;
  }

  /** Sends a whole object until S3 has decided. */
  WriteResult put(byte[] content, int length) {
    return run(
        "s3:PutObject",
        within ->
            requests
                .client()
                .putObject(
                    requests
                        .put(key, token, within)
                        .ifNoneMatch(token.kind() == WriteToken.Kind.CREATED ? "*" : null)
                        .ifMatch(
                            token.kind() == WriteToken.Kind.REPLACED
                                ? "\"" + token.replaced() + "\""
                                : null)
                        .build(),
                    S3Requests.body(content, length))
                .eTag());
  }

  /**
   * Completes an upload. Unlike that of a whole object this cannot be sent again after a conflict:
   * S3 wants a new upload with all its parts.
   */
  WriteResult complete(Function<AwsRequestOverrideConfiguration, @Nullable String> send) {
    return run("s3:CompleteMultipartUpload", send);
  }

  private WriteResult run(
      String action, Function<AwsRequestOverrideConfiguration, @Nullable String> send) {
    try {
      return requests.caller().call(action, key, within -> attempt(action, within, send));
    } catch (StorageException failed) {
      if (!mayStand) {
        throw failed;
      }
      return readBack(failed);
    }
  }

  private WriteResult attempt(
      String action,
      AwsRequestOverrideConfiguration within,
      Function<AwsRequestOverrideConfiguration, @Nullable String> send) {
    try {
      return new WriteResult.Won(S3Requests.tag(answer(within, send)));
    } catch (SdkException failed) {
      if (S3Failures.isConditionFailed(failed)
          || (token.kind() == WriteToken.Kind.REPLACED && S3Failures.isMissing(failed))) {
        return mayStand ? readBack(failed) : new WriteResult.Lost();
      }
      if (action.equals("s3:CompleteMultipartUpload")) {
        if (S3Failures.isUploadMissing(failed) && mayStand) {
          return readBack(failed);
        }
        if (S3Failures.isConflict(failed)) {
          return conflict(failed);
        }
      }
      mayStand |= S3Failures.mayHaveHappened(failed);
      throw failed;
    }
  }

  private static @Nullable String answer(
      AwsRequestOverrideConfiguration within,
      Function<AwsRequestOverrideConfiguration, @Nullable String> send) {
    try {
      return send.apply(within);
    } catch (UncheckedIOException failed) {
      throw S3Failures.cut(failed);
    }
  }

  /** Surely not done by this attempt; lost when somebody's object stands there now. */
  private WriteResult conflict(SdkException failed) {
    if (mayStand) {
      return readBack(failed);
    }
    if (requests.head(key) != null) {
      return new WriteResult.Lost();
    }
    throw new StorageException(
        StorageErrorCode.UPLOAD_OVERTAKEN,
        "the upload of '" + key + "' met another change of its key",
        failed);
  }

  private WriteResult readBack(Exception cause) {
    HeadObjectResponse there;
    try {
      there = requests.head(key);
    } catch (StorageException unreadable) {
      cause.addSuppressed(unreadable);
      return new WriteResult.Unknown(cause);
    }
    WriteToken stands = there == null ? null : WriteToken.of(there.metadata());
    if (there != null && stands != null) {
      if (stands.id().equals(token.id())) {
        return new WriteResult.Won(S3Requests.tag(there.eTag()));
      }
      if (token.lostTo(stands)) {
        return new WriteResult.Lost();
      }
    }
    return new WriteResult.Unknown(cause);
  }
}
