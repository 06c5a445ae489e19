package io.strongroom.storage.publication;

import io.strongroom.crypto.signing.Keyring;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.StoredObject;
import io.strongroom.storage.run.RunId;
import io.strongroom.storage.run.internal.ControlJson;
import io.strongroom.storage.run.internal.ControlObjects;
import io.strongroom.storage.run.internal.ControlPaths;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the pointer and the publications behind it, each checked by signature and digest. */
class PublicationChain {
  private final ObjectStore store;
  private final ControlPaths paths;
  private final Keyring keyring;

  PublicationChain(ObjectStore store, ControlPaths paths, Keyring keyring) {
    this.store = store;
    this.paths = paths;
    this.keyring = keyring;
  }

  /**
   * The newest publication and the tag of the pointer that names it.
   *
   * @param publication the newest publication
   * @param etag the pointer's tag
   */
  record Head(Publication publication, String etag) {}

  /** The newest publication; empty before the first. */
  Optional<Head> head() {
    Optional<StoredObject> stored = stored();
    if (stored.isEmpty()) {
      return Optional.empty();
    }
    LatestPointer pointer = parse(stored.get());
    return Optional.of(new Head(read(pointer.seq(), pointer.digest()), stored.get().etag()));
  }

  /** What the pointer says; empty before the first publication. */
  Optional<LatestPointer> pointer() {
    return stored().map(this::parse);
  }

  private Optional<StoredObject> stored() {
    return ControlObjects.get(store, paths.latest(), StorageErrorCode.POINTER_INVALID);
  }

  private LatestPointer parse(StoredObject stored) {
    return ControlObjects.parse(
        paths.latest(),
        stored.content(),
        StorageErrorCode.POINTER_INVALID,
        ControlObjects.canonical(LatestPointer::fromJson));
  }

  /** The publication of a number and digest. */
  Publication read(long seq, String digest) {
    String key = paths.publication(seq, digest);
    byte[] content =
        ControlObjects.get(store, key, StorageErrorCode.PUBLICATION_INVALID)
            .orElseThrow(() -> invalid(key, "is missing"))
            .content();
    if (!ControlJson.sha256(content).equals(digest)) {
      throw invalid(key, "does not have the digest in its name");
    }
    Publication publication =
        ControlObjects.parse(
            key,
            content,
            StorageErrorCode.PUBLICATION_INVALID,
            stored -> Publication.parse(stored, paths.pipeline(), keyring));
    if (publication.seq() != seq) {
      throw invalid(key, "has another number than its name");
    }
    return publication;
  }

  /** The publication before this one; empty for the first. */
  Optional<Publication> previous(Publication publication) {
    return publication.previous().map(digest -> read(publication.seq() - 1, digest));
  }

  /**
   * The publications after a base, newest first.
   *
   * @param head where to start
   * @param base digest of the one to stop at, which is not among them; empty for all
   * @throws StorageException {@link StorageErrorCode#POINTER_WENT_BACK} when the base, which was
   *     the newest once, is not in the history
   */
  List<Publication> since(Optional<Publication> head, Optional<String> base) {
    List<Publication> found = new ArrayList<>();
    Optional<Publication> next = head;
    while (next.isPresent() && !base.equals(next.map(Publication::digest))) {
      found.add(next.get());
      next = previous(next.get());
    }
    if (next.isEmpty() && base.isPresent()) {
      throw new StorageException(
          StorageErrorCode.POINTER_WENT_BACK,
          "publication " + base.get() + " is not in the history that " + paths.latest() + " names");
    }
    return found;
  }

  /** The promotion of a run among some publications. */
  Optional<Publication> promotion(List<Publication> publications, RunId run) {
    return publications.stream()
        .filter(publication -> publication.run().equals(Optional.of(run)))
        .findFirst();
  }

  private static StorageException invalid(String key, String problem) {
    return new StorageException(
        StorageErrorCode.PUBLICATION_INVALID, "object " + key + " " + problem);
  }
}
