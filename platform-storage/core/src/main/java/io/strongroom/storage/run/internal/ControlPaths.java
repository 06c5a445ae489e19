package io.strongroom.storage.run.internal;

import io.strongroom.storage.PipelineRef;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.run.RunId;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/**
 * The keys of a pipeline's control objects.
 *
 * @param pipeline whose objects they are
 */
public record ControlPaths(PipelineRef pipeline) {
  private static final int MAX_SEGMENT = 200;
  private static final String PLAIN =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_=-";
  private static final String JSON = ".json";

  /** Prefix of all runs. */
  public String runs() {
    return pipeline.control() + "runs/";
  }

  /** The claim of a run. */
  public String request(RunId run) {
    return runs() + run.value() + "/request.json";
  }

  /** The sign of life of a run. */
  public String lease(RunId run) {
    return runs() + run.value() + "/lease.json";
  }

  /** The plan of a run. */
  public String plan(RunId run) {
    return runs() + run.value() + "/plan.json";
  }

  /** The outcome of one partition of one step of a run. */
  public String outcome(RunId run, String step, String partition) {
    return runs()
        + run.value()
        + "/outcomes/"
        + segment("step", step)
        + "/"
        + segment("partition", partition)
        + JSON;
  }

  /** The wrapped data keys of a run. */
  public String keys(RunId run) {
    return runs() + run.value() + "/keys.json";
  }

  /** What decides a run. */
  public String manifest(RunId run) {
    return runs() + run.value() + "/manifest.json";
  }

  /** Prefix of the decisions about a run. */
  public String approvals(RunId run) {
    return runs() + run.value() + "/approvals/";
  }

  /** Prefix of the tries of a run key. */
  public String tries(String keyId) {
    return pipeline.control() + "tries/" + keyId + "/";
  }

  /** The mark of one try of a run key. */
  public String attempt(String keyId, RunId run) {
    return tries(keyId) + run.value() + JSON;
  }

  /** The run whose mark has this key; empty when the key is no mark. */
  public static Optional<RunId> triedRun(String key) {
    String name = key.substring(key.lastIndexOf('/') + 1);
    if (!name.endsWith(JSON)) {
      return Optional.empty();
    }
    try {
      return Optional.of(new RunId(name.substring(0, name.length() - JSON.length())));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Prefix of roots and leaves of generations. */
  public String generations() {
    return pipeline.control() + "generations/";
  }

  /** A root or a leaf of a generation. */
  public String generation(String digest) {
    return generations() + digest + JSON;
  }

  /** Prefix of all publications. */
  public String publications() {
    return pipeline.control() + "publications/";
  }

  /** A publication: its number in twelve digits or more, and its digest. */
  public String publication(long seq, String digest) {
    return publications() + String.format(Locale.ROOT, "%012d", seq) + "-" + digest + JSON;
  }

  /** The pointer to the newest publication. */
  public String latest() {
    return pipeline.control() + "_LATEST.json";
  }

  /**
   * A name as one segment of a key: every byte of its UTF-8 form outside of {@code [A-Za-z0-9._=-]}
   * as {@code %XX}, and so a leading dot.
   */
  static String segment(String what, String name) {
    StringBuilder text = new StringBuilder();
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      boolean plain = PLAIN.indexOf(c) >= 0 || (c == '.' && text.length() > 0);
      if (plain) {
        text.append(c);
      } else {
        text.append('%').append(String.format(Locale.ROOT, "%02X", (int) c));
      }
    }
    if (text.length() == 0 || text.length() > MAX_SEGMENT) {
      throw new StorageException(
          StorageErrorCode.KEY_REFUSED,
          "the name of a " + what + " is empty or takes more than " + MAX_SEGMENT + " characters");
    }
    return text.toString();
  }
}
