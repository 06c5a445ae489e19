package io.strongroom.audit.evidence;

import io.strongroom.base.JsonException;
import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.storage.publication.Publication;
import io.strongroom.storage.run.DatasetOutput;
import io.strongroom.storage.run.Manifest;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * In how many of its datasets a publication has a run live, by the generations that it names. They
 * are found by their digests, so that who is given false ones notices.
 */
final class LiveDatasets {
  private final Function<String, byte[]> documents;

  /**
   * Reads generations.
   *
   * @param documents gives the bytes of a digest; they have that digest
   */
  LiveDatasets(Function<String, byte[]> documents) {
    this.documents = documents;
  }

  /**
   * Counts.
   *
   * @throws JsonException when a document is no generation
   * @throws IllegalArgumentException when a document is of another dataset
   */
  int count(Manifest manifest, Publication publication) {
    int live = 0;
    for (DatasetOutput output : manifest.datasets()) {
      String dataset = output.spec().ref().path();
      String root = publication.generations().get(dataset);
      if (root != null && isLive(manifest, dataset, root)) {
        live++;
      }
    }
    return live;
  }

  private boolean isLive(Manifest manifest, String dataset, String rootDigest) {
    String key = manifest.key().id();
    JsonObject root = document(rootDigest, "strongroom.generation.v1", dataset);
    Optional<String> leaf = leafOf(key, root.objects("leaves"));
    return leaf.isPresent()
        && document(leaf.get(), "strongroom.generation-leaf.v1", dataset).objects("runs").stream()
            .filter(entry -> entry.string("key").equals(key))
            .anyMatch(
                entry ->
                    entry.string("run").equals(manifest.run().value())
                        && entry.string("manifest").equals(manifest.digest()));
  }

  /**
   * The leaf in which the key stands if it stands in any: the last that does not begin after it.
   */
  private static Optional<String> leafOf(String key, List<JsonObject> leaves) {
    String digest = null;
    String before = "";
    for (JsonObject leaf : leaves) {
      String from = leaf.string("from");
      if (!before.isEmpty() && before.compareTo(from) >= 0) {
        throw new IllegalArgumentException("a generation has leaves that are not in order");
      }
      before = from;
      if (from.compareTo(key) <= 0) {
        digest = leaf.string("digest");
      }
    }
    return Optional.ofNullable(digest);
  }

  private JsonObject document(String digest, String format, String dataset) {
    JsonObject document = JsonValue.parseCanonicalObject(documents.apply(digest));
    if (!document.string("format").equals(format) || !document.string("dataset").equals(dataset)) {
      throw new IllegalArgumentException("a generation is of another dataset or format");
    }
    return document;
  }
}
