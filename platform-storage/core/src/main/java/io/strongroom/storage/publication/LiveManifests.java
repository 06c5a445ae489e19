package io.strongroom.storage.publication;

import io.strongroom.crypto.signing.Keyring;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.run.Manifest;
import io.strongroom.storage.run.RunId;
import io.strongroom.storage.run.RunRequest;
import io.strongroom.storage.run.internal.ControlObjects;
import io.strongroom.storage.run.internal.ControlPaths;
import java.util.Optional;

/** Reads manifests of runs, those of live ones compared with their generations, and requests. */
final class LiveManifests {
  private final ObjectStore store;
  private final ControlPaths paths;
  private final Keyring keyring;

  LiveManifests(ObjectStore store, ControlPaths paths, Keyring keyring) {
    this.store = store;
    this.paths = paths;
    this.keyring = keyring;
  }

  /** The manifest of a live run. */
  Manifest of(GenerationEntry entry) {
    String key = paths.manifest(entry.run());
    byte[] stored = bytes(entry.run()).orElseThrow(() -> invalid(key, "is missing"));
    Manifest manifest = parse(entry.run(), stored);
    if (!manifest.digest().equals(entry.manifest())
        || !manifest.isCommitted()
        || !manifest.key().id().equals(entry.key())) {
      throw invalid(key, "is not the one that was published");
    }
    return manifest;
  }

  /** The stored bytes of a run's manifest. */
  Optional<byte[]> bytes(RunId run) {
    return ControlObjects.get(store, paths.manifest(run), StorageErrorCode.MANIFEST_INVALID)
        .map(object -> object.content());
  }

  /** Reads the stored manifest of a run. */
  Manifest parse(RunId run, byte[] stored) {
    String key = paths.manifest(run);
    Manifest manifest =
        ControlObjects.parse(
            key,
            stored,
            StorageErrorCode.MANIFEST_INVALID,
            content -> Manifest.parse(content, keyring));
    if (!manifest.run().equals(run) || !manifest.pipeline().equals(paths.pipeline())) {
      throw invalid(key, "is of another run or pipeline");
    }
    return manifest;
  }

  /** What was asked of a run; nobody signed it. */
  Optional<RunRequest> request(RunId run) {
    return ControlObjects.read(
        store, paths.request(run), StorageErrorCode.RUN_DOCUMENT_INVALID, RunRequest::parse);
  }

  private static StorageException invalid(String key, String problem) {
    return new StorageException(StorageErrorCode.MANIFEST_INVALID, "object " + key + " " + problem);
  }
}
