package io.strongroom.storage.run.internal;

import io.strongroom.storage.DatasetRef;
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

  /** The mark of a run whose files and keys retention has deleted. */
  public String retired(RunId run) {
    return runs() + run.value() + "/retired.json";
  }

  /** The run whose manifest has this key; empty when the key is of something else. */
  public Optional<RunId> decidedRun(String key) {
    return runOf(key, "/manifest.json");
  }

  /** The run whose request has this key; empty when the key is of something else. */
  public Optional<RunId> requestedRun(String key) {
    return runOf(key, "/request.json");
  }

  private Optional<RunId> runOf(String key, String name) {
    return between(runs(), key, name)
        .flatMap(
            run -> {
              try {
                return Optional.of(new RunId(run));
              } catch (IllegalArgumentException e) {
                return Optional.empty();
              }
            });
  }

  private static Optional<String> between(String prefix, String key, String end) {
    if (!key.startsWith(prefix)
        || !key.endsWith(end)
        || key.length() <= prefix.length() + end.length()) {
      return Optional.empty();
    }
    String name = key.substring(prefix.length(), key.length() - end.length());
    return name.indexOf('/') >= 0 ? Optional.empty() : Optional.of(name);
  }

  /** Prefix of the schemas of a dataset. */
  public String schemas(DatasetRef dataset) {
    return pipeline.control() + "schemas/" + dataset.path() + "/";
  }

  /** One schema of a dataset: its number in six digits or more. */
  public String schema(DatasetRef dataset, long number) {
    return schemas(dataset) + String.format(Locale.ROOT, "%06d", number) + JSON;
  }

  /** Prefix of all legal holds. */
  public String holds() {
    return pipeline.control() + "holds/";
  }

  /** Where the objects of a legal hold are. */
  public String hold(String id) {
    return holds() + id;
  }

  /** Prefix of all deletion plans. */
  public String deletions() {
    return pipeline.control() + "deletions/";
  }

  /** A deletion plan. */
  public String deletion(String digest) {
    return deletions() + digest + "/plan.json";
  }

  /** Prefix of the parts of deletion plans. */
  public String deletionParts() {
    return pipeline.control() + "deletion-parts/";
  }

  /** A part of deletion plans. */
  public String deletionPart(String digest) {
    return deletionParts() + digest + JSON;
  }

  /** Prefix of the decisions about a deletion plan. */
  public String deletionApprovals(String digest) {
    return deletions() + digest + "/approvals/";
  }

  /** The mark of a deletion plan that has begun. */
  public String deletionBegun(String digest) {
    return deletions() + digest + "/begun.json";
  }

  /** The mark of a deletion plan of which nothing is left to do. */
  public String deletionDone(String digest) {
    return deletions() + digest + "/done.json";
  }

  /** The deletion plan whose mark of having begun has this key. */
  public Optional<String> begunDeletion(String key) {
    return between(deletions(), key, "/begun.json");
  }

  /** The deletion plan that has this key. */
  public Optional<String> plannedDeletion(String key) {
    return between(deletions(), key, "/plan.json");
  }

  /** The deletion plan whose mark of being done has this key. */
  public Optional<String> doneDeletion(String key) {
    return between(deletions(), key, "/done.json");
  }

  /** Prefix of all tries. */
  public String tries() {
    return pipeline.control() + "tries/";
  }

  /** Prefix of the tries of a run key. */
  public String tries(String keyId) {
    return tries() + keyId + "/";
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
