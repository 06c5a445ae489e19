package io.strongroom.storage.publication;

import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.Protection;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Lists of the live files of datasets that engines read, one for each partition, in the form of
 * Hive's {@code SymlinkTextInputFormat}, which Athena, Spark and Trino follow.
 */
final class SymlinkManifests {
  static final String FOLDER = "_symlink_format_manifest/";
  private static final String NAME = "manifest";
  private static final String PLAIN =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-";

  private final ObjectStore store;
  private final UnaryOperator<String> locations;

  SymlinkManifests(ObjectStore store, UnaryOperator<String> locations) {
    this.store = store;
    this.locations = locations;
  }

  /** What should stand, and where, of a dataset; nothing where files are not for engines. */
  SortedMap<String, byte[]> of(PublishedState state, DatasetRef dataset) {
    SortedMap<String, TreeSet<String>> lines = new TreeMap<>();
    for (LiveFile file : state.liveFiles(dataset)) {
      if (file.output().spec().protection() != Protection.ENGINE_READABLE) {
        return new TreeMap<>();
      }
      StringBuilder key = new StringBuilder(dataset.path()).append('/').append(FOLDER);
      file.file()
          .partition()
          .forEach(
              (name, value) ->
                  key.append(segment(name)).append('=').append(segment(value)).append('/'));
      String location = locations.apply(file.file().path());
      if (location.indexOf('\n') >= 0 || location.indexOf('\r') >= 0) {
        throw new StorageException(
            StorageErrorCode.KEY_REFUSED,
            "object " + file.file().path() + " has a location of more than one line");
      }
      lines.computeIfAbsent(key.append(NAME).toString(), any -> new TreeSet<>()).add(location);
    }
    SortedMap<String, byte[]> contents = new TreeMap<>();
    lines.forEach(
        (key, sorted) ->
            contents.put(key, (String.join("\n", sorted) + "\n").getBytes(StandardCharsets.UTF_8)));
    return contents;
  }

  private static String segment(String text) {
    StringBuilder segment = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      if (PLAIN.indexOf(c) >= 0) {
        segment.append(c);
      } else {
        segment.append('%').append(String.format(Locale.ROOT, "%02X", (int) c));
      }
    }
    return segment.toString();
  }

  /**
   * Compares what stands with what should.
   *
   * @param other gets what is missing or another, and what should stand there
   * @param stale gets what should not be there
   */
  void compare(PublishedState state, BiConsumer<String, byte[]> other, Consumer<String> stale) {
    for (DatasetRef dataset : state.datasets()) {
      SortedMap<String, byte[]> expected = of(state, dataset);
      for (Map.Entry<String, byte[]> entry : expected.entrySet()) {
        if (!stands(entry.getKey(), entry.getValue())) {
          other.accept(entry.getKey(), entry.getValue());
        }
      }
      List<String> found = new ArrayList<>();
      Listing.each(store, dataset.path() + "/" + FOLDER, info -> found.add(info.key()));
      found.stream().filter(key -> !expected.containsKey(key)).forEach(stale);
    }
  }

  private boolean stands(String key, byte[] content) {
    try {
      return store.get(key).filter(found -> Arrays.equals(found.content(), content)).isPresent();
    } catch (StorageException e) {
      if (e.code() == StorageErrorCode.OBJECT_TOO_LARGE) {
        return false;
      }
      throw e;
    }
  }

  /** Makes them what they should be; whoever ends last has looked last at what is published. */
  void write(PublishedState state, int tries) {
    PublishedState at = state;
    for (int i = 0; i < tries; i++) {
      compare(at, store::put, store::delete);
      PublishedState now = at.now();
      if (now.head().map(Publication::digest).equals(at.head().map(Publication::digest))) {
        return;
      }
      at = now;
    }
  }
}
